"""Requests for goods: OMS^O05, OMN^O07 and ORM^O01 with RQD to requisition; pick lists in master file messages too.

Segments are grouped by the last ORC and RQD before them, not by the grammar: senders leave ORC out, send several RQD
behind one, or put RQ1 beside RQD in an ORM, which no grammar allows. Source: HL7 v2.9.1, sections 4.10 to 4.12.
"""

from typing import Final

from adapters.formats.hl7 import problems
from adapters.mappings.hl7.context import Hl7Context
from adapters.mappings.hl7.extensions import close, keep
from adapters.mappings.hl7.fields import Fields
from adapters.mappings.hl7.orders import PURPOSES, Order, note, order_day
from adapters.mappings.hl7.own_segments import OwnFields
from adapters.mappings.hl7.patient import patient
from adapters.mappings.hl7.values import code, day, flag, item_ids, item_of, place, put, quantity
from canonical.parts import Plain

_TYPES: Final = {"OMS": "stock", "OMN": "nonStock"}
_QUANTITY_NEEDED: Final = frozenset({"new", "change", "replace"})


def requisition(context: Hl7Context) -> Plain:
    """The request in an order message."""
    walk = _Walk(context)
    for fields in context.body():
        walk.take(fields)
    walk.end_order()
    document = walk.document
    lines = walk.lines
    if not lines:
        context.report(problems.SEGMENT_MISSING, context.message.header, expected="RQD")
    kind = context.message.header.value(9).strip()
    put(
        document,
        requisition_type=_TYPES.get(kind, "order"),
        number=_number(walk, context),
        issue_date=order_day(context, walk.first),
        patient=patient(context),
        lines=lines,
    )
    actions = {line.get("action", "new") for line in lines}
    if len(actions) == 1:
        put(document, purpose=PURPOSES.get(actions.pop()))
    for order in walk.orders:
        if order.fields is not None:
            keep(order.line if order.line is not None else document, order.fields, context)
    return close(document, context)


def _number(walk: "_Walk", context: Hl7Context) -> str:
    """The number of the group (ORC-4), else of the only order (ORC-2), else of the message."""
    if walk.first is not None and (group := walk.first.value(4)):
        return group
    numbers = {line.get("order_number") for line in walk.lines}
    only = numbers.pop() if len(numbers) == 1 else None
    return only or context.number


class _Walk:
    """Goes through the segments, and knows the order and the line before each."""

    def __init__(self, context: Hl7Context) -> None:
        self._context = context
        self.document: Plain = {}
        self.lines: list[Plain] = []
        self.orders: list[Order] = []
        self.first: Fields | None = None
        """The first ORC."""
        self._order = Order()
        self._line: Plain | None = None

    def take(self, fields: Fields) -> None:
        """One segment."""
        match fields.tag:
            case "ORC":
                self.end_order()
                self._order = Order(fields)
                self.orders.append(self._order)
                self.first = self.first or fields
                self._line = None
            case "RQD":
                self._line = self._requested(fields)
            case "RQ1" if self._line is not None:
                _more(fields, self._line, self._context)
            case "NTE":
                self._note(fields)
            case _:
                self._other(fields)

    def end_order(self) -> None:
        """An order without a line is one only where it is cancelled."""
        order = self._order
        if order.fields is None or order.line is not None:
            return
        if order.action in ("cancel", "status", "hold", "release"):
            line: Plain = {}
            order.fill(line, self._context)
            self.lines.append(line)
        else:
            self._context.report(problems.SEGMENT_MISSING, order.fields.segment, expected="RQD behind this ORC")

    def _requested(self, fields: Fields) -> Plain:
        """RQD: 01 line, 02-04 item, 05 quantity, 06 unit, 07 cost center, 08 account, 09 deliver to, 10 needed."""
        context = self._context
        line: Plain = {}
        self._order.fill(line, self._context)
        line["item"] = item_of((fields, 2, "BUYER"), (fields, 3, "SELLER"), (fields, 4, "BUYER"))
        if number := fields.value(1):
            line["line_number"] = number
        if (asked := quantity(fields, 5, 6, context, essential=True, needs_unit=True)) is not None:
            line["quantity"] = asked
        line.update(context.tail(fields, 7, _whereto))
        if line.get("action", "new") in _QUANTITY_NEEDED and not fields.raw(5):
            context.report(problems.FIELD_MISSING, fields.segment, fields.number_of(5), expected="how many")
        keep(line, fields, context)
        self.lines.append(line)
        if not line["item"]["identifiers"] and not self._named_behind(fields):
            context.report(
                problems.FIELD_MISSING, fields.segment, fields.number_of(2),
                expected="an item in RQD-2, RQD-3 or RQD-4",
            )  # fmt: skip
        return line

    def _named_behind(self, fields: Fields) -> bool:
        """Whether an RQ1 right behind a line names its item by a catalog number."""
        segments, index = self._context.message.segments, fields.segment.index
        if index >= len(segments) or segments[index].tag != "RQ1":
            return False
        found = self._context.fields(segments[index])
        return bool(found.raw(3) or found.raw(5))

    def _note(self, fields: Fields) -> None:
        found = note(fields)
        if found is None:
            return
        if self._line is not None:
            self._line.setdefault("notes", []).append(found)
        elif self._order.fields is not None:
            self._order.notes.append(found)
        else:
            self.document.setdefault("notes", []).append(found)
        keep(self._line or self.document, fields, self._context)

    def _other(self, fields: Fields) -> None:
        own = self._context.own(fields.tag)
        line = self._line
        if own is not None and own.means == "instance" and line is not None:
            OwnFields(fields, own, self._context).add_to(line)
        keep(line if line is not None else self.document, fields, self._context)


def _whereto(fields: Fields, context: Hl7Context) -> Plain:
    """RQD from 7 on: 07 cost center, 08 account, 09 deliver to, 10 needed."""
    found: Plain = {}
    put(
        found,
        cost_center=code(fields, 7),
        account=code(fields, 8),
        deliver_to=place(fields, 9),
        needed_date=day(fields, 10, context),
    )
    return found


def _more(fields: Fields, line: Plain, context: Hl7Context) -> None:
    """RQ1: 01 price, 02 and 03 manufacturer, 04 and 05 vendor with catalog numbers, 06 taxable, 07 substitutes."""
    price = quantity(fields, 1, None, context)
    identifiers = line["item"]["identifiers"]
    for at, scheme in ((3, "MANUFACTURER"), (5, "SELLER")):
        identifiers += [each for each in item_ids(fields, at, scheme) if each not in identifiers]
    parties = []
    for at, role in ((2, "manufacturer"), (4, "vendor")):
        id, name = fields.value(at, 1), fields.text(at, 2)
        if id or name:
            party: Plain = {"role": role, "identifiers": [{"scheme": "BUYER", "value": id}] if id else []}
            put(party, name=name)
            parties.append(party)
    put(
        line,
        price={"amount": price["value"]} if price else None,
        parties=parties or None,
        taxable=flag(fields, 6),
        substitute_allowed=flag(fields, 7),
    )
    keep(line, fields, context)


def pick_list(context: Hl7Context) -> Plain:
    """A cabinet's request to be filled up, in a segment of the sender's own: one line for each."""
    document: Plain = {}
    lines: list[Plain] = []
    for fields in context.body():
        own = context.own(fields.tag)
        if own is None or own.means != "pick":
            keep(document, fields, context)
            continue
        read = OwnFields(fields, own, context)
        item: Plain = {"identifiers": read.item_ids()}
        put(item, description=read.text("item_name"))
        line: Plain = {"action": "new", "item": item}
        put(
            line,
            quantity=read.amount("quantity", read.text("unit")),
            deliver_to=read.place(),
            needed_date=read.day("needed"),
            order_number=read.text("order"),
        )
        if not item["identifiers"]:
            context.report(problems.FIELD_MISSING, fields.segment, _at(own.places, "item"), expected="an item")
        if "quantity" not in line:
            context.report(problems.FIELD_MISSING, fields.segment, _at(own.places, "quantity"), expected="how many")
        keep(line, fields, context)
        lines.append(line)
    put(
        document,
        requisition_type="replenishment",
        purpose="original",
        number=context.number,
        issue_date=order_day(context, None),
        lines=lines,
    )
    return close(document, context)


def _at(places: dict[str, tuple[int, int]], word: str) -> int | None:
    return places[word][0] if word in places else None
