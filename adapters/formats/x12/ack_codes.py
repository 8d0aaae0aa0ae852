"""How a functional acknowledgment of one kind and release tells a fault: 997 or 999, 004010 or later.

Source: X12 code lists 716 (AK905), 718 (AK502), 720 (AK304), 723 (AK403) of a 997, and 618 (IK502), 620 (IK304),
621 (IK403) of a 999, which came with 005010.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, Literal

from adapters.formats.x12 import problems
from adapters.formats.x12.guide import nearest_release

FunctionalKind = Literal["997", "999"]

IMPLEMENTATION: Final = "005010X231A1"
"""The implementation guide that a 999 names in GS08 and ST03 where the acknowledged group names one of its family."""

_RELEASE: Final = re.compile(r"00[4-9][0-9]{3}[A-Z0-9]{0,6}").fullmatch
"""A release that a sender may well have, with an industry's suffix; an answer must not repeat what is none."""

_NOT_BEFORE_005010: Final[Mapping[tuple[str, str], str]] = MappingProxyType(
    {("AK502", "18"): "6", ("AK403", "12"): "3", ("AK403", "13"): "3"}
)
"""Codes that came with 005010, and what says it nearest before."""

_BY_GUIDE: Final[Mapping[str, str]] = MappingProxyType(
    {
        problems.PARTNER_SEGMENT_MISSING.code: "I8",
        problems.PARTNER_SEGMENT_FORBIDDEN.code: "I4",
        problems.PARTNER_ELEMENT_FORBIDDEN.code: "I10",
        problems.PARTNER_CODE_NOT_AGREED.code: "I6",
        problems.PARTNER_PATTERN_NOT_MET.code: "I12",
    }
)
"""What breaks a partner's own rules has codes of its own in a 999."""


@dataclass(frozen=True, slots=True)
class Speech:
    """Which acknowledgment a group gets, and in which release it speaks."""

    kind: FunctionalKind
    release: str
    """GS08 of the acknowledgment."""

    @property
    def newer(self) -> bool:
        """Whether it has what came with 005010: AK103, AK203, repetitions in AK401, more codes."""
        return self.release >= "005010"

    @property
    def implementation(self) -> str:
        """ST03 of the acknowledgment."""
        return self.release if self.kind == "999" and len(self.release) > 6 else ""


def speech_for(release: str, wanted: Literal["997", "999", "release"]) -> Speech:
    """The acknowledgment for a group of this release (GS08).

    A 997 speaks the group's own release. There is no 999 before 005010, so an older group that is to get one gets it
    in 005010; ``release`` gives it a 997.
    """
    spoken = release if _RELEASE(release) and release >= "004010" else nearest_release(release)
    if wanted == "997" or (wanted == "release" and spoken < "005010"):
        return Speech("997", spoken)
    base = spoken[:6] if spoken >= "005010" else "005010"
    return Speech("999", IMPLEMENTATION if base == IMPLEMENTATION[:6] and spoken[6:7] == "X" else base)


def spoken(ack: str | None, problem_code: str, speech: Speech) -> str | None:
    """How this acknowledgment says what the catalogue says: ``AK502=18`` is ``AK502=6`` in a 997 of 004010.

    In a 999 the segments are IK3 to IK5. What is told in a TA1, and in AK9, is the same everywhere.
    """
    if not ack:
        return None
    element, _, code = ack.partition("=")
    if element not in ("AK304", "AK403", "AK502"):
        return ack
    if speech.kind == "999":
        return f"I{element[1:]}={_BY_GUIDE.get(problem_code, code)}"
    return f"{element}={code if speech.newer else _NOT_BEFORE_005010.get((element, code), code)}"
