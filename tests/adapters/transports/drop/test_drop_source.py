"""The drop channel on real folders, with the real watch."""

import asyncio
import itertools
import mmap
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Coroutine, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from structlog.testing import capture_logs

from adapters.contracts import AdapterError, Delivery, Outcome, Receipt
from adapters.transports.drop.folder import Unfit, entry_of, opened, origin, printable, take
from adapters.transports.drop.inbox import Ripe, Whole
from adapters.transports.drop.moving import Move, Moved, move_all, remove_left_overs, rename_exclusive
from adapters.transports.drop.settings import DropSettings
from adapters.transports.drop.source import DropSource
from tests.conformance_transport import eventually, examine_source, running

MEMORY = Path("/dev/shm")  # noqa: S108 - only a place for a fresh folder on another file system
NOBODY = 65534
LONG = 3600.0
"""A settle time that no test waits for: what is taken then was taken by another rule."""


@dataclass
class Drop:
    """A drop folder, its gateway's side and its sender's."""

    root: Path
    settle: float = 0.2
    workers: int = 4
    max_bytes: int = 10_000_000
    memory_limit: int = 1_000_000
    keeps: bool = True
    seen: list[Delivery] = field(default_factory=list)
    outcome: Outcome = Outcome.ACCEPTED
    diagnosis: bytes | None = None

    @property
    def settings(self) -> DropSettings:
        return DropSettings(
            self.root / "in", 0.1, self.settle, self.workers, self.max_bytes, self.memory_limit
        )  # fmt: skip

    def source(self) -> DropSource:
        self.settings.path.mkdir(parents=True, exist_ok=True)
        numbers = itertools.count(1)
        return DropSource(
            "suppliers",
            self.settings,
            spool=self.root / "spool",
            clock=lambda: datetime.now(UTC),
            new_id=lambda: f"d{os.getpid()}-{id(numbers)}-{next(numbers)}",
        )

    async def handle(self, delivery: Delivery) -> Receipt:
        self.seen.append(delivery)
        return Receipt(delivery.id, self.outcome, diagnosis=self.diagnosis)

    def put(self, name: str, content: bytes) -> Path:
        self.settings.path.mkdir(parents=True, exist_ok=True)
        path = self.settings.path / name
        path.write_bytes(content)
        return path

    async def send(self, name: str, content: bytes) -> None:
        self.put("." + name, content).rename(self.settings.path / name)

    async def answer(self, name: str) -> str | None:
        if (self.settings.path / name).exists():
            return None
        if (self.settings.done / name).exists():
            return "taken"
        return "refused" if (self.settings.rejected / name).exists() else None

    def done(self) -> dict[str, bytes]:
        return contents(self.settings.done)

    def rejected(self) -> dict[str, bytes]:
        return contents(self.settings.rejected)


@pytest.fixture
def drop(tmp_path: Path) -> Drop:
    return Drop(tmp_path)


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()} if folder.is_dir() else {}


def play(story: Callable[[], Coroutine[Any, Any, None]]) -> None:
    asyncio.run(story())


def test_keeps_the_promises_of_a_source(tmp_path: Path) -> None:
    numbers = itertools.count()
    asyncio.run(examine_source(lambda: Drop(tmp_path / str(next(numbers)))))


def test_missing_folders_are_made_and_private(tmp_path: Path) -> None:
    drop = Drop(tmp_path / "var" / "drop")

    async def story() -> None:
        source = drop.source()
        drop.settings.path.rmdir()
        async with running(source, drop.handle):
            await eventually(lambda: source.last_scan is not None, "the first scan")
            assert source.listening()
        for folder in (drop.settings.path, drop.settings.done, drop.settings.rejected):
            assert folder.stat().st_mode & 0o027 == 0

    play(story)


@pytest.mark.failure("F1")
def test_a_file_that_grows_with_pauses_is_taken_once_and_whole(drop: Drop) -> None:
    async def story() -> None:
        async with running(drop.source(), drop.handle):
            with (drop.settings.path / "slow.edi").open("wb") as file:
                for part in range(12):
                    file.write(b"%03d~" % part)
                    file.flush()
                    await asyncio.sleep(0.1)
                assert drop.seen == []
            await eventually(lambda: len(drop.done()) == 1, "the file in done")

    drop.settle = 0.6
    play(story)
    assert [delivery.content for delivery in drop.seen] == [b"".join(b"%03d~" % part for part in range(12))]


@pytest.mark.parametrize("temporary", [".order.edi.x7Q2", "order.edi.part", "order.edi.filepart", "order.tmp"])
@pytest.mark.failure("F1")
def test_a_rename_from_a_temporary_name_is_taken_at_once(drop: Drop, temporary: str) -> None:
    drop.settle = LONG

    async def story() -> None:
        source = drop.source()
        async with running(source, drop.handle):
            await eventually(source.listening, "listening")
            drop.put(temporary, b"ISA*").rename(drop.settings.path / "order.edi")
            await eventually(lambda: drop.done() == {"order.edi": b"ISA*"}, "the file in done")

    play(story)


def test_a_rename_is_known_without_the_watch(drop: Drop, monkeypatch: pytest.MonkeyPatch) -> None:
    """A system without watches: one warning, and the scan alone finds the rename."""

    def no_watch(*_: object) -> None:
        raise OSError(28, "inotify watch limit reached")

    monkeypatch.setattr("adapters.transports.drop.watch.Watch.start", no_watch)
    drop.settle = LONG

    async def story() -> None:
        source = drop.source()
        drop.put("order.tmp", b"ISA*")
        async with running(source, drop.handle):
            await eventually(source.listening, "listening")
            await asyncio.sleep(0.3)
            (drop.settings.path / "order.tmp").rename(drop.settings.path / "order.edi")
            await eventually(lambda: drop.done() == {"order.edi": b"ISA*"}, "the file in done")

    with capture_logs() as logs:
        play(story)
    assert [(line["log_level"], "no watch" in line["event"]) for line in logs] == [("warning", True)]


@pytest.mark.failure("F1")
def test_a_marker_is_taken_at_once_and_goes_with_its_file(drop: Drop) -> None:
    drop.settle = LONG

    async def story() -> None:
        async with running(drop.source(), drop.handle):
            drop.put("order.edi", b"ISA*")
            drop.put("order.edi.done", b"")
            await eventually(lambda: drop.done() == {"order.edi": b"ISA*"}, "the file in done")
            assert list(drop.settings.path.iterdir()) == []

    play(story)


@pytest.mark.failure("F11")
def test_links_pipes_and_folders_stay_untouched(drop: Drop) -> None:
    secret = drop.root / "secret"
    secret.write_bytes(b"secret")

    async def story() -> None:
        source = drop.source()
        (drop.settings.path / "link.edi").symlink_to(secret)
        (drop.settings.path / "folder.edi").mkdir()
        os.mkfifo(drop.settings.path / "pipe.edi")
        async with running(source, drop.handle):
            await drop.send("last.edi", b"ISA*")
            await eventually(lambda: set(drop.done()) == {"last.edi"}, "the real file")
            await asyncio.sleep(3 * drop.settle)
        assert sorted(path.name for path in drop.settings.path.iterdir()) == ["folder.edi", "link.edi", "pipe.edi"]

    play(story)
    assert [delivery.content for delivery in drop.seen] == [b"ISA*"]
    assert secret.read_bytes() == b"secret"


def test_a_name_that_is_taken_gets_a_number(drop: Drop) -> None:
    drop.settings.done.mkdir(parents=True)
    (drop.settings.done / "order.edi").write_bytes(b"earlier")

    async def story() -> None:
        async with running(drop.source(), drop.handle):
            for content in (b"one", b"two"):
                await drop.send("order.edi", content)
                await eventually(lambda content=content: content in drop.done().values(), "the move")

    play(story)
    assert drop.done() == {"order.edi": b"earlier", "order.edi.2": b"one", "order.edi.3": b"two"}
    assert len({delivery.origin for delivery in drop.seen}) == 2


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("zwei\nzeilen.edi", "zwei\\nzeilen.edi"),
        ("Bestellung für Łódź 病院.edi", "Bestellung für Łódź 病院.edi"),
        ("bad\udcff.edi", "bad\\xff.edi"),
        ("\u202eide.exe", "\\u202eide.exe"),
        ("-rf", "-rf"),
        ("x" * 255, "x" * 255),
    ],
)
@pytest.mark.failure("F11")
def test_names_of_any_bytes(drop: Drop, name: str, shown: str) -> None:
    async def story() -> None:
        async with running(drop.source(), drop.handle):
            drop.put(name, b"ISA*")
            await eventually(lambda: len(drop.done()) == 1, "the file in done")

    play(story)
    assert [delivery.name for delivery in drop.seen] == [shown]
    assert drop.seen[0].origin.isascii()
    assert list(drop.done()) == [name if len(name) < 200 else name[: 255 - len(".problems.txt")]]


@pytest.mark.parametrize("outcome", [Outcome.REJECTED, Outcome.QUARANTINED, Outcome.PARTIAL])
def test_the_problems_lie_beside_the_file(drop: Drop, outcome: Outcome) -> None:
    drop.outcome, drop.diagnosis = outcome, b"X12-E0001: something"

    async def story() -> None:
        async with running(drop.source(), drop.handle):
            await drop.send("bad.edi", b"ISB*")
            await eventually(lambda: await_empty(drop), "the move")

    play(story)
    found = drop.done() if outcome is Outcome.PARTIAL else drop.rejected()
    assert found == {"bad.edi": b"ISB*", "bad.edi.problems.txt": b"X12-E0001: something"}


def await_empty(drop: Drop) -> bool:
    return not list(drop.settings.path.iterdir())


def test_a_sender_s_file_named_like_a_note_is_not_overwritten(drop: Drop) -> None:
    drop.outcome, drop.diagnosis = Outcome.REJECTED, b"what was wrong"

    async def story() -> None:
        async with running(drop.source(), drop.handle):
            await drop.send("a.edi.problems.txt", b"from a sender")
            await eventually(lambda: await_empty(drop), "the first move")
            await drop.send("a.edi", b"ISB*")
            await eventually(lambda: await_empty(drop), "the second move")

    play(story)
    assert drop.rejected() == {
        "a.edi.problems.txt": b"from a sender",
        "a.edi.problems.txt.problems.txt": b"what was wrong",
        "a.edi.2": b"ISB*",
        "a.edi.2.problems.txt": b"what was wrong",
    }


@pytest.mark.failure("F13")
def test_a_file_above_the_limit_is_refused_with_a_note_and_never_read(drop: Drop) -> None:
    drop.max_bytes = 100

    async def story() -> None:
        async with running(drop.source(), drop.handle):
            await drop.send("large.edi", b"x" * 101)
            await drop.send("fits.edi", b"x" * 100)
            await eventually(lambda: await_empty(drop), "both moves")

    play(story)
    assert [delivery.name for delivery in drop.seen] == ["fits.edi"]
    assert b"101 bytes" in drop.rejected()["large.edi.problems.txt"]
    assert drop.rejected()["large.edi"] == b"x" * 101


@pytest.mark.failure("F13", "P3")
def test_a_large_file_is_mapped_from_a_private_copy(drop: Drop) -> None:
    content = bytes(range(256)) * 8192
    cut: list[bytes] = []

    async def handle(delivery: Delivery) -> Receipt:
        assert isinstance(delivery.content, mmap.mmap)
        os.truncate(drop.settings.path / "large.edi", 0)
        cut.append(delivery.content[:])
        return await drop.handle(delivery)

    async def story() -> None:
        async with running(drop.source(), handle):
            await drop.send("large.edi", content)
            await eventually(lambda: len(cut) == 1, "the delivery")

    play(story)
    assert cut == [content]
    assert list((drop.root / "spool").iterdir()) == []


def test_an_empty_file_is_taken_in_the_end(drop: Drop) -> None:
    drop.settle = 0.05

    async def story() -> None:
        async with running(drop.source(), drop.handle):
            drop.put("empty.edi", b"")
            await eventually(lambda: drop.done() == {"empty.edi": b""}, "the empty file in done")

    play(story)


@pytest.mark.failure("F2", "F8")
def test_a_file_replaced_while_it_is_handled_is_taken_as_well(drop: Drop) -> None:
    """The first content was accepted; what lies under the name now is another arrival, and is not moved unread."""

    async def handle(delivery: Delivery) -> Receipt:
        if not drop.seen:
            await drop.send("order.edi", b"second")
        return await drop.handle(delivery)

    async def story() -> None:
        async with running(drop.source(), handle):
            await drop.send("order.edi", b"first")
            await eventually(lambda: drop.done() == {"order.edi": b"second"}, "the second content in done")

    play(story)
    assert [delivery.content for delivery in drop.seen] == [b"first", b"second"]


@pytest.mark.failure("F2")
def test_a_file_replaced_over_and_over_is_never_read_in_halves(drop: Drop) -> None:
    """A sender that replaces the file in a loop: every content handed in is one that it wrote."""
    drop.settle = 0.05

    async def story() -> None:
        async with running(drop.source(), drop.handle):
            for number in range(60):
                await drop.send("order.edi", b"%06d" % number * 10_000)
                await asyncio.sleep(0.01)
            await eventually(lambda: await_empty(drop), "the last one in done")

    play(story)
    assert all(delivery.content[:6] * 10_000 == delivery.content for delivery in drop.seen)
    last = b"%06d" % 59 * 10_000
    assert drop.seen[-1].content == last
    assert {delivery.content for delivery in drop.seen} >= set(drop.done().values())


def test_what_changes_or_vanishes_before_it_is_opened_is_not_read(drop: Drop) -> None:
    path = drop.put("order.edi", b"ISA*")
    entry = entry_of("order.edi", path.lstat())
    limits = {"max_bytes": 100, "memory_limit": 2, "spool": drop.root}

    def attempt() -> object:
        return take(drop.settings.path, entry, **limits)  # type: ignore[arg-type]

    assert not isinstance(attempt(), Unfit)
    path.write_bytes(b"ISA*more")
    assert attempt() is Unfit.CHANGED
    path.unlink()
    assert attempt() is Unfit.VANISHED
    path.symlink_to(drop.root / "elsewhere")
    assert attempt() is Unfit.CHANGED
    path.unlink()
    os.mkfifo(path)
    assert attempt() is Unfit.CHANGED


@pytest.mark.failure("F15")
def test_a_file_that_vanishes_stops_nothing(drop: Drop) -> None:
    async def handle(delivery: Delivery) -> Receipt:
        (drop.settings.path / delivery.name).unlink()
        return await drop.handle(delivery)

    async def story() -> None:
        async with running(drop.source(), handle):
            for name in ("a.edi", "b.edi"):
                await drop.send(name, b"ISA*")
                await eventually(lambda: await_empty(drop), "gone")
            await eventually(lambda: len(drop.seen) == 2, "the second delivery")
        assert drop.done() == {}

    play(story)


@pytest.fixture
def stranger() -> Iterator[Drop]:
    """A drop folder seen by a user with no more rights than any other: root gives up its own for the test."""
    root = Path(tempfile.mkdtemp())
    user = os.geteuid()
    if user == 0:
        os.chown(root, NOBODY, NOBODY)
        os.seteuid(NOBODY)
    try:
        yield Drop(root)
    finally:
        os.seteuid(user)
        shutil.rmtree(root)


@pytest.mark.failure("F15")
def test_an_unreadable_file_waits_is_told_once_and_stops_nobody(stranger: Drop) -> None:
    async def story() -> None:
        async with running(stranger.source(), stranger.handle):
            path = stranger.put("locked.edi", b"ISA*")
            path.chmod(0)
            await eventually(lambda: len(logs) > 0, "the warning")
            await stranger.send("open.edi", b"ISA*2")
            await eventually(lambda: set(stranger.done()) == {"open.edi"}, "the readable file in done")
            await asyncio.sleep(1.5)
            path.chmod(0o600)
            await eventually(lambda: set(stranger.done()) == {"open.edi", "locked.edi"}, "the mended file in done")

    with capture_logs() as logs:
        play(story)
    assert [(line["file"], line["error_type"]) for line in logs] == [("locked.edi", "PermissionError")]


@pytest.mark.failure("F16")
def test_a_done_folder_without_rights_leaves_the_file_until_it_is_mended(
    stranger: Drop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("adapters.transports.drop.source.MOVE_RETRY", 0.2)

    async def story() -> None:
        source = stranger.source()
        async with running(source, stranger.handle):
            await eventually(source.listening, "listening")
            stranger.settings.done.chmod(0o500)
            await stranger.send("a.edi", b"ISA*")
            await eventually(lambda: len(logs) > 0, "the error")
            assert (stranger.settings.path / "a.edi").exists()
            stranger.settings.done.chmod(0o700)
            await eventually(lambda: stranger.done() == {"a.edi": b"ISA*"}, "the file in done")

    with capture_logs() as logs:
        play(story)
    assert len(stranger.seen) == 1


@pytest.mark.failure("L1")
def test_logs_never_hold_the_text_of_an_unknown_error(drop: Drop) -> None:
    async def handle(delivery: Delivery) -> Receipt:
        raise ValueError("JOHN DOE 1970-01-01")

    async def story() -> None:
        async with running(drop.source(), handle):
            await drop.send("order.edi", b"ISA*")
            await eventually(lambda: len(logs) > 0, "the log line")

    with capture_logs() as logs:
        play(story)
    assert [(line["log_level"], line["error_type"]) for line in logs] == [("error", "ValueError")]
    assert "DOE" not in repr(logs)
    assert (drop.settings.path / "order.edi").exists()


@pytest.mark.failure("P6")
def test_a_cancellation_inside_a_handler_is_a_failure_not_the_end(drop: Drop) -> None:
    async def handle(delivery: Delivery) -> Receipt:
        if not drop.seen:
            drop.seen.append(delivery)
            raise asyncio.CancelledError
        return await drop.handle(delivery)

    async def story() -> None:
        async with running(drop.source(), handle):
            await drop.send("order.edi", b"ISA*")
            await eventually(lambda: drop.done() == {"order.edi": b"ISA*"}, "the file in done")

    play(story)


def test_a_move_that_fails_leaves_the_file_and_hands_nothing_in_again(
    drop: Drop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("adapters.transports.drop.source.MOVE_RETRY", 0.3)

    async def story() -> None:
        async with running(drop.source(), drop.handle):
            await eventually(drop.settings.done.is_dir, "the folder")
            drop.settings.done.rename(drop.root / "away")
            for name in ("a.edi", "b.edi"):
                await drop.send(name, name.encode())
            await eventually(lambda: len(drop.seen) == 2, "both deliveries")
            await asyncio.sleep(1.0)
            assert sorted(path.name for path in drop.settings.path.iterdir()) == ["a.edi", "b.edi"]
            (drop.root / "away").rename(drop.settings.done)
            await eventually(lambda: set(drop.done()) == {"a.edi", "b.edi"}, "both in done")
            await eventually(lambda: len(logs) == 2, "the good news")

    with capture_logs() as logs:
        play(story)
    assert len(drop.seen) == 2
    assert [line["log_level"] for line in logs] == ["error", "info"]


@pytest.mark.failure("F12")
def test_a_folder_that_goes_away_is_told_once_and_found_again(drop: Drop) -> None:
    async def story() -> None:
        source = drop.source()
        async with running(source, drop.handle):
            await eventually(source.listening, "listening")
            drop.settings.path.rename(drop.root / "away")
            await eventually(lambda: not source.listening(), "not listening")
            await asyncio.sleep(0.5)
            (drop.root / "away").rename(drop.settings.path)
            await eventually(source.listening, "listening again")
            drop.put("order.edi", b"ISA*")
            await eventually(lambda: drop.done() == {"order.edi": b"ISA*"}, "the file in done")

    with capture_logs() as logs:
        play(story)
    assert [line["event"] for line in logs if "read" in line["event"]] == [
        "the folder cannot be read",
        "the folder can be read again",
    ]


@pytest.mark.failure("F12")
def test_a_folder_made_anew_is_polled_after_its_watch_died(drop: Drop) -> None:
    async def story() -> None:
        source = drop.source()
        async with running(source, drop.handle):
            await eventually(source.listening, "listening")
            drop.settings.path.rmdir()
            await eventually(lambda: any("watch" in line["event"] for line in logs), "the warning")
            drop.settings.path.mkdir()
            drop.put("order.edi", b"ISA*")
            await eventually(lambda: drop.done() == {"order.edi": b"ISA*"}, "the file in done")

    with capture_logs() as logs:
        play(story)


def test_oldest_first(drop: Drop) -> None:
    drop.workers = 1
    for number in range(20):
        path = drop.put(f"{(number * 7) % 20:02d}.edi", b"ISA*")
        os.utime(path, ns=(0, 1_000_000_000 * number))
    drop.settle = 0.05

    async def story() -> None:
        async with running(drop.source(), drop.handle):
            await eventually(lambda: len(drop.done()) == 20, "all")

    play(story)
    assert [delivery.name for delivery in drop.seen] == [f"{(number * 7) % 20:02d}.edi" for number in range(20)]


@pytest.mark.failure("F12")
def test_two_thousand_files_each_once(drop: Drop) -> None:
    async def story() -> None:
        async with running(drop.source(), drop.handle):
            for number in range(2000):
                if number % 2:
                    await drop.send(f"{number}.edi", b"%d" % number)
                else:
                    drop.put(f"{number}.edi", b"%d" % number)
                if number % 100 == 0:
                    await asyncio.sleep(0.01)
            await eventually(lambda: len(list(drop.settings.done.iterdir())) == 2000, "all")

    play(story)
    assert drop.done() == {f"{number}.edi": b"%d" % number for number in range(2000)}
    assert sorted(delivery.content for delivery in drop.seen) == sorted(drop.done().values())  # type: ignore[type-var]


CRASHING = """
import asyncio, os, signal, sys
from datetime import UTC, datetime
from pathlib import Path
from adapters.contracts import Outcome, Receipt
from adapters.transports.drop.settings import DropSettings
from adapters.transports.drop.source import DropSource

async def handle(delivery):
    with open(sys.argv[2], "a") as book:
        book.write(delivery.origin + "\\n")
    if len(sys.argv) > 3:
        os.kill(os.getpid(), signal.SIGKILL)
    return Receipt(delivery.id, Outcome.ACCEPTED)

root = Path(sys.argv[1])
source = DropSource("suppliers", DropSettings(root / "in", 0.05, 0.05), spool=root / "spool",
                    clock=lambda: datetime.now(UTC), new_id=lambda: str(os.getpid()))
asyncio.run(source.run(handle))
"""


@pytest.mark.failure("F3")
def test_killed_between_commit_and_move_the_same_arrival_is_offered_again(drop: Drop) -> None:
    drop.put("order.edi", b"ISA*")
    book = drop.root / "book"
    child = subprocess.run([sys.executable, "-c", CRASHING, str(drop.root), str(book), "kill"], timeout=60)
    assert child.returncode == -signal.SIGKILL
    assert (drop.settings.path / "order.edi").read_bytes() == b"ISA*"

    async def story() -> None:
        async with running(drop.source(), drop.handle):
            await eventually(lambda: drop.done() == {"order.edi": b"ISA*"}, "the file in done")

    play(story)
    assert [delivery.origin for delivery in drop.seen] == book.read_text().split()


@pytest.mark.failure("F3")
def test_killed_again_and_again_every_file_is_accepted_and_lies_in_done_once(drop: Drop) -> None:
    sent = {f"{number}.edi": b"%d" % number for number in range(3000)}
    for name, content in sent.items():
        drop.put(name, content)
    book = drop.root / "book"
    dice = random.Random(1)
    kills = 0
    while len(drop.done()) < len(sent):
        before = len(drop.done())
        child = subprocess.Popen([sys.executable, "-c", CRASHING, str(drop.root), str(book)])
        stop_at = before + dice.randint(1, 500)
        while child.poll() is None and before <= len(drop.done()) < min(stop_at, len(sent)):
            time.sleep(0.002)
        child.kill()
        child.wait()
        kills += 1
    assert kills > 3
    assert drop.done() == sent
    assert await_empty(drop)
    assert len(set(book.read_text().split())) == len(sent)


def _move(drop: Drop, name: str, content: bytes, note: bytes | None = None) -> Move:
    path = drop.put(name, content)
    drop.settings.done.mkdir(exist_ok=True)
    return Move(Ripe(entry_of(name, path.lstat()), Whole.RESTED, has_marker=False), drop.settings.done, "d1", note)


@pytest.mark.failure("F3")
def test_a_crash_after_the_note_writes_no_second_one(drop: Drop) -> None:
    move = _move(drop, "a.edi", b"ISA*", b"what was wrong")
    (drop.settings.done / "a.edi.problems.txt").write_bytes(b"what was wrong")
    assert [result.outcome for result in move_all(drop.settings.path, [move])] == [Moved.MOVED]
    assert drop.done() == {"a.edi": b"ISA*", "a.edi.problems.txt": b"what was wrong"}


def test_one_move_that_fails_does_not_stop_the_others(drop: Drop) -> None:
    good, gone, changed = (_move(drop, name, b"ISA*") for name in ("good", "gone", "changed"))
    (drop.settings.path / "gone").unlink()
    drop.put("changed", b"longer than before")
    lost = Move(_move(drop, "lost", b"ISA*").ripe, drop.root / "nowhere", "d2")
    outcomes = [result.outcome for result in move_all(drop.settings.path, [lost, gone, changed, good])]
    assert isinstance(outcomes[0], FileNotFoundError)
    assert outcomes[1:] == [Moved.GONE, Moved.REPLACED, Moved.MOVED]
    assert sorted(path.name for path in drop.settings.path.iterdir()) == ["changed", "lost"]


def test_after_a_hundred_of_one_name_the_delivery_s_id_is_used(drop: Drop) -> None:
    drop.settings.done.mkdir(parents=True)
    for name in ("a.edi", *(f"a.edi.{number}" for number in range(2, 100))):
        (drop.settings.done / name).write_bytes(b"earlier")
    move_all(drop.settings.path, [_move(drop, "a.edi", b"ISA*")])
    assert drop.done()["a.edi.d1"] == b"ISA*"
    assert len(drop.done()) == 100


@pytest.mark.parametrize("with_renameat2", [True, False])
def test_a_file_system_without_exclusive_rename(
    drop: Drop, monkeypatch: pytest.MonkeyPatch, with_renameat2: bool
) -> None:
    if not with_renameat2:
        monkeypatch.setattr("adapters.transports.drop.moving._LIBC", object())
    (drop.root / "one").write_bytes(b"one")
    (drop.root / "two").write_bytes(b"two")
    with opened(drop.root) as folder, pytest.raises(FileExistsError):
        rename_exclusive("one", "two", folder, folder)
    assert [(drop.root / name).read_bytes() for name in ("one", "two")] == [b"one", b"two"]
    first = move_all(drop.settings.path, [_move(drop, "a.edi", b"one")])
    second = move_all(drop.settings.path, [_move(drop, "a.edi", b"two")])
    assert [result.outcome for result in (*first, *second)] == [Moved.MOVED, Moved.MOVED]
    assert drop.done() == {"a.edi": b"one", "a.edi.2": b"two"}
    assert await_empty(drop)


@pytest.mark.skipif(not MEMORY.is_dir(), reason="needs a second file system")
@pytest.mark.failure("F16")
def test_moves_to_another_file_system(drop: Drop) -> None:
    other = Path(tempfile.mkdtemp(dir=MEMORY))
    try:
        move = _move(drop, "a.edi", b"ISA*" * 1000, b"what was wrong")
        if other.stat().st_dev == drop.root.stat().st_dev:
            pytest.skip("one file system only")
        (other / "a.edi").write_bytes(b"earlier")
        moved = move_all(drop.settings.path, [Move(move.ripe, other, "d1", move.note)])
        assert [result.outcome for result in moved] == [Moved.MOVED]
        assert {path.name: path.read_bytes() for path in other.iterdir()} == {
            "a.edi": b"earlier",
            "a.edi.2": b"ISA*" * 1000,
            "a.edi.2.problems.txt": b"what was wrong",
        }
        assert await_empty(drop)
    finally:
        for path in other.iterdir():
            path.unlink()
        other.rmdir()


def test_folders_that_cannot_be_made_are_the_world_s_fault(drop: Drop) -> None:
    source = drop.source()
    drop.settings.done.write_bytes(b"a file where a folder should be")
    with pytest.raises(AdapterError, match="cannot make the folder"):
        asyncio.run(source.run(drop.handle))


@pytest.mark.parametrize(
    "wrong",
    [
        {"poll": 0.0},
        {"settle": -1.0},
        {"settle": float("nan")},
        {"workers": 0},
        {"max_bytes": 0},
        {"path": Path("out")},
    ],
)
def test_settings_that_make_no_sense_are_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r".{10}"):
        DropSettings(**{"path": Path("var/drop/in"), **wrong})


def test_origins_differ_where_the_arrival_differs(drop: Drop) -> None:
    path = drop.put("a.edi", b"ISA*")
    before = origin(entry_of("a.edi", path.lstat()))
    assert origin(entry_of("a.edi", path.lstat())) == before
    os.utime(path, ns=(0, 5))
    assert origin(entry_of("a.edi", path.lstat())) != before
    assert origin(entry_of("b.edi", path.lstat())) != origin(entry_of("a.edi", path.lstat()))
    assert printable("a.edi") == "a.edi"


@pytest.mark.failure("P1", "F3")
def test_what_a_broken_off_move_left_is_removed_and_nothing_else(tmp_path: Path) -> None:
    id = "01a1fe31-de61-73ab-8cd2-e425da32597f"
    left = [f".{id}.tmp", f".{id}.problems.txt.tmp"]
    kept = [".hidden", "order.edi", f"{id}.tmp", ".order edi.tmp", "order.edi.problems.txt"]
    for name in (*left, *kept):
        (tmp_path / name).write_bytes(b"x")
    (tmp_path / ".folder.tmp").mkdir()
    remove_left_overs(tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted([*kept, ".folder.tmp"])
