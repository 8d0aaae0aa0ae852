"""Payment terms as ITD: the mirror of ``x12_terms``."""

from collections.abc import Iterator, Sequence

from adapters.mappings.to_x12 import texts
from adapters.mappings.to_x12.parts import GAP, Row, indexed, row
from canonical.parts import PaymentTerms


def terms_rows(terms: Sequence[PaymentTerms], at: str = "") -> Iterator[Row]:
    """ITD; the discount amount (08) has two implied decimals."""
    for index, entry in enumerate(terms):
        yield row(
            "ITD", indexed(at, "paymentTerms", index), ("type", entry.type), ("basisDate", entry.basis_date),
            ("discountPercent", entry.discount_percent), ("discountDate", texts.date(entry.discount_date)),
            ("discountDays", entry.discount_days), ("netDate", texts.date(entry.net_date)),
            ("netDays", entry.net_days), ("discountAmount", texts.implied(entry.discount_amount)),
            GAP, GAP, GAP, ("description", entry.description),
        )  # fmt: skip
