"""A partner's answer to a message of ours: MSA with ERR and MFA to application acknowledgment.

Source: HL7 v2.9.1, sections 2.13.5 (ERR), 2.13.8 (MSA), 8.5.3 (MFA); tables 0008 and 0181.
"""

from typing import Final

from adapters.formats.hl7.segments import part_of
from adapters.mappings.hl7.context import Hl7Context
from adapters.mappings.hl7.extensions import close, keep
from adapters.mappings.hl7.fields import Fields
from adapters.mappings.hl7.orders import order_day
from adapters.mappings.hl7.values import put
from canonical.parts import Plain

_STATUSES: Final = {
    "AA": "accepted", "CA": "accepted", "AE": "rejected", "CE": "rejected", "AR": "rejected", "CR": "rejected",
    "S": "accepted", "U": "rejected",
}  # fmt: skip


def application_acknowledgment(context: Hl7Context) -> Plain:
    """The verdict in an ACK, ORS, ORN, ORR or MFK."""
    document: Plain = {}
    judged: Plain = {"status": "other", "status_code": "?"}
    messages = [judged]
    for fields in context.body():
        match fields.tag:
            case "MSA":
                sent = fields.value(1)
                control = fields.value(2)
                put(judged, status=_STATUSES.get(sent, "other"), status_code=sent, control_number=control)
                text = fields.value(3)
                if text:
                    document.setdefault("notes", []).append({"text": text, "type": "answer"})
                document["number"] = control or context.number
            case "ERR":
                judged.setdefault("errors", []).extend(_errors(fields))
            case "MFA":
                messages.append(_entry(fields))
            case _:
                pass
        keep(document, fields, context)
    document.setdefault("number", context.number)
    put(document, issue_date=order_day(context, None), status=judged["status"], messages=messages)
    return close(document, context)


def _errors(fields: Fields) -> list[Plain]:
    """ERR: up to 2.4 all errors in field 1; from 2.5 on one segment each."""
    encoding = fields.segment.encoding
    found = []
    for text in fields.repetitions(1):
        error: Plain = {"code": part_of(text, encoding, 4) or "?"}
        put(
            error,
            text=part_of(text, encoding, 4, 2),
            segment=part_of(text, encoding, 1),
            position=_whole(part_of(text, encoding, 2)),
            element=_whole(part_of(text, encoding, 3)),
        )
        found.append(error)
    if fields.value(3) or fields.value(2) or fields.value(8):
        error = {"code": fields.value(3) or "?"}
        put(
            error,
            text=fields.value(8) or fields.value(3, 2),
            severity=fields.value(4),
            segment=fields.value(2, 1),
            position=_whole(fields.value(2, 2)),
            element=_whole(fields.value(2, 3)),
            repetition=_whole(fields.value(2, 4)),
            component=_whole(fields.value(2, 5)),
        )
        found.append(error)
    return found


def _entry(fields: Fields) -> Plain:
    """MFA: 02 control number, 04 verdict, 05 key."""
    sent = fields.value(4)
    found: Plain = {"level": "item", "status": _STATUSES.get(sent, "other"), "status_code": sent or "?"}
    key = fields.value(5)
    put(
        found,
        control_number=fields.value(2),
        references=[{"type": "item", "value": key}] if key else None,
    )
    return found


def _whole(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else None
