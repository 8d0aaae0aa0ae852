"""The folder of public X12 files that WHARF_CORPUS names: what reading makes of each, and writing of what was read."""

import os
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

from adapters.formats.x12.delimiters import InterchangeHeader, find_header, read_header
from adapters.formats.x12.guide import nearest_release
from adapters.formats.x12.tree import Delimiters
from adapters.mappings.to_x12.characters import usable
from adapters.mappings.to_x12.registry import X12_BUILDERS
from adapters.reading import Closing, Item, Message
from adapters.translate import digest, read_delivery
from adapters.translation.x12_write import NotWritten, write
from canonical.document import Document
from canonical.problem import Problem, Severity
from tests.rigs.x12_plain import PlainInterchange, split
from tests.rigs.x12_written import ANYBODY, WRITTEN_AT, meaning, numbers, profile

CORPUS: Final = Path(os.environ["WHARF_CORPUS"]) if "WHARF_CORPUS" in os.environ else None
FILES: Final = sorted((CORPUS / "x12").glob("*/*.edi")) if CORPUS else []


@dataclass(frozen=True, slots=True)
class Read:
    """One file: what plain splitting finds and what the reader makes of it."""

    path: Path
    content: bytes
    plain: tuple[PlainInterchange, ...]
    items: tuple[Item, ...]

    @property
    def messages(self) -> list[Message]:
        """The documents and rejections, in order."""
        return [item for item in self.items if isinstance(item, Message)]

    @property
    def problems(self) -> list[Problem]:
        """All problems, each once: those of an envelope are told of its messages too."""
        told = [problem for item in self.items if isinstance(item, Closing) for problem in item.problems]
        own = [problem for message in self.messages for problem in message.problems if problem.message_type is not None]
        return own + told

    @property
    def unreadable(self) -> bool:
        """Whether no interchange was found."""
        return any(isinstance(item, Closing) and item.key is None and item.fatal for item in self.items)


@cache
def read(path: Path) -> Read:
    """The file, read once in a run of tests."""
    content = path.read_bytes()
    items = tuple(read_delivery(content, digest(content), lambda *_: ANYBODY))
    return Read(path, content, tuple(split(content)), items)


def warned(message: Message) -> bool:
    """Whether a message was accepted with something to say about it."""
    return message.accepted and any(problem.severity is Severity.WARNING for problem in message.problems)


@dataclass(frozen=True, slots=True)
class WrittenBack:
    """An accepted document, written as X12 and read again."""

    document: Document
    refused: tuple[Problem, ...] | None
    """Why it was not written."""
    told: tuple[Problem, ...]
    """What was told when it was written."""
    differences: tuple[str, ...]
    """The canonical paths at which the document that was read back differs."""

    @property
    def explained(self) -> bool:
        """Whether each difference stands where a problem was told of."""
        paths = [problem.path for problem in self.told if problem.path]
        return all(any(place.startswith(path) for path in paths) for place in self.differences)


def written_back(file: Read) -> list[WrittenBack]:
    """Each accepted document of a kind that is written, through the writer and the reader."""
    marks = _separators(file.content)
    return [
        _written_back(message.document, marks)
        for message in file.messages
        if message.accepted and message.document.document_type in X12_BUILDERS
    ]


def _written_back(document: Document, marks: Delimiters) -> WrittenBack:
    release = document.provenance.release if document.provenance else None
    how = profile(nearest_release(release or ""), delimiters=marks)
    result = write(document, how, numbers(), WRITTEN_AT)
    if isinstance(result, NotWritten):
        return WrittenBack(document, result.problems, (), ())
    again = [item for item in read_delivery(result.content, "", lambda *_: ANYBODY) if isinstance(item, Message)]
    assert len(again) == 1
    found = tuple(_differences(meaning(document), meaning(again[0].document)))
    return WrittenBack(document, None, result.problems, found)


def _separators(content: bytes) -> Delimiters:
    """Separators with the sender's own between components, for what reading kept holds them as they were sent."""
    header = read_header(content, find_header(content, 0))
    assert isinstance(header, InterchangeHeader)
    own = Delimiters("*", header.delimiters.component, "~")
    return own if usable(own) else Delimiters("*", ">", "~")


def _differences(left: Any, right: Any, path: str = "") -> Iterable[str]:
    if isinstance(left, dict) and isinstance(right, dict):
        for name in sorted(left.keys() | right.keys()):
            yield from _differences(left.get(name), right.get(name), f"{path}.{name}" if path else name)
    elif isinstance(left, list) and isinstance(right, list) and len(left) == len(right):
        for index, (one, other) in enumerate(zip(left, right, strict=True)):
            yield from _differences(one, other, f"{path}[{index}]")
    elif left != right:
        yield path
