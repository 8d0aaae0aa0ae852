"""Money: allowances and charges (SAC), taxes (TXI, TAX), prices (CTP), the currency (CUR); mirrors ``x12_amounts``."""

from collections.abc import Iterator, Sequence

from adapters.mappings.to_x12 import texts
from adapters.mappings.to_x12.codes import INDICATORS
from adapters.mappings.to_x12.measures import quantity_pairs
from adapters.mappings.to_x12.parts import GAP, Assumed, Part, Row, indexed, row
from canonical.parts import Allowance, Price, Tax

_ALL_TAXES = "TX"
"""Element 963: all taxes, which reading says of TAX."""


def allowance_parts(allowances: Sequence[Allowance], at: str) -> Iterator[Part]:
    """SAC: 01 taken off or added, 02 for what, 05 amount, 07 and 08 percent and rate, 09 and 10 of how many."""
    for index, entry in enumerate(allowances):
        of = entry.quantity
        yield Part.of(
            row(
                "SAC", indexed(at, "allowances", index), ("indicator", INDICATORS.get(entry.indicator)),
                ("code", entry.code), GAP, GAP, ("amount", texts.implied(entry.amount)),
                ("percentBasis", entry.percent_basis),
                ("percent", entry.percent), ("rate", entry.rate), ("quantity.unitCode", of.unit_code if of else None),
                ("quantity.value", of.value if of else None), GAP, ("method", entry.method),
                ("reference", entry.reference), GAP,
                ("description", entry.description),
            )
        )  # fmt: skip


def tax_rows(taxes: Sequence[Tax], at: str, *, exemptions: bool = True) -> Iterator[Row]:
    """TXI: 01 which tax, 02 amount, 03 percent, 05 jurisdiction, 06 exemption, 09 identifier.

    What holds for all taxes and names no amount is TAX where the loop has that (``exemptions``).
    """
    for index, tax in enumerate(taxes):
        here = indexed(at, "taxes", index)
        if exemptions and tax.type == _ALL_TAXES and not (tax.amount or tax.percent or tax.jurisdiction):
            yield row("TAX", here, ("identifier", tax.identifier), *([GAP] * 10), ("exempt", tax.exempt))
            continue
        yield row(
            "TXI", here, ("type", tax.type), ("amount", tax.amount), ("percent", tax.percent), GAP,
            ("jurisdiction", tax.jurisdiction), ("exempt", tax.exempt), GAP, GAP, ("identifier", tax.identifier),
        )  # fmt: skip


def price_parts(prices: Sequence[Price], at: str) -> Iterator[Part]:
    """CTP: 01 for whom, 02 which price, 03 the price, 04 and 05 from how many, 06 and 07 factor, 09 basis; CUR."""
    for index, price in enumerate(prices):
        here = indexed(at, "prices", index)
        part = Part.of(
            row(
                "CTP", here, ("classOfTrade", price.class_of_trade), ("type", price.type), ("amount", price.amount),
                *quantity_pairs(price.quantity), ("multiplierType", price.multiplier_type),
                ("multiplier", price.multiplier), GAP, ("basis", price.basis),
            )
        )  # fmt: skip
        if price.currency:
            part.add(currency_row(price.currency, here))
        yield part


def currency_row(currency: str, at: str, name: str = "currency") -> Row:
    """CUR: the buyer's currency, where nobody says whose it is."""
    return row("CUR", at, ("", Assumed("BY")), (name, currency))
