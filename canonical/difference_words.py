"""Differences between documents in words: ``line 3: quantity 10 EA -> 12 EA``."""

import re
from collections.abc import Mapping, Sequence
from typing import Final

from pydantic import JsonValue

from canonical.difference import Difference, Step

_LONGEST: Final = 120
"""Characters of one value that are told."""
_SINGULAR: Final = {
    "otherParties": "party",
    "parties": "party",
    "quantities": "quantity",
    "entities": "paid for",
    "taxes": "tax",
    "instances": "lot or serial number",
    "acknowledgments": "answer",
    "allowances": "",
    "subLines": "part",
    "inQuestion": "in question",
    "paymentTerms": "payment terms",
    "freightTerms": "freight terms",
    "lading": "packages",
    "packaging": "packing",
    "adjustments": "adjustment",
    "x12": "segment",
}
"""One entry of a list, where taking off the last letter does not name it."""
_UNSAID: Final = frozenset({"item", "extensions", "amount", "value", "date", "text", "lotNumber", "serialNumber"})
"""Last or middle steps that say nothing which the step before does not say."""
_BASES: Final = frozenset(
    {"price", "prices", "dates", "references", "identifiers", "notes", "allowances", "taxes", "channels"}
)
_CAMEL: Final = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


def in_words(difference: Difference, left: str = "A", right: str = "B") -> str:
    """One difference in a line of words; ``left`` and ``right`` name the two sides."""
    place = place_in_words(difference.steps)
    match difference.kind:
        case "onlyLeft":
            return f"{place} only in {left}{_told(difference.left, difference.steps)}"
        case "onlyRight":
            return f"{place} only in {right}{_told(difference.right, difference.steps)}"
        case "changed":
            return f"{place} {value_in_words(difference.left)} -> {value_in_words(difference.right)}"


def place_in_words(steps: Sequence[Step]) -> str:
    """The way to a difference: ``line 3: price``, ``ship to address city``."""
    parts: list[str] = []
    for at, step in enumerate(steps):
        before = steps[at - 1].name if at else ""
        if step.label is None and step.name in _UNSAID and (before in _BASES or step.name in ("item", "extensions")):
            continue
        parts.append(_step(step))
        if step.name in ("lines", "packages") and at + 1 < len(steps):
            parts[-1] += ":"
    return " ".join(part for part in parts if part) or "document"


def value_in_words(value: JsonValue) -> str:
    """A value of a document as a person writes it: ``10 EA``, ``GLN 0614141000104``."""
    match value:
        case None:
            return "nothing"
        case {"value": str(amount), **rest} if rest.keys() <= {"unitCode"}:
            return f"{amount} {rest.get('unitCode', '')}".strip()
        case {"scheme": str(scheme), "value": str(number)}:
            return _short(f"{scheme} {number}")
        case dict():
            return _short(", ".join(_summary(value)))
        case list():
            return _short(" / ".join(map(value_in_words, value)))
        case _:
            return _short(str(value))


def _told(value: JsonValue, steps: Sequence[Step]) -> str:
    """A value that stands on one side; what its label says already is not said again."""
    text = value_in_words(value)
    return f": {text}" if text and text != steps[-1].label else ""


def _step(step: Step) -> str:
    if step.label is None:
        return _spaced(step.name)
    name = _SINGULAR.get(step.name, _spaced(step.name).removesuffix("s"))
    label = _spaced(step.label) if step.name in ("dates", "references") else step.label
    return f"{name} {label}".strip()


_FIRST: Final = ("quantity", "item", "name", "value", "date", "amount", "description", "text", "price")
"""What is said of a whole entry first."""
_UNTOLD: Final = frozenset(
    {"qualifier", "lineNumber", "type", "role", "indicator", "hierarchyId", "extensions", "sscc"}
)


def _summary(value: Mapping[str, JsonValue]) -> list[str]:
    if "elements" in value and isinstance(value["elements"], list):
        return ["*".join(str(each) for each in (value.get("segment", ""), *value["elements"]))]
    names = [*(name for name in _FIRST if name in value), *(name for name in value if name not in _FIRST)]
    parts: list[str] = []
    for name in names:
        each = value[name]
        if name in _UNTOLD or each in (None, [], {}):
            continue
        match name, each:
            case "item", {"identifiers": [*ids], **rest}:
                parts += [value_in_words(one) for one in ids]
                parts += [str(rest["description"])] if "description" in rest else []
            case "price", {"amount": str(amount)}:
                parts.append(f"price {amount}")
            case _, dict() | list() if name not in ("quantity", "identifiers"):
                parts.append(f"{_spaced(name)} {value_in_words(each)}")
            case _, _:
                plain = name in _FIRST or name == "identifiers"
                parts.append(value_in_words(each) if plain else f"{_spaced(name)} {value_in_words(each)}")
    return parts


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"


def _spaced(name: str) -> str:
    """``requestedDelivery`` as ``requested delivery``."""
    return _CAMEL.sub(" ", name).lower()
