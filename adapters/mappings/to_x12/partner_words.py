"""How a partner says what we mean: the mirror of ``x12_overlay``, for what is written to it.

Only what a document leaves open is decided here: a code that it holds itself is written as it is.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from adapters.mappings import x12_words as words
from adapters.mappings.to_x12.codes import backwards
from adapters.mappings.to_x12.parts import Row
from adapters.mappings.x12_overlay import TYPED, aliased
from adapters.overlay import Words, X12Overlay
from canonical.document import Document

_NO_WORDS: Final = Words()


def in_words_of(document: Document, overlay: X12Overlay) -> Document:
    """The document with the qualifiers and party roles that this partner uses for our words."""
    own = overlay.words
    if own == _NO_WORDS:
        return document
    data = document.model_dump(exclude_none=True)
    _qualify(data, own, "")
    _move_parties(data, own)
    return type(document).model_validate(data)


def _qualify(value: Any, own: Words, name: str) -> None:
    """Gives references, dates, notes and identifiers their codes; ``name`` is the field around."""
    if isinstance(value, list | tuple):
        for entry in value:
            _qualify(entry, own, name)
        return
    if not isinstance(value, dict):
        return
    if "qualifier" not in value:
        if name in TYPED:
            code = backwards(getattr(own, name)).get(value.get("type", ""))
        else:
            code = backwards(own.items if name == "item" else own.identifiers).get(value.get("scheme", ""))
        if code is not None:
            value["qualifier"] = code
    if "dateQualifier" not in value and value.get("dateType") in own.dates.values():
        value["dateQualifier"] = backwards(own.dates)[value["dateType"]]
    for inner_name, inner in value.items():
        if inner_name != "extensions":
            _qualify(inner, own, name if inner_name == "identifiers" else inner_name)


def _move_parties(data: dict[str, Any], own: Words) -> None:
    """Parties of the document's own fields that this partner names by another code: they keep no field when written."""
    moved = []
    for field, code in backwards(own.parties).items():
        role = words.ROLES.get(code, code)
        party = data.get(field)
        if party is not None and party.get("role", role) == role:
            moved.append({**data.pop(field), "role": role})
    if moved:
        data["otherParties"] = [*moved, *data.get("otherParties", ())]


def with_aliases(row: Row, overlay: X12Overlay, release: str, component: str) -> Row:
    """The row with this partner's own codes in place of those that they stand for."""
    if not overlay.aliases:
        return row
    elements = list(row.elements)
    for position, inner, codes in aliased(overlay, row.tag, release):
        if position < len(elements):
            own = backwards(codes)
            if inner is None:
                elements[position] = own.get(elements[position], elements[position])
            else:
                elements[position] = _with_component(elements[position], inner, own, component)
    return row if elements == row.elements else replace(row, elements=elements)


def _with_component(text: str, position: int, own: Mapping[str, str], separator: str) -> str:
    parts = text.split(separator)
    if position <= len(parts):
        parts[position - 1] = own.get(parts[position - 1], parts[position - 1])
    return separator.join(parts)
