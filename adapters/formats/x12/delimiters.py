"""Finding the separators of an interchange, from the bytes of its ISA segment.

The separators are found by counting, not by column: the standard fixes ISA at 106 bytes, yet real
senders trim or over-pad their ids. Source: ASC X12.5 interchange control structures, ISA segment.
"""

import re
from dataclasses import dataclass

from adapters.contracts import Content
from adapters.formats.x12 import problems
from adapters.formats.x12.tree import Delimiters
from canonical.problem import ProblemKind

ISA_ELEMENTS = 16
LONGEST_HEADER = 1024
"""Bytes in which the sixteen separators must stand; a regular ISA takes 106."""

NO_COMPONENT = b"\x1f"
"""Stands for a component separator where none was declared."""

_PADDED_LINE_END = re.compile(rb"[ \t]+(?=\r?\n)")
_MARKED_LINE = re.compile(rb"(?:GS|TA1)[^\r\n]*([^\r\n])[ \t]*\r?\n")
_HEADER_START = re.compile(rb"(?<![A-Za-z0-9])ISA(?=[^A-Za-z0-9 ])")
_AFTER_HEADER = re.compile(rb"[A-Z][A-Z0-9]{1,2}(?![A-Za-z0-9])")
_BLANK = b" \t\r\n\x00\x1a\x85"


@dataclass(frozen=True, slots=True)
class InterchangeHeader:
    """The ISA segment of one interchange."""

    offset: int
    """Where ``ISA`` stands in the delivery."""
    end: int
    """The first byte after its terminator."""
    delimiters: Delimiters
    elements: tuple[str, ...]
    """``ISA``, then the sixteen elements as sent, with their padding."""

    def __getitem__(self, position: int) -> str:
        """An element without its padding; position 1 is ISA01."""
        return self.elements[position].strip() if position < len(self.elements) else ""

    @property
    def sender(self) -> str:
        """``qualifier:id`` of ISA05 and ISA06."""
        return f"{self[5]}:{self[6]}"

    @property
    def receiver(self) -> str:
        """``qualifier:id`` of ISA07 and ISA08."""
        return f"{self[7]}:{self[8]}"

    @property
    def control_number(self) -> str:
        """ISA13."""
        return self[13]

    @property
    def usage(self) -> str:
        """ISA15: P production, T test, I information; production where nothing is sent."""
        return self[15] or "P"

    @property
    def length(self) -> int:
        """Bytes of the segment with its terminator."""
        return self.end - self.offset


@dataclass(frozen=True, slots=True)
class BrokenHeader:
    """Something that begins like an ISA segment and is none."""

    offset: int
    length: int
    kind: ProblemKind
    found: str
    expected: str


def find_header(content: Content, start: int) -> int:
    """The offset of the next thing that looks like the begin of an ISA segment, or -1."""
    # Bytes are searched for the three letters first: over a large file that is ten times as fast as the expression.
    position = content.find(b"ISA", start)
    while position >= 0:
        if _HEADER_START.match(content, position):
            return position
        position = content.find(b"ISA", position + 1)
    return -1


def read_header(content: Content, offset: int) -> InterchangeHeader | BrokenHeader:
    """The ISA segment that begins at ``offset``, with the separators that it declares."""
    window = content[offset : offset + LONGEST_HEADER]
    separator = window[3:4]
    position = 3
    for _ in range(ISA_ELEMENTS - 1):
        position = window.find(separator, position + 1)
        if position < 0:
            return _incomplete(window, separator, offset)
    component, terminator, end = _trailing_separators(window, position)
    repetition = b""
    elements = tuple(_text(window[: position + len(component) + 1]).split(_text(separator)))
    if elements[12].strip() >= "00402" and not elements[11].strip().isalnum() and len(elements[11].strip()) == 1:
        repetition = elements[11].strip().encode("latin-1")
    fault = _fault(window, separator, component, terminator, repetition, end)
    if fault:
        kind, found, expected = fault
        return BrokenHeader(offset, min(end, len(window)), kind, found, expected)
    return InterchangeHeader(
        offset=offset,
        end=offset + end,
        delimiters=Delimiters(
            element=_text(separator),
            component=_text(component),
            segment=_text(terminator),
            repetition=_text(repetition) or None,
        ),
        elements=elements,
    )


def _trailing_separators(window: bytes, last: int) -> tuple[bytes, bytes, int]:
    """The component separator, the terminator, and the end of the segment, after the sixteenth separator."""
    component = window[last + 1 : last + 2]
    position = last + 2
    if component in (b"\r", b"\n"):
        component, position = NO_COMPONENT, last + 1
    elif component == window[3:4] and window[position : position + 1] in (b"\r", b"\n"):
        # ISA16 was left empty and closed with one separator more: there are no composites.
        component = NO_COMPONENT
    padding = _PADDED_LINE_END.match(window, position)
    if padding:
        position = padding.end()
    terminator = window[position : position + 1]
    if terminator and terminator[0] >= 0xC0:
        # A terminator outside ASCII, as the ellipsis in UTF-8: one character of several bytes.
        terminator = window[position : position + (2 if terminator[0] < 0xE0 else 3 if terminator[0] < 0xF0 else 4)]
    end = position + (2 if window[position : position + 2] == b"\r\n" else len(terminator))
    if terminator in (b"\r", b"\n"):
        mark = _forgotten_terminator(window, end, window[3:4])
        if mark == component:
            component = NO_COMPONENT
        return component, mark or (b"\n" if end - position == 2 else terminator), end
    return component, terminator, end


def _forgotten_terminator(window: bytes, end: int, separator: bytes) -> bytes:
    """The mark that closes the lines after an ISA segment which alone was written without it."""
    match = _MARKED_LINE.match(window, end)
    mark = match.group(1) if match else b""
    return mark if mark and mark != separator and not mark.isalnum() and mark not in b" .)'\"" else b""


def _fault(
    window: bytes, separator: bytes, component: bytes, terminator: bytes, repetition: bytes, end: int
) -> tuple[ProblemKind, str, str] | None:
    if not terminator:
        return problems.HEADER_INCOMPLETE, "the bytes end within the ISA segment", "16 elements and a terminator"
    if terminator.isalnum() or terminator == b" ":
        return problems.BAD_DELIMITERS, f"segment terminator {_show(terminator)}", "neither letter, digit nor blank"
    if component.isalnum() or component == b" ":
        return problems.BAD_DELIMITERS, f"component separator {_show(component)}", "neither letter, digit nor blank"
    used = [mark for mark in (separator, component, terminator, repetition) if mark]
    if len(set(used)) < len(used):
        return problems.BAD_DELIMITERS, "one character in two roles: " + " ".join(map(_show, used)), "distinct ones"
    rest = window[end:].lstrip(_BLANK + terminator)
    if rest and not _AFTER_HEADER.match(rest):
        return problems.HEADER_INCOMPLETE, "no segment after ISA16", "16 elements, then GS"
    return None


def _incomplete(window: bytes, separator: bytes, offset: int) -> BrokenHeader:
    counted = window.count(separator)
    return BrokenHeader(
        offset,
        min(len(window), 106),
        problems.HEADER_INCOMPLETE,
        f"{counted} element separators {_show(separator)}",
        "16 element separators in the ISA segment",
    )


def _text(raw: bytes) -> str:
    """Bytes as text of the same length, so that places stay byte offsets."""
    return raw.decode("latin-1")


def _show(mark: bytes) -> str:
    text = _text(mark)
    return repr(text) if text.isprintable() else f"0x{mark.hex()}"
