"""The segments of an item master entry, each as a part of the document.

Source: HL7 v2.9.1, section 17.4. Positions are those of 2.6 to 2.9; later versions only add fields behind.
"""

from adapters.mappings.hl7.context import Hl7Context
from adapters.mappings.hl7.extensions import keep
from adapters.mappings.hl7.fields import Fields
from adapters.mappings.hl7.values import code, day, flag, money, number, put, quantity
from canonical.parts import Plain


def fill_item(fields: Fields, current: Plain, context: Hl7Context) -> None:
    """ITM: 01 id, 02 text, 03-05 status, type, category, 07-10 maker, 11-14 charge, 20-21 approved, 30-33 since 2.8."""
    item = current["item"]
    identifiers = item["identifiers"]
    for at, scheme in ((1, "BUYER"), (9, "MANUFACTURER"), (33, "UNSPSC")):
        value = fields.value(at)
        if value and not any(value == each["value"] and scheme == each["scheme"] for each in identifiers):
            identifiers.append({"scheme": scheme, "value": value})
    put(item, description=fields.text(2))
    maker: Plain = {"role": "manufacturer"}
    ids = [
        {"scheme": scheme, "value": value, "qualifier": qualifier}
        for at, scheme, qualifier in ((7, "BUYER", "ITM-7"), (10, "OTHER", "labeler"))
        if (value := fields.value(at))
    ]
    put(maker, name=fields.text(8, 2) or fields.text(8) or fields.text(7, 2), identifiers=ids or None)
    approved = money(fields, 21, context)
    put(
        current,
        status=code(fields, 3),
        item_type=code(fields, 4),
        category=code(fields, 5),
        expires=flag(fields, 6),
        manufacturer=maker if len(maker) > 1 else None,
        chargeable=flag(fields, 11),
        charge=code(fields, 12),
        charge_amount=money(fields, 13, context),
        stocked=flag(fields, 14),
        risk=code(fields, 15),
        latex=flag(fields, 17),
        account=code(fields, 19),
        approved_quantity=number(fields, 20, context),
        approved_price=approved,
        taxable=flag(fields, 22),
        procedure=code(fields, 27),
        handling=code(fields, 29),
        hazardous=flag(fields, 30),
        sterile=flag(fields, 31),
    )


def vendor(fields: Fields) -> Plain:
    """VND: 01 number, 02 id, 03 name, 04 catalog number, 05 whether it is the first choice."""
    party: Plain = {"role": "vendor"}
    id = fields.value(2)
    put(
        party,
        name=fields.text(3, 2) or fields.text(3),
        identifiers=[{"scheme": "BUYER", "value": id}] if id else None,
    )
    found: Plain = {"party": party}
    put(found, number=fields.value(1), catalog_number=fields.value(4), primary=flag(fields, 5))
    return found


def packaging(fields: Fields, context: Hl7Context) -> Plain:
    """PKG: 01 number, 02 unit, 03 default, 04 quantity, 05 price, 06 and 07 the next price and its day, 08 GTIN."""
    found: Plain = {}
    put(
        found,
        number=fields.value(1),
        unit_code=fields.value(2, 1) or fields.value(2, 2),
        default_order_unit=flag(fields, 3),
        quantity=number(fields, 4, context),
        price=money(fields, 5, context),
        future_price=money(fields, 6, context),
        future_price_date=day(fields, 7, context),
        gtin=fields.value(8),
    )
    return found


def price_by_center(fields: Fields, context: Hl7Context) -> Plain:
    """PCE: 02 cost center, 03 what is charged, 04 how much."""
    found: Plain = {}
    put(found, cost_center=code(fields, 2), charge=code(fields, 3), amount=money(fields, 4, context))
    fields.skip(1)
    return found


def stock_place(fields: Fields, context: Hl7Context) -> Plain:
    """IVT: 02 and 03 place, 04 and 05 its source, 06 status, 07 bin, 08 and 09 units, 22-26 when to fill up."""
    where: Plain = {}
    put(
        where,
        code=fields.value(2),
        name=fields.text(3, 2) or fields.text(3),
        bin=", ".join(filter(None, fields.repetitions(7))),
    )
    source: Plain = {}
    put(source, code=fields.value(4), name=fields.text(5, 2) or fields.text(5))
    found: Plain = {"place": where}
    put(
        found,
        source=source or None,
        status=code(fields, 6),
        order_unit=fields.value(8),
        issue_unit=fields.value(9),
        asset_account=code(fields, 10),
        chargeable=flag(fields, 11),
        charge=code(fields, 12),
        charge_amount=money(fields, 13, context),
        importance=code(fields, 14),
        stocked=flag(fields, 15),
        consignment=flag(fields, 16),
        reusable=flag(fields, 17),
        safety_stock_days=number(fields, 22, context),
        reorder_point=number(fields, 24, context),
        reorder_quantity=number(fields, 25, context),
        par_level=number(fields, 26, context),
    )
    fields.skip(1)
    keep(found, fields, context)
    fields.skip(*fields.segment.sent())
    return found


def stock_lot(fields: Fields, context: Hl7Context) -> Plain:
    """ILT: 02 lot, 03 expiry, 04-06 received, 07 cost, 08-10 on hand."""
    found: Plain = {}
    put(
        found,
        lot_number=fields.value(2),
        expiration_date=day(fields, 3, context),
        received_date=day(fields, 4, context),
        received_quantity=quantity(fields, 5, 6, context),
        cost=money(fields, 7, context),
        on_hand_date=day(fields, 8, context),
        on_hand_quantity=quantity(fields, 9, 10, context),
    )
    fields.skip(1)
    return found
