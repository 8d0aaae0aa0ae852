"""The catalogue of problem codes as documentation, ``docs/problem-codes.md``."""

from collections.abc import Iterable
from itertools import groupby
from typing import Final

from adapters.formats.hl7 import problems as hl7
from adapters.formats.x12 import problems as x12
from canonical.problem import ProblemKind
from gateway.catalogue import CATALOGUE

_FAMILIES: Final = {
    "X12": "interchanges, as they arrive",
    "HL7": "HL7 v2 messages, as they arrive",
    "XML": "XML and SOAP, as they arrive",
    "MAP": "from message to business document",
    "CFG": "configuration",
    "NET": "broker, network and disk",
    "BUS": "business checks",
    "SEC": "security",
}

_TOLD: Final = {**x12.ACK_CODES, **hl7.ACK_CODES}

_INTRODUCTION: Final = """\
# Problem codes

Every problem that Wharf reports has a code. A code never changes its meaning and is never used for something else, so
it can be looked up, counted and filtered for years. The letter tells the usual severity:

- **E**, error: the message, or the whole interchange, is rejected. Its bytes are kept.
- **W**, warning: it is accepted, and the problem is told; to the sender too, where the acknowledgment can say it.
- **I**, info: worth knowing; the sender is not told.

A partner's rules may make one of them milder or stricter. `wharf explain CODE` shows the same texts in the terminal.
"""


def problem_codes_markdown() -> str:
    """The whole page: an overview, then a section for each code; its anchor is the code in small letters."""
    families = [(family, list(kinds)) for family, kinds in groupby(_sorted(), key=_family)]
    parts = [_INTRODUCTION]
    for family, kinds in families:
        parts.append(f"## {family}: {_FAMILIES[family]}\n")
        parts.append(_overview(kinds))
        parts.extend(_section(kind) for kind in kinds)
    return "\n".join(parts)


def _sorted() -> list[ProblemKind]:
    order = list(_FAMILIES)
    return sorted(CATALOGUE.values(), key=lambda kind: (order.index(_family(kind)), kind.code[-4:], kind.code))


def _family(kind: ProblemKind) -> str:
    return kind.code.partition("-")[0]


def _overview(kinds: Iterable[ProblemKind]) -> str:
    rows = [f"| [{kind.code}](#{kind.code.lower()}) | {_cell(kind.title)} |" for kind in kinds]
    return "\n".join(["| code | what is wrong |", "|---|---|", *rows, ""])


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def _section(kind: ProblemKind) -> str:
    told = f" Told to the sender as `{_TOLD[kind.code]}`." if kind.code in _TOLD else ""
    lines = [f"### {kind.code}", "", f"**{kind.severity.value}: {kind.title}.**{told}", "", kind.explanation, ""]
    if kind.example:
        lines += ["```text", kind.example, "```", ""]
    lines += [f"*What to do:* {kind.help}", ""]
    return "\n".join(lines)
