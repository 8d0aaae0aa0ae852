"""Which canonical documents there are."""

from canonical.document import Document
from canonical.functional_acknowledgment import FunctionalAcknowledgment
from canonical.interchange_acknowledgment import InterchangeAcknowledgment
from canonical.invoice import Invoice
from canonical.purchase_order import PurchaseOrder
from canonical.purchase_order_acknowledgment import PurchaseOrderAcknowledgment
from canonical.ship_notice import ShipNotice

DOCUMENTS: dict[str, type[Document]] = {
    "purchase_order": PurchaseOrder,
    "purchase_order_acknowledgment": PurchaseOrderAcknowledgment,
    "ship_notice": ShipNotice,
    "invoice": Invoice,
    "functional_acknowledgment": FunctionalAcknowledgment,
    "interchange_acknowledgment": InterchangeAcknowledgment,
}
"""Document type to model."""
