"""The ledger's disk is full: nothing is accepted, nothing is lost, and it goes on by itself when there is room."""

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.rigs.gateway import gateway
from tests.rigs.x12_bytes import order


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 8 MB in memory; mounting one needs root."""
    if os.geteuid() != 0:
        assert "CI" not in os.environ, "CI runs as root, so that nothing is skipped"
        pytest.skip("mounting a small tmpfs needs root")
    folder = tmp_path / "disk"
    folder.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", str(folder)], check=True)
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)


def test_intake_stops_while_the_disk_is_full_and_goes_on_after(tmp_path: Path, small_disk: Path) -> None:
    env = {"WHARF__GATEWAY__DATA": str(small_disk / "data")}
    with gateway(tmp_path / "st", env) as house:
        house.put("first.edi", order("000000001"))
        house.wait((house.drop / "done" / "first.edi").exists, "the first")
        ballast = small_disk / "ballast"
        with ballast.open("wb") as stream, pytest.raises(OSError, match="No space left"):
            while True:
                stream.write(bytes(65536))
                stream.flush()
        large = order("000000002").replace(b"CTT*1~", b"CTT*1~\n" + b"\n" * 400_000)
        house.put("second.edi", large)
        house.wait(lambda: house.get("/readyz")[0] == 503, "readiness tells it")
        assert (house.drop / "in" / "second.edi").exists()
        assert house.get("/healthz")[0] == 200
        ballast.unlink()
        house.wait((house.drop / "done" / "second.edi").exists, "the second, by itself", 90)
        house.wait(lambda: house.get("/readyz")[0] == 200, "readiness is back")
        house.wait(lambda: len(house.answers("acme", "997")) == 2, "both 997s")
        house.wait(lambda: len(house.tap()) == 2, "both events")
