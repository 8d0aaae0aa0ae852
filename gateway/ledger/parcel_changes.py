"""The ledger's changes of what is sent: every step of a parcel is asked of the table of states, and remembered."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Executable, update

from gateway.ledger import parcel_statements as sql
from gateway.ledger.blobs import digest
from gateway.ledger.contract_outbound import NOTHING_RESTS
from gateway.ledger.outbound_records import Breaker, BreakerState, HoldRow, ParcelDocumentRow, ParcelMove, Rest
from gateway.ledger.parcel_states import OUTSTANDING, IllegalStepError, ParcelStep, after
from gateway.ledger.parcels import SqlParcelReads
from gateway.ledger.records import ParcelRow, ParcelState
from gateway.ledger.rows import as_text, maybe_microseconds, microseconds
from gateway.ledger.schema_outbound import parcel_documents

_STATEMENTS: dict[ParcelStep, tuple[Executable, tuple[str, ...]]] = {
    ParcelStep.STARTED: (sql.START, ()),
    ParcelStep.INTERRUPTED: (sql.BACK, ()),
    ParcelStep.FAILED: (sql.FAIL, ("to", "why", "next")),
    ParcelStep.SENT: (sql.DELIVER, ("at",)),
    ParcelStep.REFUSED: (sql.END, ("to", "why")),
    ParcelStep.GAVE_UP: (sql.END, ("to", "why")),
    ParcelStep.HELD: (sql.HOLD_PARCEL, ()),
    ParcelStep.RELEASED: (sql.RELEASE_PARCEL, ("to", "at")),
    ParcelStep.RESENT: (sql.RESEND, ("at", "to_name")),
    ParcelStep.ACKNOWLEDGED: (sql.JUDGE, ("to", "at", "to_verdict")),
    ParcelStep.REJECTED: (sql.JUDGE, ("to", "at", "to_verdict")),
    ParcelStep.LATE: (sql.OVERDUE, ()),
}
"""What each step changes, and the values that it needs. A parcel is rendered by a call of its own."""


class SqlParcelChanges(SqlParcelReads):
    """On one connection, inside its open transaction. ``_counts`` are those of the transaction."""

    _counts: Counter[str]

    def add_parcel(self, row: ParcelRow, documents: Sequence[ParcelDocumentRow] = ()) -> None:
        """An outbound transmission, to be rendered or rendered already."""
        body_sha256 = digest(row.body)
        content_sha256 = None if row.content is None else digest(row.content)
        values = {
            "id": row.id, "partner": row.partner, "channel": row.channel, "kind": row.kind,
            "body": self._payloads.stored(row.body, body_sha256), "body_sha256": body_sha256,
            "context": as_text(row.context), "state": row.state.value, "created_at": microseconds(row.created_at),
            "delivery": row.delivery, "interchange": row.interchange, "name": row.name,
            "content": None if row.content is None or content_sha256 is None
            else self._payloads.stored(row.content, content_sha256),
            "content_sha256": content_sha256, "control_number": row.control_number, "attempts": row.attempts,
            "next_attempt_at": maybe_microseconds(row.next_attempt_at),
            "delivered_at": maybe_microseconds(row.delivered_at), "repeats": row.repeats,
            "last_error": row.last_error, "document_type": row.document_type, "usage": row.usage,
            "closes_at": maybe_microseconds(row.closes_at), "since": maybe_microseconds(row.since),
            "transmissions": row.transmissions, "awaits": row.awaits, "await_seconds": row.await_seconds,
            "answer_seconds": row.answer_seconds, "due_at": maybe_microseconds(row.due_at),
            "acknowledged_at": maybe_microseconds(row.acknowledged_at), "verdict": row.verdict,
            "functional_id": row.functional_id, "group_number": row.group_number, "exception": row.exception,
            "pruned_at": maybe_microseconds(row.pruned_at),
        }  # fmt: skip
        added: int = self._connection.execute(sql.ADD_PARCEL, values).rowcount
        self._counts["waiting.parcels" if row.state in OUTSTANDING else f"parcels.{row.state.value}"] += added
        for document in documents:
            self._add_document(document)

    def join_parcel(self, row: ParcelDocumentRow, *, full: bool) -> None:
        """LookupError where the batch is closed."""
        if self._connection.execute(sql.IS_OPEN, {"of": row.parcel}).first() is None:
            raise LookupError(f"no document may join the parcel {row.parcel}")
        self._add_document(row)
        if full:
            self.close_batch(row.parcel)

    def close_batch(self, parcel: str) -> None:
        """It leaves as it is."""
        self._connection.execute(sql.CLOSED, {"of": parcel})

    def due_parcels(self, now: datetime, limit: int = 100, *, rest: Rest = NOTHING_RESTS) -> list[ParcelRow]:
        """Those to render or to send now, oldest first."""
        values = {
            "now": microseconds(now), "limit": limit, "in_order": list(rest.in_order), "channels": list(rest.channels),
            "collected": list(rest.collected), "lanes": [f"{channel} {partner}" for channel, partner in rest.lanes],
            "held_blocks": int(rest.held_blocks),
        }  # fmt: skip
        return list(self._parcels(sql.DUE_PARCELS, **values))

    def render_parcel(
        self, id: str, *, name: str, content: bytes, control_number: str, functional_id: str | None = None,
        group_number: str | None = None, at: datetime | None = None,
    ) -> None:  # fmt: skip
        """From ``queued`` to ``ready``; LookupError where it is not ``queued``: rendered bytes never change."""
        sha256 = digest(content)
        values = {
            "of": id, "to_name": name, "to_content": self._payloads.stored(content, sha256), "to_sha256": sha256,
            "to_number": control_number, "to_functional": functional_id, "to_group": group_number,
        }  # fmt: skip
        if not self._connection.execute(sql.RENDER, values).rowcount:
            raise LookupError(f"there is no parcel {id} that is still to be rendered")
        if at is not None:
            why = f"control number {control_number}" if control_number else ""
            self._remember(id, at, ParcelState.QUEUED, ParcelState.READY, why, "gateway")

    def set_status(
        self, parcel: str, position: int, *, status: str | None = None, set_number: str | None = None,
        exception: str | None = None, answered_by: str | None = None,
    ) -> None:  # fmt: skip
        """Of one document in it."""
        given: dict[str, Any] = {
            "status": status, "set_number": set_number, "exception": exception, "answered_by": answered_by,
        }  # fmt: skip
        values = {name: value for name, value in given.items() if value is not None}
        if answered_by is not None:
            values["answer_due_at"] = None
        if values:
            place = (parcel_documents.c.parcel == parcel, parcel_documents.c.position == position)
            self._connection.execute(update(parcel_documents).where(*place).values(values))

    def move_parcel(self, move: ParcelMove) -> ParcelState:
        """One step. LookupError, IllegalStepError."""
        row = self._connection.execute(sql.STATE_OF, {"of": move.parcel}).one_or_none()
        if row is None:
            raise LookupError(f"there is no parcel {move.parcel}")
        state = ParcelState(row.state)
        gone = row.pruned_at is not None and move.step is ParcelStep.RESENT
        target = after(state, move.step, rendered=row.content_sha256 is not None and not gone)
        at = microseconds(move.at)
        values: dict[str, Any] = {
            "to": target.value, "at": at, "why": move.why, "to_verdict": move.verdict,
            "next": maybe_microseconds(move.next_attempt_at), "to_name": _again(row.name, row.transmissions + 1),
        }  # fmt: skip
        statement, wanted = _STATEMENTS[move.step]
        self._connection.execute(statement, {"of": move.parcel, **{name: values[name] for name in wanted}})
        if move.step is ParcelStep.SENT and row.answer_seconds is not None:
            due = at + row.answer_seconds * 1_000_000
            self._connection.execute(sql.AWAIT_ANSWERS, {"of": move.parcel, "due": due})
        if move.step is ParcelStep.RESENT:
            self._connection.execute(sql.AWAIT_VERDICTS, {"of": move.parcel})
        self._remember(move.parcel, move.at, state, target, move.why, move.by)
        self._count(state, target)
        return target

    def note_parcel(self, id: str, at: datetime, why: str, by: str = "gateway") -> None:
        """Without a step. LookupError."""
        row = self._connection.execute(sql.STATE_OF, {"of": id}).one_or_none()
        if row is None:
            raise LookupError(f"there is no parcel {id}")
        self._remember(id, at, ParcelState(row.state), ParcelState(row.state), why, by)

    def parcel_delivered(self, id: str, at: datetime, *, where: str = "") -> bool:
        """The destination has it; told again, nothing changes."""
        return self._moved(ParcelMove(id, ParcelStep.SENT, at, where))

    def parcel_failed(self, id: str, error: str, next_attempt_at: datetime, at: datetime) -> bool:
        """One more attempt that failed. What cannot be rendered stays queued."""
        row = self._connection.execute(sql.STATE_OF, {"of": id}).one_or_none()
        if row is not None and row.state == ParcelState.QUEUED.value:
            values = {"of": id, "to": row.state, "why": error, "next": microseconds(next_attempt_at)}
            self._connection.execute(sql.FAIL, values)
            self._remember(id, at, ParcelState.QUEUED, ParcelState.QUEUED, error, "gateway")
            return True
        move = ParcelMove(id, ParcelStep.FAILED, at, error, next_attempt_at=next_attempt_at)
        return self._moved(move)

    def parcel_refused(self, id: str, error: str, at: datetime) -> bool:
        """It waits no longer."""
        return self._moved(ParcelMove(id, ParcelStep.REFUSED, at, error))

    def hurry_parcels(self, channel: str, at: datetime) -> int:
        """Those that wait for their next attempt."""
        found: int = self._connection.execute(sql.HURRY, {"of": channel, "at": microseconds(at)}).rowcount
        return found

    def recover_sending(self, at: datetime, *, lanes: Sequence[tuple[str, str]] | None = None) -> int:
        """Those that the last end broke off."""
        found = self._connection.execute(sql.SENDING).all()
        ids = [row.id for row in found if lanes is None or (row.channel, row.partner) in lanes]
        for id in ids:
            why = "the gateway ended while it was being sent; the same bytes go again"
            self.move_parcel(ParcelMove(id, ParcelStep.INTERRUPTED, at, why))
        return len(ids)

    def confirm_collected(self, ids: Sequence[str], at: datetime, *, by: str = "partner") -> int:
        """Those that were still waiting."""
        done = 0
        for id in dict.fromkeys(ids):
            row = self._connection.execute(sql.STATE_OF, {"of": id}).one_or_none()
            if row is not None and row.state == ParcelState.READY.value:
                self.move_parcel(ParcelMove(id, ParcelStep.SENT, at, "collected", by))
                done += 1
        return done

    def name_exception(self, parcel: str, exception: str | None) -> None:
        """Of the parcel."""
        self._connection.execute(sql.NAME_EXCEPTION, {"of": parcel, "to_exception": exception})

    def hold(self, row: HoldRow) -> None:
        """A channel or a lane."""
        values = {"channel": row.channel, "partner": row.partner or "", "since": microseconds(row.since),
                  "why": row.why, "by": row.by}  # fmt: skip
        self._connection.execute(sql.ADD_HOLD, values)

    def release_hold(self, channel: str, partner: str | None) -> bool:
        """Whether it was held."""
        found: int = self._connection.execute(
            sql.RELEASE_HOLD, {"channel": channel, "partner": partner or ""}
        ).rowcount  # fmt: skip
        return found > 0

    def set_breaker(self, breaker: Breaker) -> None:
        """Kept while there is anything to say of it."""
        if breaker.state is BreakerState.CLOSED and not breaker.failures and breaker.exception is None:
            self._connection.execute(sql.DROP_BREAKER, {"of": breaker.channel})
            return
        values = {
            "channel": breaker.channel, "state": breaker.state.value, "failures": breaker.failures,
            "trips": breaker.trips, "changed_at": maybe_microseconds(breaker.changed_at),
            "retry_at": maybe_microseconds(breaker.retry_at), "reason": breaker.reason,
            "exception": breaker.exception,
        }  # fmt: skip
        self._connection.execute(sql.SET_BREAKER, values)

    def tell_once(self, key: str, exception: str) -> bool:
        """Whether it is told for the first time."""
        found: int = self._connection.execute(sql.ADD_TOLD, {"key": key[:255], "exception": exception}).rowcount
        return found > 0

    def _add_document(self, row: ParcelDocumentRow) -> None:
        values = {
            "parcel": row.parcel, "position": row.position, "document": row.document, "number": row.number,
            "size": row.size, "status": row.status, "set_number": row.set_number,
            "answer_due_at": maybe_microseconds(row.answer_due_at), "answered_by": row.answered_by,
            "exception": row.exception,
        }  # fmt: skip
        self._connection.execute(sql.ADD_PARCEL_DOCUMENT, values)

    def _moved(self, move: ParcelMove) -> bool:
        try:
            self.move_parcel(move)
        except (IllegalStepError, LookupError):
            return False
        return True

    def _remember(
        self, id: str, at: datetime, state: ParcelState, target: ParcelState, why: str, by: str
    ) -> None:  # fmt: skip
        values = {"parcel": id, "at": microseconds(at), "from_state": state.value, "to_state": target.value,
                  "why": why, "by": by}  # fmt: skip
        self._connection.execute(sql.ADD_HISTORY, values)

    def _count(self, state: ParcelState, target: ParcelState) -> None:
        """Running totals: what is still to be done, and how often each end was reached."""
        self._counts["waiting.parcels"] += (target in OUTSTANDING) - (state in OUTSTANDING)
        if target not in OUTSTANDING and target is not state:
            self._counts[f"parcels.{target.value}"] += 1


def _again(name: str | None, transmission: int) -> str | None:
    """The file name of a further transmission: a destination that has the first one must not take it for that."""
    if name is None:
        return None
    stem, _, suffix = name.rpartition(".")
    first, _, _ = stem.partition("-resend-")
    return f"{first}-resend-{transmission}.{suffix}"
