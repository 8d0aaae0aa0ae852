"""Which message becomes which document, and by which function.

MSH-9 decides, and where senders use one type for several things, what the message holds.
"""

from collections.abc import Callable
from typing import Final

from adapters.formats.hl7.message import Hl7Message
from adapters.hl7_settings import Hl7Settings
from adapters.mappings.hl7.application_acknowledgment import application_acknowledgment
from adapters.mappings.hl7.context import Hl7Context
from adapters.mappings.hl7.inventory_movement import dispense, inventory_movement, inventory_update
from adapters.mappings.hl7.item_master import is_movement, item_master, moved_stock
from adapters.mappings.hl7.requisition import pick_list, requisition
from adapters.mappings.hl7.supply_usage import device_usage, names_device, supply_usage
from adapters.mappings.hl7.surgical_demand import EVENTS, surgical_demand
from adapters.mappings.hl7.unmapped import unmapped
from canonical.parts import Plain

Hl7Mapping = Callable[[Hl7Context], Plain]
"""Turns a message into a document's plain data, without provenance."""

UNMAPPED: Final = "unmapped"

_ANSWERS: Final = frozenset({"ACK", "ORS", "ORN", "ORR", "MFK", "MCF"})
"""Types that answer a message of ours; none of them is answered."""
_KINDS: Final[dict[str, tuple[str, Hl7Mapping]]] = {
    "OMS": ("requisition", requisition),
    "OMN": ("requisition", requisition),
    "DFT": ("supply_usage", supply_usage),
}
_MASTERS: Final = frozenset({"M15", "M16"})


def is_answer(message: Hl7Message) -> bool:
    """Whether it answers another message: such a one is never answered (HL7 v2.9.1, section 2.8)."""
    return message.header.value(9).strip().upper() in _ANSWERS or message.first("MSA") is not None


def mapping_of(message: Hl7Message, settings: Hl7Settings) -> tuple[str, Hl7Mapping]:
    """The document type and the mapping of a message; `unmapped` for what is no supply document."""
    kind, event = message.header.value(9).strip().upper(), message.header.value(9, 2).strip().upper()
    if kind in _ANSWERS:
        return "application_acknowledgment", application_acknowledgment
    if settings.segments:
        tags = {segment.tag for segment in message.segments}
        meanings = {own.means for tag, own in settings.segments.items() if tag in tags}
        if "movement" in meanings:
            return "inventory_movement", inventory_movement
        if "pick" in meanings:
            return "requisition", pick_list
    if (found := _KINDS.get(kind)) is not None:
        return found
    return _by_content(message, kind, event)


def _by_content(message: Hl7Message, kind: str, event: str) -> tuple[str, Hl7Mapping]:
    match kind:
        case "ORM" if message.first("RQD") is not None:
            return "requisition", requisition
        case "MFN" if event in _MASTERS:
            return ("inventory_movement", moved_stock) if is_movement(message) else ("item_master", item_master)
        case "SIU" if event in EVENTS:
            return "surgical_demand", surgical_demand
        case "RDS" if message.first("RXD") is not None:
            return "inventory_movement", dispense
        case "INU" if message.first("INV") is not None:
            return "inventory_movement", inventory_update
        case "ORU" if names_device(message):
            return "supply_usage", device_usage
    return UNMAPPED, unmapped
