"""A segment: its fields are cut when one is asked for, its components when they are."""

from collections.abc import Iterator
from typing import Final

from adapters.formats.hl7.encoding import Encoding
from adapters.formats.hl7.escapes import unescape

HEADERS: Final = frozenset({"MSH", "FHS", "BHS"})
"""Segments that declare their separators: their first field is the separator itself."""

NULL: Final = '""'
"""What a sender writes to delete a value; an empty field says nothing (HL7 v2.9.1, section 2.5.3)."""


class Segment:
    """One segment of a message: its id, and its fields as they were sent, counted from 1."""

    __slots__ = ("_fields", "encoding", "index", "tag", "text")

    def __init__(self, tag: str, text: str, index: int, encoding: Encoding) -> None:
        self.tag = tag
        self.text = text
        self.index = index
        """Place in the message; MSH is 1."""
        self.encoding = encoding
        self._fields: list[str] | None = None

    def __repr__(self) -> str:
        return f"Segment({self.tag}, {self.index})"

    @property
    def fields(self) -> list[str]:
        """The segment's id, then each field as it was sent; index 1 is field 1, for MSH too."""
        fields = self._fields
        if fields is None:
            fields = self.text.split(self.encoding.field)
            fields[0] = self.tag
            if self.tag in HEADERS:
                fields.insert(1, self.encoding.field)
            self._fields = fields
        return fields

    def __getitem__(self, field: int) -> str:
        """A field as it was sent, with its separators and escapes; empty where it was not sent."""
        fields = self.fields
        return fields[field] if field < len(fields) else ""

    def repetitions(self, field: int) -> list[str]:
        """The repetitions of a field as they were sent; none of an empty field."""
        text = self[field]
        if not text:
            return []
        if self._whole(field):
            return [text]
        return text.split(self.encoding.repetition)

    def value(self, field: int, component: int = 1, subcomponent: int = 1, repetition: int = 1) -> str:
        """One value, unescaped; empty where it was not sent."""
        fields = self._fields or self.fields
        text = fields[field] if field < len(fields) else ""
        if not text:
            return ""
        # No separator is a letter or a digit, so that most values are seen to have no parts at once.
        if text.isalnum() or self._whole(field):
            return text if component == subcomponent == repetition == 1 else ""
        mark = self.encoding.repetition
        if mark in text:
            parts = text.split(mark)
            text = parts[repetition - 1] if repetition <= len(parts) else ""
        elif repetition != 1:
            return ""
        return part_of(text, self.encoding, component, subcomponent)

    def text_of(self, field: int) -> str:
        """A whole field as text for a person, unescaped, its repetitions as lines; its components stay joined."""
        return "\n".join(unescape(text, self.encoding) for text in self.repetitions(field))

    def sent(self) -> Iterator[int]:
        """The numbers of the fields that hold something, without those that declare separators."""
        first = 3 if self.tag in HEADERS else 1
        fields = self.fields
        return (number for number in range(first, len(fields)) if fields[number])

    def _whole(self, field: int) -> bool:
        """Whether the field has no inner parts: the separators' own declaration."""
        return field <= 2 and self.tag in HEADERS


def part_of(text: str, encoding: Encoding, component: int = 1, subcomponent: int = 1) -> str:
    """One part of a repetition, unescaped; empty where it was not sent."""
    mark = encoding.component
    if mark in text:
        parts = text.split(mark, component)
        text = parts[component - 1] if component <= len(parts) else ""
    elif component != 1:
        return ""
    mark = encoding.subcomponent
    if mark in text:
        parts = text.split(mark, subcomponent)
        text = parts[subcomponent - 1] if subcomponent <= len(parts) else ""
    elif subcomponent != 1:
        return ""
    return unescape(text, encoding) if encoding.escape in text else text
