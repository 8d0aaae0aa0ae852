"""Outbound files on a real OpenSSH server: whole or not there, once or once."""

import asyncio
import os
from dataclasses import replace
from pathlib import Path

import pytest

from adapters.contracts import AdapterError, Parcel
from adapters.transports.sftp.destination import SftpDestination
from tests.conformance_transport import eventually, examine_destination
from tests.rigs.sftp import Channel, threads
from tests.rigs.sshd import Sshd, sshd

PARCEL = Parcel("p1", "acme", "997", "997-000000001.edi", b"ISA*00*")
LARGE = replace(PARCEL, content=os.urandom(60_000_000))


async def _received(folder: Path, parcel: Parcel) -> list[bytes]:
    return [content for name, content in _contents(folder).items() if name == parcel.name]


def _contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_keeps_the_promises_of_a_destination(acme: Channel) -> None:
    asyncio.run(_examined(acme))
    assert {path.name for path in acme.outbox.iterdir()} == {PARCEL.name, "second-" + PARCEL.name}


async def _examined(acme: Channel) -> None:
    line = acme.line()
    try:
        await examine_destination(acme.destination(line), PARCEL, lambda parcel: _received(acme.outbox, parcel))
    finally:
        line.close()


def send(channel: Channel, *parcels: Parcel) -> list[str]:
    """Sends them one after the other over one line."""

    async def story() -> list[str]:
        line = channel.line()
        try:
            destination = channel.destination(line)
            return [await destination.send(parcel) for parcel in parcels]
        finally:
            line.close()

    return asyncio.run(story())


def test_tells_where_it_went(acme: Channel) -> None:
    assert send(acme, PARCEL) == [f"sftp://127.0.0.1:{acme.sshd.port}{acme.outbox}/{PARCEL.name}"]


@pytest.mark.parametrize("size", [0, 1, 32 * 1024, 32 * 1024 * 65 + 7, 5_000_003])
def test_every_size_arrives_whole(acme: Channel, size: int) -> None:
    parcel = replace(PARCEL, content=os.urandom(size))
    send(acme, parcel)
    assert {path.name: path.read_bytes() for path in acme.outbox.iterdir()} == {PARCEL.name: parcel.content}


def test_another_file_under_the_name_is_told_and_kept(acme: Channel) -> None:
    (acme.outbox / PARCEL.name).write_bytes(b"of somebody else")
    with pytest.raises(AdapterError, match="another size"):
        send(acme, PARCEL)
    assert [path.read_bytes() for path in acme.outbox.iterdir()] == [b"of somebody else"]
    assert [code for code, _ in acme.alarms] == ["NET-E0606"]


def test_what_an_earlier_attempt_left_half_written_is_written_over(acme: Channel) -> None:
    (acme.outbox / f".{PARCEL.name}.part").write_bytes(b"half of something longer than the parcel")
    send(acme, PARCEL)
    assert {path.name: path.read_bytes() for path in acme.outbox.iterdir()} == {PARCEL.name: PARCEL.content}


@pytest.mark.parametrize("name", ["", ".hidden", "../escape", "a/b", "a b", "x" * 121, "é"])
def test_other_names_are_refused(acme: Channel, name: str) -> None:
    with pytest.raises(ValueError, match="not a name"):
        send(acme, replace(PARCEL, name=name))
    assert list(acme.outbox.iterdir()) == []


def test_no_such_folder_is_told_once_and_mended_when_it_is_there(acme: Channel) -> None:
    acme.outbox.rmdir()

    async def story() -> None:
        line = acme.line()
        destination = acme.destination(line)
        for _ in range(3):
            with pytest.raises(AdapterError, match="no such file or folder"):
                await destination.send(PARCEL)
        acme.outbox.mkdir()
        await destination.send(PARCEL)
        line.close()

    asyncio.run(story())
    assert [code for code, _ in acme.alarms] == ["NET-E0606"]
    assert str(acme.outbox) in acme.alarms[0][1]


@pytest.mark.failure("S2")
def test_a_full_disk_leaves_nothing_behind_and_is_told(tmp_path: Path) -> None:
    with sshd(tmp_path / "s", limit=512) as server, threads() as pool:
        acme = Channel(server, pool)
        with pytest.raises(AdapterError, match="disk or a quota may be full"):
            send(acme, replace(PARCEL, content=b"x" * 2_000_000))
        assert list(acme.outbox.iterdir()) == []
        assert [code for code, _ in acme.alarms] == ["NET-E0606"]
        send(acme, PARCEL)
        assert [path.name for path in acme.outbox.iterdir()] == [PARCEL.name]


@pytest.mark.parametrize("denied", ["write", "rename,posix-rename", "open"])
def test_a_server_that_forbids_it_is_told_and_nothing_is_shown(tmp_path: Path, denied: str) -> None:
    with sshd(tmp_path / "s", extra=f"ForceCommand internal-sftp -P {denied}") as server, threads() as pool:
        acme = Channel(server, pool)
        with pytest.raises(AdapterError, match="permission denied"):
            send(acme, PARCEL)
        assert list(acme.outbox.iterdir()) == []
        assert [code for code, _ in acme.alarms] == ["NET-E0606"]


def test_a_server_without_look_and_fsync_is_served(tmp_path: Path) -> None:
    extra = "ForceCommand internal-sftp -P lstat,stat,fsync,opendir"
    with sshd(tmp_path / "s", extra=extra) as server, threads() as pool:
        acme = Channel(server, pool)
        send(acme, PARCEL)
        assert [path.name for path in acme.outbox.iterdir()] == [PARCEL.name]


@pytest.mark.failure("F9")
def test_killed_in_the_middle_of_an_upload_it_is_sent_again_whole(own: Sshd) -> None:
    with threads() as pool:
        acme = Channel(own, pool)
        hidden = acme.outbox / f".{PARCEL.name}.part"

        async def story() -> None:
            line = acme.line()
            destination = acme.destination(line)
            sending = asyncio.create_task(destination.send(LARGE))
            await eventually(lambda: hidden.exists() and hidden.stat().st_size > 1_000_000, "the middle")
            own.kill()
            with pytest.raises(AdapterError):
                await sending
            assert hidden.stat().st_size < len(LARGE.content)
            assert not (acme.outbox / PARCEL.name).exists()
            with pytest.raises(AdapterError, match="connection refused"):
                await destination.send(LARGE)
            own.start()
            await _sent(destination, LARGE)
            line.close()

        asyncio.run(story())
        assert [path.name for path in acme.outbox.iterdir()] == [PARCEL.name]
        assert (acme.outbox / PARCEL.name).read_bytes() == LARGE.content


async def _sent(destination: SftpDestination, parcel: Parcel) -> None:
    async def again() -> bool:
        try:
            return bool(await destination.send(parcel))
        except AdapterError:
            return False

    await eventually(again, "the parcel")
