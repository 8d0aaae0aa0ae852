"""Outbound files: whole or not there, once or once."""

import asyncio
import os
from dataclasses import replace
from pathlib import Path

import pytest

from adapters.contracts import AdapterError, Parcel
from adapters.transports.drop.outbox import DropOutbox
from tests.conformance_transport import examine_destination

PARCEL = Parcel("p1", "acme", "997", "997-000000001.edi", b"ISA*00*")


async def _received(root: Path, parcel: Parcel) -> list[bytes]:
    return [path.read_bytes() for path in (root / parcel.partner).iterdir() if path.name == parcel.name]


def test_keeps_the_promises_of_a_destination(tmp_path: Path) -> None:
    asyncio.run(examine_destination(DropOutbox(tmp_path), PARCEL, lambda parcel: _received(tmp_path, parcel)))
    assert sorted(path.name for path in (tmp_path / "acme").iterdir()) == [PARCEL.name, "second-" + PARCEL.name]


def test_returns_where_the_file_lies_and_keeps_it_from_strangers(tmp_path: Path) -> None:
    where = Path(asyncio.run(DropOutbox(tmp_path / "out").send(PARCEL)))
    assert where == tmp_path / "out" / "acme" / PARCEL.name
    assert where.read_bytes() == PARCEL.content
    assert where.stat().st_mode & 0o007 == 0
    assert where.parent.stat().st_mode & 0o007 == 0


@pytest.mark.parametrize("content", [b"", b"ISA*00", b"ISA*00**", b"other"])
def test_other_content_under_the_name_is_told_and_kept(tmp_path: Path, content: bytes) -> None:
    folder = tmp_path / "acme"
    folder.mkdir()
    (folder / PARCEL.name).write_bytes(content)
    with pytest.raises(AdapterError, match="other content"):
        asyncio.run(DropOutbox(tmp_path).send(PARCEL))
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == {PARCEL.name: content}


@pytest.mark.failure("F11")
def test_a_link_under_the_name_is_not_followed(tmp_path: Path) -> None:
    victim = tmp_path / "victim"
    victim.write_bytes(b"victim")
    (tmp_path / "out" / "acme").mkdir(parents=True)
    (tmp_path / "out" / "acme" / PARCEL.name).symlink_to(victim)
    with pytest.raises(AdapterError):
        asyncio.run(DropOutbox(tmp_path / "out").send(PARCEL))
    assert victim.read_bytes() == b"victim"


@pytest.mark.parametrize("name", ["", ".", "..", "../x", "a/b", "/etc/x", ".hidden", "a b", "ä", "a\n", "x" * 121])
@pytest.mark.failure("F11")
def test_names_outside_the_charset_are_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(ValueError, match="not a name"):
        asyncio.run(DropOutbox(tmp_path).send(replace(PARCEL, name=name)))
    with pytest.raises(ValueError, match="not a partner"):
        asyncio.run(DropOutbox(tmp_path).send(replace(PARCEL, partner=name)))
    assert list(tmp_path.iterdir()) == []


def test_half_written_files_of_a_crash_are_removed_and_nothing_else(tmp_path: Path) -> None:
    folder = tmp_path / "acme"
    folder.mkdir()
    (folder / f".{PARCEL.name}.4711-3.tmp").write_bytes(b"ISA")
    kept = {".note", "997-000000000.edi", "upload.tmp", ".x.tmp"}
    for name in kept:
        (folder / name).write_bytes(b"kept")
    asyncio.run(DropOutbox(tmp_path).prepare())
    assert {path.name for path in folder.iterdir()} == kept


@pytest.mark.failure("S2")
def test_a_disk_that_fails_is_the_world_s_fault_and_leaves_nothing_half(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_: int) -> None:
        raise OSError(5, "Input/output error")

    outbox = DropOutbox(tmp_path)
    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", broken)
        with pytest.raises(AdapterError, match="Input/output error"):
            asyncio.run(outbox.send(PARCEL))
    assert [path.name for path in (tmp_path / "acme").iterdir()] == []
    asyncio.run(outbox.send(PARCEL))
    assert asyncio.run(_received(tmp_path, PARCEL)) == [PARCEL.content]
