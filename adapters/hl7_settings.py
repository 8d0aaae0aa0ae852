"""What was agreed with a partner about HL7: the tables ``[hl7]`` of its file, as frozen values.

Senders put values into other fields than the standard says, and what they care for most into segments of their own.
Both are told here, as data: ``fields`` names the place of the standard and the place where this sender has it,
``segments`` says what a segment of its own means and which of its fields holds what.
"""

import re
from functools import cached_property
from typing import Annotated, Final, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, model_validator

from adapters.formats.hl7.charset import codec_named
from adapters.formats.hl7.paths import path_of
from canonical.inventory_movement import Direction, MovementKind

MOST_RULES: Final = 500
"""Entries of one table."""

PATIENT_SEGMENTS: Final = frozenset(
    {
        "PID", "PD1", "PV1", "PV2", "NK1", "GT1", "IN1", "IN2", "IN3", "ACC", "MRG", "AL1", "IAM", "DG1", "DRG", "DB1",
        "ARV", "OH1", "OH2", "OH3", "OH4", "UB1", "UB2", "ABS", "BLC", "RMI", "PDA", "PSG", "CON", "FAM", "NPU", "PR1",
    }
)  # fmt: skip
"""Segments that say who a patient is, who belongs to them, who pays for them, and what ails them."""

BUSINESS_SEGMENTS: Final = frozenset(
    {
        "ORC", "RQD", "RQ1", "OBR", "RXO", "RXE", "RXD", "RXA", "RXG", "FT1", "SCH", "RGS", "AIS", "AIG", "AIL", "AIP",
        "MFI", "MFE", "EQU", "INV", "ODS", "ODT", "TXA", "MSA",
    }
)  # fmt: skip
"""Segments of orders, resources and goods: what stands behind one of them is no longer about the patient."""

CLINICAL_SEGMENTS: Final = frozenset({"OBX", "OBR", "PRB", "GOL", "TXA", "SPM", "ROL", "CTD"})
"""Segments of findings: what is needed of them is read, the rest is not told."""

PATIENT_FIELDS: Final[dict[str, tuple[int, ...]]] = {
    "FT1": (14, 15, 17, 19, 30, 32),
    "SCH": (12, 13, 14, 15, 16, 17, 18, 19, 20, 22),
    "ORC": (23, 24, 30),
    "EVN": (5,),
}
"""Fields of other segments that name an insurance, a diagnosis, or a person who may be the patient."""

_FIELD = re.compile(r"[A-Z][A-Z0-9]{2}-[1-9][0-9]{0,2}")
_PLACE = re.compile(r"[1-9][0-9]{0,2}(?:\.[1-9][0-9]?)?")


def _charset(name: str) -> str:
    if codec_named(name) is None:
        raise ValueError("a character set, as UNICODE UTF-8, 8859/1 or cp1252")
    return name


def _field(name: str) -> str:
    if not _FIELD.fullmatch(name):
        raise ValueError("a field, as RQD-5")
    return name


def _source(name: str) -> str:
    if name:
        path = path_of(name)
        if path.occurrence != 1 or path.repetition != 1 or path.subcomponent is not None:
            raise ValueError('a field or component, as RQD-3 or FT1-7.4, or "" for nowhere')
    return name


def _patient_field(name: str) -> str:
    if path_of(name).tag not in PATIENT_SEGMENTS:
        raise ValueError("a place in a segment about the patient, as PID-3 or PV1-19")
    return name


def _inner(place: str) -> str:
    if not _PLACE.fullmatch(place):
        raise ValueError("the number of a field, or of a component in it, as 10 or 6.2")
    return place


FieldName = Annotated[str, AfterValidator(_field)]
SourceName = Annotated[str, AfterValidator(_source)]
PatientField = Annotated[str, AfterValidator(_patient_field)]
InnerPlace = Annotated[str, AfterValidator(_inner)]
OwnSegment = Annotated[str, StringConstraints(pattern=r"^[A-Z][A-Z0-9]{2}$")]
Code = Annotated[str, StringConstraints(min_length=1, max_length=40)]
Word = Literal[
    "kind", "item", "item_name", "quantity", "unit", "expected", "counted", "total", "lot", "serial", "expires", "udi",
    "station", "drawer", "subdrawer", "pocket", "bin", "place", "place_name", "facility", "performed_by",
    "performed_by_name", "witness", "witness_name", "happened", "needed", "order",
]  # fmt: skip
"""What a field of an own segment can hold."""


class _Table(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class OwnSegmentMap(_Table):
    """``[hl7.segments.ZPM]``: what a segment of the partner's own means."""

    means: Literal["movement", "instance", "pick"] = Field(
        description='"movement", "instance" (lot and serial number of the line before it) or "pick"'
    )
    fields: dict[Word, InnerPlace] = Field(
        min_length=1, max_length=40, description='what it holds, as { kind = "1", item = "6.1", quantity = "10" }'
    )
    kinds: dict[Code, MovementKind] = Field(
        default_factory=dict,
        max_length=MOST_RULES,
        description='its codes with kinds, as { V = "issue", F = "refill" }',
    )
    directions: dict[MovementKind, Direction] = Field(
        default_factory=dict, max_length=20, description='where a kind goes another way, as { return = "out" }'
    )

    @cached_property
    def places(self) -> dict[str, tuple[int, int]]:
        """Each word with its field and component."""
        found = {}
        for word, place in self.fields.items():
            field, _, component = place.partition(".")
            found[str(word)] = (int(field), int(component or 1))
        return found


class Hl7Settings(_Table):
    """``[hl7]``: how a partner speaks HL7, and what it is answered."""

    charset: Annotated[str, AfterValidator(_charset)] | None = Field(
        default=None, description="a character set, as UNICODE UTF-8, 8859/1 or cp1252"
    )
    ack_mode: Literal["auto", "strict", "original", "enhanced"] = "auto"
    ack_files: Literal["never", "errors", "always"] = "never"
    content_errors: Literal["refuse", "accept"] = "refuse"
    tell_warnings: bool = False
    order_replies: bool = False
    unmapped: Literal["accept", "reject"] = "accept"
    patient_fields: tuple[PatientField, ...] = Field(
        default=(), max_length=50, description='a list of places, as ["PID-3", "PV1-19"]'
    )
    fields: dict[FieldName, SourceName] = Field(
        default_factory=dict,
        max_length=MOST_RULES,
        description='fields with the places where they stand, as { "RQD-5" = "RQD-3" }',
    )
    segments: dict[OwnSegment, OwnSegmentMap] = Field(
        default_factory=dict, max_length=50, description="tables as [hl7.segments.ZPM]"
    )

    @model_validator(mode="after")
    def _within_one_segment(self) -> Self:
        for name, source in self.fields.items():
            if source and source[:3] != name[:3]:
                raise ValueError(f"a place of the same segment for {name}")
        return self

    @cached_property
    def codec(self) -> str | None:
        """Python's name of the agreed character set."""
        return codec_named(self.charset) if self.charset else None

    @cached_property
    def moved(self) -> dict[tuple[str, int], tuple[int, int | None] | None]:
        """Segment and field to where its value stands: field and component; None where nothing is to be read.

        A field that holds another one's value is no longer read as its own, unless that is named too.
        """
        found: dict[tuple[str, int], tuple[int, int | None] | None] = {}
        sources = []
        for name, source in self.fields.items():
            tag, _, number = name.partition("-")
            if not source:
                found[tag, int(number)] = None
                continue
            path = path_of(source)
            found[tag, int(number)] = (path.field, path.component)
            if path.component is None:
                sources.append((tag, path.field))
        for place in sources:
            found.setdefault(place, None)
        return found
