"""The ledger's disk is full: nothing is accepted, nothing is lost, and it goes on by itself when there is room."""

from pathlib import Path

from tests.rigs.gateway import gateway
from tests.rigs.small_disk import small_disk
from tests.rigs.x12_bytes import order


def test_intake_stops_while_the_disk_is_full_and_goes_on_after(tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk") as disk, gateway(
        tmp_path / "st", {"WHARF__GATEWAY__DATA": str(disk.folder / "data")}
    ) as house:  # fmt: skip
        house.put("first.edi", order("000000001"))
        house.wait((house.drop / "done" / "first.edi").exists, "the first")
        disk.fill()
        large = order("000000002").replace(b"CTT*1~", b"CTT*1~\n" + b"\n" * 400_000)
        house.put("second.edi", large)
        house.wait(lambda: house.get("/readyz")[0] == 503, "readiness tells it")
        assert (house.drop / "in" / "second.edi").exists()
        assert house.get("/healthz")[0] == 200
        disk.free()
        house.wait((house.drop / "done" / "second.edi").exists, "the second, by itself", 90)
        house.wait(lambda: house.get("/readyz")[0] == 200, "readiness is back")
        house.wait(lambda: len(house.answers("acme", "997")) == 2, "both 997s")
        house.wait(lambda: len(house.tap()) == 2, "both events")
