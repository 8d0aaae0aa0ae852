"""What the fields are called at which problems are told: short words of our own for what HL7 v2 defines."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

_NAMES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "MSH-2": "encoding characters",
        "MSH-3": "sending application",
        "MSH-9": "message type",
        "MSH-10": "message control id",
        "MSH-11": "processing id",
        "MSH-12": "version",
        "MSH-14": "continuation pointer",
        "MSH-18": "character set",
        "FT1-4": "transaction date",
        "FT1-5": "posting date",
        "FT1-7": "transaction code",
        "FT1-10": "transaction quantity",
        "FT1-11": "extended amount",
        "FT1-12": "unit amount",
        "FT1-22": "unit cost",
        "IIM-4": "expiry date",
        "IIM-8": "received quantity",
        "IIM-10": "item cost",
        "IIM-12": "on-hand quantity",
        "ILT-3": "expiry date",
        "INV-1": "substance",
        "INV-8": "current quantity",
        "INV-12": "expiry date",
        "MFE-1": "event of the entry",
        "MFE-3": "effective date",
        "OBX-18": "equipment identifier",
        "PRT-10": "device",
        "RQ1-1": "anticipated price",
        "RQD-2": "item code, internal",
        "RQD-5": "requisition quantity",
        "RQD-6": "unit of measure",
        "RQD-10": "date needed",
        "RXD-2": "dispensed drug",
        "RXD-3": "dispense time",
        "RXD-4": "dispensed amount",
        "RXD-5": "dispensed units",
        "SCH-2": "filler appointment id",
        "SCH-11": "appointment timing",
    }
)


def field_name(tag: str, field: int | None) -> str | None:
    """The name of a field; None where none is kept for it."""
    return _NAMES.get(f"{tag}-{field}") if field is not None else None
