"""The ripe-file rules, by example and against a model of senders and a file system."""

from dataclasses import dataclass, field, replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.transports.drop.inbox import Entry, Ignored, Inbox, Rename, Verdict, Wait, Whole, is_temporary

SECOND = 1_000_000_000


def entry(name: str = "a.edi", *, inode: int = 1, size: int = 10, mtime: float = 0.0, regular: bool = True) -> Entry:
    return Entry(name, inode, 7, size, int(mtime * SECOND), regular)


def names(verdict: Verdict) -> list[str]:
    return [file.entry.name for file in verdict.ripe]


def test_a_file_that_rests_is_taken_once() -> None:
    inbox = Inbox(1.0)
    first = inbox.scan([entry()], 100.0)
    assert first.waiting == {"a.edi": Wait.SETTLING}
    assert first.next_look == 101.0
    assert names(inbox.scan([entry()], 100.9)) == []
    ripe = inbox.scan([entry()], 101.0)
    assert [(file.entry, file.why, file.has_marker) for file in ripe.ripe] == [(entry(), Whole.RESTED, False)]
    assert names(inbox.scan([entry()], 110.0)) == []
    assert list(inbox.under_way) == ["a.edi"]


@pytest.mark.parametrize("change", [{"size": 11}, {"mtime_ns": 5}, {"inode": 2}, {"device": 8}])
def test_any_change_starts_the_rest_anew(change: dict[str, int]) -> None:
    inbox = Inbox(1.0)
    inbox.scan([entry()], 0.0)
    changed = replace(entry(), **change)  # type: ignore[arg-type]
    assert names(inbox.scan([changed], 1.5)) == []
    assert names(inbox.scan([changed], 2.4)) == []
    assert names(inbox.scan([changed], 2.5)) == ["a.edi"]


def test_a_file_that_was_away_rests_anew() -> None:
    inbox = Inbox(1.0)
    inbox.scan([entry()], 0.0)
    inbox.scan([], 0.5)
    assert names(inbox.scan([entry()], 1.2)) == []


def test_an_empty_file_waits_ten_times_as_long() -> None:
    inbox = Inbox(1.0)
    assert inbox.scan([entry(size=0)], 0.0).waiting == {"a.edi": Wait.EMPTY}
    assert names(inbox.scan([entry(size=0)], 9.9)) == []
    assert names(inbox.scan([entry(size=0)], 10.0)) == ["a.edi"]


def test_a_marker_makes_it_whole_at_once() -> None:
    inbox = Inbox(1.0)
    verdict = inbox.scan([entry(), entry("a.edi.done", inode=2, size=0)], 0.0)
    assert [(file.entry.name, file.why, file.has_marker) for file in verdict.ripe] == [("a.edi", Whole.MARKED, True)]
    assert verdict.ignored == {"a.edi.done": Ignored.MARKER}


def test_a_marker_older_than_the_file_says_nothing() -> None:
    inbox = Inbox(1.0)
    verdict = inbox.scan([entry(mtime=5.0), entry("a.edi.done", inode=2, size=0, mtime=4.0)], 0.0)
    assert names(verdict) == []


def test_a_folder_is_no_marker_and_a_marker_alone_is_nothing() -> None:
    inbox = Inbox(1.0)
    assert names(inbox.scan([entry(), entry("a.edi.done", inode=2, regular=False)], 0.0)) == []
    assert names(inbox.scan([entry("b.edi.done")], 50.0)) == []


def test_renamed_from_a_temporary_name_that_was_seen() -> None:
    inbox = Inbox(1.0)
    assert inbox.scan([entry("a.edi.tmp")], 0.0).ignored == {"a.edi.tmp": Ignored.TEMPORARY}
    assert [file.why for file in inbox.scan([entry("a.edi")], 0.1).ripe] == [Whole.RENAMED]


def test_renamed_as_the_watch_saw_it() -> None:
    inbox = Inbox(1.0)
    assert names(inbox.scan([entry("a.edi")], 0.0, [Rename(".a.edi", "a.edi")])) == ["a.edi"]


def test_renamed_from_a_name_that_is_not_temporary_has_to_rest() -> None:
    inbox = Inbox(1.0)
    assert names(inbox.scan([entry("a.edi")], 0.0, [Rename("b.edi", "a.edi")])) == []


def test_an_inode_number_used_again_is_not_a_rename() -> None:
    inbox = Inbox(1.0)
    inbox.scan([entry("a.tmp", size=10)], 0.0)
    assert names(inbox.scan([entry("b.edi", size=4, mtime=1.0)], 0.1)) == []


def test_oldest_first_then_by_name() -> None:
    inbox = Inbox(1.0)
    files = [entry("c", inode=1, mtime=2), entry("b", inode=2, mtime=1), entry("a", inode=3, mtime=2)]
    inbox.scan(files, 0.0)
    assert names(inbox.scan(files, 1.0)) == ["b", "a", "c"]


@pytest.mark.parametrize(
    "name",
    [".hidden", ".a.edi.Xy12", "a.tmp", "a.TMP", "a.edi.part", "a.filepart", "a.partial", "a.crdownload", "a.edi~"],
)
def test_temporary_names(name: str) -> None:
    assert is_temporary(name)
    inbox = Inbox(1.0)
    inbox.scan([entry(name)], 0.0)
    assert inbox.scan([entry(name)], 1000.0).ignored == {name: Ignored.TEMPORARY}


def test_links_pipes_and_folders_are_never_taken() -> None:
    inbox = Inbox(1.0)
    inbox.scan([entry(regular=False)], 0.0)
    assert inbox.scan([entry(regular=False)], 1000.0).ignored == {"a.edi": Ignored.NOT_REGULAR}


def test_put_back_rests_anew_and_settled_is_forgotten() -> None:
    inbox = Inbox(1.0)
    inbox.scan([entry()], 0.0)
    assert names(inbox.scan([entry()], 1.0)) == ["a.edi"]
    inbox.put_back("a.edi")
    assert names(inbox.scan([entry()], 1.5)) == []
    assert names(inbox.scan([entry()], 2.5)) == ["a.edi"]
    inbox.settled("a.edi")
    assert not inbox.under_way
    assert names(inbox.scan([entry(inode=9)], 3.0)) == []


def test_failures_come_again_later_and_later_until_the_file_changes() -> None:
    inbox = Inbox(1.0)
    inbox.scan([entry()], 0.0)
    now, pauses = 1.0, []
    for count in range(1, 10):
        assert names(inbox.scan([entry()], now)) == ["a.edi"]
        assert inbox.failed("a.edi", now) == count
        verdict = inbox.scan([entry()], now)
        assert verdict.waiting == {"a.edi": Wait.RETRY}
        assert verdict.next_look is not None
        pauses.append(verdict.next_look - now)
        now = verdict.next_look
    assert pauses == [1, 2, 4, 8, 16, 32, 60, 60, 60]
    other = entry(inode=2)
    inbox.scan([other], now)
    assert names(inbox.scan([other], now + 1.0)) == ["a.edi"]


def test_a_scan_that_did_not_look_keeps_the_failures() -> None:
    inbox = Inbox(1.0)
    inbox.scan([entry()], 0.0)
    inbox.scan([entry()], 1.0)
    inbox.failed("a.edi", 1.0)
    inbox.scan([], 1.1, unseen={"a.edi"})
    assert inbox.scan([entry()], 1.2).waiting == {"a.edi": Wait.RETRY}


@dataclass
class World:
    """A file system that reuses inode numbers, with a clock in hundredths of a second."""

    now: int = 0
    files: dict[str, list[int]] = field(default_factory=dict)
    """Name to inode, size, time of the last write."""
    renames: list[Rename] = field(default_factory=list)
    whole: set[tuple[str, int]] = field(default_factory=set)
    """Names, with the inode, that their sender will not touch again."""

    def create(self, name: str) -> None:
        used = {inode for inode, _, _ in self.files.values()}
        self.files[name] = [min(set(range(1, 50)) - used), 0, self.now]

    def write(self, name: str, count: int) -> None:
        self.files[name][1] += count
        self.files[name][2] = self.now

    def rename(self, source: str, target: str, *, watched: bool) -> None:
        self.files[target] = self.files.pop(source)
        if watched:
            self.renames.append(Rename(source, target))

    def finish(self, name: str) -> None:
        self.whole.add((name, self.files[name][0]))

    def entries(self) -> list[Entry]:
        return [
            Entry(name, inode, 1, size, when * SECOND // 100) for name, (inode, size, when) in self.files.items()
        ]  # fmt: skip


SETTLE = 1.0
GAPS = st.integers(0, 99)
"""Hundredths of a second between two writes of a sender: below the settle time, or no rule by rest can hold."""


@dataclass
class Sender:
    """One upload: its steps, each with the pause before it."""

    name: str
    steps: list[tuple[int, str, int]]
    next_at: int = 0


@st.composite
def uploads(draw: st.DrawFn) -> list[Sender]:
    senders = []
    for number in range(draw(st.integers(1, 4))):
        name = f"f{number}.edi"
        style = draw(st.sampled_from(["direct", "temporary", "hidden", "marker", "abandoned"]))
        writes = [("write", size) for size in draw(st.lists(st.integers(1, 5), min_size=1, max_size=5))]
        steps = [("create", 0), *writes]
        if style == "temporary" or style == "hidden":
            steps.append(("rename", draw(st.integers(0, 1))))
        if style == "marker":
            steps.append(("mark", 0))
        if style == "abandoned":
            steps.append(("delete", 0))
        under = {"temporary": name + ".part", "hidden": "." + name, "abandoned": name + ".tmp"}.get(style, name)
        gap = st.integers(0, 400) if under != name else GAPS
        start = draw(st.integers(0, 300))
        senders.append(Sender(under, [(draw(gap) if i else start, *step) for i, step in enumerate(steps)]))
        senders[-1].next_at = senders[-1].steps[0][0]
    return senders


def step(world: World, sender: Sender) -> None:
    _, action, amount = sender.steps.pop(0)
    if action == "create":
        world.create(sender.name)
    elif action == "write":
        world.write(sender.name, amount)
    elif action == "rename":
        final = sender.name.removesuffix(".part").removeprefix(".")
        world.rename(sender.name, final, watched=bool(amount))
        sender.name = final
    elif action == "mark":
        world.create(sender.name + ".done")
    elif action == "delete":
        del world.files[sender.name]
    if sender.steps:
        sender.next_at = world.now + sender.steps[0][0]
    elif action != "delete":
        world.finish(sender.name)


@settings(max_examples=500, deadline=None)
@given(uploads(), st.lists(st.integers(1, 150), min_size=20, max_size=60))
@pytest.mark.failure("F1")
def test_no_file_is_taken_that_its_sender_still_writes_and_each_that_rests_is_taken(
    senders: list[Sender], pauses: list[int]
) -> None:
    world, inbox = World(), Inbox(SETTLE)
    expected = {s.name.removesuffix(".part").removeprefix(".") for s in senders if not s.name.endswith(".tmp")}
    taken: list[str] = []
    next_scan = 0
    while len(taken) < len(expected) and world.now < 20_000:
        for sender in senders:
            while sender.steps and sender.next_at <= world.now:
                step(world, sender)
        if world.now >= next_scan:
            renames, world.renames = world.renames, []
            for ripe in inbox.scan(world.entries(), world.now / 100, renames).ripe:
                name = ripe.entry.name
                assert (name, ripe.entry.inode) in world.whole, f"{name} was taken too early ({ripe.why})"
                taken.append(name)
                inbox.settled(name)
                del world.files[name]
                world.files.pop(name + ".done", None)
            next_scan = world.now + (pauses.pop() if pauses else 50)
        world.now += 1
    assert sorted(taken) == sorted(expected)
