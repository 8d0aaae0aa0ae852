"""Keeps the trail of a running gateway: start and end, notes of commands, refusals, where the trail ends, its age."""

import asyncio
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import structlog

from gateway.audit import inbox
from gateway.audit.entry import GATEWAY, Action, Entry, Head
from gateway.audit.record import audit
from gateway.audit.refusals import Refusals
from gateway.audit.sidecar import keep_head, kept_head
from gateway.ids import Clock
from gateway.ledger.contract import Ledger, LedgerError, LedgerUnavailable, Transaction

ROUND = 5.0
"""Seconds between looks."""
_DAY = 24 * 3600.0
_HOUR = 3600.0
_STEP = 1000
REWRITTEN = "SEC-E0301"

log = structlog.get_logger(__name__)


@dataclass(slots=True)
class TrailKeeper:
    """One gateway's."""

    ledger: Ledger
    data: Path
    clock: Clock
    keep_days: int
    about: Mapping[str, str | int | bool]
    """What is told of the gateway when it starts: version, digest of the settings."""
    alarm: Callable[[str, str], None]
    """Takes a code and a text for a person."""
    refusals: Refusals = field(default_factory=Refusals)
    monotonic: Callable[[], float] = time.monotonic
    _pending: list[Entry] = field(default_factory=list)
    _kept: Head | None = None
    _torn: bool = False
    _pruned_at: float | None = None
    _told_at: float | None = None

    def begin(self) -> None:
        """Called once, before anything is received. The start is on record when it returns, where that is possible."""
        self._kept = self._known()
        self.note(Entry(Action.GATEWAY_STARTED, GATEWAY, "gateway", details=self.about))
        self._look()

    def note(self, entry: Entry) -> None:
        """Puts something on record with the next look: for what has no transaction of its own."""
        self._pending.append(entry)

    async def run(self) -> None:
        """Looks, for ever."""
        while True:
            await asyncio.sleep(ROUND)
            await asyncio.to_thread(self._look)

    def end(self) -> None:
        """The end is on record when it returns, where that is possible."""
        self.note(Entry(Action.GATEWAY_STOPPED, GATEWAY, "gateway"))
        self._look(last=True)

    def _look(self, *, last: bool = False) -> None:
        try:
            self._record(last)
            self._prune()
            self._keep(last)
        except LedgerUnavailable as error:
            log.warning("the audit trail waits", reason=str(error))
        except LedgerError:
            # Whoever writes what matters hears of it, and the gateway ends; here nothing is added to it.
            log.warning("the audit trail cannot be written")

    def _record(self, last: bool) -> None:
        if (refused := self.refusals.entry(self.monotonic(), last=last)) is not None:
            self._pending.append(refused)
        notes = list(inbox.waiting(self.data))
        own = list(self._pending)
        entries = [*own, *(entry for _, entry in notes)]
        if not entries:
            return

        def work(tx: Transaction) -> None:
            for entry in entries:
                audit(tx, entry)

        self.ledger.write(work).result()
        del self._pending[: len(own)]
        for path, _ in notes:
            try:
                path.unlink(missing_ok=True)
            except OSError as error:
                log.warning("a note stays and will be on record twice", reason=error.strerror)

    def _prune(self) -> None:
        now = self.monotonic()
        if self._pruned_at is not None and now - self._pruned_at < _DAY:
            return
        self._pruned_at = now
        before = self.clock() - timedelta(days=self.keep_days)
        while self.ledger.write(lambda tx: tx.trail.prune(before, _STEP)).result() == _STEP:
            pass

    def _keep(self, last: bool) -> None:
        """Writes the end of the trail beside it, but never over one that the trail does not hold any more."""
        head, before = self.ledger.read(
            lambda reads: (reads.trail.head(), reads.trail.digest_at(self._kept.position) if self._kept else None)
        )
        if head is None or head == self._kept or self._torn:
            return
        if self._kept is not None and before != self._kept.digest and not self._taken_by_age(self._kept):
            self._torn = True
            text = f"the audit trail does not hold its row {self._kept.position} as it was: run wharf audit verify"
            self.alarm(REWRITTEN, text)
            return
        try:
            keep_head(self.data, head, self.clock())
        except OSError as error:
            log.warning("the end of the audit trail is not kept beside it", reason=error.strerror)
            return
        self._kept = head
        if last or self._told_at is None or self.monotonic() - self._told_at >= _HOUR:
            self._told_at = self.monotonic()
            log.info("end of the audit trail", count=head.position, sha256=head.digest)

    def _taken_by_age(self, kept: Head) -> bool:
        rows = self.ledger.read(lambda reads: reads.trail.rows(limit=1))
        return bool(rows) and rows[0].position > kept.position

    def _known(self) -> Head | None:
        try:
            return kept_head(self.data)
        except ValueError as error:
            log.warning("the end of the audit trail is not known", reason=str(error))
            return None
