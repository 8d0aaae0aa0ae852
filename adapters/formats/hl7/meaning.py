"""What a segment says, in words: its name, its fields one value at a time, parts named where their type is known.

Nothing here judges: a field that the tables do not know is told by its number alone.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from adapters.formats.hl7.escapes import unescape
from adapters.formats.hl7.names import field_name
from adapters.formats.hl7.names_fields import CODES, FIELDS, PARTS, SEGMENTS
from adapters.formats.hl7.segments import HEADERS, NULL, Segment

_CODED: Final = frozenset({"CE"})
"""Types whose first part is a code and whose second says it in words."""
_MOMENTS: Final = frozenset({"TS", "DR"})
"""Types that are a moment, or begin and end with one."""
_MOMENT_LENGTHS: Final = (8, 10, 12, 14)


@dataclass(frozen=True, slots=True)
class Value:
    """One value of a segment, unescaped."""

    field: int
    repetition: int | None
    """From 1; None where the field does not repeat."""
    component: int | None
    """From 1; None where the field has one part only."""
    name: str | None
    """The field's, in our own words."""
    part: str | None
    """The component's."""
    text: str
    meaning: str | None = None
    """What a code or a moment says, for people."""


def segment_name(tag: str) -> str | None:
    """What a segment is called; None where the tables do not know it."""
    return SEGMENTS.get(tag)


def name_of_field(tag: str, field: int) -> str | None:
    """What a field is called; None where the tables do not know it."""
    return field_name(tag, field) or _table(tag).get(field, ("", ""))[0] or None


def values_of(segment: Segment) -> Iterator[Value]:
    """The values that were sent, in order; subcomponents stay joined by a blank."""
    for field in segment.sent():
        name, kind = name_of_field(segment.tag, field), _table(segment.tag).get(field, ("", ""))[1]
        repetitions = segment.repetitions(field)
        for number, text in enumerate(repetitions, 1):
            yield from _values(segment, field, number if len(repetitions) > 1 else None, text, name, kind)


def phrase(values: list[Value], kind: str) -> str:
    """One repetition of a field of a type, as a person would say it.

    A code stands behind its text, a moment is written out, other parts have their names.
    """
    first = values[0]
    if len(values) == 1 and first.component in (None, 1):
        if first.meaning is None or kind in _MOMENTS:
            return first.meaning or first.text
        return f"{first.meaning} ({first.text})"
    if kind in _CODED and first.component == 1 and values[1].component == 2:
        return f"{values[1].text} ({first.text})" if first.text != values[1].text else first.text
    return ", ".join(f"{value.part or ''} {value.meaning or value.text}".lstrip() for value in values)


def type_of_field(tag: str, field: int) -> str:
    """The type of a field, as ``CE``; empty where the tables do not tell it."""
    return _table(tag).get(field, ("", ""))[1]


def _values(
    segment: Segment, field: int, repetition: int | None, text: str, name: str | None, kind: str
) -> Iterator[Value]:
    encoding = segment.encoding
    codes = CODES.get(f"{segment.tag}-{field}", {})
    parts = PARTS.get(kind, ())
    pieces = [text] if segment.tag in HEADERS and field <= 2 else text.split(encoding.component)
    for number, piece in enumerate(pieces, 1):
        if not piece:
            continue
        value = " ".join(unescape(each, encoding) for each in piece.split(encoding.subcomponent) if each)
        meaning = "to be deleted" if piece == NULL else None
        if number == 1 and meaning is None:
            meaning = codes.get(value.strip().upper())
        part = parts[number - 1] if number <= len(parts) else None
        if meaning is None and ((kind in _MOMENTS and number == 1) or part in ("start", "end")):
            meaning = _moment(value)
        yield Value(
            field, repetition, number if len(pieces) > 1 else None, name, part if len(pieces) > 1 else None, value,
            meaning,
        )  # fmt: skip


def _moment(text: str) -> str | None:
    """A moment written out, without fractions of seconds; None where the text is none."""
    digits = text[:14].partition(".")[0].partition("+")[0].partition("-")[0]
    if not (digits.isascii() and digits.isdigit() and len(digits) in _MOMENT_LENGTHS):
        return None
    day = f"{digits[:4]}-{digits[4:6]}-{digits[6:8]}"
    clock = ":".join(filter(None, (digits[8:10], digits[10:12] or "00", digits[12:14]))) if len(digits) > 8 else ""
    return f"{day} {clock}".rstrip()


@lru_cache(maxsize=256)
def _table(tag: str) -> dict[int, tuple[str, str]]:
    """The fields of a segment: name and type."""
    found = {}
    for entry in FIELDS.get(tag, "").split("; "):
        number, _, rest = entry.partition(" ")
        name, _, kind = rest.partition(":")
        if number:
            found[int(number)] = (name, kind)
    return found
