"""A buyer's change of an order: canonical to X12 860."""

from adapters.mappings.to_x12 import texts
from adapters.mappings.to_x12.dates import told_date
from adapters.mappings.to_x12.headers import fill_heading, purpose_pair
from adapters.mappings.to_x12.lines import changed_line_part
from adapters.mappings.to_x12.parts import Part, Style, indexed, row
from adapters.mappings.to_x12.purchase_order import fill_order_line, order_type
from adapters.mappings.to_x12.totals import totals_part
from canonical.purchase_order_change import PurchaseOrderChange


def purchase_order_change_part(change: PurchaseOrderChange, style: Style) -> Part:
    """The 860 of a change."""
    part = Part.root("860")
    part.add(
        row(
            "BCH", "", purpose_pair(change), ("orderType", order_type(change)), ("orderNumber", change.order_number),
            ("releaseNumber", change.release_number), ("changeNumber", change.change_number),
            ("orderDate", texts.date(change.order_date)), ("requestReference", change.request_reference),
            ("contractNumber", change.contract_number), ("sellerOrderNumber", change.seller_order_number),
            ("acknowledgmentDate", texts.date(change.acknowledgment_date)),
            ("issueDate", texts.date(change.issue_date)),
            ("contractType", change.contract_type), ("securityLevel", change.security_level),
            ("acknowledgmentType", change.acknowledgment_type), ("transactionType", change.transaction_type),
            ("purchaseCategory", change.purchase_category),
        )
    )  # fmt: skip
    fill_heading(part, change, change, style)
    part.extend(told_date(change.dates, "002", change.requested_delivery, "requestedDelivery"))
    for index, line in enumerate(change.lines):
        at = indexed("", "lines", index)
        part.add(fill_order_line(changed_line_part(line, at, style, notes_in="MSG"), line, at, style))
    part.add(totals_part(change.totals, len(change.lines), style))
    return part
