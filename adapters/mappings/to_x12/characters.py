"""Which characters a partner's files can hold, and what becomes of the others.

X12 has no escape: data that holds a separator would break the segment. Such characters are replaced, or the document is
refused with the place; never are they written. Source: X12.6, basic and extended character set.
"""

import re
import unicodedata
from dataclasses import dataclass, replace
from typing import Any, Final, Literal

from adapters.formats.x12.element_check import CONTROLS
from adapters.formats.x12.guide import segment_guide
from adapters.formats.x12.tree import Delimiters
from adapters.mappings.to_x12.parts import Row, indexed, join
from canonical.document import Document

BASIC: Final = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789!\"&'()*+,-./:;?= ")
"""The basic character set."""
EXTENDED: Final = BASIC | frozenset("abcdefghijklmnopqrstuvwxyz%~@[]_{}\\|<>#$")
"""The extended character set without its national characters."""

_SETS: Final = {"basic": BASIC, "extended": EXTENDED}
_UNTOUCHED: Final = frozenset({"time", "extensions", "provenance", "documentType", "schemaVersion", "orderPurpose"})
"""Fields whose form or words are fixed, and those that hold segments."""
COMPONENT_MARKS: Final = ">:\\|^<!&"
"""Characters that senders use between components, the likeliest first."""


@dataclass(frozen=True, slots=True)
class Characters:
    """A partner's rules for characters."""

    unsuited: Literal["replace", "reject"] = "replace"
    """What to do with a character that the file cannot hold."""
    replacement: str = " "
    upper: bool = False
    """Whether letters are written as capitals."""
    allowed: Literal["any", "extended", "basic"] = "any"
    """``any`` writes UTF-8."""


def usable(marks: Delimiters) -> bool:
    """Whether these separators can stand apart from data: distinct, no letter, digit or blank, nothing of numbers."""
    given = [marks.element, marks.component, marks.segment, *filter(None, (marks.repetition,))]
    return len(set(given)) == len(given) and all(
        len(mark) == 1 and mark.isascii() and not mark.isalnum() and mark not in " .-+" for mark in given
    )


def clean_document(document: Document, marks: Delimiters, rules: Characters) -> tuple[Any, list[str]]:
    """The document without the separators and control characters in its texts, and the paths of what was refused."""
    unwanted = re.compile(f"[{re.escape(_separators(marks))}{CONTROLS}\ud800-\udfff]")
    refused: list[str] = []

    def cleaned(text: str, path: str) -> str:
        if not unwanted.search(text):
            return text
        if rules.unsuited == "reject":
            refused.append(path)
            return text
        result = unwanted.sub(rules.replacement, text)
        if not result.strip(" "):
            # Nothing is left of it: a value would vanish in silence.
            refused.append(path)
        return result

    def walk(value: Any, path: str) -> Any:
        if isinstance(value, str):
            if path.endswith("address.location"):
                qualifier, colon, place = value.partition(":")
                return cleaned(qualifier, path) + colon + cleaned(place, path)
            return cleaned(value, path)
        if isinstance(value, dict):
            return {
                name: inner if name in _UNTOUCHED else walk(inner, join(path, name)) for name, inner in value.items()
            }
        if isinstance(value, list | tuple):
            return [walk(inner, indexed(path, "", index)) for index, inner in enumerate(value)]
        return value

    data = document.model_dump(exclude_none=True)
    clean = walk(data, "")
    return (type(document).model_validate(clean) if clean != data else document), refused


def fit_row(row: Row, release: str, marks: Delimiters, rules: Characters) -> tuple[Row, list[int]]:
    """The row in the partner's characters, and the elements that were refused."""
    guide = segment_guide(row.tag, release)
    composites = (
        {use.position for use in guide.elements if use.element.type == "composite"}
        if guide is not None and row.kept
        else set()
    )
    texts, refused = [row.tag], []
    for position, text in enumerate(row.elements[1:], start=1):
        own = text
        if position in composites:
            own = _with_components(own, marks.component)
        if row.kept:
            own = "".join(_kept_character(one, marks, rules, inside=position in composites) for one in own)
        own = _fit(own, marks, rules)
        if own != text and rules.unsuited == "reject" and own != text.upper():
            refused.append(position)
        texts.append(own.rstrip(" "))
    while len(texts) > 1 and not texts[-1]:
        texts.pop()
    return replace(row, elements=texts), refused


def _fit(text: str, marks: Delimiters, rules: Characters) -> str:
    if rules.upper or rules.allowed == "basic":
        text = text.upper()
    if rules.allowed == "any" or (text.isascii() and _SETS[rules.allowed].issuperset(text)):
        return text
    known = _SETS[rules.allowed] | {marks.component}
    return "".join(one if one in known else _plain(one, known, rules) for one in text)


def _plain(character: str, known: frozenset[str], rules: Characters) -> str:
    """The letter without its accent, or the replacement."""
    letter = unicodedata.normalize("NFKD", character)[:1]
    return letter if letter in known else rules.replacement


def _kept_character(character: str, marks: Delimiters, rules: Characters, *, inside: bool) -> str:
    unwanted = character in _separators(marks) and not (inside and character == marks.component)
    return rules.replacement if unwanted or character in "\r\n" else character


def _with_components(text: str, component: str) -> str:
    """A composite of a kept segment, which was read with separators that may have been others."""
    mark = next((one for one in (component, *COMPONENT_MARKS) if one in text), None)
    return text.replace(mark, component) if mark else text


def _separators(marks: Delimiters) -> str:
    return marks.element + marks.component + marks.segment + (marks.repetition or "")
