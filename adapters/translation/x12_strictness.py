"""How strict a partner's faults are judged: what its ``strictness`` makes of the usual severities."""

from collections.abc import Iterable, Mapping
from functools import lru_cache
from types import MappingProxyType, ModuleType
from typing import Final

from adapters.formats.x12 import problems
from adapters.mappings import problems as meanings
from adapters.overlay import Level, X12Overlay
from adapters.partner import Partner
from canonical.problem import Problem, ProblemKind, Severity

_SEVERITIES: Final[Mapping[Level, Severity]] = MappingProxyType(
    {"fatal": Severity.ERROR, "reject": Severity.ERROR, "accept": Severity.WARNING}
)

_FIXED: Final = (
    problems.NO_INTERCHANGE, problems.EMPTY_DELIVERY, problems.BAD_DELIMITERS, problems.HEADER_INCOMPLETE,
    problems.SEGMENT_TOO_LONG, problems.CONTROL_NUMBER_REUSED, problems.RESEND, problems.UNKNOWN_SENDER,
    problems.EMPTY_INTERCHANGE, problems.SET_NOT_SUPPORTED, problems.SET_TOO_LARGE, problems.SET_HEADER_MISSING,
)  # fmt: skip
"""Faults that leave nothing to accept, or that have settings of their own; so do the errors of mappings."""


def _judgeable(module: ModuleType) -> list[tuple[str, ProblemKind]]:
    """The faults of a module that a partner's rules may judge, by name, in the order of their numbers."""
    found = [
        (name.lower(), kind)
        for name, kind in vars(module).items()
        if isinstance(kind, ProblemKind) and kind not in _FIXED and not kind.code.startswith("MAP-E")
    ]
    return sorted(found, key=lambda entry: entry[1].code[-4:])


FAULTS: Final[Mapping[str, ProblemKind]] = MappingProxyType(dict((*_judgeable(problems), *_judgeable(meanings))))
"""The names that ``strictness`` knows, each with the problem that it stands for."""

PARTNER_RULES: Final = "partner_rules"
"""The name for everything that breaks the rules of an overlay."""

_CODES: Final = frozenset(kind.code for kind in FAULTS.values())
PARTNER_CODES: Final = frozenset(kind.code for name, kind in FAULTS.items() if name.startswith("partner_"))
"""The codes of what breaks a partner's rules and not the standard's."""
_FATAL_ACK: Final = "TA105=024"


def known_names() -> tuple[str, ...]:
    """What may stand on the left side in ``strictness``."""
    return (PARTNER_RULES, *FAULTS, *sorted(_CODES))


class Strictness:
    """One partner's judgement."""

    def __init__(self, overlay: X12Overlay) -> None:
        levels: dict[str, Level] = {}
        # From the general to the particular: a code has the last word.
        for name, level in sorted(overlay.strictness.items(), key=lambda entry: _rank(entry[0])):
            for code in _codes_of(name):
                levels[code] = level
        self._levels: Mapping[str, Level] = levels
        self.fatal = frozenset(
            code
            for code, level in levels.items()
            # A fault of an envelope that rejects takes all of the interchange: its sets cannot be told apart from it.
            if level == "fatal" or (level == "reject" and code[5:7] in ("01", "02") and code.startswith("X12-"))
        )
        """The codes that reject the whole interchange."""

    def severity(self, code: str, usual: Severity) -> Severity | None:
        """The severity for this partner; None where the fault is to be ignored."""
        level = self._levels.get(code)
        if level is None:
            return usual
        return _SEVERITIES.get(level)

    def judged(self, found: Iterable[Problem]) -> list[Problem]:
        """The problems as this partner's rules see them."""
        told = []
        for problem in found:
            severity = self.severity(problem.code, problem.severity)
            if severity is problem.severity:
                told.append(problem)
            elif severity is not None:
                told.append(problem.model_copy(update={"severity": severity}))
        return told

    def fatal_among(self, found: Iterable[Problem]) -> list[Problem]:
        """Those that reject the whole interchange, told as faults of the interchange."""
        about = {"group": None, "transaction": None, "message_type": None, "ack": _FATAL_ACK}
        return [problem.model_copy(update=about) for problem in found if problem.code in self.fatal]


def _rank(name: str) -> int:
    if name == PARTNER_RULES:
        return 0
    return 1 if name in FAULTS else 2


def _codes_of(name: str) -> Iterable[str]:
    if name == PARTNER_RULES:
        return PARTNER_CODES
    return (FAULTS[name].code,) if name in FAULTS else (name,)


@lru_cache(maxsize=256)
def _strictness(overlay: X12Overlay) -> Strictness:
    return Strictness(overlay)


def strictness_of(partner: Partner) -> Strictness | None:
    """The judgement of a partner; None where the usual severities hold."""
    overlay = partner.x12
    return _strictness(overlay) if overlay is not None and overlay.strictness else None
