"""Which transaction set becomes which document, and by which function."""

from collections.abc import Callable, Iterable, Mapping

from adapters.formats.x12.tree import Loop, Segment
from adapters.mappings.application_acknowledgment import application_acknowledgment
from adapters.mappings.catalog import catalog
from adapters.mappings.context import X12Context
from adapters.mappings.functional_acknowledgment import functional_acknowledgment
from adapters.mappings.inventory_report import inventory_report
from adapters.mappings.invoice import invoice
from adapters.mappings.purchase_order import purchase_order
from adapters.mappings.purchase_order_acknowledgment import purchase_order_acknowledgment
from adapters.mappings.purchase_order_change import purchase_order_change
from adapters.mappings.purchase_order_change_acknowledgment import purchase_order_change_acknowledgment
from adapters.mappings.receipt import receipt
from adapters.mappings.remittance_advice import remittance_advice
from adapters.mappings.ship_notice import ship_notice
from canonical.parts import Plain

X12Mapping = Callable[[Loop, X12Context], Plain]
"""Turns a transaction set into a document's plain data, without provenance."""

X12_MAPPINGS: Mapping[str, tuple[str, X12Mapping]] = {
    "810": ("invoice", invoice),
    "820": ("remittance_advice", remittance_advice),
    "824": ("application_acknowledgment", application_acknowledgment),
    "832": ("catalog", catalog),
    "846": ("inventory_report", inventory_report),
    "850": ("purchase_order", purchase_order),
    "855": ("purchase_order_acknowledgment", purchase_order_acknowledgment),
    "856": ("ship_notice", ship_notice),
    "860": ("purchase_order_change", purchase_order_change),
    "861": ("receipt", receipt),
    "865": ("purchase_order_acknowledgment", purchase_order_change_acknowledgment),
    "997": ("functional_acknowledgment", functional_acknowledgment),
    "999": ("functional_acknowledgment", functional_acknowledgment),
}
"""ST01 to the document type and the function that maps it."""

X12_DOCUMENT_TYPES: Mapping[str, str] = {
    **{message_type: document_type for message_type, (document_type, _) in X12_MAPPINGS.items()},
    "TA1": "interchange_acknowledgment",
}
"""ST01 to the word for what it is."""

_NUMBERS: Mapping[str, tuple[str, tuple[int, ...]]] = {
    "810": ("BIG", (2,)),
    "820": ("TRN", (2,)),
    "824": ("BGN", (2,)),
    "832": ("BCT", (2,)),
    "846": ("BIA", (3,)),
    "850": ("BEG", (3,)),
    "855": ("BAK", (8, 3)),
    "856": ("BSN", (2,)),
    "860": ("BCH", (3,)),
    "861": ("BRA", (1,)),
    "865": ("BCA", (9, 3)),
    "997": ("AK1", (2,)),
    "999": ("AK1", (2,)),
    "TA1": ("TA1", (1,)),
}
"""ST01 to the segment and the elements, best first, that hold the business number."""


def number_of(message_type: str, segments: Iterable[Segment]) -> str | None:
    """The business number of a message, as well as it can be told where the message was not accepted."""
    named = named_number(message_type, segments)
    return named[1] if named else None


def named_number(message_type: str, segments: Iterable[Segment]) -> tuple[str, str] | None:
    """The business number of a message with the name of its element, as ``("BEG03", "4500012345")``."""
    place = _NUMBERS.get(message_type)
    if place is None:
        return None
    tag, positions = place
    for segment in segments:
        if segment.elements[0] == tag:
            return next(
                ((f"{tag}{position:02d}", segment[position]) for position in positions if segment[position]), None
            )
    return None
