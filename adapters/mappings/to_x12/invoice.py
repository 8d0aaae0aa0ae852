"""A seller's invoice or credit memo: canonical to X12 810."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from adapters.mappings import x12_words as words
from adapters.mappings.to_x12 import texts
from adapters.mappings.to_x12.amounts import allowance_parts, currency_row, tax_rows
from adapters.mappings.to_x12.carriers import carrier_rows, freight_terms_rows
from adapters.mappings.to_x12.codes import PURPOSES, backwards, code
from adapters.mappings.to_x12.dates import date_rows
from adapters.mappings.to_x12.lines import fill_line, head_identifiers, line_part, price_pairs
from adapters.mappings.to_x12.measures import measure_triple, quantity_pairs
from adapters.mappings.to_x12.parties import contact_rows, party_parts
from adapters.mappings.to_x12.parts import GAP, Assumed, Part, Row, Style, Value, indexed, keep, row
from adapters.mappings.to_x12.references import noted_references, reference_rows
from adapters.mappings.to_x12.terms import terms_rows
from canonical.invoice import Invoice, InvoiceLine, InvoiceTotals, ShipmentSummary
from canonical.line import Line
from canonical.parts import Carrier

_INITIALS = 4
_LONGEST_NUMBER = 10
_USUAL = "invoice"
"""What an 810 is where BIG07 says nothing."""
_TYPES: Final = backwards(words.INVOICE_TYPES)


def invoice_part(invoice: Invoice, style: Style) -> Part:
    """The 810 of an invoice."""
    part = Part.root("810")
    part.add(
        row(
            "BIG", "", ("issueDate", texts.date(invoice.issue_date)), ("number", invoice.number),
            ("orderDate", texts.date(invoice.order_date)), ("orderNumber", invoice.order_number),
            ("releaseNumber", invoice.release_number), ("changeNumber", invoice.change_number),
            ("invoiceType", _type(invoice)),
            ("purpose", code(invoice.purpose, PURPOSES, invoice.purpose_code)),
        )
    )  # fmt: skip
    if invoice.currency:
        part.add(currency_row(invoice.currency, ""))
    # The notes of an invoice's N9 loop are MSG in both releases.
    earlier = replace(style, release="004010")
    part.extend(noted_references(invoice.references, invoice.notes, "", earlier, invoice.extensions, alone="NTE"))
    part.extend(contact_rows(invoice.contacts, ""))
    part.extend(party_parts(invoice))
    part.extend(terms_rows(invoice.payment_terms))
    part.extend(freight_terms_rows(invoice.freight_terms, ""))
    part.extend(date_rows(invoice.dates, ""))
    for index, line in enumerate(invoice.lines):
        part.add(_line_part(line, indexed("", "lines", index), style))
    part.extend(tax_rows(invoice.taxes, "", exemptions=False))
    part.extend(allowance_parts(invoice.allowances, ""))
    part.extend(transport_rows(invoice.carriers, ""))
    part.extend(_totals(invoice.totals or InvoiceTotals(), len(invoice.lines), style))
    return keep(part, invoice.extensions, 0)


def _type(invoice: Invoice) -> Value:
    if invoice.invoice_type == _USUAL and invoice.invoice_type_code is None:
        return None
    return code(invoice.invoice_type, _TYPES, invoice.invoice_type_code)


def _line_part(line: InvoiceLine, at: str, style: Style) -> Part:
    """IT1 with what stands under it; how the goods travelled is CAD here."""
    rest = line.model_copy(update={"taxes": (), "carriers": ()})
    part = line_part(rest, "IT1", at, style)
    part.extend(tax_rows(line.taxes, at, exemptions=False))
    part.extend(transport_rows(line.carriers, at))
    part.extend(_sub_line_part(sub, indexed(at, "subLines", index), style) for index, sub in enumerate(line.sub_lines))
    return part


def _sub_line_part(line: Line, at: str, style: Style) -> Part:
    """SLN: 01 number, 03 "included", 04 and 05 quantity, 06 and 07 price with its basis, from 09 pairs."""
    part = Part.of(
        row(
            "SLN", at, ("lineNumber", line.line_number), GAP, ("", Assumed("I")), *quantity_pairs(line.quantity),
            *price_pairs(line.price), GAP, *head_identifiers(line),
        )
    )  # fmt: skip
    rest = line.model_copy(update={"taxes": (), "references": ()})
    fill_line(part, rest, at, style, depth=2, notes_in="MSG")
    part.extend(reference_rows(line.references, at))
    part.extend(tax_rows(line.taxes, at, exemptions=False))
    return part


def transport_rows(carriers: Sequence[Carrier], at: str) -> Iterator[Row]:
    """CAD: 01 by what, 02 and 03 equipment, 04 who, 05 the route in words, 09 the service level.

    What CAD cannot tell of a carrier goes to TD5 and TD3, and where the loop has none, that is told.
    """
    for index, carrier in enumerate(carriers):
        here = indexed(at, "carriers", index)
        if carrier.identifiers or carrier.sequence or carrier.seal or carrier.equipment_type:
            yield from carrier_rows([carrier], at)
            continue
        equipment = carrier.equipment or ""
        split = _INITIALS if len(equipment) > _LONGEST_NUMBER else 0
        yield row(
            "CAD", here, ("mode", carrier.mode), ("equipment", equipment[:split]), ("equipment", equipment[split:]),
            ("scac", carrier.scac), ("routing", carrier.routing or carrier.name), GAP, GAP, GAP,
            ("serviceLevel", carrier.service_level),
        )  # fmt: skip


def _totals(totals: InvoiceTotals, lines: int, style: Style) -> Iterator[Row]:
    """TDS: four amounts with two implied decimals; ISS; CTT with the number of lines, counted here."""
    yield row(
        "TDS", "totals", ("amount", texts.implied(totals.amount)),
        ("discountableAmount", texts.implied(totals.discountable_amount)),
        ("discountedAmount", texts.implied(totals.discounted_amount)),
        ("discountAmount", texts.implied(totals.discount_amount)),
    )  # fmt: skip
    for index, shipment in enumerate(totals.shipments):
        yield _shipment_row(shipment, indexed("totals", "shipments", index))
    if style.count_always or totals.line_count is not None or totals.hash_total is not None:
        yield row("CTT", "totals", ("lineCount", str(lines)), ("hashTotal", totals.hash_total))


def _shipment_row(shipment: ShipmentSummary, at: str) -> Row:
    """ISS: 01 and 02 how much was shipped, 03 and 04 its weight, 05 and 06 its volume."""
    return row(
        "ISS", at, *quantity_pairs(shipment.quantity), *measure_triple(shipment.weight, "weight")[1:],
        *measure_triple(shipment.volume, "volume")[1:],
    )  # fmt: skip
