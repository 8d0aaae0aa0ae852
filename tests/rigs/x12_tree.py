"""Transaction sets from readable text: the segments, their tree, and what of them a document must hold."""

from collections.abc import Iterable, Iterator
from typing import Any

from adapters.formats.x12.cursor import Cursor, grammar
from adapters.formats.x12.tree import Delimiters, Loop, Segment
from adapters.mappings import x12_words as words
from adapters.mappings.context import X12Context
from adapters.mappings.registry import X12_MAPPINGS
from adapters.mappings.x12_values import decimal_text, implied_text, iso_date, iso_time
from adapters.partner import Partner
from canonical.registry import DOCUMENTS

DELIMITERS = Delimiters(element="*", component=">", segment="~")

_LONG_ENOUGH = 4
"""Texts of this length are looked for inside longer ones too: a description may be put together from parts."""

_JOINED = ("TD3", "CAD", "MTX", "NTE", "PID")
"""Segments of which several elements become one text."""


def segments_of(text: str) -> list[Segment]:
    """The segments of ``text``, which ends each with ``~`` and may wrap and indent them."""
    parts = [part.strip() for part in text.split("~")]
    return [Segment(part.split("*"), index, 0, len(part)) for index, part in enumerate(filter(None, parts), start=1)]


def tree_of(segments: Iterable[Segment], message_type: str, release: str = "004010") -> Loop:
    """The segments in their loops, as the guide of the release places them."""
    known = grammar(message_type, release)
    assert known is not None
    cursor = Cursor(known)
    for segment in segments:
        cursor.place(segment)
    return cursor.root


def whole_set(message_type: str, body: str) -> str:
    """``body`` between an ST and an SE segment."""
    segments = segments_of(body)
    return f"ST*{message_type}*0001~{body}SE*{len(segments) + 2}*0001~"


def context_of(message_type: str, release: str = "004010") -> X12Context:
    """Surroundings with nothing special."""
    return X12Context(message_type, release, DELIMITERS, Partner(name="test"))


def mapped(message_type: str, body: str, release: str = "004010") -> tuple[dict[str, Any], X12Context]:
    """The wire data of the document in ``body``, and the context that holds the findings."""
    segments = segments_of(whole_set(message_type, body))
    context = context_of(message_type, release)
    document_type, mapping = X12_MAPPINGS[message_type]
    plain = mapping(tree_of(segments, message_type, release), context)
    return DOCUMENTS[document_type].model_validate(plain).to_data(), context


def dropped(segments: Iterable[Segment], data: object) -> list[str]:
    """Elements between ST and SE whose value is nowhere in the data, as ``PO1-02=7``; the levels' own numbers aside."""
    leaves = set(_leaves(data))
    whole = "\n".join(leaves)
    return [
        f"{segment.tag}-{position:02d}={value}"
        for segment in segments
        if segment.tag not in ("ST", "SE", "HL")
        for position, value in enumerate(segment.elements[1:], start=1)
        if value and not _told(segment.tag, position, value, leaves, whole)
    ]


def _told(tag: str, position: int, value: str, leaves: set[str], whole: str) -> bool:
    if tag == "CTX" and all(part in leaves for part in value.split(DELIMITERS.component)):
        return True
    forms = {value, decimal_text(value, exponent=True), implied_text(value), iso_date(value), iso_time(value)}
    if value.removeprefix("-").isdigit():
        forms.add(str(int(value)))
    forms |= set(_words(tag, position, value))
    return bool(forms & leaves) or ((len(value) >= _LONG_ENOUGH or tag in _JOINED) and value in whole)


def _words(tag: str, position: int, value: str) -> Iterator[str]:
    """The words that stand for a code where the document does not keep the code itself."""
    if (tag, position) in (("N1", 1), ("ENT", 2), ("ENT", 5)):
        yield words.ROLES.get(value, value)
    if (tag, position) in (("AK4", 1), ("IK4", 1)) and DELIMITERS.component in value:
        yield value.split(DELIMITERS.component, maxsplit=1)[0]
    if tag == "PER" and position in (3, 5, 7):
        yield words.CHANNELS.get(value, value)
    if (tag, position) == ("SAC", 1):
        yield words.INDICATORS.get(value, value)
    said_by_the_field = {
        ("PID", 1): {"F": "description"}, ("PID", 2): {"08": "description"}, ("SLN", 3): {"I": "identifiers"},
        ("CUR", 1): dict.fromkeys(("BY", "SE", "SU", "VN", "PR", "PE"), "currency"), ("TD5", 2): {"2": "scac"},
        ("AMT", 1): {"TT": "amount"},
    }  # fmt: skip
    name = said_by_the_field.get((tag, position), {}).get(value)
    if name:
        yield f"#{name}"


def _leaves(data: object) -> Iterator[str]:
    """All values as text, their words, and each key as ``#key``."""
    if isinstance(data, dict):
        for key, value in data.items():
            yield f"#{key}"
            yield from _leaves(value)
    elif isinstance(data, list | tuple):
        for value in data:
            yield from _leaves(value)
    else:
        text = str(data)
        yield text
        yield from text.split(":")
        yield from text.split()
