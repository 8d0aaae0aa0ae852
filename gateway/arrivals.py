"""What all ways in share about a delivery that arrives: its row, and whether its bytes were answered before."""

from adapters.contracts import Delivery, Outcome
from adapters.partner import UNKNOWN_PARTNER
from gateway.ledger.contract import Reads
from gateway.ledger.records import DeliveryRow, DeliveryState


def row_of(delivery: Delivery) -> DeliveryRow:
    """A delivery as the ledger first has it, still to be read."""
    return DeliveryRow(
        id=delivery.id, channel=delivery.channel, name=delivery.name, origin=delivery.origin, sha256=delivery.sha256,
        size=len(delivery.content), received_at=delivery.received_at, state=DeliveryState.RECEIVED,
        sender=delivery.sender,
    )  # fmt: skip


def answered_before(reads: Reads, delivery: Delivery) -> DeliveryRow | None:
    """The first delivery of the same bytes by the same channel.

    One that nobody answered does not count: its sender may have become a partner since. One that is held does: its
    bytes are not read again before a person wants it.
    """
    first = reads.first_delivery(delivery.channel, delivery.sha256)
    if first is None or first.held:
        return first
    return None if first.partner in (None, UNKNOWN_PARTNER.name) else first


def summary_again(first: DeliveryRow) -> str:
    """The same in words."""
    if first.held:
        return f"the same bytes are held for a person, as delivery {first.id}: replay that one"
    return f"the same bytes were taken before, as delivery {first.id}; the same answer is given again"


def outcome_again(first: DeliveryRow) -> Outcome:
    """What the same bytes come to: a refusal again, else a duplicate."""
    outcome = Outcome(first.outcome or Outcome.DUPLICATE.value)
    return outcome if outcome in (Outcome.REJECTED, Outcome.QUARANTINED) else Outcome.DUPLICATE
