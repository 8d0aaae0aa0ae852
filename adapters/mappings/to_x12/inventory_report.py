"""What is in stock, on order or sold: canonical to X12 846."""

from adapters.mappings.to_x12.amounts import currency_row
from adapters.mappings.to_x12.conditions import lead_time_rows, maintenance_rows
from adapters.mappings.to_x12.dates import date_rows
from adapters.mappings.to_x12.headers import purpose_pair
from adapters.mappings.to_x12.issued import issued_pairs, other_date_rows
from adapters.mappings.to_x12.item_lines import fill_item, item_part
from adapters.mappings.to_x12.lines import price_pairs, schedule_parts
from adapters.mappings.to_x12.measures import measure_rows, quantity_pairs
from adapters.mappings.to_x12.parties import contact_rows, party_parts
from adapters.mappings.to_x12.parts import Assumed, Part, Style, indexed, keep, row
from adapters.mappings.to_x12.references import note_rows, reference_rows
from adapters.mappings.to_x12.totals import totals_part
from canonical.inventory_report import InventoryLine, InventoryReport, StockQuantity

_BOUND = "REF"
"""Element 447: what we call the loop between LS and LE."""


def inventory_report_part(report: InventoryReport, style: Style) -> Part:
    """The 846 of a report."""
    part = Part.root("846")
    part.add(
        row(
            "BIA", "", purpose_pair(report), ("reportTypeCode", report.report_type_code), ("number", report.number),
            *issued_pairs(report), ("actionCode", report.action_code),
        )
    )  # fmt: skip
    if report.currency:
        part.add(currency_row(report.currency, ""))
    part.extend(other_date_rows(report))
    part.extend(reference_rows(report.references, ""))
    part.extend(contact_rows(report.contacts, ""))
    part.extend(measure_rows(report.measures, ""))
    part.extend(party_parts(report))
    for index, note in enumerate(report.notes):
        # The set has no place for notes, which is told.
        part.extend(note_rows(note, indexed("", "notes", index), style, "NTE"))
    for index, line in enumerate(report.lines):
        part.add(_line_part(line, indexed("", "lines", index), style))
    part.add(totals_part(report.totals, len(report.lines), style))
    return keep(part, report.extensions, 0)


def _line_part(line: InventoryLine, at: str, style: Style) -> Part:
    """LIN with the item's quantities by state."""
    part = item_part(line, at)
    fill_item(part, line, at, style, depth=1)
    part.extend(maintenance_rows(line.maintenance_code, at))
    part.extend(lead_time_rows(line.lead_times, at))
    part.extend(schedule_parts(line.schedules, at))
    for index, stock in enumerate(line.quantities):
        part.add(_stock_part(stock, indexed(at, "quantities", index)))
    return part


def _stock_part(stock: StockQuantity, at: str) -> Part:
    """QTY: 01 what is counted, 02 and 03 how many, 04 words instead of a number; UIT: unit and price."""
    part = Part.of(
        row("QTY", at, ("qualifier", stock.qualifier), *quantity_pairs(stock.quantity), ("text", stock.text))
    )
    if stock.price is not None:
        unit = stock.quantity.unit_code if stock.quantity is not None else None
        part.add(row("UIT", at, ("quantity.unitCode", unit), *price_pairs(stock.price)))
    part.extend(measure_rows(stock.measures, at))
    part.extend(lead_time_rows(stock.lead_times, at))
    part.extend(date_rows(stock.dates, at))
    part.extend(schedule_parts(stock.schedules, at))
    if stock.references:
        bound = ("", Assumed(_BOUND))
        part.add(Part.of(row("LS", at, bound), *reference_rows(stock.references, at), row("LE", at, bound)))
    return part
