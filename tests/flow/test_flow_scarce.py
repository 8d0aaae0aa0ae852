"""A gateway that lacks something: time to read, files to open, a disk for its logs, a disk that may be written."""

import json
import resource
import socket
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from gateway.bench.orders import orders
from tests.rigs.forking import Nursery, nursery
from tests.rigs.gateway import gateway
from tests.rigs.hl7_messages import message
from tests.rigs.mllp_sender import MllpSender
from tests.rigs.small_disk import small_disk
from tests.rigs.x12_bytes import order


@pytest.fixture(scope="module")
def forks() -> Iterator[Nursery]:
    with nursery() as own:
        yield own


def requisition(control: str) -> bytes:
    return message("OMS^O05", "ORC|NW|R1", "RQD|1|104412^GLOVE^IM|GLV-N-M||12|BX|4711", control=control)


@pytest.mark.failure("P5")
def test_lines_are_answered_while_a_large_file_is_read(tmp_path: Path, forks: Nursery) -> None:
    """Were it read on the loop of the lines, one answer would take as long as the file."""
    with gateway(tmp_path / "st", forks=forks) as own:
        line = MllpSender(own.data / "ports.json", "ehr")
        own.put("large.edi", orders(600, 40))
        began, waits = time.monotonic(), [0.0]
        while not (own.drop / "done" / "large.edi").exists():
            asked = time.monotonic()
            answer = line.ask(requisition(f"M{len(waits)}"))
            assert answer is not None
            assert b"MSA|AA|" in answer
            waits.append(time.monotonic() - asked)
            assert time.monotonic() - began < 60
        line.close()
        took = time.monotonic() - began
        assert len(waits) > 10
        assert max(waits) < took / 3, f"{max(waits):.2f} s of {took:.2f} s"


@pytest.mark.failure("P8")
def test_it_serves_again_when_files_can_be_opened_again(tmp_path: Path, forks: Nursery) -> None:
    with gateway(tmp_path / "st", forks=forks) as own:
        port = json.loads((own.data / "ports.json").read_text())["ehr"]
        used = len(list(Path(f"/proc/{own.pid}/fd").iterdir()))
        resource.prlimit(own.pid, resource.RLIMIT_NOFILE, (used + 20, used + 20))
        callers = [socket.create_connection(("127.0.0.1", port), 5) for _ in range(60)]
        time.sleep(0.5)
        busy = used_seconds(own.pid)
        time.sleep(1)
        assert used_seconds(own.pid) - busy < 0.7, "it turns in circles"
        for caller in callers:
            caller.close()
        line = MllpSender(own.data / "ports.json", "ehr")
        answer = line.ask(requisition("M1"))
        assert answer is not None
        assert b"MSA|AA|M1" in answer
        line.close()
        own.put("order.edi", order())
        own.wait((own.drop / "done" / "order.edi").exists, "a file is taken again")
        assert own.exit_code is None


@pytest.mark.failure("S2")
def test_a_full_disk_of_logs_stops_nothing(tmp_path: Path, forks: Nursery) -> None:
    with small_disk(tmp_path / "logs", 1) as disk, gateway(tmp_path / "st", start=False, forks=forks) as own:
        own.log_to(disk.folder / "gateway.log")
        own.start()
        disk.fill()
        own.put("order.edi", order())
        own.wait((own.drop / "done" / "order.edi").exists, "the file is taken")
        own.wait(lambda: len(own.answers("acme", "997")) == 1, "its 997")
        assert own.get("/readyz")[0] == 200
        own.close()


def used_seconds(pid: int) -> float:
    """Of the processor, so far."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / 100
