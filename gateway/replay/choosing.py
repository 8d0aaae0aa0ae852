"""Which messages a replay is about: those that were asked for, and what must go along with them."""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field

from gateway.ledger.contract import Reads
from gateway.ledger.records import DeliveryRow, DeliveryState, DocumentHead
from gateway.ledger.replay_records import REPLAYED, Choice

MOST = 10_000
"""Messages of one replay."""


class TooManyError(ValueError):
    """More messages fit than one replay takes."""

    def __init__(self) -> None:
        super().__init__(f"more than {MOST:,} messages fit: narrow it, as by --since and --until")


@dataclass(slots=True)
class Batch:
    """What is meant of one delivery."""

    delivery: DeliveryRow
    publish: list[DocumentHead] = field(default_factory=list)
    """Accepted messages."""
    read: list[DocumentHead] = field(default_factory=list)
    """Rejected ones. A delivery is read again as a whole, so that all of them stand here where one was asked for."""
    bare: bool = False
    """Whether it has no message at all, and is to be read again."""


@dataclass(slots=True)
class Chosen:
    """All that is meant, by delivery, in the order of recording."""

    batches: dict[str, Batch] = field(default_factory=dict)
    left_out: list[tuple[str, str]] = field(default_factory=list)
    """Ids that were asked for, and why nothing is done with them."""
    along: int = 0
    """Rejected messages that nobody asked for, and that are read again with others of their delivery."""
    accepted_since: int = 0
    """Rejected messages that an earlier replay made documents of."""

    pruned: int = 0
    """Messages that fit, and of which nothing is kept but that they were."""

    @property
    def count(self) -> int:
        """Messages, and deliveries without any."""
        return sum(len(each.publish) + len(each.read) + each.bare for each in self.batches.values())


def choose(reads: Reads, choice: Choice, sees: Callable[[str | None], bool] = lambda _: True) -> Chosen:
    """Looks up what is meant. ``sees`` says whose messages are shown to whoever asks. Raises TooManyError."""
    chosen = Chosen()
    heads = _named(reads, choice, chosen, sees) if choice.ids else reads.choose_documents(choice, MOST + 1)
    heads = _kept([head for head in dict.fromkeys(heads) if sees(head.partner)], choice, chosen)
    rejected: dict[str, set[str]] = defaultdict(set)
    for head in heads:
        if head.status == "accepted":
            _batch(reads, chosen, head.delivery).publish.append(head)
        else:
            rejected[head.delivery].add(head.id)
    for delivery, asked in rejected.items():
        _to_read(reads, chosen, delivery, asked, sees)
    if chosen.count > MOST:
        raise TooManyError
    return chosen


def _kept(heads: list[DocumentHead], choice: Choice, chosen: Chosen) -> list[DocumentHead]:
    """Those whose content is still there."""
    for head in heads:
        if head.pruned_at is not None:
            chosen.pruned += 1
            if head.id in choice.ids:
                chosen.left_out.append((head.id, f"content pruned on {head.pruned_at:%Y-%m-%d}"))
    return [head for head in heads if head.pruned_at is None]


def _named(
    reads: Reads, choice: Choice, chosen: Chosen, sees: Callable[[str | None], bool]
) -> list[DocumentHead]:  # fmt: skip
    heads: list[DocumentHead] = []
    for id in dict.fromkeys(choice.ids):
        document = reads.document(id)
        delivery = reads.delivery(document.delivery if document is not None else id)
        owner = document.partner if document is not None else delivery.partner if delivery is not None else None
        if delivery is None or not sees(owner):
            chosen.left_out.append((id, "there is no message or delivery of this id"))
        elif document is None and delivery.repeats:
            chosen.left_out.append((id, f"it repeats the delivery {delivery.repeats}: replay that one"))
        elif document is not None and document.direction == REPLAYED:
            chosen.left_out.append((id, "it stands for another message: replay that one"))
        elif delivery.state is DeliveryState.RECEIVED:
            chosen.left_out.append((id, "it is about to be read"))
        else:
            of_delivery = reads.document_heads(delivery.id)
            found = [head for head in of_delivery if document is None or head.id == document.id]
            heads += found
            if not found and delivery.pruned_at is not None:
                chosen.left_out.append((id, f"content pruned on {delivery.pruned_at:%Y-%m-%d}"))
            elif not found:
                chosen.batches[delivery.id] = Batch(delivery, bare=True)
    return heads


def _batch(reads: Reads, chosen: Chosen, delivery: str) -> Batch:
    if delivery not in chosen.batches:
        row = reads.delivery(delivery)
        assert row is not None  # noqa: S101 - a message has its delivery
        chosen.batches[delivery] = Batch(row)
    return chosen.batches[delivery]


def _to_read(
    reads: Reads, chosen: Chosen, delivery: str, asked: set[str], sees: Callable[[str | None], bool]
) -> None:  # fmt: skip
    """All rejected messages of the delivery that nothing was made of since."""
    of_delivery = reads.document_heads(delivery)
    accepted = {head.position for head in of_delivery if head.status == "accepted" and head.direction == "received"}
    open_ = [head for head in of_delivery if head.status == "rejected" and head.position not in accepted]
    ids = {head.id for head in open_}
    chosen.accepted_since += len(asked - ids)
    if not asked & ids:
        return
    if not all(sees(head.partner) for head in open_):
        chosen.left_out += [(id, "messages of others came with it, and would be read again too") for id in asked & ids]
        return
    batch = _batch(reads, chosen, delivery)
    if batch.delivery.pruned_at is not None:
        chosen.left_out += [(id, f"content pruned on {batch.delivery.pruned_at:%Y-%m-%d}") for id in asked & ids]
        return
    if batch.delivery.state is DeliveryState.RECEIVED:
        return
    chosen.along += len(ids - asked)
    batch.read = open_
