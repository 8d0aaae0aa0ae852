"""Parameters of the API's operations, as they are written in a request."""

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from gateway.http.api.cursors import PATTERN
from gateway.http.operations import Parameters

ID = (r"[A-Za-z0-9-]{1,64}", "An id, as answers give it.")
CHANNEL = (r"[a-z0-9_]{1,64}(\.[a-z0-9_]{1,64})?", "The name of a channel of kind `http`, or `api`.")
TYPE = (r"[a-z_]{1,64}", "Here: the document's type, as `purchase_order`.")
NUMBER = (r".{1,200}", "The number of an order.")

_DIGITS = r"^[0-9]{1,18}$"


def _whole(value: object) -> object:
    """Digits alone: a parameter is text, and pydantic would take more than it says."""
    if isinstance(value, str) and not (value.isascii() and value.isdigit() and len(value) < 19):
        raise ValueError("a whole number")
    return value


Limit = Annotated[int, BeforeValidator(_whole), Field(ge=1, le=500, description="At most so many, 1 to 500.")]
After = Annotated[str | None, Field(pattern=PATTERN, description="A cursor; take the `next` of the page before.")]
PartnerName = Annotated[str | None, Field(pattern=r"^[a-z0-9_]{1,64}$", description="Only this partner's.")]
Id = Annotated[str | None, Field(pattern=r"^[A-Za-z0-9-]{1,64}$", description="Only of this delivery.")]
DocumentType = Annotated[str | None, Field(pattern=r"^[a-z_]{1,64}$", description="Only of this document type.")]


class Documents(Parameters):
    """Which documents."""

    after: After = None
    limit: Limit = 100
    partner: PartnerName = None
    delivery: Id = None
    type: DocumentType = None
    number: Annotated[str | None, Field(min_length=1, max_length=200, description="Only with this number.")] = None
    status: Annotated[Literal["accepted", "rejected"] | None, Field(description="Only those.")] = None


class Deliveries(Parameters):
    """Which deliveries."""

    after: After = None
    limit: Limit = 100
    partner: PartnerName = None
    outcome: Annotated[
        Literal["accepted", "partial", "rejected", "quarantined", "duplicate"] | None, Field(description="Only those.")
    ] = None


class Parcels(Parameters):
    """Which transmissions."""

    after: After = None
    limit: Limit = 100
    partner: PartnerName = None
    delivery: Id = None
    waiting: Annotated[Literal["true", "false"], Field(description="Only what its destination does not have.")] = (
        "false"
    )


class Order(Parameters):
    """Whose order: numbers are the buyer's own, and two partners may share one."""

    partner: PartnerName = None


class Submit(Parameters):
    """Whom a document is for."""

    partner: Annotated[str, Field(pattern=r"^[a-z0-9_]{1,64}$", description="Whom it is for.")]
    test: Annotated[Literal["true", "false"], Field(description="Marked as a test: ISA15 is T.")] = "false"


class IdempotencyKey(Parameters):
    """The key of a submission."""

    key: Annotated[
        str | None,
        Field(
            alias="Idempotency-Key",
            pattern=r"^[\x21-\x7e]{1,255}$",
            description="A name for this submission: the same content under it again gets the same answer again.",
        ),
    ] = None


class Receive(Parameters):
    """How bytes that are handed in are called."""

    name: Annotated[
        str | None,
        Field(pattern=r"^[A-Za-z0-9._ -]{1,200}$", description="A file name, for people."),
    ] = None


class Events(Parameters):
    """Which events."""

    after: Annotated[
        str, Field(pattern=_DIGITS, description="Only those after this place in the feed; 0 is the beginning.")
    ] = "0"
    limit: Annotated[
        int, BeforeValidator(_whole), Field(ge=1, le=1000, description="At most so many at once, 1 to 1000.")
    ] = 100
    wait: Annotated[
        int,
        BeforeValidator(_whole),
        Field(ge=0, le=60, description="Seconds to wait where there is none yet, 0 to 60. For NDJSON."),
    ] = 0
    type: DocumentType = None
    partner: PartnerName = None


class LastEventId(Parameters):
    """Where a client that was cut off goes on."""

    last: Annotated[
        str | None,
        Field(alias="Last-Event-ID", pattern=_DIGITS, description="Stands above `after`, as EventSource sends it."),
    ] = None


class Mailboxes(Parameters):
    """How much of a mailbox."""

    limit: Annotated[int, BeforeValidator(_whole), Field(ge=1, le=100, description="At most so many, 1 to 100.")] = 20


class Audit(Parameters):
    """Which rows of the audit trail."""

    after: After = None
    limit: Limit = 100
    action: Annotated[
        str | None, Field(pattern=r"^[a-z_.]{1,64}$", description="Only this action, or family of actions, as `key.`.")
    ] = None
