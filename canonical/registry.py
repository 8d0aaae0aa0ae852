"""Which canonical documents there are."""

from canonical.application_acknowledgment import ApplicationAcknowledgment
from canonical.catalog import Catalog
from canonical.document import Document
from canonical.functional_acknowledgment import FunctionalAcknowledgment
from canonical.interchange_acknowledgment import InterchangeAcknowledgment
from canonical.inventory_movement import InventoryMovement
from canonical.inventory_report import InventoryReport
from canonical.invoice import Invoice
from canonical.item_master import ItemMaster
from canonical.purchase_order import PurchaseOrder
from canonical.purchase_order_acknowledgment import PurchaseOrderAcknowledgment
from canonical.purchase_order_change import PurchaseOrderChange
from canonical.receipt import Receipt
from canonical.remittance_advice import RemittanceAdvice
from canonical.requisition import Requisition
from canonical.ship_notice import ShipNotice
from canonical.supply_usage import SupplyUsage
from canonical.surgical_demand import SurgicalDemand
from canonical.unmapped import UnmappedMessage

DOCUMENTS: dict[str, type[Document]] = {
    "purchase_order": PurchaseOrder,
    "purchase_order_change": PurchaseOrderChange,
    "purchase_order_acknowledgment": PurchaseOrderAcknowledgment,
    "ship_notice": ShipNotice,
    "invoice": Invoice,
    "receipt": Receipt,
    "remittance_advice": RemittanceAdvice,
    "catalog": Catalog,
    "inventory_report": InventoryReport,
    "application_acknowledgment": ApplicationAcknowledgment,
    "functional_acknowledgment": FunctionalAcknowledgment,
    "requisition": Requisition,
    "inventory_movement": InventoryMovement,
    "supply_usage": SupplyUsage,
    "surgical_demand": SurgicalDemand,
    "item_master": ItemMaster,
    "unmapped": UnmappedMessage,
    "interchange_acknowledgment": InterchangeAcknowledgment,
}
"""Document type to model."""
