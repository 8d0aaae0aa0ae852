"""The inbox of an SFTP channel against a real OpenSSH server."""

import asyncio
import hashlib
import mmap
import os
from collections.abc import Callable

import pytest

from adapters.contracts import AdapterError, Delivery, Outcome, Receipt
from adapters.transports.sftp.download import SMALL
from adapters.transports.sftp.settings import After
from tests.conformance_transport import eventually, examine_source, running
from tests.rigs.sftp import Channel


def test_keeps_the_promises_of_a_source(channels: Callable[[], Channel]) -> None:
    asyncio.run(examine_source(channels))


def test_takes_the_oldest_first_and_tells_where_it_came_from(acme: Channel) -> None:
    acme.settings["workers"] = 1
    for age, name in enumerate(["c.edi", "a.edi", "b.edi"]):
        path = acme.put(name, name.encode())
        os.utime(path, (1_000_000 + age, 1_000_000 + age))

    async def story() -> None:
        async with running(acme.source(), acme.handle):
            await eventually(lambda: len(acme.done()) == 3, "three files")

    asyncio.run(story())
    assert [delivery.name for delivery in acme.seen] == ["c.edi", "a.edi", "b.edi"]
    assert all(delivery.channel == acme.name for delivery in acme.seen)
    assert str(acme.inbox) in acme.seen[0].origin


def test_leaves_unfinished_files_folders_and_links_alone(acme: Channel) -> None:
    for name in (".hidden", "a.tmp", "b.part", "c.filepart", "D.PART"):
        (acme.inbox / name).write_bytes(b"half")
    (acme.inbox / "folder").mkdir()
    (acme.inbox / "link").symlink_to("/etc/passwd")
    os.mkfifo(acme.inbox / "pipe")
    left = {path.name for path in acme.inbox.iterdir()}

    async def story() -> None:
        async with running(acme.source(), acme.handle):
            await acme.send("whole.edi", b"whole")
            await eventually(lambda: "whole.edi" in acme.done(), "the whole one")
            await asyncio.sleep(0.5)

    asyncio.run(story())
    assert [delivery.content for delivery in acme.seen] == [b"whole"]
    assert {path.name for path in acme.inbox.iterdir()} == left | {"done"}


def test_takes_only_the_names_that_are_asked_for(acme: Channel) -> None:
    acme.settings.update(pattern=("*.edi", "*.x12"), ignore=("test-*",))
    for name in ("a.edi", "b.x12", "readme.txt", "test-c.edi"):
        acme.put(name, name.encode())

    async def story() -> None:
        async with running(acme.source(), acme.handle):
            await eventually(lambda: len(acme.done()) == 2, "two files")
            await asyncio.sleep(0.4)

    asyncio.run(story())
    assert acme.left() == {"readme.txt", "test-c.edi"}


@pytest.mark.failure("F1")
def test_a_file_that_grows_is_taken_when_it_is_whole(acme: Channel) -> None:
    acme.settings["settle"] = 0.6

    async def story() -> None:
        async with running(acme.source(), acme.handle):
            path = acme.inbox / "slow.edi"
            for _ in range(10):
                with path.open("ab") as file:
                    file.write(b"x" * 1000)
                await asyncio.sleep(0.2)
            assert acme.seen == []
            await eventually(lambda: bool(acme.done()), "the file")

    asyncio.run(story())
    assert [len(delivery.content) for delivery in acme.seen] == [10_000]


def test_a_marker_tells_that_a_file_is_whole_and_goes_with_it(acme: Channel) -> None:
    acme.settings["settle"] = 3600
    acme.put("a.edi", b"a")
    acme.put("a.edi.done", b"")

    async def story() -> None:
        async with running(acme.source(), acme.handle):
            await eventually(lambda: acme.left() == set(), "an empty inbox")

    asyncio.run(story())
    assert acme.done() == {"a.edi": b"a"}


@pytest.mark.failure("F10")
def test_names_that_are_no_text_are_taken_and_moved(acme: Channel) -> None:
    names = [b"caf\xe9.edi", "ordre é.edi".encode(), b"new\nline.edi", b"-rf *.edi"]
    for name in names:
        (acme.inbox / os.fsdecode(name)).write_bytes(name)

    async def story() -> None:
        async with running(acme.source(), acme.handle):
            await eventually(lambda: len(acme.done()) == len(names), "all of them")

    asyncio.run(story())
    assert sorted(bytes(delivery.content) for delivery in acme.seen) == sorted(names)
    assert all(delivery.name.isprintable() for delivery in acme.seen)


@pytest.mark.parametrize("size", [0, 1, 32 * 1024, 32 * 1024 + 1, SMALL, SMALL + 1, 5_000_003])
def test_every_size_arrives_whole(acme: Channel, size: int) -> None:
    acme.settings.update(settle=0.01, memory_limit=2_000_000)
    content = os.urandom(size)
    acme.put("f.edi", content)

    async def story() -> None:
        async with running(acme.source(), acme.handle):
            await eventually(lambda: acme.done() == {"f.edi": content}, "the file")

    asyncio.run(story())
    (delivery,) = acme.seen
    assert delivery.content[:] == content
    assert delivery.sha256 == hashlib.sha256(content).hexdigest()
    assert isinstance(delivery.content, mmap.mmap) == (size > 2_000_000)
    assert list(acme.spool.iterdir()) == []


def test_deletes_where_that_is_asked_for(acme: Channel) -> None:
    acme.settings["after"] = After.DELETE
    acme.put("a.edi", b"a")

    async def story() -> None:
        async with running(acme.source(), acme.handle):
            await eventually(lambda: acme.left() == set(), "an empty inbox")

    asyncio.run(story())
    assert [path.name for path in acme.inbox.iterdir()] == []


def test_a_suffix_instead_of_a_folder(acme: Channel) -> None:
    acme.settings.update(done=".taken", rejected=".bad")
    acme.put("a.edi", b"a")

    async def refuses(delivery: Delivery) -> Receipt:
        acme.seen.append(delivery)
        return Receipt(delivery.id, Outcome.REJECTED if delivery.content == b"bad" else Outcome.ACCEPTED)

    async def story() -> None:
        async with running(acme.source(), refuses):
            await eventually(lambda: acme.left() == {"a.edi.taken"}, "the suffix")
            await acme.send("b.edi", b"bad")
            await eventually(lambda: acme.left() == {"a.edi.taken", "b.edi.bad"}, "the other suffix")
            await asyncio.sleep(0.4)

    asyncio.run(story())
    assert len(acme.seen) == 2


def test_never_writes_over_what_lies_in_done(acme: Channel) -> None:
    (acme.inbox / "done").mkdir()
    (acme.inbox / "done" / "a.edi").write_bytes(b"of yesterday")
    acme.put("a.edi", b"of today")

    async def story() -> None:
        async with running(acme.source(), acme.handle):
            await eventually(lambda: len(acme.done()) == 2, "both files")

    asyncio.run(story())
    assert acme.done() == {"a.edi": b"of yesterday", f"a.edi.{acme.seen[0].id}": b"of today"}


@pytest.mark.failure("F2", "F8")
def test_a_file_replaced_before_it_is_moved_is_a_new_arrival(acme: Channel) -> None:
    async def replaces(delivery: Delivery) -> Receipt:
        acme.seen.append(delivery)
        if len(acme.seen) == 1:
            await acme.send("a.edi", b"second, longer")
        return Receipt(delivery.id, Outcome.ACCEPTED)

    async def story() -> None:
        async with running(acme.source(), replaces):
            await acme.send("a.edi", b"first")
            await eventually(lambda: acme.done() == {"a.edi": b"second, longer"}, "the second one")

    asyncio.run(story())
    assert [delivery.content for delivery in acme.seen] == [b"first", b"second, longer"]
    assert acme.seen[0].origin != acme.seen[1].origin


@pytest.mark.failure("F13")
def test_a_file_that_is_too_large_is_set_aside_unread_and_told(acme: Channel) -> None:
    acme.settings.update(max_bytes=1000, after=After.DELETE)
    acme.put("big.edi", b"x" * 1001)

    async def story() -> None:
        async with running(acme.source(), acme.handle):
            await eventually((acme.inbox / "rejected" / "big.edi").exists, "the file in rejected/")

    asyncio.run(story())
    assert acme.seen == []
    assert [code for code, _ in acme.alarms] == ["NET-W0605"]
    assert "1001 bytes" in acme.alarms[0][1]


def test_many_files_come_each_once(acme: Channel) -> None:
    acme.settings["workers"] = 4
    for number in range(500):
        acme.put(f"{number}.edi", b"%d" % number)

    async def story() -> None:
        async with running(acme.source(), acme.handle):
            await eventually(lambda: len(acme.done()) == 500, "all of them")

    asyncio.run(story())
    assert len(acme.seen) == len({delivery.sha256 for delivery in acme.seen}) == 500
    assert acme.left() == set()


@pytest.mark.failure("F3")
def test_what_was_committed_before_a_crash_is_the_same_arrival(acme: Channel) -> None:
    """The answer is lost with the process: after the restart the file comes under the same origin, and then moves."""

    async def commits_and_dies(delivery: Delivery) -> Receipt:
        acme.seen.append(delivery)
        raise AdapterError("the process ends between commit and rename")

    async def story() -> None:
        await acme.send("a.edi", b"a")
        async with running(acme.source(), commits_and_dies):
            await eventually(lambda: bool(acme.seen), "the first offer")
        async with running(acme.source(), acme.handle):
            await eventually(lambda: bool(acme.done()), "the move")

    asyncio.run(story())
    assert len({delivery.origin for delivery in acme.seen}) == 1
    assert len(acme.seen) >= 2
