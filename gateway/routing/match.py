"""Which rules take a document: pure, and the same each time."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from gateway.config.routes import Route, Texts

MOST_VALUES = 10_000
"""Values of one field that are looked at."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What rules ask of a document besides its fields."""

    document_type: str
    partner: str
    event: str
    test: bool


def may_take(route: Route, document_type: str, partner: str, event: str) -> bool:
    """Whether a rule asks for documents like this one, without a look at its fields: cheap, for every document."""
    when = route.when
    return document_type in when.document_type and event == when.event and (not when.partner or partner in when.partner)


def takes(route: Route, facts: Facts, data: Mapping[str, Any]) -> bool:
    """Whether a rule takes a document. ``data`` is its wire form.

    A field that stands in a list fits where one entry of the list fits; a field that is not there fits nothing.
    """
    when = route.when
    return (
        may_take(route, facts.document_type, facts.partner, facts.event)
        and facts.test == when.test
        and all(_fits(data, path, wanted) for path, wanted in when.fields.items())
    )


def _fits(data: Mapping[str, Any], path: str, wanted: Texts) -> bool:
    for count, value in enumerate(_values(data, path.split("."))):
        if count >= MOST_VALUES:
            return False
        if any(_pattern(each).fullmatch(value) for each in wanted):
            return True
    return False


def _values(data: Any, steps: Sequence[str]) -> Iterator[str]:
    """The texts at the end of a path; numbers, true and false as JSON writes them."""
    if isinstance(data, list):
        for each in data:
            yield from _values(each, steps)
    elif steps:
        if isinstance(data, dict) and steps[0] in data:
            yield from _values(data[steps[0]], steps[1:])
    elif isinstance(data, bool):
        yield "true" if data else "false"
    elif isinstance(data, str | int | float):
        yield str(data)


@lru_cache(maxsize=4096)
def _pattern(text: str) -> re.Pattern[str]:
    """``*`` stands for any characters, everything else for itself."""
    parts = re.split(r"\*+", text)
    # Each star takes as little as it can and never gives it back, so that no value takes long.
    if len(parts) == 1:
        return re.compile(re.escape(text), re.DOTALL)
    first, *middle, last = map(re.escape, parts)
    return re.compile(first + "".join(f"(?>.*?{each})" for each in middle) + ".*" + last, re.DOTALL)
