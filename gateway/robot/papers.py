"""What a supplier answers to an order: its acknowledgment, its ship notices and its invoice, as canonical documents."""

import hashlib
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from canonical.invoice import Invoice
from canonical.parts import Plain
from canonical.purchase_order import OrderLine, PurchaseOrder
from canonical.purchase_order_acknowledgment import PurchaseOrderAcknowledgment
from canonical.ship_notice import ShipNotice
from gateway.robot.behaviour import Behaviour

_TRANSIT = timedelta(days=2)
_CENT = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class _Deal:
    """One line as the supplier goes about it."""

    position: int
    line: OrderLine
    promised: Decimal
    """How many are shipped; the rest is backordered."""
    price: Decimal
    rejected: bool
    substituted: bool

    @property
    def ordered(self) -> Decimal:
        return _quantity(self.line)

    @property
    def rest(self) -> Decimal:
        return Decimal(0) if self.rejected else self.ordered - self.promised

    @property
    def number(self) -> str:
        return self.line.line_number or str(self.position)

    @property
    def unit(self) -> str:
        return (self.line.quantity.unit_code if self.line.quantity else None) or "EA"

    def amount(self, value: Decimal) -> Plain:
        return {"value": _plain(value), "unit_code": self.unit}

    def item(self, *, shipped: bool = False) -> Plain:
        """The item of the order, or the one that comes in its place."""
        found = self.line.item.model_dump(exclude_none=True)
        if self.substituted and shipped:
            found["identifiers"] = [{"scheme": "SELLER", "qualifier": "VN", "value": f"SUB-{_mark(self.number, 6)}"}]
        return found


class Papers:
    """All that one order calls for. The same order and the same behaviour always give the same papers."""

    def __init__(self, order: PurchaseOrder, behaviour: Behaviour, today: date) -> None:
        self._order = order
        self._behaviour = behaviour
        self._today = today
        self._deals = [self._deal(position, line) for position, line in enumerate(order.lines, start=1)]
        self._own = f"SO-{_mark(order.number, 8)}"

    def acknowledgment(self) -> PurchaseOrderAcknowledgment:
        """The 855: each line accepted, changed, backordered, substituted or rejected."""
        lines = [
            {
                "line_number": deal.number, "item": deal.item(), "quantity": deal.amount(deal.ordered),
                **self._price(deal), "acknowledgments": self._said(deal),
            }
            for deal in self._deals
        ]  # fmt: skip
        clean = all(not deal.rejected and not deal.rest and not deal.substituted for deal in self._deals)
        plain = clean and not self._behaviour.prices
        status, code = ("accepted", "AD") if plain else ("acceptedWithChanges", "AC")
        if self._deals and all(deal.rejected for deal in self._deals):
            status, code = "rejected", "RD"
        return PurchaseOrderAcknowledgment.model_validate(
            {
                **self._trade(), "number": self._own, "purpose": "original", "purpose_code": "00",
                "issue_date": self._today.isoformat(), "order_number": self._order.number,
                "order_date": self._order.issue_date, "seller_order_number": self._own, "status": status,
                "status_code": code, "acknowledgment_date": self._today.isoformat(), "lines": lines,
            }
        )  # fmt: skip

    def notices(self) -> list[ShipNotice]:
        """The 856s: one, or two where goods come split; none where nothing is shipped."""
        shipped = [deal for deal in self._deals if deal.promised]
        if not shipped:
            return []
        if not self._behaviour.split:
            return [self._notice(1, [(deal, deal.promised) for deal in shipped])]
        first = [(deal, max(Decimal(1), deal.promised // 2)) for deal in shipped]
        second = [(deal, deal.promised - part) for deal, part in first if deal.promised > part]
        return [self._notice(ordinal, parts) for ordinal, parts in enumerate((first, second), start=1) if parts]

    def invoice(self) -> Invoice | None:
        """The 810: what was shipped, and more where the behaviour says so; None where nothing was shipped."""
        shipped = [deal for deal in self._deals if deal.promised]
        if not shipped:
            return None
        more = 1 + self._behaviour.over_invoice
        billed = [(deal, _whole(deal.promised * more)) for deal in shipped]
        amount = sum((count * deal.price for deal, count in billed), Decimal(0))
        return Invoice.model_validate(
            {
                **self._trade(), "number": f"INV-{_mark(self._order.number, 8)}",
                "issue_date": (self._today + _TRANSIT).isoformat(), "order_number": self._order.number,
                "order_date": self._order.issue_date, "currency": self._order.currency or "USD",
                "invoice_type": "invoice", "invoice_type_code": "DI",
                "lines": [
                    {
                        "line_number": deal.number, "item": deal.item(shipped=True), "quantity": deal.amount(count),
                        **self._price(deal),
                    }
                    for deal, count in billed
                ],
                "totals": {"amount": str(amount.quantize(_CENT, ROUND_HALF_UP))},
            }
        )  # fmt: skip

    def _deal(self, position: int, line: OrderLine) -> _Deal:
        behaviour = self._behaviour
        ordered = _quantity(line)
        rejected = position in behaviour.rejected
        promised = Decimal(0) if rejected else ordered // 2 if position in behaviour.backordered else ordered
        price = Decimal(line.price.amount) if line.price is not None else _list_price(line)
        if position in behaviour.prices:
            price = (price * behaviour.prices[position]).quantize(_CENT, ROUND_HALF_UP)
        return _Deal(position, line, promised, price, rejected, position in behaviour.substituted)

    def _said(self, deal: _Deal) -> list[Plain]:
        if deal.rejected:
            return [{"status": "rejected", "source_code": "IR", "quantity": deal.amount(deal.ordered)}]
        arrival = self._today + _TRANSIT
        said: list[Plain] = []
        if deal.promised:
            status, code = ("accepted", "IA")
            if deal.substituted:
                status, code = ("substituted", "IS")
            elif deal.position in self._behaviour.prices:
                status, code = ("acceptedWithChanges", "IP")
            said.append(self._promise(deal, deal.promised, status, code, arrival))
        if deal.rest:
            said.append(self._promise(deal, deal.rest, "backordered", "IB", arrival + timedelta(days=12)))
        return said

    @staticmethod
    def _promise(deal: _Deal, count: Decimal, status: str, code: str, day: date) -> Plain:
        said: Plain = {
            "status": status, "source_code": code, "quantity": deal.amount(count), "date": day.isoformat(),
            "date_type": "scheduledDelivery", "date_qualifier": "067",
        }  # fmt: skip
        if status == "substituted":
            said["item"] = deal.item(shipped=True)
        return said

    def _notice(self, ordinal: int, parts: list[tuple[_Deal, Decimal]]) -> ShipNotice:
        number = f"SHP-{_mark(self._order.number, 8)}-{ordinal}"
        shipped = self._today + timedelta(days=ordinal - 1)
        lines = [
            {
                "line_number": deal.number, "item": deal.item(shipped=True), "quantity": deal.amount(count),
                "ordered_quantity": deal.amount(deal.ordered), "order_number": self._order.number,
                "hierarchy_id": str(3 + index), **self._lot(deal, count),
            }
            for index, (deal, count) in enumerate(parts)
        ]  # fmt: skip
        return ShipNotice.model_validate(
            {
                **self._trade(), "number": number, "shipment_number": number, "purpose": "original",
                "purpose_code": "00", "issue_date": shipped.isoformat(), "order_number": self._order.number,
                "structure_code": "0004", "shipped_date": shipped.isoformat(),
                "estimated_delivery": (shipped + _TRANSIT).isoformat(),
                "dates": [
                    {"type": "issued", "date": shipped.isoformat(), "time": "16:10"},
                    {"type": "shipped", "qualifier": "011", "date": shipped.isoformat()},
                    {"type": "estimatedDelivery", "qualifier": "017", "date": (shipped + _TRANSIT).isoformat()},
                ],
                "references": [{"type": "trackingNumber", "qualifier": "2I", "value": f"1Z{_mark(number, 16)}"}],
                "orders": [{
                    "order_number": self._order.number, "order_date": self._order.issue_date, "hierarchy_id": "2",
                }],
                "lines": lines,
            }
        )  # fmt: skip

    def _lot(self, deal: _Deal, count: Decimal) -> Plain:
        lot = f"L{_mark(self._order.number + deal.number, 7)}"
        days = -30 if self._behaviour.wrong_lot else 720
        expires = (self._today + timedelta(days=days)).isoformat()
        item = deal.item(shipped=True)
        item["identifiers"] = [*item.get("identifiers", []), {"scheme": "LOT", "qualifier": "LT", "value": lot}]
        return {
            "item": item,
            "instances": [{"lot_number": lot, "expiration_date": expires, "quantity": deal.amount(count)}],
            "dates": [{"type": "expiration", "qualifier": "036", "date": expires}],
        }

    def _price(self, deal: _Deal) -> Plain:
        told = deal.line.price.model_dump(exclude_none=True) if deal.line.price is not None else {}
        return {"price": {**told, "amount": str(deal.price)}}

    def _trade(self) -> dict[str, Any]:
        """The parties of the order, which are those of its answers."""
        order = self._order
        parties = {"buyer": order.buyer, "seller": order.seller, "ship_to": order.ship_to}
        return {name: party.model_dump(exclude_none=True) for name, party in parties.items() if party is not None}


def _list_price(line: OrderLine) -> Decimal:
    """The supplier's own price, for an order that names none."""
    named = "".join(each.value for each in line.item.identifiers)
    return Decimal(int(_mark(named, 4)) + 95) / 100


def _quantity(line: OrderLine) -> Decimal:
    return Decimal(line.quantity.value) if line.quantity is not None else Decimal(0)


def _whole(value: Decimal) -> Decimal:
    return value.to_integral_value(ROUND_HALF_UP)


def _plain(value: Decimal) -> str:
    return format(value.normalize(), "f")


def _mark(seed: str, length: int) -> str:
    """Digits that belong to the seed: the same order gets the same numbers."""
    return str(int(hashlib.sha256(seed.encode()).hexdigest(), 16))[:length]
