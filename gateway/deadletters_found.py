"""Dead letters as they are found: in the ledger, and in the queues of the broker."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from gateway.ledger.contract import Reads
from gateway.ledger.dead_letter_records import Action, EventTrouble, LetterRow, Mark
from gateway.ledger.records import DeliveryRow, EventState, ParcelRow, ParcelState
from gateway.publishers.letters import Letter
from gateway.publishers.topology import COMMAND_QUEUE, UNROUTED

MOST: Final = 1_000
"""Of each kind that are listed."""


class Kind(StrEnum):
    """Where it lies, and so what it is."""

    DELIVERY = "delivery"
    """Bytes that came in and that nobody could read to their end."""
    PARCEL = "parcel"
    """What was to be sent, and was refused or given up."""
    EVENT = "event"
    """An event that the broker never takes."""
    UNROUTED = "unrouted"
    """A published event that no consumer's queue was bound for."""
    COMMAND = "command"
    """A command that was refused."""
    CONSUMER = "consumer"
    """An event that a consumer gave up on."""


BACK: Final = {
    Kind.DELIVERY: "is read again",
    Kind.PARCEL: "is sent again, the same bytes under the same control number",
    Kind.EVENT: "is tried again by itself from time to time",
    Kind.UNROUTED: "goes to the exchange once more; comes back where still nothing is bound",
    Kind.COMMAND: "goes to the commands once more, under the same message id",
    Kind.CONSUMER: "goes back to the queue that it came from, under the same message id",
}
"""What a retry does."""


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """One thing that cannot go on by itself."""

    kind: Kind
    id: str
    partner: str | None
    what: str
    """It in a few words, without content."""
    reason: str
    since: datetime | None
    mark: Mark | None = None
    """What a person did with it last."""
    more: dict[str, Any] | None = None
    """What else is known of it, as JSON data."""

    @property
    def dropped(self) -> bool:
        """Whether a person set it aside."""
        return self.mark is not None and self.mark.action is Action.DROPPED


def in_ledger(reads: Reads) -> list[DeadLetter]:
    """What the ledger has of them, what was set aside among them."""
    deliveries = reads.held_deliveries(MOST)
    marks = reads.marks(Kind.DELIVERY, [row.id for row in deliveries])
    found = [_of_delivery(row, marks.get(row.id)) for row in deliveries]
    parcels = [
        row for state in (ParcelState.REFUSED, ParcelState.DEAD) for row in reads.parcels(state=state, limit=MOST)
    ]
    marks = reads.marks(Kind.PARCEL, [row.id for row in parcels])
    found += [_of_parcel(row, marks.get(row.id)) for row in parcels]
    troubles = [row for row in reads.event_troubles(MOST) if row.state is not EventState.PUBLISHED]
    marks = reads.marks(Kind.EVENT, [row.event for row in troubles])
    found += [_of_event(row, marks.get(row.event)) for row in troubles]
    for letter in reads.letters(MOST):
        own = of_letter(letter_of(letter))
        mark = reads.marks(own.kind, [own.id]).get(own.id)
        if mark is not None and mark.action is Action.DROPPED:
            found.append(replace(own, mark=mark, more={**(own.more or {}), "at": "ledger"}))
    return found


def _of_delivery(row: DeliveryRow, mark: Mark | None) -> DeadLetter:
    what = f"{row.name} by {row.channel}, {row.size:,} bytes"
    return DeadLetter(Kind.DELIVERY, row.id, row.partner, what, row.summary, row.received_at, mark,
                      {"channel": row.channel, "sha256": row.sha256})  # fmt: skip


def _of_parcel(row: ParcelRow, mark: Mark | None) -> DeadLetter:
    what = f"{row.kind} {row.name or ''} by {row.channel}".replace("  ", " ")
    reason = f"{row.state.value}: {row.last_error or 'without a reason'}"
    since = row.since or row.created_at
    if mark is not None and mark.at < since:
        # Sent again since, and in trouble again: what was done before is no answer to that.
        mark = None
    more = {"channel": row.channel, "state": row.state.value, "controlNumber": row.control_number}
    return DeadLetter(Kind.PARCEL, row.id, row.partner, what, reason, since, mark, more)


def _of_event(row: EventTrouble, mark: Mark | None) -> DeadLetter:
    dropped = mark if row.state is EventState.DROPPED else None
    return DeadLetter(Kind.EVENT, row.event, row.partner, row.routing_key, row.reason, row.since, dropped,
                      {"failure": row.failure, "document": row.document})  # fmt: skip


def of_letter(letter: Letter) -> DeadLetter:
    """A message in one of the broker's queues."""
    if letter.queue == UNROUTED:
        kind = Kind.UNROUTED
    else:
        kind = Kind.COMMAND if letter.origin == COMMAND_QUEUE else Kind.CONSUMER
    partner = letter.headers.get("cloudEvents_partnerid")
    what = f"{letter.routing_key}, {len(letter.body):,} bytes"
    more = {
        "at": "broker", "queue": letter.queue, "origin": letter.origin, "routingKey": letter.routing_key,
        "messageId": letter.message_id, "headers": letter.headers,
    }  # fmt: skip
    return DeadLetter(kind, letter.id, str(partner) if partner else None, what, letter.reason, letter.since, None, more)


def letter_of(row: LetterRow) -> Letter:
    """A message that was taken off its queue."""
    facts = row.facts
    return Letter(
        id=row.id, queue=row.queue, origin=facts["origin"], exchange=facts["exchange"],
        routing_key=facts["routingKey"], reason=facts["reason"], message_id=facts["messageId"],
        since=datetime.fromisoformat(facts["since"]) if facts["since"] else None, headers=facts["headers"],
        body=row.body,
    )  # fmt: skip
