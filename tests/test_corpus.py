"""Public X12 files as they were found: each yields documents or a located problem, and nothing is lost silently.

They lie outside the project; WHARF_CORPUS names their folder. Without it these tests skip.
"""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from adapters.partner import Partner
from adapters.reading import Closing, Message
from adapters.translate import digest, read_delivery

CORPUS = Path(os.environ["WHARF_CORPUS"]) if "WHARF_CORPUS" in os.environ else None
FILES = sorted((CORPUS / "x12").glob("*/*.edi")) if CORPUS else []
OURS = [path for path in FILES if path.parent.name in ("850", "855", "856", "810", "997")]

pytestmark = pytest.mark.skipif(not FILES, reason="WHARF_CORPUS does not name a folder with x12/*/*.edi")

ANYBODY = Partner(name="unlisted", catch_all=True)


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_every_file_gives_documents_or_located_problems(path: Path) -> None:
    content = path.read_bytes()
    items = list(read_delivery(content, digest(content), lambda *_: ANYBODY))
    messages = [item for item in items if isinstance(item, Message)]
    assert messages
    assert [message.position for message in messages] == list(range(1, len(messages) + 1))
    assert isinstance(items[-1], Closing)
    for message in messages:
        if not message.accepted:
            errors = [problem for problem in message.problems if problem.severity == "error"]
            assert errors
            assert all(problem.offset is not None and 0 <= problem.offset <= len(content) for problem in errors)
            assert all(problem.line and problem.help for problem in errors)


@pytest.mark.parametrize("path", OURS, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_no_transaction_set_is_lost(path: Path) -> None:
    """At least as many messages as ST segments that a plain look finds behind the terminator that stands before GS."""
    content = path.read_bytes()
    items = list(read_delivery(content, digest(content), lambda *_: ANYBODY))
    header = re.search(rb"ISA([^A-Za-z0-9 ])", content)
    if header is None:
        assert [item.problems[0].code for item in items if isinstance(item, Message)] == ["X12-E0101"]
        return
    before = content[: content.index(b"GS" + header[1])].rstrip(b" \t\r\n")[-1:]
    mark = rb"[\r\n]" if before.isalnum() or before in (b">", b":", b"<") else re.escape(before)
    sets = re.findall(mark + rb"[ \t\r\n]*ST" + re.escape(header[1]), content)
    found = [item for item in items if isinstance(item, Message)]
    assert sets or len(found) == 1
    assert len(found) >= len(sets)


def test_the_command_reads_them_all_without_a_traceback() -> None:
    """`wharf decode` over all files of our kinds at once: JSON lines on both streams, a defined exit code."""
    command = [sys.executable, "-m", "gateway", "decode", *map(str, OURS)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode in (0, 1, 2)
    assert "Traceback" not in done.stderr
    documents = [json.loads(line) for line in done.stdout.splitlines()]
    refused = [json.loads(line) for line in done.stderr.splitlines()]
    assert len(documents) > 60
    assert all(line["problems"] for line in refused)
