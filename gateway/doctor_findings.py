"""What a look of the doctor finds."""

from dataclasses import dataclass
from enum import StrEnum


class Verdict(StrEnum):
    """What a look found."""

    GOOD = "good"
    NOTE = "note"
    """Works, and is worth a word."""
    BAD = "bad"


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the doctor's report."""

    verdict: Verdict
    subject: str
    detail: str
    help: str | None = None
