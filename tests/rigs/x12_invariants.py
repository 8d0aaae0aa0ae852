"""What must hold whatever bytes a stranger sends or whatever is to be written: problems, and nothing worse."""

import itertools
import re
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from adapters.contracts import Content
from adapters.partner import Acknowledgments, Partner
from adapters.reading import Closing, Item, Message
from adapters.translate import is_hl7, read_delivery, render
from adapters.translation.x12_write import NotWritten, OutboundProfile, write
from canonical.document import Document
from canonical.problem import Problem, Severity
from tests.rigs.x12_written import WRITTEN_AT, messages, numbers, pyx12_errors

_REPEATED = {("ISA", 5), ("ISA", 6), ("ISA", 7), ("ISA", 8), ("AK1", 1), ("AK1", 2), ("AK2", 1), ("AK2", 2)} | {
    ("TA1", position) for position in (1, 2, 3)
}
"""What an acknowledgment has to say in the sender's own words, whatever they are."""

ANSWERED = [
    Partner(
        name="stranger", catch_all=True, acknowledgments=Acknowledgments(functional_kind=kind, interchange="always")
    )
    for kind in ("997", "999")
]
"""Strangers who get every acknowledgment that there is."""


def items_of(content: Content, partner: Partner = ANSWERED[0]) -> list[Item]:
    """All that reading yields."""
    return list(read_delivery(content, "sha256", lambda *_: partner))


def plain(items: list[Item]) -> list[Any]:
    """Items as plain values, to be compared."""
    return [
        (item.position, item.accepted, item.document.to_data(), item.problems) if isinstance(item, Message) else item
        for item in items
    ]


def examine_reading(content: bytes) -> list[Item]:
    """Reads the bytes and asserts all that must hold of what comes out."""
    items = items_of(content)
    found = [item for item in items if isinstance(item, Message)]
    assert [message.position for message in found] == list(range(1, len(found) + 1))
    # A batch of HL7 messages may be whole and empty.
    assert found or (is_hl7(content) and not any(item.problems for item in items)), "nothing goes by without a word"
    assert isinstance(items[-1], Closing)
    for item in items:
        for problem in item.problems:
            assert problem.offset is not None, problem.code
            assert problem.length is not None, problem.code
            assert 0 <= problem.offset <= problem.offset + problem.length <= len(content), problem.code
            assert problem.line == _ends(content, problem.offset) + 1, problem.code
        if isinstance(item, Message) and not item.accepted:
            assert any(problem.severity is Severity.ERROR for problem in item.problems)
    return items


def _ends(content: bytes, offset: int) -> int:
    """The ends of lines before a place: in HL7 a carriage return ends one too."""
    if is_hl7(content):
        return len(re.findall(rb"\r\n|\r|\n", content[:offset]))
    return content.count(b"\n", 0, offset)


def examine_answers(content: bytes) -> None:
    """Builds every acknowledgment of the bytes and asserts that it is a valid interchange for two readers."""
    for partner in ANSWERED:
        for rendered in _answers(items_of(content, partner)):
            told = [problem for item in items_of(rendered) for problem in item.problems]
            assert [(one.code, one.segment, one.element, one.found) for one in told if not _is_theirs(one)] == []
            assert pyx12_errors(_in_known_version(rendered)) == []


def _is_theirs(problem: Problem) -> bool:
    """Whether a problem is of something that the sender named so: an answer has to repeat it."""
    return problem.severity is Severity.INFO or (problem.segment, problem.element) in _REPEATED


def _in_known_version(content: bytes) -> bytes:
    """With an ISA12 that pyx12 knows, which are two; what it looks at is the same in all."""
    return content[:84] + (b"00401" if content[84:89] < b"00402" else b"00501") + content[89:]


def _answers(items: list[Item]) -> Iterator[bytes]:
    counts: defaultdict[str, Iterator[int]] = defaultdict(lambda: itertools.count(1))
    for item in items:
        if isinstance(item, Closing):
            for answer in (*item.answers, *item.conflict_answers):
                yield render(answer, lambda scope: next(counts[scope]), WRITTEN_AT)[0]


def examine_writing(document: Document, how: OutboundProfile) -> bool:
    """Writes the document and asserts that what is sent is whole, or that it was refused; whether it was sent."""
    result = write(document, how, numbers(), WRITTEN_AT)
    if isinstance(result, NotWritten):
        assert any(problem.severity is Severity.ERROR for problem in result.problems)
        return False
    (message,) = messages(result.content)
    assert message.accepted, [problem.code for problem in message.problems]
    # pyx12 wants levels numbered without gaps, as claims are; the standard wants each number once.
    assert [error for error in pyx12_errors(result.content) if error[1] not in ("HL1", "HL2")] == []
    return True
