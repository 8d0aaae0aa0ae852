"""A buyer's order: canonical to X12 850."""

from adapters.mappings.to_x12 import texts
from adapters.mappings.to_x12.codes import ORDER_TYPES
from adapters.mappings.to_x12.dates import told_date
from adapters.mappings.to_x12.headers import fill_heading, purpose_pair
from adapters.mappings.to_x12.lines import line_part, schedule_parts, sub_line_part
from adapters.mappings.to_x12.parts import Assumed, Part, Style, indexed, row
from adapters.mappings.to_x12.totals import totals_part
from canonical.purchase_order import OrderLine, PurchaseOrder
from canonical.purchase_order_change import PurchaseOrderChange

_STAND_ALONE = "SA"
"""Element 92: an order by itself, where the document tells no type."""


def purchase_order_part(order: PurchaseOrder, style: Style) -> Part:
    """The 850 of an order."""
    part = Part.root("850")
    part.add(
        row(
            "BEG", "", purpose_pair(order), ("orderType", order_type(order)),
            ("number", order.number), ("releaseNumber", order.release_number),
            ("issueDate", texts.date(order.issue_date)), ("contractNumber", order.contract_number),
            ("acknowledgmentType", order.acknowledgment_type), ("invoiceType", order.invoice_type),
            ("contractType", order.contract_type), ("purchaseCategory", order.purchase_category),
            ("securityLevel", order.security_level), ("transactionType", order.transaction_type),
        )
    )  # fmt: skip
    fill_heading(part, order, order, style)
    part.extend(told_date(order.dates, "002", order.requested_delivery, "requestedDelivery"))
    for index, line in enumerate(order.lines):
        at = indexed("", "lines", index)
        part.add(fill_order_line(line_part(line, "PO1", at, style, notes_in="MSG"), line, at, style))
    part.add(totals_part(order.totals, len(order.lines), style))
    return part


def order_type(order: PurchaseOrder | PurchaseOrderChange) -> str | Assumed:
    """X12 92: as told, else what the purpose of the order says, else an order by itself."""
    return order.order_type or ORDER_TYPES.get(order.order_purpose or "") or Assumed(_STAND_ALONE)


def fill_order_line(part: Part, line: OrderLine, at: str, style: Style) -> Part:
    """Adds the schedules and the parts of a kit to the line of an order or of a change."""
    part.extend(schedule_parts(line.schedules, at))
    part.extend(sub_line_part(sub, indexed(at, "subLines", index), style) for index, sub in enumerate(line.sub_lines))
    return part
