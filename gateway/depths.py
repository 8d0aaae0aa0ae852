"""How much lies in the broker's queues that nobody reads: a person is told, once, while something lies there."""

from dataclasses import dataclass, field
from typing import Final

from gateway.ids import Clock, NewId
from gateway.ledger.contract import Ledger, Transaction
from gateway.ledger.exception_records import Wanted, key_of
from gateway.ledger.records import ExceptionRow
from gateway.problems_attention import DEAD_LETTERS_WAIT, UNROUTED_WAIT
from gateway.publishers.topology import DEAD_LETTERS, UNROUTED

WATCHED: Final = {UNROUTED: UNROUTED_WAIT, DEAD_LETTERS: DEAD_LETTERS_WAIT}
_EMPTY_TWICE: Final = 2
"""Looks in a row that find nothing, before it is over: a person who looks at messages holds them for a moment."""


@dataclass(slots=True)
class Depths:
    """Told the depth of each queue again and again; writes where something changed."""

    ledger: Ledger
    clock: Clock
    new_id: NewId
    _empty: dict[str, int] = field(default_factory=dict)
    _told: dict[str, bool] = field(default_factory=dict)

    def __call__(self, queue: str, depth: int) -> None:
        """So many messages lie in this queue now. Blocks until it is in the ledger. Raises LedgerError."""
        if depth:
            self._empty[queue] = 0
            if not self._told.get(queue):
                self.ledger.write(lambda tx: self._open(tx, queue, depth)).result()
                self._told[queue] = True
            return
        self._empty[queue] = self._empty.get(queue, 0) + 1
        if self._empty[queue] == _EMPTY_TWICE and self._told.get(queue) is not False:
            self.ledger.write(lambda tx: self._resolve(tx, queue)).result()
            self._told[queue] = False

    def _open(self, tx: Transaction, queue: str, depth: int) -> None:
        kind = WATCHED[queue]
        what = "1 message lies" if depth == 1 else f"{depth:,} messages lie"
        tx.open_exception(
            ExceptionRow(
                id=self.new_id(), kind="technical", code=kind.code, partner=None, delivery=None, document=None,
                message=f"{what} in the broker's queue {queue}", opened_at=self.clock(), key=key_of(kind.code, queue),
            )
        )  # fmt: skip

    def _resolve(self, tx: Transaction, queue: str) -> None:
        found = tx.list_exceptions(Wanted(code=WATCHED[queue].code)).rows
        tx.resolve_exceptions([row.id for row in found], self.clock(), "the queue is empty")
