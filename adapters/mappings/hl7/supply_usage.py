"""What was used: DFT^P03 and P11 to supply usage, and results that name a device by its label.

Sources: HL7 v2.9.1, sections 6.5.1 (FT1), 7.4.2 (OBX-18), 7.4.4 (PRT). FT1 has no place for lots and serial numbers:
senders put them into segments of their own, which the partner's settings explain.
"""

from typing import Final

from adapters.formats.hl7 import problems
from adapters.formats.hl7.message import Hl7Message
from adapters.formats.udi import parse_udi
from adapters.mappings.hl7.context import Hl7Context
from adapters.mappings.hl7.extensions import close, keep
from adapters.mappings.hl7.fields import Fields
from adapters.mappings.hl7.orders import Order, note, order_day
from adapters.mappings.hl7.own_segments import OwnFields
from adapters.mappings.hl7.patient import patient
from adapters.mappings.hl7.values import (
    code,
    day,
    item_of,
    label,
    labelled,
    location,
    moment,
    moment_of,
    money,
    person,
    put,
    quantity,
)
from canonical.parts import Plain

_TRANSACTIONS: Final = {"CG": "charge", "CD": "credit", "PY": "payment", "CP": "payment", "AJ": "adjustment"}
"""FT1-6 (table 0017) to our word."""
_PROCEDURES: Final = frozenset({"C4", "C5", "CPT", "CPT4", "CPT-4", "CDT", "ICD10PCS", "I10P", "LN"})
"""Coding systems of what is done, not of what is used."""
_UDI_RESULT: Final = "74711-3"
"""LOINC: the value of the observation is a device identifier."""


def supply_usage(context: Hl7Context) -> Plain:
    """The transactions of a DFT: one line for each FT1."""
    document: Plain = {}
    lines: list[Plain] = []
    for fields in context.body():
        match fields.tag:
            case "FT1":
                lines.append(_used(fields, context))
            case "EVN":
                fields.skip(*range(1, 8))
            case "NTE":
                if (found := note(fields)) is not None:
                    (lines[-1] if lines else document).setdefault("notes", []).append(found)
            case _:
                own = context.own(fields.tag)
                if own is not None and own.means == "instance" and lines:
                    _add_own(OwnFields(fields, own, context), lines[-1])
                keep(lines[-1] if lines else document, fields, context)
    if not lines:
        context.report(problems.SEGMENT_MISSING, context.message.header, expected="FT1")
    numbers = {line.get("transaction_number") for line in lines}
    only = numbers.pop() if len(numbers) == 1 else None
    put(
        document,
        number=only or context.number,
        issue_date=order_day(context, None),
        patient=patient(context),
        lines=lines,
    )
    return close(document, context)


def _used(fields: Fields, context: Hl7Context) -> Plain:
    """FT1: 02 number, 04 when, 06 kind, 07 code, 10 how many, 11 and 12 amounts, 20-24 who, 29 and 34 item."""
    sent = fields.value(6)
    line: Plain = {"transaction": _TRANSACTIONS.get(sent.upper(), "other"), "item": _item(fields)}
    put(
        line,
        line_number=fields.value(1),
        transaction_code=sent,
        transaction_number=fields.value(2),
        batch=fields.value(3),
        used=moment(fields, 4, context),
        posted=moment(fields, 5, context),
        charge=code(fields, 7),
        quantity=quantity(fields, 10, None, context, essential=True),
        amount=money(fields, 11, context),
        price=money(fields, 12, context),
        department=code(fields, 13),
        place=location(fields, 16),
        performed_by=person(fields, 20),
        ordered_by=person(fields, 21),
        cost=money(fields, 22, context),
        filler_number=fields.value(23),
        entered_by=person(fields, 24),
        procedure=code(fields, 25),
    )
    if not (line["item"]["identifiers"] or line["item"].get("description") or "charge" in line or "procedure" in line):
        context.report(problems.FIELD_MISSING, fields.segment, fields.number_of(7), expected="what was used")
    keep(line, fields, context)
    return line


def _item(fields: Fields) -> Plain:
    """The item: by its own number (34), its drug code (29), or by what it is booked as where that is no procedure."""
    item = item_of((fields, 34, "BUYER"), (fields, 29, "NDC"), (fields, 35, "MODEL"))
    booked = fields.value(7, 3).upper()
    if not item["identifiers"] and booked not in _PROCEDURES:
        item = item_of((fields, 7, "BUYER"))
    put(item, description=item.get("description") or fields.text(8) or fields.text(9))
    return item


def _add_own(read: OwnFields, line: Plain) -> None:
    """Lot, serial number and item from a segment of the sender's own."""
    read.add_to(line)
    line["item"]["identifiers"] += [each for each in read.item_ids() if each not in line["item"]["identifiers"]]
    if "quantity" not in line:
        put(line, quantity=read.amount("quantity", read.text("unit")))


def names_device(message: Hl7Message) -> bool:
    """Whether a result message names a device by its label, or by its lot or serial number."""
    for participation in message.all("PRT"):
        if any(participation.value(field) for field in (16, 19, 20)) or parse_udi(participation.value(10)):
            return True
    return any(
        parse_udi(result.value(18)) or (result.value(3) == _UDI_RESULT and parse_udi(result.value(5)))
        for result in message.all("OBX")
    )


def device_usage(context: Hl7Context) -> Plain:
    """The devices that a result message names, as implants are logged. The findings themselves are not told."""
    document: Plain = {}
    lines: list[Plain] = []
    order = Order()
    when: Plain | None = None
    for fields in context.body():
        match fields.tag:
            case "ORC":
                order = Order(fields)
            case "OBR":
                when = moment_of(fields.value(7)) or when
                context.withhold("OBR")
            case "OBX":
                text = fields.value(18) or (fields.value(5) if fields.value(3) == _UDI_RESULT else "")
                at = 18 if fields.value(18) else 5
                _add_device(fields, text, at, lines, moment_of(fields.value(14)) or when, context)
                context.withhold("OBX")
            case "PRT":
                _add_participation(fields, lines, when, context)
            case "NTE":
                # Notes of results are findings.
                context.withhold("NTE")
            case _:
                keep(document, fields, context)
    for line in lines:
        filled: Plain = {}
        order.fill(filled, context)
        put(line, filler_number=filled.get("filler_number"))
    put(
        document,
        number=context.number,
        issue_date=order_day(context, None),
        patient=patient(context),
        lines=lines,
    )
    return close(document, context)


def _add_device(
    fields: Fields, text: str, at: int, lines: list[Plain], when: Plain | None, context: Hl7Context
) -> None:
    found = label(text, fields, at, context) if text else None
    if found is None:
        return
    identifier, instance = labelled(found, text)
    line: Plain = {
        "transaction": "usage", "item": {"identifiers": [identifier]}, "instances": [instance],
        "quantity": {"value": "1"},
    }  # fmt: skip
    put(line, used=when)
    lines.append(line)


def _add_participation(fields: Fields, lines: list[Plain], when: Plain | None, context: Hl7Context) -> None:
    """PRT: 10 label or id of the device, 16 its kind, 17 made, 18 expires, 19 lot, 20 serial number (since 2.8.2)."""
    text = fields.value(10)
    before = len(lines)
    _add_device(fields, text, 10, lines, moment_of(fields.value(11)) or when, context)
    instance: Plain = {}
    put(
        instance,
        manufacture_date=day(fields, 17, context),
        expiration_date=day(fields, 18, context),
        lot_number=fields.value(19),
        serial_number=fields.value(20),
    )
    device = fields.value(16) or text
    fields.skip(*range(1, 16))
    if len(lines) > before:
        lines[-1]["instances"][0].update(instance)
    elif instance and device:
        line: Plain = {
            "transaction": "usage", "item": {"identifiers": [{"scheme": "UDI", "value": device}]},
            "instances": [instance], "quantity": {"value": "1"},
        }  # fmt: skip
        put(line, used=when)
        lines.append(line)
    else:
        return
    keep(lines[-1], fields, context)
