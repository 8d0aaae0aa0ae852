"""Something wrong in partner data: a value that is stored, shown and acknowledged, never raised."""

from dataclasses import dataclass
from enum import StrEnum

from pydantic import Field

from canonical.model import Model


class Severity(StrEnum):
    """What a problem does to the message in which it stands."""

    ERROR = "error"
    """The message is rejected."""
    WARNING = "warning"
    """The message is accepted and the problem told, in the acknowledgment too where that can say it."""
    INFO = "info"
    """Worth knowing; the sender is not told."""


@dataclass(frozen=True, slots=True)
class ProblemKind:
    """One entry of the catalogue of problem codes. A code never changes its meaning."""

    code: str
    """``X12-E0307``: family, letter of the usual severity (E, W, I), number."""
    title: str
    """The message in one short line, lower case, no full stop: ``quantity is not a number``."""
    explanation: str
    """Why this matters and what usually causes it, two or three plain sentences."""
    help: str
    """What a person does about it."""
    example: str = ""
    """A line of partner data that shows the fault, where one can."""

    @property
    def severity(self) -> Severity:
        """The usual severity, from the letter of the code; a partner's rules may change a problem's own."""
        return {"E": Severity.ERROR, "W": Severity.WARNING, "I": Severity.INFO}[self.code.split("-")[1][0]]


class Problem(Model):
    """What is wrong, at its exact place, with what was found, what was expected and what to do.

    ``found`` never holds free text or names of persons: those may be patient data.
    """

    code: str = Field(description="Stable code; `wharf explain CODE` tells more.")
    severity: Severity
    message: str = Field(description="One line for a person.")
    line: int | None = Field(default=None, description="Line in the delivery, from 1.")
    offset: int | None = Field(default=None, description="Byte in the delivery, from 0.")
    length: int | None = Field(default=None, description="How many bytes the place covers.")
    interchange: str | None = Field(default=None, description="ISA13.")
    group: str | None = Field(default=None, description="GS06.")
    transaction: str | None = Field(default=None, description="ST02, or MSH-10.")
    message_type: str | None = Field(default=None, description="ST01, or MSH-9.")
    segment: str | None = Field(default=None, description="Segment id, as `PO1`.")
    segment_index: int | None = Field(default=None, description="Position in the transaction set; ST is 1.")
    loop: str | None = Field(default=None, description="Loop path with occurrences, as `PO1[3]/N1[1]`.")
    element: int | None = Field(default=None, description="Element position in the segment, from 1.")
    component: int | None = Field(default=None, description="Component position in the element, from 1.")
    repetition: int | None = Field(default=None, description="Repetition of the element, from 1.")
    element_number: str | None = Field(default=None, description="Data element number, as `330`.")
    element_name: str | None = None
    found: str | None = None
    expected: str | None = None
    help: str | None = None
    path: str | None = Field(default=None, description="Canonical path, as `lines[2].quantity.value`.")
    ack: str | None = Field(
        default=None,
        description="How the acknowledgment tells it: `TA105=023`, `AK905=5`, `AK502=4`, `AK304=3`, `AK403=6`.",
    )


def problem_of(
    kind: ProblemKind, *, path: str | None = None, found: str | None = None, expected: str | None = None
) -> Problem:
    """A problem of a whole document, or of one place in it, in the words of its kind."""
    return Problem(
        code=kind.code, severity=kind.severity, message=kind.title, path=path, found=found, expected=expected,
        help=kind.help,
    )  # fmt: skip
