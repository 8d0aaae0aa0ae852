"""The fields of one segment as a partner fills them, with a memory of what was read."""

from collections.abc import Collection, Mapping
from typing import Any, Final

from adapters.formats.hl7.encoding import STANDARD
from adapters.formats.hl7.escapes import unescape
from adapters.formats.hl7.segments import HEADERS, NULL, Segment, part_of
from canonical.parts import Plain

ALL: Final = 999
"""Marks a field as read with all its components."""

_DONE: Final = ALL + 1
"""Marks a field that was read up to its last component, so that nothing of it can be left."""
_ENDLESS: Final = _DONE + 1
"""Stands for the number of components where there are repetitions behind the first."""

_BLANK: Final = ("",) * 6
"""Stands behind the components of each field, so that those that most ask for are always there."""

Parts = tuple[tuple[str, ...], tuple[str, ...], int]
"""The components of a field's first repetition: the first subcomponent of each, as codes are meant, and the whole text
of each, as texts for people are, both with blanks behind; then how many were sent, more than any if it has repetitions.
"""

Moved = Mapping[tuple[str, int], tuple[int, int | None] | None]


class Memo:
    """What the texts of one message's fields were found to say; senders repeat themselves from line to line."""

    __slots__ = ("codes", "parts", "persons", "tails")

    def __init__(self) -> None:
        self.parts: dict[str, Parts] = {}
        self.codes: dict[str, Plain | None] = {}
        self.persons: dict[str, Plain | None] = {}
        self.tails: dict[tuple[object, str], tuple[Plain, dict[str, str]]] = {}
        """Who read the end of a segment, and its text, to what it says and what was not read of it."""


class Fields:
    """Reads one segment; a field may stand elsewhere than the standard says."""

    __slots__ = ("_fields", "_moved", "_seen", "_tail", "_whole", "memo", "segment", "tag")

    def __init__(self, segment: Segment, moved: Moved, memo: Memo) -> None:
        self.segment = segment
        self.tag = segment.tag
        self.memo = memo
        self._fields = fields = segment.fields
        self._moved = moved
        self._seen = [0] * len(fields)
        """The highest component that was read of each field."""
        self._whole: set[int] | None = None
        """Fields of which every repetition was read."""
        self._tail: tuple[int, dict[str, str]] | None = None
        """A field, and what is known to be left unread from it on."""

    def place(self, field: int) -> tuple[int, int | None] | None:
        """Where a field of the standard stands: number and component; None for nowhere."""
        if not self._moved:
            return field, None
        return self._moved.get((self.tag, field), (field, None))

    def raw(self, field: int, component: int = ALL) -> str:
        """A field's text as it was sent; it counts as read up to this component."""
        inner = None
        if self._moved:
            place = self.place(field)
            if place is None:
                return ""
            field, inner = place
        fields = self._fields
        if field >= len(fields):
            return ""
        text = fields[field]
        if not text:
            return ""
        if self._seen[field] < (inner or component):
            self._seen[field] = inner or component
        if inner is not None:
            text = _component(text, self.segment, inner)
        return "" if text == NULL else text

    def value(self, field: int, component: int = 1, subcomponent: int = 1) -> str:
        """One value of the first repetition, unescaped and without blanks around it; empty where there is none."""
        if self._moved:
            text = self.raw(field, component)
            found = self.parts(text)
        else:
            # What most calls come to, without a further call.
            fields = self._fields
            if field >= len(fields):
                return ""
            text = fields[field]
            # No separator is a letter or a digit, so that most values are seen to have no parts at once.
            if text.isalnum():
                self._seen[field] = _DONE
                return text if component == subcomponent == 1 else ""
            if not text:
                return ""
            found = self.memo.parts.get(text) or self._cut(text)
            if found[2] <= component:
                self._seen[field] = _DONE
            elif self._seen[field] < component:
                self._seen[field] = component
        if subcomponent != 1:
            return self._inner(text, component, subcomponent)
        firsts = found[0]
        return firsts[component - 1] if component <= len(firsts) else ""

    def components(self, field: int, most: int) -> Parts | None:
        """The components of a field's first repetition, of which so many count as read; None of an empty field."""
        if self._moved:
            text = self.raw(field, most)
            return self.parts(text) if text else None
        fields = self._fields
        text = fields[field] if field < len(fields) else ""
        if not text:
            return None
        found = self.memo.parts.get(text) or self._cut(text)
        if found[2] <= most:
            self._seen[field] = _DONE
        elif self._seen[field] < most:
            self._seen[field] = most
        return None if text == NULL else found

    def text(self, field: int, component: int = 1) -> str:
        """A component as text for a person, unescaped; a separator of subcomponents in it was not meant as one."""
        text = self.raw(field, component)
        if not text:
            return ""
        texts = self.parts(text)[1]
        return texts[component - 1] if component <= len(texts) else ""

    def parts(self, text: str) -> Parts:
        """The components of the first repetition of a field's text."""
        return self.memo.parts.get(text) or self._cut(text)

    def _cut(self, text: str) -> Parts:
        encoding = self.segment.encoding
        first, width = text, 0
        if encoding.repetition in text:
            first, width = text.split(encoding.repetition, 1)[0], _ENDLESS
        # Most fields have no escapes, and nothing to delete: then there are only blanks to take away.
        clean = self._clean if encoding.escape in text or NULL in text else str.strip
        parts = first.split(encoding.component)
        if not width:
            width = len(parts) if parts[-1] else first.rstrip(encoding.component).count(encoding.component) + 1
        texts = (*map(clean, parts), *_BLANK)
        firsts = texts
        mark = encoding.subcomponent
        if mark in first:
            firsts = (*(clean(part.split(mark, 1)[0]) for part in parts), *_BLANK)
        self.memo.parts[text] = found = (firsts, texts, width)
        return found

    def _inner(self, text: str, component: int, subcomponent: int) -> str:
        """A subcomponent behind the first."""
        encoding = self.segment.encoding
        first = text.split(encoding.repetition, 1)[0]
        return part_of(first, encoding, component, subcomponent).strip()

    def _clean(self, part: str) -> str:
        if part.isalnum():
            return part
        encoding = self.segment.encoding
        if encoding.escape in part:
            part = unescape(part, encoding)
        part = part.strip()
        return "" if part == NULL else part

    def forget(self, field: int) -> None:
        """Counts a field as not read: what it holds could not be understood, and is kept as it was sent."""
        number = self.number_of(field)
        if number < len(self._seen):
            self._seen[number] = 0

    def repetitions(self, field: int) -> list[str]:
        """The repetitions of a field as they were sent; all of them count as read."""
        text = self.raw(field)
        if not text:
            return []
        place = self.place(field)
        if place is not None:
            self._all(place[0])
        return text.split(self.segment.encoding.repetition)

    def number_of(self, field: int) -> int:
        """The number under which a field of the standard stands in this segment, for problems."""
        place = self.place(field)
        return place[0] if place is not None else field

    def skip(self, *fields: int) -> None:
        """Counts fields as read: their content is known from elsewhere, or not to be told."""
        for field in fields:
            if field < len(self._seen):
                self._seen[field] = ALL
                self._all(field)

    def _all(self, number: int) -> None:
        if self._whole is None:
            self._whole = set()
        self._whole.add(number)

    def tail(self, first: int) -> str:
        """The text of the segment from a field on, as it was sent."""
        pieces = self.segment.text.split(self.segment.encoding.field, first)
        return pieces[first] if len(pieces) > first else ""

    def know_tail(self, first: int, left: dict[str, str]) -> None:
        """Says what was not read from a field on, so that it need not be looked for."""
        self._tail = first, left

    def rest(self, hidden: Collection[int] = ()) -> dict[str, Any] | None:
        """What was not read, with the usual separators; None where nothing is left. ``hidden`` fields are not told."""
        tail = self._tail
        if tail is None:
            left = self.left(3 if self.tag in HEADERS else 1, len(self._fields), hidden)
        else:
            left = self.left(1, tail[0], hidden)
            left.update(tail[1])
        return {"segment": self.tag, "fields": left} if left else None

    def left(self, first: int, end: int, hidden: Collection[int] = ()) -> dict[str, str]:
        """The fields from ``first`` up to ``end`` of which something was not read."""
        left: dict[str, str] = {}
        encoding, whole = self.segment.encoding, self._whole
        repetition, component = encoding.repetition, encoding.component
        fields, reached = self._fields[first:end], self._seen[first:end]
        if reached.count(_DONE) + fields.count("") == len(fields):
            return left
        number = first - 1
        for text, seen in zip(fields, reached, strict=True):
            number += 1
            if not text or seen == _DONE:
                continue
            if seen:
                if component not in text and repetition not in text:
                    continue
                more = repetition in text and (whole is None or number not in whole)
                if not more and (
                    seen == ALL or text.count(component) < seen or text.rstrip(component).count(component) < seen
                ):
                    continue
            if number not in hidden:
                left[str(number)] = _standard(text, self.segment)
        return left


def _component(text: str, segment: Segment, component: int) -> str:
    """A component as it was sent, of the first repetition."""
    encoding = segment.encoding
    parts = text.split(encoding.repetition, 1)[0].split(encoding.component)
    return parts[component - 1] if component <= len(parts) else ""


def _standard(text: str, segment: Segment) -> str:
    """The text with the usual separators, so that whoever reads it need not know the message's own."""
    own = segment.encoding
    if own.component == "^" and own.repetition == "~" and own.subcomponent == "&" and own.escape == "\\":
        return text
    pairs = (
        (own.component, STANDARD.component), (own.repetition, STANDARD.repetition),
        (own.subcomponent, STANDARD.subcomponent), (own.escape, STANDARD.escape),
    )  # fmt: skip
    return text.translate({ord(one): other for one, other in pairs if one})
