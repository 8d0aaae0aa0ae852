"""Who a document is for, without telling who that is: tokens for patient and encounter.

A token is the HMAC-SHA-256 of an identifier with its assigning authority, under a key of the hospital's own. The same
person has the same token in all messages of all senders that name the same authority. Without a key there are none.
"""

import base64
import hmac
from collections.abc import Iterator
from typing import Final

from adapters.formats.hl7.paths import path_of
from adapters.formats.hl7.segments import Segment, part_of
from adapters.mappings.hl7.context import Hl7Context
from canonical.parts import Plain

_LENGTH: Final = 20
"""Bytes of a token: no two of all patients of the world share one."""
_RECORD_NUMBERS: Final = ("MR", "MRN", "PI", "PT")
"""Kinds of PID-3 (table 0203) that name the patient in the house, best first."""


def patient(context: Hl7Context) -> Plain | None:
    """The patient of a message; None where it has none."""
    message = context.message
    person, visit = message.first("PID"), message.first("PV1")
    found: Plain = {}
    if person is not None and context.secret is not None:
        identity = next(_identities(person), None)
        if identity is not None:
            found["token"] = _token(context, "patient", *identity)
    if context.secret is not None:
        encounter = _encounter(person, visit)
        if encounter is not None:
            found["encounter_token"] = _token(context, "encounter", *encounter)
    if visit is not None:
        for name, text in (("patient_class", visit.value(2).strip()), ("unit", visit.value(3).strip())):
            if text and text != '""':
                found[name] = text
    passed = {name: text for name in context.settings.patient_fields if (text := _passed(context, name))}
    if passed:
        found["fields"] = passed
    return found or None


def _passed(context: Hl7Context, name: str) -> str:
    """What the settings let through: a component, or a whole field as it was sent."""
    path = path_of(name)
    if path.component is not None:
        return context.message.get(path)
    for number, segment in enumerate(context.message.all(path.tag), 1):
        if number == path.occurrence:
            repetitions = segment.repetitions(path.field)
            return repetitions[path.repetition - 1] if path.repetition <= len(repetitions) else ""
    return ""


def _identities(person: Segment) -> Iterator[tuple[str, str]]:
    """Identifiers of the patient with their authorities, the best first: PID-3, then the PID-2 and PID-4 of old."""
    ranked = []
    for field in (3, 2, 4):
        for text in person.repetitions(field):
            id, kind, authority = _identifier(text, person)
            if id:
                rank = _RECORD_NUMBERS.index(kind) if kind in _RECORD_NUMBERS else len(_RECORD_NUMBERS)
                ranked.append((rank if field == 3 else 10 + field, id, authority))
    # By rank alone: among equals the sender's own order counts.
    ranked.sort(key=lambda each: each[0])
    return ((id, authority) for _, id, authority in ranked)


def _encounter(person: Segment | None, visit: Segment | None) -> tuple[str, str] | None:
    """PV1-19, the visit, else PID-18, the account."""
    for segment, field in ((visit, 19), (person, 18)):
        if segment is not None:
            for text in segment.repetitions(field):
                id, _, authority = _identifier(text, segment)
                if id:
                    return id, authority
    return None


def _identifier(text: str, segment: Segment) -> tuple[str, str, str]:
    """CX: id, type and assigning authority."""
    encoding = segment.encoding
    if encoding.escape in text or encoding.subcomponent in text:
        id, authority, kind = (part_of(text, encoding, component).strip() for component in (1, 4, 5))
    else:
        id, _, _, authority, kind = map(str.strip, (*text.split(encoding.component), "", "", "", "")[:5])
    return ("" if id == '""' else id), kind.upper(), authority


def _token(context: Hl7Context, kind: str, id: str, authority: str) -> str:
    # Without an authority an identifier means something only where it was assigned: at the sender.
    issuer = authority or f"sender {context.message.header.value(4)}"
    text = "\x00".join((kind, issuer.strip().upper(), id.upper()))
    digest = hmac.digest(context.secret or b"", text.encode(), "sha256")[:_LENGTH]
    return base64.b32encode(digest).decode().lower()
