"""What a channel cannot mend by itself becomes an exception for a person: once, while it is open."""

from concurrent.futures import Future
from dataclasses import dataclass

import structlog

from adapters.contracts import Alarm
from gateway.ids import Clock, NewId
from gateway.ledger.contract import Ledger, Transaction
from gateway.ledger.records import ExceptionRow

_MOST_OPEN = 1000
_LONGEST = 500

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Alarms:
    """Writes alarms into the ledger, without making the channel wait."""

    ledger: Ledger
    clock: Clock
    new_id: NewId

    def of(self, channel: str, partner: str | None) -> Alarm:
        """The alarm of one channel."""

        def alarm(code: str, text: str) -> None:
            log.error("a person must see to it", channel=channel, code=code, reason=text)
            self.tell(code, f"channel {channel}: {text}", partner)

        return alarm

    def tell(self, code: str, text: str, partner: str | None = None) -> None:
        """An alarm of the gateway itself, or of one partner."""
        message = text[:_LONGEST]
        written = self.ledger.write(lambda tx: self._open(tx, code, message, partner))
        written.add_done_callback(_tell_failure)

    def _open(self, tx: Transaction, code: str, message: str, partner: str | None) -> None:
        known = tx.exceptions(open_only=True, limit=_MOST_OPEN)
        if any(each.code == code and each.message == message for each in known):
            return
        tx.open_exception(
            ExceptionRow(
                id=self.new_id(), kind="technical", code=code, partner=partner, delivery=None, document=None,
                message=message, opened_at=self.clock(),
            )
        )  # fmt: skip


def _tell_failure(written: "Future[None]") -> None:
    if (error := written.exception()) is not None:
        log.warning("an alarm is not in the ledger", error_type=type(error).__name__)
