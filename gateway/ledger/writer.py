"""The one thread that writes: works in, one commit for all that arrived during the last one.

Each work runs in its own savepoint, so that one that raises takes back its own rows and no others. A future
resolves only after the commit is on disk.
"""

import errno
import queue
import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy.exc import DBAPIError

from gateway.crash import crash_point
from gateway.ledger import statements as sql
from gateway.ledger.bulk import portions
from gateway.ledger.contract import LedgerBusy, LedgerError, LedgerFull, LedgerUnavailable, Transaction
from gateway.ledger.engine import Batch, Fault, Writing
from gateway.ledger.gathering import GatheringTransaction
from gateway.ledger.payloads import Payloads

T = TypeVar("T")

MOST_AT_ONCE = 256
"""Works in one commit: bounds how long the first of them waits for the last."""

_DISK_FULL = (errno.ENOSPC, errno.EDQUOT)
FULL = "the ledger's disk is full: nothing was written; free some space, and it goes on by itself"
BUSY = "another process kept the ledger busy for too long: nothing was written; try again"
AWAY = "the ledger {words}: nothing was written; it goes on by itself when the database is back"
CLOSED = "the ledger is closed"
PROBE = 5.0
"""Seconds that a look waits for a database that was away."""
STUCK = 30.0
"""Seconds after which a commit that is still under way is told as a fault."""


@dataclass(frozen=True, slots=True)
class _Job:
    work: Callable[[Transaction], Any]
    future: Future[Any]


class _BatchError(Exception):
    """The whole commit is lost; ``reason`` is what its works are told."""

    def __init__(self, reason: LedgerError) -> None:
        super().__init__(str(reason))
        self.reason = reason


class Writer:
    """Owns this process' only way to write into the ledger."""

    def __init__(self, writing: Writing, payloads: Payloads, clock: Callable[[], datetime]) -> None:
        self._writing = writing
        self._payloads = payloads
        self._clock = clock
        self._queue: queue.SimpleQueue[_Job | None] = queue.SimpleQueue()
        self._door = threading.Lock()
        self._closed = False
        self._broken: str | None = None
        self._full = False
        self._away: str | None = None
        """Why the last commit could not be, where the database was away."""
        self._began: float | None = None
        """Since when the commit under way is under way."""
        self._thread = threading.Thread(target=self._run, name="ledger-writer", daemon=True)
        self._thread.start()

    def submit(self, work: Callable[[Transaction], T]) -> Future[T]:
        """Hands a work in. Its future resolves after the commit."""
        future: Future[T] = Future()
        with self._door:
            if self._closed:
                future.set_exception(LedgerError(CLOSED))
            else:
                self._queue.put(_Job(work, future))
        return future

    def check(self) -> None:
        """LedgerError where it cannot write. After a full disk, or when the database was away, it tries."""
        if self._closed:
            raise LedgerError(CLOSED)
        if self._broken is not None:
            raise LedgerError(self._broken)
        if words := self._writing.misplaced():
            self.break_for_good(words)
            raise LedgerError(self._broken)
        began = self._began
        if began is not None and time.monotonic() - began > STUCK:
            raise LedgerBusy(f"the ledger has not answered for {time.monotonic() - began:.0f} s")
        if self._full:
            self.submit(lambda tx: tx.next_number("wharf.probe")).result()
        elif self._away is not None:
            try:
                self.submit(lambda tx: tx.next_number("wharf.probe")).result(PROBE)
            except TimeoutError:
                raise LedgerUnavailable(self._away) from None

    def break_for_good(self, words: str) -> None:
        """No more writes until a person has looked and restarted."""
        if self._broken is None:
            self._broken = f"the ledger {words}: check the disk, then restart"

    def close(self) -> None:
        """Finishes what was handed in and ends the thread."""
        with self._door:
            if not self._closed:
                self._closed = True
                self._queue.put(None)
        self._thread.join()

    def _run(self) -> None:
        while (jobs := self._next_jobs()) is not None:
            running = [job for job in jobs if job.future.set_running_or_notify_cancel()]
            self._began = time.monotonic()
            try:
                if self._broken is None and (words := self._writing.misplaced()):
                    self.break_for_good(words)
                if self._broken is not None:
                    raise _BatchError(LedgerError(self._broken))
                outcomes = self._commit(running)
            except _BatchError as failed:
                _fail(running, failed.reason)
            except LedgerError as error:
                # The engine's own words; whoever looks later tries whether they still hold.
                self._away = str(error)
                _fail(running, error)
            except Exception as error:  # noqa: BLE001 - the thread's edge: whoever waits must hear of it
                reason = self._judge(error)
                _fail(running, reason or LedgerError(self._broken or "the ledger failed"))
            else:
                self._full, self._away = False, None
                for job, (value, problem) in zip(running, outcomes, strict=True):
                    job.future.set_exception(problem) if problem is not None else job.future.set_result(value)
            self._began = None
        self._writing.close()

    def _next_jobs(self) -> list[_Job] | None:
        """What is waiting, at least one; None at the end."""
        first = self._queue.get()
        if first is None:
            return None
        jobs = [first]
        while len(jobs) < MOST_AT_ONCE:
            try:
                job = self._queue.get_nowait()
            except queue.Empty:
                break
            if job is None:
                self._queue.put(None)
                break
            jobs.append(job)
        return jobs

    def _commit(self, jobs: Sequence[_Job]) -> list[tuple[Any, BaseException | None]]:
        """Runs all works in one transaction; values or exceptions, in order."""
        batch = self._writing.begin()
        try:
            counts: Counter[str] = Counter()
            outcomes = [self._one(batch, job.work, counts) for job in jobs]
            changes = [{"counter": name, "change": change} for name, change in counts.items() if change]
            for part in portions(changes):
                sql.COUNT.run(batch.connection, part)
            crash_point("ledger.before_commit")
            batch.commit()
        except BaseException:
            batch.rollback()
            raise
        crash_point("ledger.after_commit")
        return outcomes

    def _one(
        self, batch: Batch, work: Callable[[Transaction], Any], counts: Counter[str]
    ) -> tuple[Any, BaseException | None]:
        """One work in its savepoint."""
        before = counts.copy()
        batch.enter()
        try:
            transaction = GatheringTransaction(batch.connection, self._payloads, counts, self._clock)
            value = work(transaction)
            transaction.flush()
            batch.leave()
        except BaseException as error:  # noqa: BLE001 - whatever it is, it belongs to the one who handed the work in
            reason = self._judge(error)
            if not batch.alive():
                raise _BatchError(reason or LedgerBusy(BUSY)) from None
            if (isinstance(reason, LedgerFull) and isinstance(error, DBAPIError)) or self._broken is not None:
                raise _BatchError(reason or LedgerError(self._broken)) from None
            batch.undo()
            counts.clear()
            counts.update(before)
            return None, reason or (self._misuse(error) if isinstance(error, DBAPIError) else error)
        return value, None

    def _judge(self, error: BaseException) -> LedgerError | None:
        """What the ledger has to say to an error: nothing where it is the work's own."""
        if isinstance(error, LedgerUnavailable):
            self._away = str(error)
            return error
        fault = self._writing.fault_of(error)
        if fault is Fault.FULL or (isinstance(error, OSError) and error.errno in _DISK_FULL):
            self._full = True
            return LedgerFull(FULL)
        if fault is Fault.BUSY:
            return LedgerBusy(BUSY)
        if fault is Fault.AWAY:
            self._away = AWAY.format(words=self._writing.words(error))
            return LedgerUnavailable(self._away)
        if fault is Fault.BROKEN:
            self.break_for_good(self._writing.words(error))
            return LedgerError(self._broken)
        if isinstance(error, OSError) and error.errno == errno.EIO:
            self.break_for_good("cannot be read or written (EIO)")
            return LedgerError(self._broken)
        return None

    def _misuse(self, error: DBAPIError) -> ValueError:
        """A rule of the tables was broken: our own fault."""
        return ValueError(f"a row breaks a rule of the ledger: {self._writing.rule(error)}")


def _fail(jobs: Sequence[_Job], reason: LedgerError) -> None:
    for job in jobs:
        job.future.set_exception(reason)
