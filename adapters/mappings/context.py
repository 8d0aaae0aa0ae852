"""What a mapping may ask besides the message itself, and how it reports what it finds."""

from dataclasses import dataclass, field

from adapters.formats.x12.tree import Delimiters, Segment
from adapters.partner import Partner
from canonical.problem import ProblemKind, Severity


@dataclass(slots=True)
class Finding:
    """A problem that a mapping met; the reader adds the place in the delivery."""

    kind: ProblemKind
    segment: Segment | None
    element: int | None = None
    found: str | None = None
    expected: str | None = None
    path: str | None = None
    severity: Severity | None = None


@dataclass(slots=True)
class X12Context:
    """One transaction set's surroundings."""

    message_type: str
    """ST01."""
    release: str
    """The release of the grammar that reads it: ``004010`` or ``005010``."""
    delimiters: Delimiters
    partner: Partner
    findings: list[Finding] = field(default_factory=list)

    def report(
        self,
        kind: ProblemKind,
        segment: Segment | None,
        element: int | None = None,
        *,
        found: str | None = None,
        expected: str | None = None,
        path: str | None = None,
        severity: Severity | None = None,
    ) -> None:
        """Notes a problem; its usual severity is that of its code."""
        self.findings.append(Finding(kind, segment, element, found, expected, path, severity))
