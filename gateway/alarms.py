"""What a channel cannot mend by itself becomes an exception for a person: once, while it is open."""

from concurrent.futures import Future
from dataclasses import dataclass

import structlog

from adapters.contracts import Alarm
from gateway.ids import Clock, NewId
from gateway.ledger.contract import Ledger
from gateway.ledger.exception_records import key_of
from gateway.ledger.records import ExceptionRow

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
            self.tell(code, f"channel {channel}: {text}", partner, channel)

        return alarm

    def tell(self, code: str, text: str, partner: str | None = None, channel: str | None = None) -> None:
        """An alarm of the gateway itself, of a channel, or of one partner: the same text is one exception."""
        row = ExceptionRow(
            id=self.new_id(), kind="technical", code=code, partner=partner, delivery=None, document=None,
            message=text[:_LONGEST], opened_at=self.clock(), key=key_of(code, text), channel=channel,
        )  # fmt: skip
        written = self.ledger.write(lambda tx: tx.open_exception(row))
        written.add_done_callback(_tell_failure)


def _tell_failure(written: "Future[str]") -> None:
    if (error := written.exception()) is not None:
        log.warning("an alarm is not in the ledger", error_type=type(error).__name__)
