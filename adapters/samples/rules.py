"""All rules of breaking, found by name or by the code of the problem, and what they make of a sample."""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from types import MappingProxyType
from typing import Final

from adapters.samples.break_contents import content_rules
from adapters.samples.break_elements import element_rules
from adapters.samples.break_envelope import envelope_rules
from adapters.samples.break_relations import relation_rules
from adapters.samples.break_segments import segment_rules
from adapters.samples.break_sets import set_rules
from adapters.samples.draft import Draft, Place
from adapters.samples.rule import Rule
from adapters.samples.story import rng_of

RULES: Final[Mapping[str, Rule]] = MappingProxyType(
    {
        rule.name: rule
        for rules in (
            element_rules(), relation_rules(), segment_rules(), set_rules(), envelope_rules(), content_rules(),
        )
        for rule in rules
    }
)  # fmt: skip
"""Name to rule."""


class NothingToBreakError(ValueError):
    """The sample has no place that a rule could break; the text is for a person."""


@dataclass(frozen=True, slots=True)
class Damage:
    """One thing that was broken in a file."""

    rule: Rule
    place: Place
    offset: int | None = None
    """The byte at which its segment begins; None where no segment stands for it."""
    index: int | None = None
    """The position of the segment in its transaction set; ST is 1."""


@dataclass(frozen=True, slots=True)
class Broken:
    """A file that is wrong on purpose."""

    content: bytes
    damages: tuple[Damage, ...]


def rules_for(asked: str) -> tuple[Rule, ...]:
    """The rule of this name, or all those of a problem code; none where nothing is called so."""
    key = asked.strip()
    named = RULES.get(key.lower().replace("_", "-").replace(" ", "-"))
    if named is not None:
        return (named,)
    return tuple(rule for rule in RULES.values() if rule.kind.code == key.upper())


def suggest(asked: str) -> Sequence[str]:
    """Names that look like what was asked for."""
    return get_close_matches(asked.lower(), RULES, n=3)


def break_sample(content: bytes, asked: Sequence[Sequence[Rule]], seed: int) -> Broken:
    """Breaks a sample by one rule of each choice, in order, at places that follow from the seed.

    Raises NothingToBreakError where none of a choice finds a place.
    """
    draft = Draft.of(content)
    done: list[tuple[Rule, Place]] = []
    for ordinal, choice in enumerate(asked):
        rng = rng_of(seed, "break", ordinal, *(rule.name for rule in choice))
        done.append(_broken(draft, rng, choice))
        draft.recount()
    content = draft.bytes()
    return Broken(content, tuple(_damage(draft, rule, place) for rule, place in done))


def _broken(draft: Draft, rng: random.Random, choice: Sequence[Rule]) -> tuple[Rule, Place]:
    for rule in rng.sample(list(choice), len(choice)):
        place = rule.breaks(draft, rng)
        if place is not None:
            return rule, place
    names = " or ".join(rule.name for rule in choice)
    raise NothingToBreakError(f"this sample has no place for {names}")


def _damage(draft: Draft, rule: Rule, place: Place) -> Damage:
    row = place.row
    if row is None or draft.whole is not None or not draft.has(row):
        return Damage(rule, place)
    return Damage(rule, place, draft.offset(row), draft.set_position(row))
