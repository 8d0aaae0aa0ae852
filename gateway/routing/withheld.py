"""What may be about a patient and is left out of what is sent on."""

from typing import Any, Final

from canonical.document import Document
from canonical.line import Line

_BILLED: Final = frozenset({"bill_only", "bill_and_replace"})
"""Purposes of orders for what was used in a procedure: their texts tell of it."""


def without_patients(document: Document) -> Document:
    """The document without the patient's tokens; an order for what was used on a patient without its free texts, and
    without what no field holds."""
    update: dict[str, Any] = {}
    if getattr(document, "patient", None) is not None:
        update["patient"] = None
    if getattr(document, "order_purpose", None) in _BILLED:
        update |= {"notes": (), "extensions": {}}
        lines = getattr(document, "lines", ())
        update["lines"] = tuple(_plain(line) for line in lines)
    return document.model_copy(update=update) if update else document


def _plain(line: Line) -> Line:
    return line.model_copy(update={"notes": (), "extensions": {}})
