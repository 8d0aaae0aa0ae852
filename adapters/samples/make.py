"""A sample interchange: the documents of a story, written by the writer that writes to real partners."""

import itertools
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta
from typing import Final, Literal

from adapters.partner import Acknowledgments, Partner
from adapters.reading import Closing
from adapters.samples import papers_money, papers_order, papers_shipment, papers_stock
from adapters.samples.story import Story, first_number, story_of
from adapters.translate import digest, read_delivery, render
from adapters.translation.x12_answers import NextNumber
from adapters.translation.x12_write import OutboundProfile, Written, write
from canonical.document import Document
from canonical.parts import Plain
from canonical.registry import DOCUMENTS

HOSPITAL: Final = ("01", "987654321")
SELLER: Final = ("01", "123456789")
"""Who they are in the envelope: those of the settings that ``wharf init`` writes."""
_CLOCK: Final = time(9, 15)

Side = Literal["hospital", "seller"]


@dataclass(frozen=True, slots=True)
class SampleKind:
    """A kind of document that samples are made of."""

    set_id: str
    document_type: str
    sender: Side
    paper: Callable[[Story], Plain]
    days: int
    """After the order, when it is written."""


_PAPERS: Final = (
    SampleKind("850", "purchase_order", "hospital", papers_order.purchase_order, 0),
    SampleKind("855", "purchase_order_acknowledgment", "seller", papers_order.purchase_order_acknowledgment, 1),
    SampleKind("856", "ship_notice", "seller", papers_shipment.ship_notice, 2),
    SampleKind("810", "invoice", "seller", papers_money.invoice, 2),
    SampleKind("860", "purchase_order_change", "hospital", papers_order.purchase_order_change, 1),
    SampleKind("865", "purchase_order_change_acknowledgment", "seller",
               papers_order.purchase_order_change_acknowledgment, 1),
    SampleKind("832", "catalog", "seller", papers_stock.catalog, 0),
    SampleKind("846", "inventory_report", "seller", papers_stock.inventory_report, 0),
    SampleKind("820", "remittance_advice", "hospital", papers_money.remittance_advice, 32),
    SampleKind("861", "receipt", "hospital", papers_shipment.receipt, 4),
    SampleKind("824", "application_acknowledgment", "seller", papers_stock.application_acknowledgment, 0),
)  # fmt: skip
_ACKNOWLEDGED: Final = _PAPERS[0]
"""What a 997 or 999 answers: the order of the same seed."""

PAPERS: Final[Mapping[str, SampleKind]] = {kind.set_id: kind for kind in _PAPERS}
KINDS: Final[Mapping[str, str]] = {
    **{kind.set_id: kind.document_type for kind in _PAPERS},
    "997": "functional_acknowledgment",
    "999": "implementation_acknowledgment",
}
"""Transaction set to the name that it may be asked for by."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a sample shall be like."""

    set_id: str
    seed: int = 1
    lines: int = 4
    sets: int = 1
    hospital: tuple[str, str] = HOSPITAL
    seller: tuple[str, str] = SELLER
    hospital_group: str | None = None
    """GS02 or GS03 where it is another than the id in ISA."""
    seller_group: str | None = None
    usage: str = "P"
    release: str = "004010"


def set_id_of(name: str) -> str | None:
    """The transaction set that a number or a name means, or None."""
    key = name.strip().lower().replace("-", "_")
    return key if key in KINDS else next((set_id for set_id, told in KINDS.items() if told == key), None)


def documents(wanted: Wanted) -> list[Document]:
    """The canonical documents of a sample; for a 997 or 999 those that it answers."""
    kind = PAPERS.get(wanted.set_id, _ACKNOWLEDGED)
    stories = (story_of(wanted.seed, ordinal, wanted.lines) for ordinal in range(1, wanted.sets + 1))
    made = (kind.paper(story) for story in stories)
    return [DOCUMENTS[plain["document_type"]].model_validate(plain) for plain in made]


def sample(wanted: Wanted) -> bytes:
    """The interchange. The same wish gives the same bytes, whenever and wherever."""
    if wanted.set_id in PAPERS:
        return _written(wanted, PAPERS[wanted.set_id])
    order = replace(wanted, set_id=_ACKNOWLEDGED.set_id)
    return _acknowledged(_written(order, _ACKNOWLEDGED), wanted)


def _written(wanted: Wanted, kind: SampleKind) -> bytes:
    told = write(documents(wanted), _profile(wanted, kind.sender), _numbers(wanted), _written_at(wanted, kind.days))
    if isinstance(told, Written):
        return told.content
    codes = ", ".join(f"{problem.code} at {problem.path}" for problem in told.problems)
    raise RuntimeError(f"the sample cannot be written: {codes}")


def _acknowledged(content: bytes, wanted: Wanted) -> bytes:
    """The answer of the seller to the order: what our own reader would say of it."""
    functional: Literal["997", "999"] = "997" if wanted.set_id == "997" else "999"
    rules = Acknowledgments(functional_kind=functional, interchange="never")
    partner = Partner(name="sample", catch_all=True, acknowledgments=rules)
    (closing,) = (
        item for item in read_delivery(content, digest(content), lambda *_: partner) if isinstance(item, Closing)
    )
    (answer,) = closing.answers
    return render(answer, _numbers(wanted), _written_at(wanted, 0))[0]


def _profile(wanted: Wanted, side: Side) -> OutboundProfile:
    sides = (
        (wanted.hospital, wanted.hospital_group),
        (wanted.seller, wanted.seller_group),
    )
    (sender, group_sender), (receiver, group_receiver) = sides if side == "hospital" else sides[::-1]
    return OutboundProfile(
        sender=sender, receiver=receiver, group_sender=group_sender, group_receiver=group_receiver,
        usage=wanted.usage, release=wanted.release,
    )  # fmt: skip


def _numbers(wanted: Wanted) -> NextNumber:
    """Control numbers that follow from the seed and the kind."""
    first = first_number(wanted.seed, wanted.set_id)
    counts: defaultdict[str, Iterator[int]] = defaultdict(lambda: itertools.count(first))
    return lambda scope: next(counts[scope])


def _written_at(wanted: Wanted, days: int) -> datetime:
    day = story_of(wanted.seed, 1, 1).ordered_on + timedelta(days=days)
    return datetime.combine(day, _CLOCK, UTC)
