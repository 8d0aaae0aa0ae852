"""What no field of a document holds: kept as it was sent, but for what is about the patient."""

from typing import Final

from adapters.hl7_settings import CLINICAL_SEGMENTS, PATIENT_FIELDS
from adapters.mappings.hl7.context import Hl7Context
from adapters.mappings.hl7.fields import Fields
from canonical.parts import Plain

_HEADER: Final = frozenset((3, 4, 5, 6, 7, 9, 10, 11, 12, 15, 16, 18))
"""Fields of MSH that the provenance holds, or that only the answer needs."""


def keep(holder: Plain, fields: Fields, context: Hl7Context) -> None:
    """Adds what was not read of a segment to a document, or to the part of it that the segment belongs to."""
    if fields.tag in CLINICAL_SEGMENTS:
        context.withhold(fields.tag)
        return
    rest = fields.rest(PATIENT_FIELDS.get(fields.tag, ()))
    if rest is not None:
        _add(holder, rest)


def _add(holder: Plain, rest: Plain) -> None:
    holder.setdefault("extensions", {}).setdefault("hl7", []).append(rest)


def close(document: Plain, context: Hl7Context) -> Plain:
    """Adds what the header says beyond the provenance, and which segments were withheld."""
    rest = context.fields(context.message.header).rest(_HEADER)
    if rest is not None:
        _add(document, rest)
    if context.withheld:
        document.setdefault("extensions", {})["withheld"] = sorted(context.withheld)
    return document
