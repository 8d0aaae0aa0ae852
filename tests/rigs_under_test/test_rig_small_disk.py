"""The small disk is full when it is filled, and has room again after."""

from pathlib import Path

import pytest

from tests.rigs.small_disk import small_disk


def test_it_is_full_and_then_it_is_not(tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk", 2) as disk:
        (disk.folder / "before").write_bytes(b"before")
        disk.fill()
        with pytest.raises(OSError, match="No space left"):
            (disk.folder / "more").write_bytes(bytes(8192))
        disk.fill(leave=262_144)
        (disk.folder / "some").write_bytes(bytes(65536))
        disk.free()
        (disk.folder / "much").write_bytes(bytes(1 << 20))
    assert not (tmp_path / "disk").is_mount()
