"""Acknowledgments that come in, matched to what was sent; in the very transaction that records them."""

from collections.abc import Sequence
from datetime import datetime

from gateway.ids import NewId
from gateway.ledger.contract import Transaction
from gateway.ledger.exception_records import key_of
from gateway.ledger.outbound_records import ParcelDocumentRow, ParcelMove
from gateway.ledger.parcel_states import IllegalStepError, ParcelStep
from gateway.ledger.records import ExceptionRow, ParcelRow, ParcelState
from gateway.outbound.heard import ACCEPTED, PARTIALLY, REJECTED, UNCLEAR, WITH_ERRORS, About, Heard
from gateway.outbound.listened import Answered, Listened
from gateway.outgoing_words import SUBMITTED
from gateway.problems_outbound import NOTHING_ACKNOWLEDGED, REJECTED_BY_PARTNER

_SETTLED_BY_PARTNER = (ParcelState.ACKNOWLEDGED, ParcelState.REJECTED)
_RANK = {ACCEPTED: 1, WITH_ERRORS: 2, PARTIALLY: 3, REJECTED: 4}
"""Verdicts, the best first."""


class Acknowledging:
    """Runs inside the transaction that records an acknowledgment."""

    def __init__(self, new_id: NewId) -> None:
        self._new_id = new_id

    def take(self, tx: Transaction, partner: str, listened: Listened, delivery: str, now: datetime) -> None:
        """All that the messages of one interchange say."""
        for found in listened.heard:
            self._verdict(tx, partner, found, delivery, now)
        for answer in listened.answers:
            self._answered(tx, partner, answer, now)

    def _verdict(self, tx: Transaction, partner: str, found: Heard, delivery: str, now: datetime) -> None:
        """Brings what it is about to its end; tells a person once where it is about nothing that we sent."""
        parcel = self._about(tx, partner, found)
        if parcel is None:
            self._orphan(tx, partner, found, delivery, now)
            return
        inside = tx.parcel_documents(parcel.id)
        verdict = _verdict(found, inside)
        if not found.final or verdict == UNCLEAR:
            tx.note_parcel(parcel.id, now, found.said, partner)
            return
        if parcel.state in _SETTLED_BY_PARTNER and _RANK[verdict] <= _RANK.get(parcel.verdict or "", 0):
            # What was refused once stays refused: a late 997 that finds no fault in its form takes no 824 back.
            again = ", once more" if parcel.verdict == verdict else ""
            tx.note_parcel(parcel.id, now, f"{found.said}{again}", partner)
            return
        step = ParcelStep.REJECTED if verdict == REJECTED else ParcelStep.ACKNOWLEDGED
        try:
            tx.move_parcel(ParcelMove(parcel.id, step, now, found.said, partner, verdict=verdict))
        except IllegalStepError:
            tx.note_parcel(parcel.id, now, found.said, partner)
            return
        for each in inside:
            told = found.of_set(each.set_number)
            if each.status != "left out" and (not found.sets or any(each.set_number == one for one, _ in found.sets)):
                tx.set_status(parcel.id, each.position, status=told)
        self._tell(tx, parcel, inside, found, verdict, delivery, now)

    def _answered(self, tx: Transaction, partner: str, answer: Answered, now: datetime) -> None:
        """A business answer came, as an 855: the documents that awaited it are answered."""
        for each in tx.unanswered_with_number(partner, answer.document_type, answer.number):
            tx.set_status(each.parcel, each.position, answered_by=answer.document)
            if each.exception is not None:
                tx.resolve_exceptions([each.exception], now, "the answer came")

    def _about(self, tx: Transaction, partner: str, found: Heard) -> ParcelRow | None:
        """What was sent under this number: the newest where numbers have gone round."""
        if found.about is About.GROUP:
            rows = tx.parcels_of_group(partner, found.number)
            return next((row for row in rows if found.functional_id in (None, row.functional_id)), None)
        if found.about is About.DOCUMENT:
            documents = tx.documents(partner=partner, number=found.number, direction=SUBMITTED, limit=1)
            rows = tx.parcels_with(documents[0].id) if documents else []
            return rows[-1] if rows else None
        rows = [row for row in tx.parcels_numbered(partner, found.number) if row.repeats is None]
        alike = [row for row in rows if found.usage is None or row.usage in (None, found.usage)]
        return next(iter(alike or rows), None)

    def _tell(
        self, tx: Transaction, parcel: ParcelRow, inside: Sequence[ParcelDocumentRow], found: Heard, verdict: str,
        delivery: str, now: datetime,
    ) -> None:  # fmt: skip
        if parcel.exception is not None:
            tx.resolve_exceptions([parcel.exception], now, f"{found.kind} came: {verdict.replace('_', ' ')}")
            tx.name_exception(parcel.id, None)
        if verdict not in (REJECTED, PARTIALLY):
            return
        refused = [each for each in inside if found.of_set(each.set_number) == REJECTED]
        numbers = ", ".join(each.number for each in refused[:5]) + (" and more" if len(refused) > 5 else "")
        id = tx.open_exception(
            ExceptionRow(
                id=self._new_id(), kind="business", code=REJECTED_BY_PARTNER.code, partner=parcel.partner,
                delivery=delivery, document=refused[0].document if refused else None,
                message=f"{parcel.kind} {numbers or parcel.control_number} {verdict.replace('_', ' ')}: {found.said}",
                opened_at=now, key=key_of(REJECTED_BY_PARTNER.code, parcel.id), parcel=parcel.id,
                channel=parcel.channel,
            )
        )  # fmt: skip
        tx.name_exception(parcel.id, id)

    def _orphan(self, tx: Transaction, partner: str, found: Heard, delivery: str, now: datetime) -> None:
        id = self._new_id()
        number = f"{found.functional_id} {found.number}" if found.functional_id else found.number
        if tx.tell_once(f"orphan {partner} {found.about.value} {number}", id):
            tx.open_exception(
                ExceptionRow(
                    id=id, kind="business", code=NOTHING_ACKNOWLEDGED.code, partner=partner, delivery=delivery,
                    document=None, message=f"{found.kind} for {found.about.value} {number[:60]}: {found.said}",
                    opened_at=now,
                )
            )  # fmt: skip


def _verdict(found: Heard, inside: Sequence[ParcelDocumentRow]) -> str:
    """On the whole parcel: an 824 judges single documents of it."""
    if not found.sets or not inside:
        return found.verdict
    named = {each.set_number: found.of_set(each.set_number) for each in inside if each.status != "left out"}
    judged = {number for number, _ in found.sets}
    verdicts = [told if number in judged else None for number, told in named.items()]
    if found.verdict == REJECTED and any(told is None for told in verdicts) and found.kind == "824":
        return PARTIALLY
    return found.verdict
