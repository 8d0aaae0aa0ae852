"""What a partner means by its codes: aliases, words for qualifiers and the purpose of orders, around any mapping."""

from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from typing import Any, Final

from adapters.formats.x12.guide import segment_guide
from adapters.formats.x12.tree import Loop, Segment
from adapters.mappings import x12_words as words
from adapters.mappings.context import X12Context
from adapters.overlay import PurposeRule, Words, X12Overlay, place_of
from canonical.parts import Plain

_TEXTS: Final = frozenset({"MSG", "MTX", "N9", "NTE", "PID", "REF"})
"""Where words that tell an order's purpose may stand."""
_FIELDS: Final[Mapping[str, str]] = {
    "buyer": "buyer", "seller": "seller", "shipTo": "ship_to", "billTo": "bill_to", "shipFrom": "ship_from",
    "remitTo": "remit_to",
}  # fmt: skip


def mapped(mapping: Callable[[Loop, X12Context], Plain], tree: Loop, context: X12Context) -> Plain:
    """The document's plain data as this partner means it; the tree has canonical codes afterwards."""
    overlay = context.partner.x12
    if overlay is None:
        return mapping(tree, context)
    purpose = _purpose(tree, overlay.order_purpose) if context.message_type == "850" else None
    replaced = _take_aliases(tree, overlay, context) if overlay.aliases else []
    document = mapping(tree, context)
    if purpose is not None:
        document["order_purpose"] = purpose
    if overlay.words != _NO_WORDS:
        _reword(document, overlay.words, "")
        _move_parties(document, overlay.words)
    if replaced:
        document.setdefault("extensions", {})["aliases"] = replaced
    return document


_NO_WORDS: Final = Words()


def _take_aliases(tree: Loop, overlay: X12Overlay, context: X12Context) -> list[Plain]:
    """Puts what a code means in its place, and tells what was sent: each change once, with its segments."""
    separator = context.delimiters.component
    changes: dict[tuple[str, str, str], list[int]] = {}
    for segment in _segments(tree):
        for element, component, codes in aliased(overlay, segment.elements[0], context.release):
            text = segment[element]
            parts = [text] if component is None else text.split(separator)
            at = 0 if component is None else component - 1
            meant = codes.get(parts[at]) if at < len(parts) else None
            if meant is None:
                continue
            name = f"{segment.tag}{element:02d}" + (f"-{component}" if component else "")
            changes.setdefault((name, parts[at], meant), []).append(segment.index)
            parts[at] = meant
            segment.elements[element] = separator.join(parts)
    return [
        {"element": name, "sent": sent, "taken": taken, "segments": segments}
        for (name, sent, taken), segments in changes.items()
    ]


@lru_cache(maxsize=4096)
def aliased(overlay: X12Overlay, tag: str, release: str) -> tuple[tuple[int, int | None, Mapping[str, str]], ...]:
    """The elements and components of a segment whose codes have aliases: position, component, alias to its meaning."""
    guide = segment_guide(tag, release)
    found: list[tuple[int, int | None, Mapping[str, str]]] = []
    for use in guide.elements if guide is not None else ():
        if codes := overlay.aliases.get(use.element.number):
            found.append((use.position, None, codes))
        found.extend(
            (use.position, inner.position, codes)
            for inner in use.element.components
            if (codes := overlay.aliases.get(inner.element.number))
        )
    return tuple(found)


def _purpose(tree: Loop, rules: tuple[PurposeRule, ...]) -> str | None:
    """What the first rule says whose conditions all hold."""
    return next((rule.purpose for rule in rules if all(_holds(tree, *each) for each in rule.when.items())), None)


def _holds(tree: Loop, name: str, wanted: str | tuple[str, ...]) -> bool:
    values = (wanted,) if isinstance(wanted, str) else wanted
    if name == "text":
        sought = tuple(value.upper() for value in values)
        return any(
            phrase in text.upper()
            for segment in _segments(tree)
            if segment.elements[0] in _TEXTS
            for text in segment.elements[1:]
            for phrase in sought
        )
    place = place_of(name)
    code = place.last.code
    return any(
        segment[place.element or 0] in values
        for segment in _segments(tree)
        if segment.elements[0] == place.last.tag and (code is None or segment[1] == code)
    )


def _segments(loop: Loop) -> Iterator[Segment]:
    for child in loop.children:
        if isinstance(child, Loop):
            yield from _segments(child)
        else:
            yield child


def _reword(value: Any, own: Words, name: str) -> None:
    """Gives references, dates, notes and identifiers this partner's words; ``name`` is the field around."""
    if isinstance(value, list):
        for entry in value:
            _reword(entry, own, name)
    elif isinstance(value, dict):
        code = value.get("qualifier")
        if name in TYPED:
            value["type"] = getattr(own, name).get(code, value.get("type"))
        elif code is not None and "scheme" in value:
            table = own.items if name == "item" else own.identifiers
            value["scheme"] = table.get(code, value["scheme"])
        for inner_name, inner in value.items():
            if inner_name != "extensions":
                _reword(inner, own, name if inner_name == "identifiers" else inner_name)


TYPED: Final = frozenset({"references", "dates", "notes"})
"""Fields whose entries have a word for what they are, and tables of words of the same names."""


def _move_parties(document: Plain, own: Words) -> None:
    """Parties into the fields that this partner's codes mean; the role still tells what was sent."""
    if not own.parties:
        return
    wanted = {words.ROLES.get(code, code): _FIELDS[field] for code, field in own.parties.items()}
    others: list[Plain] = document.get("other_parties", [])
    held = [(name, document[name]) for name in _FIELDS.values() if document.get(name)]
    for name, party in held:
        if wanted.get(party.get("role", ""), name) != name:
            del document[name]
            others.append(party)
    stay: list[Plain] = []
    for party in others:
        field = wanted.get(party.get("role", ""))
        if field is None or document.get(field):
            stay.append(party)
        else:
            document[field] = party
    if stay:
        document["other_parties"] = stay
    else:
        document.pop("other_parties", None)
