"""The documents of a file that is to be compared: X12, or canonical JSON as ``wharf decode`` prints it."""

from dataclasses import dataclass, field
from typing import Final

from adapters.contracts import Content
from adapters.partner import Acknowledgments, Partner
from adapters.reading import Message
from adapters.translate import read_delivery
from canonical.document import Document
from canonical.problem import Problem, Severity
from gateway.submitted import submitted

_JSON_STARTS: Final = (b"{", b"[")
_LOOK: Final = 512


@dataclass(slots=True)
class Side:
    """What one file says."""

    documents: list[Document] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    """Why something in it cannot be compared; empty where all can."""


def is_json(content: Content) -> bool:
    """Whether the bytes begin as JSON does."""
    return bytes(content[:_LOOK]).removeprefix(b"\xef\xbb\xbf").lstrip().startswith(_JSON_STARTS)


def side_of(content: Content, sha256: str) -> Side:
    """The documents of a file, and what in it is none. Raises NotJsonError for JSON that ends too early."""
    side = Side()
    if is_json(content):
        for entry in submitted(bytes(content)):
            if entry.document is None:
                side.problems.extend(entry.problems)
            else:
                side.documents.append(entry.document)
        return side
    told: dict[tuple[str, int | None], Problem] = {}
    partner = Partner(name="unlisted", catch_all=True, acknowledgments=Acknowledgments(detail=False))
    for item in read_delivery(content, sha256, lambda *_: partner):
        if isinstance(item, Message) and item.accepted:
            side.documents.append(item.document)
        elif isinstance(item, Message) or item.fatal:
            # What an envelope did stands with each of its messages and with the envelope.
            told |= {(each.code, each.offset): each for each in item.problems if each.severity is Severity.ERROR}
    side.problems.extend(told.values())
    return side
