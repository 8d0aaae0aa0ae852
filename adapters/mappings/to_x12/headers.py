"""What orders, their answers, changes and invoices share outside their lines: the mirror of ``x12_headers``."""

from collections.abc import Sequence
from typing import Protocol

from adapters.mappings.to_x12.amounts import allowance_parts, currency_row, tax_rows
from adapters.mappings.to_x12.carriers import carrier_rows, freight_terms_rows
from adapters.mappings.to_x12.codes import PURPOSES, code
from adapters.mappings.to_x12.dates import date_rows
from adapters.mappings.to_x12.parties import contact_rows, party_parts
from adapters.mappings.to_x12.parts import Assumed, Pair, Part, Style, keep
from adapters.mappings.to_x12.references import noted_references
from adapters.mappings.to_x12.terms import terms_rows
from canonical.document import Document, TradeDocument
from canonical.parts import Allowance, Carrier, Contact, FreightTerms, PaymentTerms, Tax


class Order(Protocol):
    """What the headings of orders, changes, answers and invoices have besides what all trade documents have."""

    @property
    def payment_terms(self) -> Sequence[PaymentTerms]: ...
    @property
    def freight_terms(self) -> Sequence[FreightTerms]: ...
    @property
    def carriers(self) -> Sequence[Carrier]: ...
    @property
    def allowances(self) -> Sequence[Allowance]: ...
    @property
    def taxes(self) -> Sequence[Tax]: ...
    @property
    def contacts(self) -> Sequence[Contact]: ...


def purpose_pair(document: Document) -> Pair:
    """X12 353; an original where the document tells nothing."""
    return ("purpose", code(document.purpose, PURPOSES, document.purpose_code) or Assumed("00"))


def fill_heading(part: Part, document: TradeDocument, order: Order, style: Style) -> None:
    """Adds what every trade document tells of itself; ``order`` is the same document."""
    if document.currency:
        part.add(currency_row(document.currency, ""))
    part.extend(noted_references(document.references, document.notes, "", style, document.extensions))
    part.extend(contact_rows(order.contacts, ""))
    part.extend(tax_rows(order.taxes, ""))
    part.extend(allowance_parts(order.allowances, ""))
    part.extend(terms_rows(order.payment_terms))
    part.extend(freight_terms_rows(order.freight_terms, ""))
    part.extend(date_rows(document.dates, ""))
    part.extend(carrier_rows(order.carriers, ""))
    part.extend(party_parts(document))
    keep(part, document.extensions, 0)
