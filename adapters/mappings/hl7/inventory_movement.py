"""Stock that moved: cabinet transactions in a segment of the sender's own, counts of INU, dispensed drugs of RDS.

Sources: HL7 v2.9.1, sections 4A.4.6 (RXD) and 13.4.4 (INV). What a cabinet's own segment means, the partner's
settings say: its vendors fill it differently.
"""

from typing import Final

from adapters.formats.hl7 import problems
from adapters.hl7_settings import OwnSegmentMap
from adapters.mappings.hl7.context import Hl7Context
from adapters.mappings.hl7.extensions import close, keep
from adapters.mappings.hl7.fields import Fields
from adapters.mappings.hl7.orders import Order, note, order_day
from adapters.mappings.hl7.own_segments import OwnFields
from adapters.mappings.hl7.patient import patient
from adapters.mappings.hl7.values import day, item_of, moment, person, place, put, quantity
from canonical.parts import Plain

DIRECTIONS: Final = {
    "issue": "out", "return": "in", "refill": "in", "load": "in", "unload": "out", "waste": "out", "count": "set",
    "empty": "out", "receipt": "in", "transfer": "in", "adjustment": "in", "dispense": "out", "other": "out",
}  # fmt: skip
"""What a kind of movement does to the stock of the place, where the settings say nothing else."""
_OTHER_WAY: Final = {"in": "out", "out": "in", "set": "set"}


def inventory_movement(context: Hl7Context) -> Plain:
    """Cabinet transactions: one line for each segment that the settings call a movement."""
    document: Plain = {}
    lines: list[Plain] = []
    order = Order()
    about: Plain = {"identifiers": []}
    unit = ""
    first: Fields | None = None
    for fields in context.body():
        own = context.own(fields.tag)
        match fields.tag:
            case "ORC":
                order = Order(fields)
                first = first or fields
            case "RQD":
                about = item_of((fields, 2, "BUYER"), (fields, 3, "SELLER"), (fields, 4, "BUYER"))
                unit = fields.value(6, 1) or fields.value(6, 2)
                fields.skip(1, 6)
                keep(document, fields, context)
            case "FT1":
                about = item_of((fields, 7, "BUYER"))
                keep(document, fields, context)
            case "NTE":
                if (found := note(fields)) is not None:
                    (lines[-1] if lines else document).setdefault("notes", []).append(found)
            case _ if own is not None and own.means == "movement":
                line = _moved(fields, own, about, unit, context)
                order.fill(line, context)
                for name in ("action", "action_code", "status_code", "entered_by", "ordered_by"):
                    line.pop(name, None)
                lines.append(line)
            case _:
                if own is not None and own.means == "instance" and lines:
                    OwnFields(fields, own, context).add_to(lines[-1])
                keep(lines[-1] if lines else document, fields, context)
    if first is not None:
        keep(document, first, context)
    put(
        document,
        number=_number(lines, first, context),
        issue_date=order_day(context, first),
        patient=patient(context),
        lines=lines,
    )
    return close(document, context)


def _number(lines: list[Plain], first: Fields | None, context: Hl7Context) -> str:
    """The number of the group (ORC-4), else of the only order (ORC-2), else of the message."""
    if first is not None and (group := first.value(4)):
        return group
    numbers = {line.get("order_number") for line in lines}
    only = numbers.pop() if len(numbers) == 1 else None
    return only or context.number


def _moved(fields: Fields, own: OwnSegmentMap, about: Plain, unit: str, context: Hl7Context) -> Plain:
    read = OwnFields(fields, own, context)
    sent = read.text("kind")
    kind = own.kinds.get(sent) or own.kinds.get(sent.upper())
    if kind is None:
        context.report(
            problems.KIND_UNKNOWN, fields.segment, own.places.get("kind", (1, 1))[0],
            found=sent, expected=", ".join(own.kinds) or "a code that the settings name",
        )  # fmt: skip
        kind = "other"
    item: Plain = {"identifiers": read.item_ids() or about["identifiers"]}
    put(item, description=read.text("item_name") or about.get("description"))
    direction: str = own.directions.get(kind) or DIRECTIONS[kind]
    unit = read.text("unit") or unit
    amount, counted = read.amount("quantity", unit), read.amount("counted", unit)
    if direction == "set":
        amount = counted or amount
    if amount is None:
        at = own.places.get("counted" if direction == "set" else "quantity", (1, 1))[0]
        context.report(problems.FIELD_MISSING, fields.segment, at, expected="how many")
    elif amount["value"].startswith("-"):
        amount, direction = {**amount, "value": amount["value"][1:]}, _OTHER_WAY[direction]
    if not item["identifiers"]:
        at = own.places.get("item", (1, 1))[0]
        context.report(problems.FIELD_MISSING, fields.segment, at, expected="an item")
    line: Plain = {"kind": kind, "direction": direction, "item": item}
    read.add_to(line)
    put(
        line,
        kind_code=sent,
        quantity=amount,
        place=read.place(),
        expected_quantity=read.amount("expected", unit),
        counted_quantity=counted,
        total_quantity=read.amount("total", unit),
        happened=read.moment("happened"),
        performed_by=read.person("performed_by", "performed_by_name"),
        witnessed_by=read.person("witness", "witness_name"),
    )
    keep(line, fields, context)
    return line


def dispense(context: Hl7Context) -> Plain:
    """Drugs that were given out (RDS^O13): one line for each RXD."""
    document: Plain = {}
    lines: list[Plain] = []
    order = Order()
    first: Fields | None = None
    for fields in context.body():
        match fields.tag:
            case "ORC":
                order = Order(fields)
                first = first or fields
            case "RXD":
                line: Plain = {"kind": "dispense", "direction": "out", "item": item_of((fields, 2, "BUYER"))}
                order.fill(line, context)
                for name in ("action", "action_code", "status_code", "entered_by", "ordered_by"):
                    line.pop(name, None)
                instance: Plain = {}
                put(instance, lot_number=fields.value(18), expiration_date=day(fields, 19, context))
                put(
                    line,
                    happened=moment(fields, 3, context),
                    quantity=quantity(fields, 4, 5, context, essential=True, needs_unit=True),
                    performed_by=person(fields, 10),
                    place=place(fields, 13),
                    instances=[instance] if instance else None,
                )
                if not line["item"]["identifiers"] and not line["item"].get("description"):
                    context.report(problems.FIELD_MISSING, fields.segment, 2, expected="what was given out")
                if not fields.raw(4):
                    context.report(problems.FIELD_MISSING, fields.segment, 4, expected="how many")
                keep(line, fields, context)
                lines.append(line)
            case "RXO" | "RXE" | "RXR" | "RXC" | "TQ1" | "TQ2":
                # How a drug is to be taken is the patient's matter.
                context.withhold(fields.tag)
            case "NTE":
                if (found := note(fields)) is not None:
                    (lines[-1] if lines else document).setdefault("notes", []).append(found)
            case _:
                keep(lines[-1] if lines else document, fields, context)
    if first is not None:
        keep(document, first, context)
    put(
        document,
        number=(first.value(3) or first.value(2)) if first is not None else "",
        issue_date=order_day(context, first),
        patient=patient(context),
        lines=lines,
    )
    document["number"] = document.get("number") or context.number
    return close(document, context)


def inventory_update(context: Hl7Context) -> Plain:
    """What an analyzer or counter has left (INU^U05): one line for each INV."""
    document: Plain = {}
    lines: list[Plain] = []
    equipment = ""
    for fields in context.body():
        if fields.tag == "EQU":
            equipment = fields.value(1)
            fields.value(1, 2)
            fields.skip(2)
            keep(document, fields, context)
            continue
        if fields.tag != "INV":
            keep(lines[-1] if lines else document, fields, context)
            continue
        line: Plain = {"kind": "count", "direction": "set", "item": item_of((fields, 1, "BUYER"))}
        present = quantity(fields, 8, 11, context, essential=True) or quantity(fields, 9, 11, context, essential=True)
        used = quantity(fields, 10, 11, context, essential=True)
        if present is None and used is not None:
            line.update(kind="issue", direction="out")
        instance: Plain = {}
        put(instance, lot_number=fields.value(16), expiration_date=day(fields, 12, context))
        where: Plain = {}
        put(where, station=equipment, pocket=fields.value(6), bin=fields.value(4))
        put(
            line,
            quantity=present or used,
            total_quantity=quantity(fields, 7, 11, context),
            instances=[instance] if instance else None,
            place=where or None,
        )
        if not line["item"]["identifiers"]:
            context.report(problems.FIELD_MISSING, fields.segment, 1, expected="an item")
        keep(line, fields, context)
        lines.append(line)
    put(document, number=context.number, issue_date=order_day(context, None), lines=lines)
    return close(document, context)
