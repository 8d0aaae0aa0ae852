"""The ledger's contract for what is sent: the questions and changes about parcels, holds and breakers."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from gateway.ledger.outbound_records import (
    Breaker,
    HoldRow,
    OpenBatch,
    ParcelDocumentRow,
    ParcelHistoryRow,
    ParcelMove,
    Rest,
)
from gateway.ledger.records import ParcelRow, ParcelState

NOTHING_RESTS = Rest()


class ParcelReads(Protocol):
    """Questions about what is sent."""

    def parcel(self, id: str) -> ParcelRow | None: ...

    def parcels(
        self,
        *,
        delivery: str | None = None,
        partner: str | None = None,
        channel: str | None = None,
        state: ParcelState | None = None,
        limit: int = 100,
    ) -> list[ParcelRow]:
        """Newest first; with ``delivery``, in the order of recording."""  # fmt: skip

    def parcels_answering(self, interchange: str) -> list[ParcelRow]:
        """The first answers to an inbound interchange (not their repeats), in order."""

    def parcel_documents(self, parcel: str) -> list[ParcelDocumentRow]:
        """What is in it, in order."""

    def parcels_with(self, document: str) -> list[ParcelRow]:
        """Those that hold a document, oldest first."""

    def parcel_history(self, parcel: str) -> list[ParcelHistoryRow]:
        """What became of it, in order."""

    def parcels_of_group(self, partner: str, group_number: str) -> list[ParcelRow]:
        """Those sent to a partner with this GS06, newest first."""

    def parcels_numbered(self, partner: str, control_number: str) -> list[ParcelRow]:
        """Those sent to a partner with this ISA13 or MSH-10, newest first."""

    def sending_lanes(self) -> list[tuple[str, str]]:
        """Channel and partner of what is being sent now."""

    def awaited(self, *, due_before: datetime | None = None, limit: int = 100) -> list[ParcelRow]:
        """Delivered and overdue parcels whose acknowledgment is still awaited, the first due first. With ``due_before``
        only those that are delivered, not overdue yet, and due by then."""

    def unanswered(self, *, due_before: datetime, limit: int = 100) -> list[ParcelDocumentRow]:
        """Documents whose business answer is late and not told yet, the first due first."""

    def unanswered_with_number(self, partner: str, document_type: str, number: str) -> list[ParcelDocumentRow]:
        """Documents sent to a partner under this number whose business answer is awaited."""

    def waiting_for(self, channel: str, limit: int = 100) -> list[ParcelRow]:
        """Rendered parcels that wait on a channel to be collected, in order; none that a person holds."""

    def open_batch(self, partner: str, channel: str, kind: str, usage: str, now: datetime) -> OpenBatch | None:
        """The queued parcel that further documents of this kind may join at this time."""

    def holds(self) -> list[HoldRow]:
        """What persons keep back, by channel and partner."""

    def breakers(self) -> list[Breaker]:
        """Of every channel that has failed since it was last well; those of all others are closed."""

    def told(self, key: str) -> bool:
        """Whether this was told to a person before."""


class ParcelChanges(Protocol):
    """Changes of what is sent."""

    def add_parcel(self, row: ParcelRow, documents: Sequence[ParcelDocumentRow] = ()) -> None:
        """With what is in it; one whose id is there already stays as it is."""

    def join_parcel(self, row: ParcelDocumentRow, *, full: bool) -> None:
        """One more document for a queued batch; ``full`` closes it. LookupError where none may join it."""

    def close_batch(self, parcel: str) -> None:
        """No further document joins a queued batch: it may leave."""

    def due_parcels(self, now: datetime, limit: int = 100, *, rest: Rest = NOTHING_RESTS) -> list[ParcelRow]:
        """To render or to send now, oldest first.

        Of a partner's lane in a channel in ``rest.in_order`` nothing is given behind a parcel that waits for its next
        attempt, nor behind one that is held where ``rest.held_blocks``. Held channels and lanes give nothing.
        """

    def render_parcel(
        self,
        id: str,
        *,
        name: str,
        content: bytes,
        control_number: str,
        functional_id: str | None = None,
        group_number: str | None = None,
        at: datetime | None = None,
    ) -> None:
        """State ``ready``; LookupError where it is not ``queued``: rendered bytes never change."""  # fmt: skip

    def set_status(
        self,
        parcel: str,
        position: int,
        *,
        status: str | None = None,
        set_number: str | None = None,
        exception: str | None = None,
        answered_by: str | None = None,
    ) -> None:
        """What is known of one document in a parcel now. None leaves as it is; an answer is awaited no more."""

    def move_parcel(self, move: ParcelMove) -> ParcelState:
        """One step, with its line in the history; returns the new state.

        LookupError where there is no such parcel, IllegalStepError where it cannot go this way.
        """

    def note_parcel(self, id: str, at: datetime, why: str, by: str = "gateway") -> None:
        """A line in the history without a step."""

    def parcel_delivered(self, id: str, at: datetime, *, where: str = "") -> bool:
        """The destination has it. Where that is known already, or it is settled, nothing changes: False."""

    def parcel_failed(self, id: str, error: str, next_attempt_at: datetime, at: datetime) -> bool:
        """Counts an attempt and sets the next one; a queued one stays queued. Nothing where it is settled."""

    def parcel_refused(self, id: str, error: str, at: datetime) -> bool:
        """One more attempt, and the last: the destination said no for good. Nothing where it is settled."""

    def hurry_parcels(self, channel: str, at: datetime) -> int:
        """What waits for its next attempt on a channel is due now; returns how many that is."""

    def recover_sending(self, at: datetime, *, lanes: Sequence[tuple[str, str]] | None = None) -> int:
        """After a start: attempts that the last end broke off are to be made again. Returns how many."""

    def confirm_collected(self, ids: Sequence[str], at: datetime, *, by: str = "partner") -> int:
        """Parcels that waited to be collected are delivered; returns how many were still waiting."""

    def name_exception(self, parcel: str, exception: str | None) -> None:
        """The open exception that is to be resolved when the parcel's acknowledgment comes."""

    def hold(self, row: HoldRow) -> None:
        """Keeps a channel or a lane back; one that is held already stays as it is."""

    def release_hold(self, channel: str, partner: str | None) -> bool:
        """Lets it go; False where it was not held."""

    def set_breaker(self, breaker: Breaker) -> None:
        """Its state now."""

    def tell_once(self, key: str, exception: str) -> bool:
        """Remembers that this was told by an exception; False where it was told before."""
