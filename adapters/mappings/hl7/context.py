"""What a mapping may ask besides the message itself, and how it reports what it finds."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Final

from adapters.formats.hl7.message import Hl7Message
from adapters.formats.hl7.segments import Segment
from adapters.hl7_settings import BUSINESS_SEGMENTS, PATIENT_FIELDS, PATIENT_SEGMENTS, Hl7Settings, OwnSegmentMap
from adapters.mappings.hl7.fields import Fields, Memo
from canonical.parts import Plain
from canonical.problem import ProblemKind

_LONGEST_FOUND: Final = 40
_NO_MARKS: Final = frozenset({"MSH", "SFT", "UAC"})


@dataclass(frozen=True, slots=True)
class Finding:
    """A problem that a mapping met; the reader adds the place in the delivery."""

    kind: ProblemKind
    segment: Segment
    field: int | None = None
    component: int | None = None
    found: str | None = None
    expected: str | None = None
    path: str | None = None


@dataclass(slots=True)
class Hl7Context:
    """One message's surroundings."""

    message: Hl7Message
    settings: Hl7Settings
    secret: bytes | None = None
    """The key of the tokens for patients; without one there are none."""
    number: str = ""
    """What the document is called where nothing in the message names it."""
    findings: list[Finding] = field(default_factory=list)
    withheld: list[str] = field(default_factory=list)
    """Ids of segments that the document does not carry, because they are about the patient."""
    memo: Memo = field(default_factory=Memo)

    def fields(self, segment: Segment) -> Fields:
        """The segment's fields where this partner has them."""
        return Fields(segment, self.settings.moved, self.memo)

    def body(self) -> Iterator[Fields]:
        """The segments behind the header that may go into a document, in order.

        What is about the patient is left out, and what follows it up to the next segment of another matter: notes,
        observations and segments of the sender's own. One that the partner's settings explain is always read.
        """
        about_patient = False
        own, moved, memo = self.settings.segments, self.settings.moved, self.memo
        for segment in self.message.segments:
            tag = segment.tag
            if tag in BUSINESS_SEGMENTS:
                about_patient = False
            elif tag in _NO_MARKS:
                continue
            elif tag in PATIENT_SEGMENTS:
                about_patient = True
            if about_patient and tag not in own:
                if tag not in self.withheld:
                    self.withheld.append(tag)
                continue
            yield Fields(segment, moved, memo)

    def tail(self, fields: Fields, first: int, read: "Callable[[Fields, Hl7Context], Plain]") -> Plain:
        """What ``read`` makes of the fields of a segment from ``first`` on; of others it reads none.

        It is remembered by their text: most lines of a message differ in their first fields alone, as number, item and
        quantity. So what is inside of it is never changed by who asks for it. Where fields stand elsewhere than the
        standard says, or a problem is to be reported at its place, each segment is read for itself.
        """
        if self.settings.moved:
            return read(fields, self)
        key = (read, fields.tail(first))
        known = self.memo.tails.get(key)
        if known is None:
            findings = len(self.findings)
            plain = read(fields, self)
            if len(self.findings) > findings:
                return plain
            left = fields.left(first, len(fields.segment.fields), PATIENT_FIELDS.get(fields.tag, ()))
            known = self.memo.tails[key] = (plain, left)
        fields.know_tail(first, known[1])
        return known[0]

    def own(self, tag: str) -> OwnSegmentMap | None:
        """What the partner's settings say of a segment of its own."""
        return self.settings.segments.get(tag)

    def report(
        self,
        kind: ProblemKind,
        segment: Segment,
        field: int | None = None,
        component: int | None = None,
        *,
        found: str | None = None,
        expected: str | None = None,
        path: str | None = None,
    ) -> None:
        """Notes a problem. A value is quoted only where it cannot be the name of a person."""
        if found is not None and (segment.tag in PATIENT_SEGMENTS or not _quotable(found)):
            found = None
        self.findings.append(Finding(kind, segment, field, component, found, expected, path))

    def withhold(self, tag: str) -> None:
        """Notes that a segment is left out of the document."""
        if tag not in self.withheld:
            self.withheld.append(tag)


def _quotable(text: str) -> bool:
    """A short value with a digit, or a code of a few letters: names and sentences are neither."""
    return len(text) <= _LONGEST_FOUND and (len(text) <= 3 or any(character.isdigit() for character in text))
