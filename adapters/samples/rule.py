"""What a rule of breaking is."""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from adapters.samples.draft import Draft, Place
from canonical.problem import ProblemKind

Break = Callable[[Draft, random.Random], Place | None]
"""Breaks a draft in place and tells where; None, and nothing changed, where no place in it fits."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One way of being wrong."""

    name: str
    """As the table of docs/acknowledgments.md calls it, in words joined by hyphens."""
    kind: ProblemKind
    """What a reader finds."""
    what: str
    """What is done, in a few words."""
    breaks: Break
    follows: tuple[ProblemKind, ...] = ()
    """What else a reader may find, because of it."""


Candidate = TypeVar("Candidate")


def picked(rng: random.Random, candidates: Sequence[Candidate]) -> Candidate | None:
    """One of them, or None where there is none."""
    return rng.choice(candidates) if candidates else None
