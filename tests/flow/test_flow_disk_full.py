"""The ledger's disk fills: intake stops in time, nothing is lost, and it goes on by itself when there is room."""

import http.client
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.rigs.gateway import gateway, wharf
from tests.rigs.hl7_messages import message
from tests.rigs.small_disk import SmallDisk
from tests.rigs.small_disk import small_disk as mounted
from tests.rigs.x12_bytes import order


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[SmallDisk]:
    """A file system of 8 MB in memory; mounting one needs root."""
    with mounted(tmp_path / "disk") as disk:
        yield disk


@pytest.mark.failure("S1")
def test_intake_stops_while_the_disk_is_full_and_goes_on_after(tmp_path: Path, small_disk: SmallDisk) -> None:
    with gateway(tmp_path / "st", {"WHARF__GATEWAY__DATA": str(small_disk.folder / "data")}) as house:
        house.put("first.edi", order("000000001"))
        house.wait((house.drop / "done" / "first.edi").exists, "the first")
        small_disk.fill()
        large = order("000000002").replace(b"CTT*1~", b"CTT*1~\n" + b"\n" * 400_000)
        house.put("second.edi", large)
        house.wait(lambda: house.get("/readyz")[0] == 503, "readiness tells it")
        assert (house.drop / "in" / "second.edi").exists()
        assert house.get("/healthz")[0] == 200
        small_disk.free()
        house.wait((house.drop / "done" / "second.edi").exists, "the second, by itself", 90)
        house.wait(lambda: house.get("/readyz")[0] == 200, "readiness is back")
        house.wait(lambda: len(house.answers("acme", "997")) == 2, "both 997s")
        house.wait(lambda: len(house.tap()) == 2, "both events")


@pytest.mark.failure("S1")
def test_intake_stops_before_the_disk_is_full_with_a_clear_word_at_each_door(
    tmp_path: Path, small_disk: SmallDisk
) -> None:
    env = {"WHARF__GATEWAY__DATA": str(small_disk.folder / "data"), "WHARF__LIMITS__FREE_PERCENT": "40"}
    with gateway(tmp_path / "st", env) as house:
        house.put("first.edi", order("000000001"))
        house.wait((house.drop / "done" / "first.edi").exists, "the first")
        (small_disk.folder / "others").write_bytes(bytes(free(small_disk.folder) - (2 << 20)))
        house.wait(lambda: house.get("/readyz")[0] == 503, "readiness tells it")
        told = json.loads(house.get("/readyz")[1])
        assert told["ledger"] == {"writable": True}, "it is stopped before the ledger is in need"
        assert told["intake"] == {"open": False}
        assert told["disks"]["data"]["level"] == "stopped"
        house.put("second.edi", order("000000002"))
        ports = json.loads((house.data / "ports.json").read_text())
        sent = wharf("send", "mllp", f"127.0.0.1:{ports['ehr']}", requisition(tmp_path))
        assert b"MSA|AR|M1" in sent.stdout, sent
        status, headers, body = post(ports["http"], "/api/v1/interchanges", order("000000003"))
        assert (status, headers["Retry-After"] is not None) == (503, True), body
        assert wharf("ledger", "verify", "-c", house.config, env=env).returncode == 0
        assert b"NET-E0932" in wharf("exceptions", "list", "-c", house.config, env=env).stdout
        assert (house.drop / "in" / "second.edi").exists()
        (small_disk.folder / "others").unlink()
        house.wait((house.drop / "done" / "second.edi").exists, "the second, by itself")
        house.wait(lambda: house.get("/readyz")[0] == 200, "readiness is back")
        house.wait(lambda: len(house.tap()) == 2, "both events")
        assert b"NET-E0932" not in wharf("exceptions", "list", "-c", house.config, env=env).stdout


def free(folder: Path) -> int:
    found = os.statvfs(folder)
    return found.f_bavail * found.f_frsize


def requisition(folder: Path) -> Path:
    path = folder / "M1.hl7"
    path.write_bytes(
        message("OMS^O05", "ORC|NW|RM1", "RQD|1|104412^GLOVE^IM|GLV-N-M||12|BX|4711||DOCK 2|20261125", control="M1")
    )
    return path


def post(port: int, path: str, content: bytes) -> tuple[int, Any, bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        connection.request("POST", path, content, {"Content-Type": "application/edi-x12"})
        answer = connection.getresponse()
        return answer.status, answer.headers, answer.read()
    finally:
        connection.close()
