"""What may be about a patient and is left out of what is sent on."""

from typing import Any, Final

from canonical.document import Document

_BILLED: Final = frozenset({"bill_only", "bill_and_replace"})
"""Purposes of orders for what was used in a procedure: their texts tell of it."""


def without_patients(document: Document) -> Document:
    """A document that tells of a patient, or an order for what was used on one, without tokens, free texts and what no
    field holds; any other as it is."""
    of_patient = "patient" in type(document).model_fields
    if not of_patient and getattr(document, "order_purpose", None) not in _BILLED:
        return document
    update: dict[str, Any] = {"notes": (), "extensions": {}}
    if of_patient:
        update["patient"] = None
    lines = getattr(document, "lines", None)
    if isinstance(lines, tuple):
        update["lines"] = tuple(line.model_copy(update={"notes": (), "extensions": {}}) for line in lines)
    return document.model_copy(update=update)
