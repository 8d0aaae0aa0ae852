"""What a planned case needs, and when (HL7 SIU): each document tells the whole present state of the case."""

from typing import Literal

from pydantic import Field

from canonical.care import Code, Moment, Patient, Person, Place
from canonical.document import Document
from canonical.line import Line
from canonical.model import CodeText, Model
from canonical.parts import Quantity

CaseStatus = Literal[
    "scheduled", "rescheduled", "modified", "cancelled", "discontinued", "deleted", "noShow", "blocked", "other"
]
"""What the event says of the case; ``eventCode`` keeps the sender's own (HL7 table 0003)."""


class PlannedProcedure(Model):
    """A procedure of the case, as planned."""

    procedure: Code
    start: Moment | None = None
    duration: Quantity | None = None
    action_code: CodeText | None = None
    status: Code | None = None


class PlannedRoom(Model):
    """A room that the case takes."""

    place: Place
    start: Moment | None = None
    duration: Quantity | None = None
    action_code: CodeText | None = None


class PlannedStaff(Model):
    """Somebody who works in the case."""

    person: Person
    role: Code | None = None
    action_code: CodeText | None = None


class DemandLine(Line):
    """Goods or equipment that the case takes."""

    resource_type: Code | None = None
    resource_group: Code | None = None
    action_code: CodeText | None = None
    start: Moment | None = None
    duration: Quantity | None = None


class SurgicalDemand(Document):
    """The present state of one case; ``number`` is the case's own, by which the next state replaces this one.

    ``released`` is true where nothing is needed any more: the case was cancelled, deleted, or nobody came.
    """

    document_type: Literal["surgical_demand"] = "surgical_demand"
    status: CaseStatus
    released: bool
    event_code: CodeText
    placer_number: str | None = Field(default=None, description="The asking system's number (SCH-1).")
    group_number: str | None = Field(default=None, description="The number that joins several appointments (SCH-4).")
    case_type: Code | None = None
    event_reason: Code | None = None
    state: Code | None = Field(default=None, description="The state that the sender names (SCH-25).")
    start: Moment | None = None
    end: Moment | None = None
    duration: Quantity | None = None
    patient: Patient | None = None
    procedures: tuple[PlannedProcedure, ...] = ()
    rooms: tuple[PlannedRoom, ...] = ()
    staff: tuple[PlannedStaff, ...] = ()
    lines: tuple[DemandLine, ...] = ()
