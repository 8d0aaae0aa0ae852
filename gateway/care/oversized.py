"""Files larger than their channel takes: written down by name, size and digest, so that none vanishes unseen."""

import asyncio
from dataclasses import dataclass

from adapters.contracts import Outcome, Oversized
from gateway.care.problems import TOO_LARGE
from gateway.ids import NewId
from gateway.ledger.contract import Ledger, Transaction
from gateway.ledger.records import DeliveryRow, DeliveryState, ExceptionRow


@dataclass(frozen=True, slots=True)
class Oversizes:
    """Keeps the rows of what was not taken."""

    ledger: Ledger
    new_id: NewId

    async def __call__(self, told: Oversized) -> None:
        """Returns when it is on disk. Raises LedgerError."""
        await asyncio.wrap_future(self.ledger.write(lambda tx: self._record(tx, told)))

    def _record(self, tx: Transaction, told: Oversized) -> None:
        if tx.delivery_by_origin(told.channel, told.origin) is not None:
            # A crash came between this and the move: it is the same file.
            return
        message = f"{told.size} bytes; the channel {told.channel} takes up to {told.limit}"
        row = DeliveryRow(
            id=told.id, channel=told.channel, name=told.name, origin=told.origin, sha256=told.sha256 or "",
            size=told.size, received_at=told.seen_at, state=DeliveryState.RECORDED, outcome=Outcome.REJECTED.value,
            summary=f"{TOO_LARGE.code} not taken: {message}", pruned_at=told.seen_at,
        )  # fmt: skip
        tx.care.add_unkept(row)
        tx.open_exception(
            ExceptionRow(
                id=self.new_id(), kind="technical", code=TOO_LARGE.code, partner=None, delivery=told.id,
                document=None, message=f"a file was not taken: {message}", opened_at=told.seen_at,
            )
        )  # fmt: skip
