"""What documents from inside the hospital share: codes, places, persons, devices, and who the patient is not."""

from typing import Literal

from pydantic import Field

from canonical.model import CodeText, DateText, Model, TimeText
from canonical.ship_notice import Instance


class Code(Model):
    """A code with its meaning and its system, as far as they were sent."""

    code: CodeText | None = None
    text: str | None = None
    system: CodeText | None = Field(default=None, description="Name of the coding system as sent: `CPT`, `L`, …")


class Person(Model):
    """A member of the staff, as the sender knows them. Never a patient."""

    id: str | None = None
    name: str | None = None


class Place(Model):
    """A place inside the hospital: a storeroom, a ward, an operating room, a cabinet and what lies in it."""

    code: CodeText | None = None
    name: str | None = None
    facility: str | None = None
    station: str | None = Field(default=None, description="The cabinet or counter.")
    drawer: str | None = None
    subdrawer: str | None = None
    pocket: str | None = None
    bin: str | None = None


class Moment(Model):
    """A date with its time of day, as precise as sent."""

    date: DateText | None = None
    time: TimeText | None = None
    zone: CodeText | None = Field(default=None, description="Offset from UTC as sent, as `+0100`.")


class DeviceInstance(Instance):
    """One lot or one serial number of a device or drug, with the identifier on its label."""

    udi: str | None = Field(default=None, description="The unique device identifier as it was sent.")


class Patient(Model):
    """For whom something was ordered, used or planned, without telling who that is.

    Tokens are computed with a key of the hospital's own: the same person has the same token, and nobody without the
    key comes from the token to the person.
    """

    token: str | None = Field(default=None, description="Stands for the patient.")
    encounter_token: str | None = Field(default=None, description="Stands for the visit or the account.")
    patient_class: CodeText | None = Field(default=None, description="As sent: `I` inpatient, `O` outpatient, …")
    unit: str | None = Field(default=None, description="Where care is given: the unit, without room and bed.")
    fields: dict[str, str] = Field(
        default_factory=dict, description="What a partner's settings let through, by its place, as `PID-3`."
    )


Flag = Literal["yes", "no"]
"""What a sender said; absent where nothing was said."""
