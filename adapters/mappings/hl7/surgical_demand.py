"""What a planned case needs: SIU^S12 to S24 and S26 to surgical demand.

Each message is taken as the whole present state of the case, so that a consumer replaces what it had. Resources that
the sender takes away (action code D) are left out. Source: HL7 v2.9.1, sections 10.6.1 (SCH) to 10.6.8 (AIP).
"""

from typing import Final

from adapters.formats.hl7 import problems
from adapters.mappings.hl7.context import Hl7Context
from adapters.mappings.hl7.extensions import close, keep
from adapters.mappings.hl7.fields import Fields
from adapters.mappings.hl7.orders import note, order_day
from adapters.mappings.hl7.patient import patient
from adapters.mappings.hl7.values import code, item_of, location, moment, person_of, put, quantity
from canonical.parts import Plain

EVENTS: Final = {
    "S12": "scheduled", "S13": "rescheduled", "S14": "modified", "S15": "cancelled", "S16": "discontinued",
    "S17": "deleted", "S18": "modified", "S19": "modified", "S20": "modified", "S21": "modified", "S22": "modified",
    "S23": "blocked", "S24": "other", "S26": "noShow",
}  # fmt: skip
"""MSH-9.2 to what happened to the case."""
_RELEASES: Final = frozenset({"cancelled", "discontinued", "deleted", "noShow"})
_ROWS: Final = {"AIS": "procedures", "AIG": "lines", "AIL": "rooms", "AIP": "staff"}
_TAKEN_AWAY: Final = "D"


def surgical_demand(context: Hl7Context) -> Plain:
    """The state of the case in a scheduling message."""
    header = context.message.header
    event = header.value(9, 2).strip()
    status = EVENTS.get(event, "other")
    document: Plain = {"status": status, "released": status in _RELEASES, "event_code": event or "?"}
    seen = False
    last: Plain = document
    for fields in context.body():
        match fields.tag:
            case "SCH" if not seen:
                seen = True
                _appointment(fields, document, context)
                keep(document, fields, context)
            case "RGS":
                fields.skip(1, 2, 3)
                keep(document, fields, context)
            case "AIS" | "AIG" | "AIL" | "AIP" as tag:
                if fields.value(2).upper() == _TAKEN_AWAY:
                    continue
                last = _row(tag, fields, context)
                document.setdefault(_ROWS[tag], []).append(last)
                if tag == "AIG":
                    keep(last, fields, context)
                else:
                    keep(document, fields, context)
            case "NTE":
                found = note(fields)
                if found is not None:
                    document.setdefault("notes", []).append(found)
            case _:
                keep(document, fields, context)
    if not seen:
        context.report(problems.SEGMENT_MISSING, header, expected="SCH")
    _fill_start(document)
    put(document, issue_date=order_day(context, None), patient=patient(context))
    document.setdefault("number", context.number)
    return close(document, context)


def _appointment(fields: Fields, document: Plain, context: Hl7Context) -> None:
    """SCH: 01 and 02 numbers, 04 group, 06 reason of the event, 08 kind, 09 and 10 duration, 11 when, 25 state."""
    placer, filler = fields.value(1), fields.value(2)
    if not (placer or filler):
        context.report(problems.FIELD_MISSING, fields.segment, 2, expected="the number of the case")
    length = quantity(fields, 9, 10, context)
    if length is None and fields.value(11, 3)[1:].isdigit():
        length = {"value": fields.value(11, 3)[1:], "unit_code": fields.value(11, 3)[0]}
    # SCH-7 is a reason in the words of a clinic, and often names who comes.
    fields.skip(7)
    put(
        document,
        number=filler or placer,
        placer_number=placer,
        group_number=fields.value(4),
        event_reason=code(fields, 6),
        case_type=code(fields, 8),
        duration=length,
        start=moment(fields, 11, context, 4),
        end=moment(fields, 11, context, 5),
        state=code(fields, 25),
    )


def _row(tag: str, fields: Fields, context: Hl7Context) -> Plain:
    """One resource. AIS: 03 procedure, 04 start, 07 duration. AIG: 03 what, 04-05 kind, 06 how many, 08 start,
    11 duration. AIL: 03 room, 06 start, 09 duration. AIP: 03 who, 04 role.
    """
    found: Plain = {}
    put(found, action_code=fields.value(2))
    fields.skip(1)
    match tag:
        case "AIS":
            put(
                found,
                procedure=code(fields, 3) or {},
                start=moment(fields, 4, context),
                duration=quantity(fields, 7, 8, context),
                status=code(fields, 10),
            )
        case "AIG":
            found["item"] = item_of((fields, 3, "BUYER"))
            put(
                found,
                resource_type=code(fields, 4),
                resource_group=code(fields, 5),
                quantity=quantity(fields, 6, 7, context, essential=True),
                start=moment(fields, 8, context),
                duration=quantity(fields, 11, 12, context),
            )
        case "AIL":
            put(
                found,
                place=location(fields, 3) or {},
                start=moment(fields, 6, context),
                duration=quantity(fields, 9, 10, context),
            )
        case _:
            people = [who for text in fields.repetitions(3) if (who := person_of(text, fields))]
            put(found, person=people[0] if people else {}, role=code(fields, 4))
    return found


def _fill_start(document: Plain) -> None:
    """Where the appointment names no time, the earliest of its procedures and rooms."""
    if "start" in document:
        return
    starts = [
        row["start"] for name in ("procedures", "rooms", "lines") for row in document.get(name, ()) if "start" in row
    ]
    if starts:
        document["start"] = min(starts, key=lambda start: (start["date"], start.get("time", "")))
