"""Breaking a value: missing, too long, not a number, not in the list."""

import random
from collections.abc import Callable, Iterator
from typing import Final

from adapters.formats.x12 import problems
from adapters.formats.x12.element_check import is_free
from adapters.formats.x12.guide import ElementUse
from adapters.mappings import problems as mapping
from adapters.samples.draft import Draft, Place, Row
from adapters.samples.rule import Rule, picked
from adapters.samples.values import set_element, strange_code

_CHECKED: Final = frozenset({"66", "67", "87", "88", "234", "235", "628", "719", "734", "735", "736"})
"""Elements whose value other checks compare: changed, they would be wrong twice."""
_ADDED_UP: Final = frozenset({"248", "331", "347", "354", "610", "782", "963"})
"""Codes and amounts that totals depend on."""
_COPIED: Final = frozenset({"721", "719"})
_TAB: Final = "\x0b"
_WORST_LENGTH: Final = 400

Fits = Callable[[ElementUse, str], bool]


def _places(draft: Draft, fits: Fits) -> list[tuple[Row, ElementUse]]:
    return [
        (row, use) for row, use in draft.elements() if use.element.type != "composite" and fits(use, row[use.position])
    ]


def _change(draft: Draft, rng: random.Random, fits: Fits, change: Callable[[ElementUse, str], str]) -> Place | None:
    chosen = picked(rng, _places(draft, fits))
    if chosen is None:
        return None
    row, use = chosen
    set_element(row, use.position, change(use, row[use.position]))
    return Place(row[0], row, use.position)


def _plain_text(use: ElementUse, _: str = "") -> bool:
    number = use.element.number
    return is_free(use.element) and number not in _CHECKED and number not in _COPIED


def mandatory(draft: Draft, rng: random.Random) -> Place | None:
    """A mandatory element is left empty."""
    return _change(draft, rng, lambda use, _: use.required, lambda *_: "")


def too_many(draft: Draft, rng: random.Random) -> Place | None:
    """A segment has one element too many."""
    chosen = picked(rng, [(row, guide) for row, guide in draft.segments() if guide.elements])
    if chosen is None:
        return None
    row, guide = chosen
    limit = len(guide.elements)
    set_element(row, limit + 1, "X")
    return Place(row[0], row, limit + 1)


def too_short(draft: Draft, rng: random.Random) -> Place | None:
    """A value is shorter than its element allows."""

    def fits(use: ElementUse, text: str) -> bool:
        is_day = use.element.type == "DT" and use.element.max == len(text)
        return (_plain_text(use) and use.element.min > 1) or is_day

    def shorten(use: ElementUse, text: str) -> str:
        return text[2:] if use.element.type == "DT" else text[: use.element.min - 1]

    return _change(draft, rng, fits, shorten)


def too_long(draft: Draft, rng: random.Random) -> Place | None:
    """A value is longer than its element allows."""

    def fits(use: ElementUse, _: str) -> bool:
        return _plain_text(use) and use.element.max < _WORST_LENGTH

    def lengthen(use: ElementUse, text: str) -> str:
        return (text * (use.element.max // len(text) + 2))[: use.element.max].strip().ljust(use.element.max, "X") + "X"

    return _change(draft, rng, fits, lengthen)


def bad_character(draft: Draft, rng: random.Random) -> Place | None:
    """A control character stands in a text."""
    return _change(
        draft, rng, lambda use, text: _plain_text(use) and len(text) > 1, lambda _, text: text[0] + _TAB + text[1:]
    )


def not_a_number(draft: Draft, rng: random.Random) -> Place | None:
    """A letter O or l stands in a number."""

    def fits(use: ElementUse, _: str) -> bool:
        return use.element.type == "R" or use.element.type.startswith("N")

    def misspell(_: ElementUse, text: str) -> str:
        return text.replace("0", "O", 1) if "0" in text else text.replace("1", "l", 1) if "1" in text else f"{text}O"

    return _change(draft, rng, fits, misspell)


def bad_code(draft: Draft, rng: random.Random) -> Place | None:
    """A code is none of its list, as BOX for BX."""

    def fits(use: ElementUse, _: str) -> bool:
        number = use.element.number
        return strange_code(use.element) is not None and number not in _CHECKED and number not in _ADDED_UP

    return _change(draft, rng, fits, lambda use, _: strange_code(use.element) or "")


def bad_component_code(draft: Draft, rng: random.Random) -> Place | None:
    """Any REF has room for further numbers in REF04, a composite."""
    row = picked(rng, [row for row, _ in draft.segments() if row[0] == "REF"])
    if row is None:
        return None
    set_element(row, 4, draft.marks.component.join(("Q8Q", "1")))
    return Place("REF", row, 4, 1)


def bad_date(draft: Draft, rng: random.Random) -> Place | None:
    """A date is none of the calendar."""

    def fits(use: ElementUse, text: str) -> bool:
        return use.element.type == "DT" and len(text) == 8

    return _change(draft, rng, fits, lambda _, text: f"{text[:4]}{rng.choice(('1131', '0230', '1301', '1200'))}")


def bad_time(draft: Draft, rng: random.Random) -> Place | None:
    """A time that is there, else one that is added to a date."""
    told = _change(draft, rng, lambda use, _: use.element.type == "TM", lambda *_: "2561")
    if told is not None:
        return told
    row = picked(rng, [row for row, _ in draft.segments() if row[0] == "DTM" and len(row) == 3])
    if row is None:
        return None
    set_element(row, 3, "2561")
    return Place("DTM", row, 3)


def too_many_repetitions(draft: Draft, rng: random.Random) -> Place | None:
    """A value repeats (005010)."""
    mark = draft.marks.repetition
    if not draft.repeating or mark is None:
        return None
    return _change(
        draft, rng, lambda use, _: _plain_text(use) and use.repeats == 1, lambda _, text: f"{text}{mark}{text}"
    )


def too_many_components(draft: Draft, rng: random.Random) -> Place | None:
    """A component separator stands in a text."""
    return _change(draft, rng, _plain_text, lambda _, text: f"{text}{draft.marks.component}{text}")


def trailing(draft: Draft, rng: random.Random) -> Place | None:
    """A segment ends with a separator."""
    row = picked(rng, [row for row, _ in draft.segments()])
    if row is None:
        return None
    row.append("")
    return Place(row[0], row, len(row) - 1)


def element_rules() -> Iterator[Rule]:
    """The rules for one value, in the order of the table of docs/acknowledgments.md."""
    missing = (problems.CONDITION_MISSING,)
    unread = (mapping.DATE_NOT_UNDERSTOOD,)
    yield Rule("mandatory-element", problems.ELEMENT_MISSING, "a mandatory element is left empty", mandatory, missing)
    yield Rule("too-many-elements", problems.TOO_MANY_ELEMENTS, "a segment has one element too many", too_many)
    yield Rule("too-short", problems.TOO_SHORT, "a value is shorter than its element allows", too_short)
    yield Rule("too-long", problems.TOO_LONG, "a value is longer than its element allows", too_long)
    yield Rule("character-not-allowed", problems.BAD_CHARACTER, "a control character stands in a text", bad_character)
    yield Rule("not-a-number", problems.NOT_A_NUMBER, "a letter O or l stands in a number", not_a_number)
    yield Rule("code-not-in-the-list", problems.BAD_CODE, "a code is none of its list, as BOX for BX", bad_code)
    yield Rule("code-in-a-component", problems.BAD_CODE, "a code in REF04 is none of its list", bad_component_code)
    yield Rule("not-a-date", problems.BAD_DATE, "a date is none of the calendar", bad_date, unread)
    yield Rule("not-a-time", problems.BAD_TIME, "a time is later than midnight", bad_time, unread)
    yield Rule("too-many-repetitions", problems.TOO_MANY_REPETITIONS, "a value repeats (005010)", too_many_repetitions)
    yield Rule("too-many-components", problems.TOO_MANY_COMPONENTS, "a component separator stands in a text",
               too_many_components)  # fmt: skip
    yield Rule("trailing-separators", problems.TRAILING_SEPARATORS, "a segment ends with a separator", trailing)
