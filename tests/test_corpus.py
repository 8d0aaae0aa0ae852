"""Public X12 files as they were found: each yields documents or a located problem, and nothing is lost silently.

They lie outside the project; WHARF_CORPUS names their folder. Without it these tests skip.
"""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from adapters.reading import Closing
from canonical.problem import Severity
from tests import corpus_table
from tests.rigs.corpus import FILES, read, written_back

pytestmark = pytest.mark.skipif(not FILES, reason="WHARF_CORPUS does not name a folder with x12/*/*.edi")

each_file = pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}/{path.stem}")


@each_file
def test_every_file_gives_documents_or_located_problems(path: Path) -> None:
    file = read(path)
    assert file.messages
    assert [message.position for message in file.messages] == list(range(1, len(file.messages) + 1))
    assert isinstance(file.items[-1], Closing)
    for problem in file.problems:
        assert problem.offset is not None
        assert problem.length is not None
        assert 0 <= problem.offset <= problem.offset + problem.length <= len(file.content)
        assert problem.line == file.content[: problem.offset].count(b"\n") + 1
        assert problem.help
    for message in file.messages:
        assert message.accepted or any(problem.severity is Severity.ERROR for problem in message.problems)


@each_file
def test_each_transaction_set_is_accounted_for(path: Path) -> None:
    """The messages are exactly the sets that plain splitting finds, in order and by their own names."""
    file = read(path)
    found = [entry for interchange in file.plain for entry in interchange.sets]
    told = [message.document.provenance for message in file.messages]
    named = [(origin.message_type, origin.transaction) for origin in told if origin and origin.message_type]
    assert named == [(entry.message_type, entry.number) for entry in found]
    nameless = sum(not interchange.sets for interchange in file.plain) if file.plain else 1
    assert len(file.messages) - len(named) == nameless
    assert file.unreadable is not bool(file.plain)


@each_file
def test_what_was_accepted_is_written_back_the_same_or_told(path: Path) -> None:
    """Written by our own writer and read again: the same document, or problems at the places that differ."""
    for result in written_back(read(path)) if not read(path).unreadable else ():
        if result.refused is None:
            assert result.explained, result.differences
        else:
            assert any(problem.severity is Severity.ERROR and problem.path for problem in result.refused)


def test_the_page_tells_what_is_found() -> None:
    """docs/corpus.md holds the tables that this folder gives; ``python -m tests.corpus_table --write`` writes them."""
    assert corpus_table.PAGE.read_text("utf-8") == corpus_table.page()


def test_the_command_reads_them_all_without_a_traceback() -> None:
    """`wharf decode` over all files at once: JSON lines on both streams, a defined exit code."""
    command = [sys.executable, "-m", "gateway", "decode", *map(str, FILES)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
    documents = [json.loads(line) for line in done.stdout.splitlines()]
    told = [json.loads(line) for line in done.stderr.splitlines()]
    refused = [line for line in told if "rejected" in line]
    messages = [message for path in FILES for message in read(path).messages]
    assert len(documents) == sum(message.accepted for message in messages)
    assert len(refused) == sum(not message.accepted for message in messages)
    assert all(line["problems"] for line in told)
