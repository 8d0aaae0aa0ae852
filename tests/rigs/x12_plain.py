"""Transaction sets as plain splitting finds them: no guide, no check, nothing of the reader that it examines."""

import re
from dataclasses import dataclass
from typing import Final

_HEADER: Final = re.compile(r"(?<![A-Za-z0-9])ISA(?=[^A-Za-z0-9 ])")
_PADDING: Final = " \t\r\n\0\x1a"


@dataclass(frozen=True, slots=True)
class PlainSet:
    """An ST segment (or a TA1, which stands alone) with what it says of itself."""

    message_type: str
    """ST01, or ``TA1``."""
    number: str | None
    """ST02."""


@dataclass(frozen=True, slots=True)
class PlainInterchange:
    """What stands between one ISA and the next."""

    sets: tuple[PlainSet, ...]


def split(content: bytes) -> list[PlainInterchange]:
    """The interchanges of a delivery, each with its transaction sets in order."""
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError:
        text = content.decode("latin-1")
    starts = [match.start() for match in _HEADER.finditer(text)]
    stretches = (text[start:end] for start, end in zip(starts, [*starts[1:], len(text)], strict=False))
    return [PlainInterchange(tuple(_sets(stretch))) for stretch in stretches]


def _sets(stretch: str) -> list[PlainSet]:
    separator = stretch[3]
    found = []
    for segment in _segments(stretch, separator):
        elements = [element.strip() for element in segment.split(separator)]
        if elements[0] == "ST":
            found.append(PlainSet(elements[1], elements[2]))
        elif elements[0] == "TA1":
            found.append(PlainSet("TA1", None))
    return found


def _segments(stretch: str, separator: str) -> list[str]:
    """Cut at what stands before the second segment after ISA; at line ends where that is no mark."""
    mark = re.escape(separator)
    second = re.search(rf"\b(?:GS|TA1){mark}.*?\b(?:ST|GE|TA1|IEA){mark}", stretch, re.DOTALL)
    before = re.split(rf"\w+{mark}$", second[0])[0].rstrip(_PADDING)[-1:] if second else ""
    if not before or before.isalnum():
        return [line.strip(_PADDING) for line in re.split(r"[\r\n]+", stretch)]
    return [re.sub(r"[\r\n]", "", part).strip(_PADDING) for part in stretch.split(before)]
