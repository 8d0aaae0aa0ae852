"""Public HL7 files as they were found: each yields messages or a located problem, and nothing is lost silently.

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
from adapters.translate import digest, read_delivery, render
from tests.rigs.samples import WRITTEN_AT

CORPUS = Path(os.environ["WHARF_CORPUS"]) if "WHARF_CORPUS" in os.environ else None
FILES = sorted((CORPUS / "hl7").glob("*/*.hl7")) if CORPUS else []

pytestmark = pytest.mark.skipif(not FILES, reason="WHARF_CORPUS does not name a folder with hl7/*/*.hl7")

ANYBODY = Partner(name="unlisted", catch_all=True)
SUPPLY = {
    "OMS_O05": "requisition",
    "MFN_M16": "item_master",
    "DFT_P03": "supply_usage",
    "DFT_P11": "supply_usage",
    "INU_U05": "inventory_movement",
    "SIU_S12": "surgical_demand",
    "SIU_S13": "surgical_demand",
    "SIU_S14": "surgical_demand",
    "SIU_S15": "surgical_demand",
    "SIU_S17": "surgical_demand",
    "SIU_S26": "surgical_demand",
}
"""Folders of supply messages to the document that they become."""


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_every_file_gives_messages_or_located_problems(path: Path) -> None:
    content = path.read_bytes()
    items = list(read_delivery(content, digest(content), lambda *_: ANYBODY, secret=b"key", live=True))
    messages = [item for item in items if isinstance(item, Message)]
    assert messages
    assert [message.position for message in messages] == list(range(1, len(messages) + 1))
    assert isinstance(items[-1], Closing)
    for message in messages:
        assert message.document.to_json()
        if not message.accepted:
            errors = [problem for problem in message.problems if problem.severity == "error"]
            assert errors
            assert all(problem.offset is not None and 0 <= problem.offset <= len(content) for problem in errors)
            assert all(problem.line and problem.help for problem in errors)
    for item in items:
        if isinstance(item, Closing) and item.reply is not None:
            rendered, _ = render(item.reply, lambda _: 1, WRITTEN_AT)
            assert re.search(rb"\rMSA.[A-Z]{2}", rendered)


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_no_message_is_lost(path: Path) -> None:
    """As many messages as a plain look finds MSH at the start of a line or behind a start byte."""
    content = path.read_bytes()
    plain = len(re.findall(rb"(?:^|[\r\n\x0b])\s*(?:\xef\xbb\xbf)?MSH[^A-Za-z0-9\s]", content))
    items = read_delivery(content, digest(content), lambda *_: ANYBODY)
    assert sum(isinstance(item, Message) for item in items) == max(plain, 1)


@pytest.mark.parametrize("folder", SUPPLY)
def test_supply_messages_become_their_documents(folder: str) -> None:
    """At least one of each kind is accepted, and what is accepted is of the kind that its type says."""
    accepted: set[str] = set()
    for path in (path for path in FILES if path.parent.name == folder):
        content = path.read_bytes()
        for item in read_delivery(content, digest(content), lambda *_: ANYBODY):
            if isinstance(item, Message) and item.accepted:
                accepted.add(item.document.document_type)
    assert SUPPLY[folder] in accepted
    assert accepted <= {SUPPLY[folder], "surgical_demand", "inventory_movement"}


def test_the_command_reads_them_all_without_a_traceback() -> None:
    """`wharf decode` over all files at once: JSON lines on both streams, a defined exit code."""
    command = [sys.executable, "-m", "gateway", "decode", *map(str, FILES)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode in (0, 1, 2)
    assert "Traceback" not in done.stderr
    documents = [json.loads(line) for line in done.stdout.splitlines()]
    refused = [json.loads(line) for line in done.stderr.splitlines()]
    assert len(documents) > 250
    assert all(line["problems"] for line in refused)
