"""Which document can be written as which transaction set, and by which function."""

from collections.abc import Callable, Mapping
from typing import Any

from adapters.mappings.to_x12.application_acknowledgment import application_acknowledgment_part
from adapters.mappings.to_x12.catalog import catalog_part
from adapters.mappings.to_x12.inventory_report import inventory_report_part
from adapters.mappings.to_x12.invoice import invoice_part
from adapters.mappings.to_x12.parts import Part, Style
from adapters.mappings.to_x12.purchase_order import purchase_order_part
from adapters.mappings.to_x12.purchase_order_acknowledgment import purchase_order_acknowledgment_part
from adapters.mappings.to_x12.purchase_order_change import purchase_order_change_part
from adapters.mappings.to_x12.receipt import receipt_part
from adapters.mappings.to_x12.remittance_advice import remittance_advice_part
from adapters.mappings.to_x12.ship_notice import ship_notice_part

BuildPart = Callable[[Any, Style], Part]
"""Builds the transaction set of a document of its kind."""

X12_BUILDERS: Mapping[str, BuildPart] = {
    "application_acknowledgment": application_acknowledgment_part,
    "catalog": catalog_part,
    "inventory_report": inventory_report_part,
    "invoice": invoice_part,
    "purchase_order": purchase_order_part,
    "purchase_order_acknowledgment": purchase_order_acknowledgment_part,
    "purchase_order_change": purchase_order_change_part,
    "receipt": receipt_part,
    "remittance_advice": remittance_advice_part,
    "ship_notice": ship_notice_part,
}
"""Document type to the function that builds its transaction set."""
