"""The item master: MFN^M15 (IIM) and MFN^M16 (ITM, VND, PKG, PCE, IVT, ILT) to item master.

Negative quantities in IIM are stock that left a place: such a message is a movement. Sources: HL7 v2.9.1, sections 8.5
(MFI, MFE), 17.4 (ITM, VND, PKG, PCE, IVT, ILT), 8.13.3 (IIM). The standard's own example calls IVT once ITV, and so do
senders.
"""

from decimal import Decimal
from typing import Final

from adapters.formats.hl7 import problems
from adapters.formats.hl7.message import Hl7Message
from adapters.mappings.hl7.context import Hl7Context
from adapters.mappings.hl7.extensions import close, keep
from adapters.mappings.hl7.fields import Fields
from adapters.mappings.hl7.item_segments import fill_item, packaging, price_by_center, stock_lot, stock_place, vendor
from adapters.mappings.hl7.orders import note, order_day
from adapters.mappings.hl7.values import code, day, item_of, moment, money, put, quantity
from canonical.parts import Plain

ACTIONS: Final = {"MAD": "add", "MUP": "update", "MDL": "delete", "MDC": "deactivate", "MAC": "reactivate"}
"""MFE-1 (table 0180) to what is to be done."""
_EVENTS: Final = {"UPD": "update", "REP": "replace"}


def item_master(context: Hl7Context) -> Plain:
    """The entries of a master file message."""
    document: Plain = {}
    walk = _Walk(context, document)
    for fields in context.body():
        walk.take(fields)
    if not walk.entries:
        context.report(problems.SEGMENT_MISSING, context.message.header, expected="MFE")
    put(document, number=context.number, issue_date=order_day(context, None), items=walk.entries)
    return close(document, context)


class _Walk:
    """Goes through the segments, and knows the entry, vendor, package and place before each."""

    def __init__(self, context: Hl7Context, document: Plain) -> None:
        self._context = context
        self._document = document
        self.entries: list[Plain] = []
        self._vendor: Plain | None = None
        self._package: Plain | None = None
        self._place: Plain | None = None

    def take(self, fields: Fields) -> None:
        """One segment."""
        context = self._context
        match fields.tag:
            case "MFI":
                event = fields.value(3)
                put(
                    self._document,
                    file=code(fields, 1),
                    event=_EVENTS.get(event, "other" if event else "update"),
                    event_code=event,
                    effective=moment(fields, 5, context),
                )
                fields.skip(6)
                keep(self._document, fields, context)
            case "MFE":
                self._vendor = self._package = self._place = None
                self.entries.append(entry(fields, context))
            case _ if not self.entries:
                keep(self._document, fields, context)
            case _:
                self._within(fields, self.entries[-1])

    def _within(self, fields: Fields, current: Plain) -> None:
        """A segment of an entry."""
        context = self._context
        match fields.tag:
            case "IIM":
                _fill_limited(fields, current, context)
            case "ITM":
                fill_item(fields, current, context)
            case "VND":
                self._vendor = vendor(fields)
                self._package = None
                current.setdefault("vendors", []).append(self._vendor)
            case "PKG":
                if self._vendor is None:
                    self._vendor = {"party": {}}
                    current.setdefault("vendors", []).append(self._vendor)
                self._package = packaging(fields, context)
                self._vendor.setdefault("packagings", []).append(self._package)
            case "PCE" if self._package is not None:
                self._package.setdefault("charges", []).append(price_by_center(fields, context))
            case "IVT" | "ITV":
                self._place = stock_place(fields, context)
                current.setdefault("places", []).append(self._place)
            case "ILT" if self._place is not None:
                self._place.setdefault("lots", []).append(stock_lot(fields, context))
            case "NTE":
                if (found := note(fields)) is not None:
                    current.setdefault("notes", []).append(found)
        keep(current, fields, context)


def entry(fields: Fields, context: Hl7Context) -> Plain:
    """MFE: 01 what to do, 02 control number, 03 effective, 04 key, 05 its type."""
    sent = fields.value(1)
    action = ACTIONS.get(sent.upper())
    if action is None:
        context.report(
            problems.CODE_UNKNOWN if sent else problems.FIELD_MISSING, fields.segment, 1,
            found=sent or None, expected=", ".join(ACTIONS),
        )  # fmt: skip
    found: Plain = {"action": action or "other", "action_code": sent or "?", "item": {"identifiers": []}}
    put(found, key=fields.value(4), control_number=fields.value(2), effective=moment(fields, 3, context))
    if found.get("key"):
        found["item"] = item_of((fields, 4, "BUYER"))
    fields.skip(5)
    keep(found, fields, context)
    return found


def _fill_limited(fields: Fields, current: Plain, context: Hl7Context) -> None:
    """IIM: 01 key, 02 item, 03 lot, 04 expiry, 05 maker, 06 place, 07-09 received, 10 cost, 11-13 on hand."""
    _add_item(current, item_of((fields, 2, "BUYER"), (fields, 1, "BUYER")))
    name = fields.text(5, 2) or fields.text(5)
    lot: Plain = {}
    put(
        lot,
        lot_number=fields.value(3),
        expiration_date=day(fields, 4, context),
        received_date=day(fields, 7, context),
        received_quantity=quantity(fields, 8, 9, context, essential=True),
        cost=money(fields, 10, context),
        on_hand_date=day(fields, 11, context),
        on_hand_quantity=quantity(fields, 12, 13, context),
    )
    where: Plain = {}
    put(where, code=fields.value(6, 1), name=fields.text(6, 2))
    put(
        current,
        manufacturer={"name": name, "role": "manufacturer"} if name else None,
        procedure=code(fields, 14),
        places=[{"place": where, "lots": [lot] if lot else []}] if lot or where else None,
    )


def _add_item(current: Plain, item: Plain) -> None:
    """Joins the numbers of an item to those of its entry."""
    own = current["item"]
    for identifier in item["identifiers"]:
        if not any(identifier["value"] == each["value"] for each in own["identifiers"]):
            own["identifiers"].append(identifier)
    if item.get("description"):
        own["description"] = item["description"]


def is_movement(message: Hl7Message) -> bool:
    """Whether an M15 tells of stock that moved: every entry has a quantity received, and some are negative."""
    received = [segment.value(8) for segment in message.all("IIM")]
    return bool(received) and all(received) and any(text.startswith("-") for text in received)


def moved_stock(context: Hl7Context) -> Plain:
    """An M15 whose quantities go both ways: a transfer where they cancel out, else an adjustment."""
    document: Plain = {}
    lines: list[Plain] = []
    for fields in context.body():
        if fields.tag != "IIM":
            if fields.tag in ("MFI", "MFE"):
                fields.skip(*range(1, 7))
            keep(document, fields, context)
            continue
        line: Plain = {
            "kind": "adjustment",
            "direction": "in",
            "item": item_of((fields, 2, "BUYER"), (fields, 1, "BUYER")),
        }
        amount = quantity(fields, 8, 9, context, essential=True)
        if amount is not None and amount["value"].startswith("-"):
            amount = {**amount, "value": amount["value"][1:]}
            line["direction"] = "out"
        instance: Plain = {}
        put(instance, lot_number=fields.value(3), expiration_date=day(fields, 4, context))
        where: Plain = {}
        put(where, code=fields.value(6, 1), name=fields.text(6, 2))
        put(
            line,
            quantity=amount,
            place=where or None,
            happened=moment(fields, 7, context),
            instances=[instance] if instance else None,
        )
        keep(line, fields, context)
        lines.append(line)
    if _cancels_out(lines):
        for line in lines:
            line["kind"] = "transfer"
    put(document, number=context.number, issue_date=order_day(context, None), lines=lines)
    return close(document, context)


def _cancels_out(lines: list[Plain]) -> bool:
    """Whether as much of each item came in as went out."""
    sums: dict[str, Decimal] = {}
    for line in lines:
        key = next((str(each["value"]) for each in line["item"]["identifiers"]), "")
        value = Decimal(line.get("quantity", {}).get("value", "0"))
        sums[key] = sums.get(key, Decimal(0)) + (value if line["direction"] == "in" else -value)
    return bool(sums) and not any(sums.values())
