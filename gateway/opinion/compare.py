"""Lays our problems and pyx12's remarks side by side: what both tell, and what only one of them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from adapters.formats.x12 import problems as x12
from adapters.mappings.problems import HIERARCHY_BROKEN
from canonical.problem import Problem
from gateway.opinion.ask import Answer, Remark

_ALIKE: Final[Mapping[tuple[str, str], frozenset[str]]] = {
    ("isa", "001"): frozenset({x12.INTERCHANGE_NUMBERS_DIFFER.code}),
    ("isa", "021"): frozenset({x12.GROUP_COUNT_WRONG.code}),
    ("isa", "023"): frozenset({x12.INTERCHANGE_TRAILER_MISSING.code}),
    ("isa", "024"): frozenset({x12.GROUP_TRAILER_MISSING.code, x12.SET_TRAILER_MISSING.code}),
    ("gs", "3"): frozenset({x12.GROUP_TRAILER_MISSING.code, x12.SET_TRAILER_MISSING.code}),
    ("gs", "4"): frozenset({x12.GROUP_NUMBERS_DIFFER.code}),
    ("gs", "5"): frozenset({x12.SET_COUNT_WRONG.code}),
    ("gs", "6"): frozenset({x12.GROUP_NUMBER_REPEATED.code}),
    ("st", "2"): frozenset({x12.SET_TRAILER_MISSING.code}),
    ("st", "3"): frozenset({x12.SET_NUMBERS_DIFFER.code}),
    ("st", "4"): frozenset({x12.SEGMENT_COUNT_WRONG.code}),
    ("st", "23"): frozenset({x12.SET_NUMBER_REPEATED.code}),
    ("seg", "1"): frozenset({x12.UNKNOWN_SEGMENT.code}),
    ("seg", "HL1"): frozenset({HIERARCHY_BROKEN.code}),
    ("seg", "HL2"): frozenset({HIERARCHY_BROKEN.code}),
    ("seg", "SEG1"): frozenset({x12.TRAILING_SEPARATORS.code}),
}
"""pyx12's level and code, and our codes for the same."""

_ENVELOPE: Final = frozenset(code for (level, _), codes in _ALIKE.items() if level != "seg" for code in codes)
"""What both look at in every interchange; of the rest pyx12 has an opinion only where it has a map."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """One interchange, seen by two."""

    answer: Answer
    both: tuple[tuple[Problem, Remark], ...]
    wharf: tuple[Problem, ...]
    """What only we tell, of those things that both look at."""
    pyx12: tuple[Remark, ...]
    """What only pyx12 tells."""

    @property
    def verdict(self) -> str:
        """``same``, ``different``, or ``none`` where pyx12 has no opinion of the whole."""
        if self.answer.silent is not None:
            return "none"
        return "different" if self.wharf or self.pyx12 else "same"


def compare(answers: Iterable[Answer], problems: Sequence[Problem]) -> list[Comparison]:
    """Each answer beside our problems of the same interchange; each problem and remark is paired once at most."""
    return [_compare(answer, _within(answer, problems)) for answer in answers]


def _within(answer: Answer, problems: Sequence[Problem]) -> list[Problem]:
    return [one for one in problems if one.offset is not None and answer.offset <= one.offset < answer.end]


def _compare(answer: Answer, problems: list[Problem]) -> Comparison:
    rest = list(problems)
    both: list[tuple[Problem, Remark]] = []
    alone: list[Remark] = []
    # What can be only one of our problems chooses first.
    for remark in sorted(answer.remarks, key=lambda one: len(_ALIKE.get((one.level, one.code), ()))):
        same = [problem for problem in rest if _same(problem, remark)]
        if same:
            nearest = min(same, key=lambda problem: abs((problem.offset or 0) - remark.offset))
            rest.remove(nearest)
            both.append((nearest, remark))
        else:
            alone.append(remark)
    ours = tuple(problem for problem in rest if answer.read and _looked_at(problem, answer))
    return Comparison(
        answer,
        tuple(sorted(both, key=lambda pair: pair[1].offset)),
        ours,
        tuple(sorted(alone, key=lambda remark: remark.offset)),
    )


def _same(problem: Problem, remark: Remark) -> bool:
    if remark.level != "map":
        return problem.code in _ALIKE.get((remark.level, remark.code), ())
    place = problem.transaction, problem.segment_index, problem.element
    return place == (remark.transaction, remark.segment_index, remark.element) and (problem.ack or "").endswith(
        f"={remark.code}"
    )


def _looked_at(problem: Problem, answer: Answer) -> bool:
    """Whether pyx12 could have told it too: of envelopes everywhere, of contents where it has a map."""
    if problem.code in _ENVELOPE:
        return True
    return problem.transaction in answer.validated and (problem.ack or "").startswith(("AK3", "AK4", "IK3", "IK4"))
