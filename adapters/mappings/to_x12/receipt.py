"""What arrived at the dock, and in which condition: canonical to X12 861."""

from collections.abc import Iterator

from adapters.mappings.problems import NO_PLACE, TOO_MANY_TO_WRITE
from adapters.mappings.to_x12.amounts import currency_row
from adapters.mappings.to_x12.carriers import carrier_rows, freight_terms_rows
from adapters.mappings.to_x12.dates import told_date
from adapters.mappings.to_x12.headers import purpose_pair
from adapters.mappings.to_x12.instances import instance_rows, told_elsewhere
from adapters.mappings.to_x12.issued import issued_pairs, other_date_rows
from adapters.mappings.to_x12.item_lines import fill_item
from adapters.mappings.to_x12.items import further_item_rows
from adapters.mappings.to_x12.measures import measure_rows, quantity_pairs
from adapters.mappings.to_x12.orders import order_rows
from adapters.mappings.to_x12.packages import lading_rows, mark_rows
from adapters.mappings.to_x12.parties import contact_rows, party_parts
from adapters.mappings.to_x12.parts import GAP, Cannot, Pair, Part, Style, indexed, keep, row, says_something
from adapters.mappings.to_x12.references import note_rows, reference_rows
from adapters.mappings.to_x12.shipped_lines import shipped_row
from adapters.mappings.to_x12.totals import totals_part
from canonical.receipt import Receipt, ReceiptLine

_SHIPMENT = "SI"
_QUESTIONS_HELD = 5


def receipt_part(receipt: Receipt, style: Style) -> Part:
    """The 861 of a receipt."""
    part = Part.root("861")
    day, clock = issued_pairs(receipt)
    part.add(
        row(
            "BRA", "", ("number", receipt.number), day, purpose_pair(receipt),
            ("receiptTypeCode", receipt.receipt_type_code), clock, ("conditionCode", receipt.condition_code),
            ("actionCode", receipt.action_code),
        )
    )  # fmt: skip
    if receipt.currency:
        part.add(currency_row(receipt.currency, ""))
    part.extend(reference_rows(receipt.references, ""))
    if receipt.shipment_number and not any(
        one.qualifier == _SHIPMENT or (one.qualifier is None and one.type == "shipment") for one in receipt.references
    ):
        part.add(row("REF", "", ("", _SHIPMENT), ("shipmentNumber", receipt.shipment_number)))
    part.extend(contact_rows(receipt.contacts, ""))
    part.extend(other_date_rows(receipt))
    part.extend(told_date(receipt.dates, "050", receipt.received_date, "receivedDate"))
    part.extend(order_rows(receipt.orders, ""))
    if receipt.order_number and not receipt.orders and not any(line.orders for line in receipt.lines):
        part.add(row("PRF", "", ("orderNumber", receipt.order_number)))
    part.extend(lading_rows(receipt.lading, ""))
    part.extend(carrier_rows(receipt.carriers, ""))
    part.extend(measure_rows(receipt.measures, ""))
    part.extend(party_parts(receipt))
    for index, note in enumerate(receipt.notes):
        # The set has no place for notes, which is told.
        part.extend(note_rows(note, indexed("", "notes", index), style, "NTE"))
    for index, line in enumerate(receipt.lines):
        part.add(_line_part(line, indexed("", "lines", index), style))
    part.add(totals_part(receipt.totals, len(receipt.lines), style))
    return keep(part, receipt.extensions, 0)


def _line_part(line: ReceiptLine, at: str, style: Style) -> Part:
    """RCD: 01 number, 02 and 03 received, 04 and 05 returned, from 06 what is in question and why; SN1; LIN."""
    part = Part.of(
        row(
            "RCD", at, ("lineNumber", line.line_number), *quantity_pairs(line.quantity),
            *quantity_pairs(line.returned_quantity, "returnedQuantity"), *_questions(line),
        )
    )  # fmt: skip
    shipped = shipped_row(line, at, "shipped_quantity")
    if says_something(shipped):
        part.add(shipped)
    part.extend(further_item_rows(line.item, at, 0, line.extensions))
    fill_item(part, line, at, style, depth=1)
    part.extend(order_rows(line.orders, at))
    part.extend(freight_terms_rows(line.freight_terms, at))
    part.extend(lading_rows(line.lading, at))
    part.extend(mark_rows(line.marks, line.sscc, at))
    if line.instances and not told_elsewhere(line, line.instances):
        rows = instance_rows(line, line.instances, at)
        part.extend(rows if rows is not None else [row("LIN", at, GAP, ("instances", Cannot(NO_PLACE)))])
    return part


def _questions(line: ReceiptLine) -> Iterator[Pair]:
    """Quantity, unit and condition of each; RCD holds five."""
    for index, entry in enumerate(line.in_question[:_QUESTIONS_HELD]):
        name = f"inQuestion[{index}]"
        yield from quantity_pairs(entry.quantity, f"{name}.quantity")
        yield f"{name}.conditionCode", entry.condition_code
    if len(line.in_question) > _QUESTIONS_HELD:
        yield "inQuestion", Cannot(TOO_MANY_TO_WRITE, expected=f"at most {_QUESTIONS_HELD}")
