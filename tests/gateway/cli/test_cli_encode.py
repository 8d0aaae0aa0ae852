"""``wharf encode``: bytes on standard output, problems on standard error, exit codes for scripts."""

import json
import subprocess
import sys
from pathlib import Path

from tests.rigs.samples import SAMPLES

ORDER = {
    "documentType": "purchase_order",
    "number": "4711",
    "issueDate": "2026-11-20",
    "lines": [{"quantity": {"value": "2", "unitCode": "EA"}, "price": {"amount": "3.50"}}],
}


def encode(given: str, *options: str) -> subprocess.CompletedProcess[bytes]:
    """Runs the command with this on standard input."""
    command = [sys.executable, "-m", "gateway", "encode", "-", *options]
    return subprocess.run(command, input=given.encode(), capture_output=True, check=False)


def test_what_decode_prints_is_written(tmp_path: Path) -> None:
    decoded = subprocess.run(
        [sys.executable, "-m", "gateway", "decode", str(SAMPLES / "850-stock-order" / "input.edi")],
        capture_output=True,
        check=True,
    )
    file = tmp_path / "order.json"
    file.write_bytes(decoded.stdout)
    command = [sys.executable, "-m", "gateway", "encode", str(file), "--release", "004010", "--usage", "T"]
    done = subprocess.run(command, capture_output=True, check=False)
    assert (done.returncode, done.stderr) == (0, b"")
    assert b"*000000001*0*T*>~" in done.stdout
    assert b"BEG*00*NE*4500012345**20261116*NW-2024-118~" in done.stdout


def test_a_refused_document_is_told_and_the_others_are_written() -> None:
    given = "\n".join(json.dumps(entry) for entry in (ORDER, ORDER | {"issueDate": None}, ORDER | {"x": 1}))
    done = encode(given, "--release", "005010")
    assert done.returncode == 1
    assert done.stdout.count(b"ST*850*") == 1
    first, second = (json.loads(line) for line in done.stderr.splitlines())
    assert first["rejected"] == {"position": 2, "documentType": "purchase_order", "number": "4711"}
    assert first["problems"][0]["path"] == "issueDate"
    assert [problem["path"] for problem in second["problems"]] == ["x"]


def test_exit_codes() -> None:
    assert encode("{", "--release", "004010").returncode == 2
    assert encode(json.dumps(ORDER)).returncode == 64
    assert encode(json.dumps(ORDER), "--release", "004010", "--sender", "nobody").returncode == 64
    assert encode(json.dumps(ORDER), "--release", "004010", "--delimiters", "**~").returncode == 64
