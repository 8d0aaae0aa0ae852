"""Money: allowances and charges (SAC), taxes (TXI, TAX), prices (CTP), the currency (CUR)."""

from adapters.formats.x12.tree import Loop, Segment
from adapters.mappings import x12_words as words
from adapters.mappings.context import X12Context
from adapters.mappings.x12_measures import composite_quantity, quantity
from adapters.mappings.x12_sections import Section, fill, hand_over, inside, put, rule
from adapters.mappings.x12_values import implied_number, number
from canonical.parts import Plain

_CURRENCY_HOLDERS = ("", "BY", "SE", "SU", "VN", "PR", "PE")
"""CUR01 of the two sides of a trade or a payment, whose currency is the document's."""


def _read_allowance(segment: Segment, owner: Plain, context: X12Context) -> bool:
    """SAC into ``allowances``: 01 taken off or added, 02 for what, 05 amount with two implied decimals."""
    indicator = words.INDICATORS.get(segment[1])
    of = quantity(segment, 10, 9, context)
    found: Plain = {
        "indicator": indicator or "other",
        "code": segment[2] or None,
        "amount": implied_number(segment, 5, context),
        "percent": number(segment, 7, context),
        "percent_basis": segment[6] or None,
        "rate": number(segment, 8, context),
        "quantity": of,
        "method": segment[12] or None,
        "reference": segment[13] or None,
        "description": segment[15] or None,
    }
    put(owner, "allowances", found)
    return indicator is None or (of is None and segment[9] != "")


ALLOWANCE = rule(_read_allowance, 1, 2, 5, 6, 7, 8, 9, 10, 12, 13, 15)
"""SAC: the agency's own code (03, 04) has no field."""

read_allowance = inside(Section({"SAC": ALLOWANCE}))
"""The SAC loop; a currency or tax of its own has no field."""


def _read_tax(segment: Segment, owner: Plain, context: X12Context) -> bool:
    """TXI into ``taxes``: 01 which tax, 02 amount, 03 percent, 05 jurisdiction, 06 exemption, 09 identifier."""
    if not segment[1]:
        return True
    put(
        owner,
        "taxes",
        {
            "type": segment[1],
            "amount": number(segment, 2, context),
            "percent": number(segment, 3, context),
            "jurisdiction": segment[5] or None,
            "exempt": segment[6] or None,
            "identifier": segment[9] or None,
        },
    )
    return False


TAX = rule(_read_tax, 1, 2, 3, 5, 6, 9)
"""TXI: the list of jurisdictions (04) and the basis of the percent (07, 08) have no field."""


def _read_exemption(segment: Segment, owner: Plain, _context: X12Context) -> bool:
    """TAX into ``taxes``: 01 the tax identifier, 12 the exemption; it holds for all taxes (X12 963 TX)."""
    found = {"type": "TX", "identifier": segment[1] or None, "exempt": segment[12] or None}
    if segment[1] or segment[12]:
        put(owner, "taxes", found)
    return False


EXEMPTION = rule(_read_exemption, 1, 12)
"""TAX: its locations have no field."""


def _read_price(segment: Segment, owner: Plain, context: X12Context) -> bool:
    """CTP into ``prices``: 01 for whom, 02 which price, 03 the price, 04 and 05 from how many, 06-07 factor, 09 basis.

    A price that is told by a multiplier alone has no field.
    """
    amount = number(segment, 3, context)
    if amount is None:
        return True
    found: Plain = {"amount": amount, "type": segment[2] or None, "basis": segment[9] or None}
    lost = False
    if len(segment.elements) > 4 or segment[1]:
        found["class_of_trade"] = segment[1] or None
        found["quantity"], lost = composite_quantity(segment, 4, 5, context)
        found["multiplier_type"] = segment[6] or None
        found["multiplier"] = number(segment, 7, context)
    put(owner, "prices", found)
    return lost


PRICE = rule(_read_price, 1, 2, 3, 4, 5, 6, 7, 9)
"""CTP: conditions and the quantity of a multiple price have no field."""


def read_price(loop: Loop, owner: Plain, context: X12Context) -> None:
    """The CTP loop: a price, with its own currency."""
    holder: Plain = {}
    fill(loop, holder, _PRICE_LOOP, context, inner=True)
    for price in holder.get("prices", ()):
        put(owner, "prices", price)
    hand_over(holder, owner)


def _read_price_currency(segment: Segment, owner: Plain, _context: X12Context) -> bool:
    """CUR02 into the price in front of it."""
    prices = owner.get("prices")
    if not segment[2] or not prices or "currency" in prices[-1]:
        return True
    prices[-1]["currency"] = segment[2]
    return segment[1] not in _CURRENCY_HOLDERS


PRICE_CURRENCY = rule(_read_price_currency, 1, 2)
"""CUR of a price."""

_PRICE_LOOP = Section({"CTP": PRICE, "CUR": PRICE_CURRENCY})


def _read_currency(segment: Segment, owner: Plain, _context: X12Context) -> bool:
    """CUR02 into ``currency``; a second one, or that of a third party, is also kept whole."""
    code = segment[2]
    return not code or owner.setdefault("currency", code) != code or segment[1] not in _CURRENCY_HOLDERS


CURRENCY = rule(_read_currency, 1, 2)
"""CUR of a document."""


def _read_line_currency(segment: Segment, owner: Plain, _context: X12Context) -> bool:
    """CUR02 into the line's price."""
    price = owner.get("price")
    code = segment[2]
    return not code or not price or price.setdefault("currency", code) != code or segment[1] not in _CURRENCY_HOLDERS


LINE_CURRENCY = rule(_read_line_currency, 1, 2)
"""CUR of a line."""
