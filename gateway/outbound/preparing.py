"""Choosing what leaves now, and rendering it: bytes and control numbers are given once, and kept."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import structlog

from gateway.crash import crash_point
from gateway.ids import NewId
from gateway.ledger.contract import Transaction
from gateway.ledger.exception_records import key_of
from gateway.ledger.outbound_records import Breaker, ParcelDocumentRow, ParcelMove, Rest
from gateway.ledger.parcel_states import ParcelStep
from gateway.ledger.records import ExceptionRow, ParcelRow, ParcelState
from gateway.outbound.breaker import Calls, calls, tried
from gateway.outbound.lanes import Lane
from gateway.outbound.limits import Limits, spent
from gateway.problems_outbound import GIVEN_UP, NOT_RENDERED
from gateway.rendering import NotRenderedError, Rendered, Renderer

LEFT_OUT = "left out"

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Roads:
    """The channels, as sending sees them."""

    in_order: frozenset[str] = frozenset()
    """Those in which nothing overtakes what failed, within a partner's lane."""
    collected: Callable[[], frozenset[str]] = frozenset
    """Those whose parcels wait until their partner collects them, as the settings stand now."""


@dataclass(frozen=True, slots=True)
class Due:
    """What is to be sent now."""

    looked_at: int
    rows: Sequence[ParcelRow]


class Preparing:
    """Runs inside a transaction."""

    def __init__(self, render: Renderer, roads: Roads, limits: Limits, new_id: NewId) -> None:
        self._render = render
        self._roads = roads
        self._limits = limits
        self._new_id = new_id

    def __call__(
        self, tx: Transaction, now: datetime, limit: int, busy: Collection[Lane],
        may_send: Callable[[Lane], bool] = lambda _: True,
    ) -> Due:  # fmt: skip
        """Renders what is queued and due, and begins an attempt at what may leave. ``busy`` lanes are passed by, and so
        are those in which another node sends."""
        breakers = {breaker.channel: breaker for breaker in tx.breakers()}
        trying = {channel for channel, _ in busy}
        may = {name: calls(breaker, now, trying=name in trying) for name, breaker in breakers.items()}
        passed = set(busy)
        due = self._due(tx, now, limit, passed, may)
        while strange := {lane for row in due if not may_send(lane := (row.channel, row.partner))}:
            passed |= strange
            due = self._due(tx, now, limit, passed, may)
        collected = self._roads.collected()
        rows = self._one_each(due, may)
        ready = [
            row
            for row in (self._rendered(tx, each, now) if each.state is ParcelState.QUEUED else each for each in rows)
            if row is not None and row.channel not in collected
        ]
        for row in ready:
            tx.move_parcel(ParcelMove(row.id, ParcelStep.STARTED, now, f"attempt {row.attempts + 1}"))
        self._note_tries(tx, ready, breakers, now)
        return Due(len(due), ready)

    def _due(
        self, tx: Transaction, now: datetime, limit: int, passed: Collection[Lane], may: Mapping[str, Calls]
    ) -> list[ParcelRow]:
        rest = Rest(
            in_order=self._roads.in_order,
            lanes=frozenset(passed),
            channels=frozenset(name for name, how in may.items() if how is Calls.NONE),
            collected=self._roads.collected(),
            held_blocks=self._limits.held_blocks,
        )
        return tx.due_parcels(now, limit, rest=rest)

    @staticmethod
    def _one_each(due: Sequence[ParcelRow], may: Mapping[str, Calls]) -> list[ParcelRow]:
        """All of well channels, the first of those that are only tried."""
        rows: list[ParcelRow] = []
        tried_now: set[str] = set()
        for row in due:
            if may.get(row.channel) is Calls.ONE:
                if row.channel in tried_now:
                    continue
                tried_now.add(row.channel)
            rows.append(row)
        return rows

    @staticmethod
    def _note_tries(
        tx: Transaction, rows: Sequence[ParcelRow], breakers: Mapping[str, Breaker], now: datetime
    ) -> None:  # fmt: skip
        for channel in dict.fromkeys(row.channel for row in rows):
            known = breakers.get(channel)
            if known is not None and (after := tried(known, now)) != known:
                tx.set_breaker(after)

    def _rendered(self, tx: Transaction, row: ParcelRow, now: datetime) -> ParcelRow | None:
        """The same parcel with its bytes; None where it cannot be written now."""
        documents = tx.parcel_documents(row.id)
        try:
            rendered, included = self._written(tx, row, documents, now)
        except Exception as error:
            log.exception("a parcel cannot be rendered", parcel=row.id)
            reason = str(error) if isinstance(error, NotRenderedError) else type(error).__name__
            self._not_written(tx, row, f"cannot be written: {reason}", now)
            return None
        tx.render_parcel(
            row.id, name=rendered.name, content=rendered.content, control_number=rendered.control_number,
            functional_id=rendered.functional_id, group_number=rendered.group_number, at=now,
        )  # fmt: skip
        crash_point("outbound.rendered")
        for place, document in enumerate(included, start=1):
            tx.set_status(row.id, document.position, set_number=f"{place:04d}")
        if row.exception is not None:
            tx.resolve_exceptions([row.exception], now, "it is written")
            tx.name_exception(row.id, None)
        return replace(row, state=ParcelState.READY, name=rendered.name, content=rendered.content, attempts=0)

    def _written(
        self, tx: Transaction, row: ParcelRow, documents: Sequence[ParcelDocumentRow], now: datetime
    ) -> tuple[Rendered, list[ParcelDocumentRow]]:  # fmt: skip
        """What it becomes, and the documents in it. What is at fault in a batch is left out, and told."""
        if len(documents) < 2:
            return self._render(row, [row.body], tx.next_number, now), list(documents)
        bodies = {each.position: _body(tx, each) for each in documents}
        good = [each for each in documents if self._render.writable(row, bodies[each.position], now)]
        if not good:
            raise NotRenderedError(())
        rendered = self._render(row, [bodies[each.position] for each in good], tx.next_number, now)
        for each in documents:
            if each not in good:
                tx.set_status(row.id, each.position, status=LEFT_OUT)
                self._open(tx, NOT_RENDERED.code, row, f"{row.kind} {each.number} is left out of its batch", now, each)
        return rendered, good

    def _not_written(self, tx: Transaction, row: ParcelRow, why: str, now: datetime) -> None:
        if spent(self._limits, row.attempts + 1, now - (row.since or row.created_at)):
            tx.move_parcel(ParcelMove(row.id, ParcelStep.GAVE_UP, now, why))
            self._open(tx, GIVEN_UP.code, row, f"{row.kind}: {why}", now)
            return
        tx.parcel_failed(row.id, why, now + self._limits.longest, now)
        if row.exception is None:
            tx.name_exception(row.id, self._open(tx, NOT_RENDERED.code, row, f"{row.kind}: {why}", now))

    def _open(
        self, tx: Transaction, code: str, row: ParcelRow, told: str, now: datetime,
        document: ParcelDocumentRow | None = None,
    ) -> str:  # fmt: skip
        inside = document.document if document else None
        return tx.open_exception(
            ExceptionRow(
                id=self._new_id(), kind="technical", code=code, partner=row.partner, delivery=row.delivery,
                document=inside, message=told, opened_at=now, key=key_of(code, row.id, inside), parcel=row.id,
                channel=row.channel,
            )
        )  # fmt: skip


def _body(tx: Transaction, document: ParcelDocumentRow) -> bytes:
    row = tx.document(document.document)
    if row is None:
        raise NotRenderedError(())
    return row.body
