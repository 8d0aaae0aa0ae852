"""What waits in the ledger for whoever collects it, and what was collected."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, bindparam, null, select, update

from gateway.ledger.payloads import Payloads
from gateway.ledger.records import ParcelRow
from gateway.ledger.rows import PARCEL, microseconds, parcel_row
from gateway.ledger.schema import UNSENT, parcels, word

_WAITING = (
    select(*PARCEL)
    .where(UNSENT, parcels.c.state == word("ready"), parcels.c.channel == bindparam("channel"))
    .order_by(parcels.c.position)
    .limit(bindparam("limit"))
)
_COLLECTED = (
    update(parcels)
    .where(parcels.c.id == bindparam("of"), parcels.c.state == word("ready"))
    .values(state="delivered", delivered_at=bindparam("at"), next_attempt_at=null(), last_error=null())
)


class SqlMailboxReads:
    """The questions in SQL."""

    _connection: Connection
    _payloads: Payloads

    def waiting_for(self, channel: str, limit: int = 100) -> list[ParcelRow]:
        """By the index over what is not sent."""
        loaded = self._payloads.loaded
        return [
            parcel_row(row, loaded(row.body, row.body_sha256), loaded(row.content, row.content_sha256))
            for row in self._connection.execute(_WAITING, {"channel": channel, "limit": limit})
        ]


class SqlMailboxChanges:
    """The changes in SQL."""

    _connection: Connection
    _counts: Counter[str]

    def confirm_collected(self, ids: Sequence[str], at: datetime) -> int:
        """Each is delivered."""
        done = 0
        for id in ids:
            done += self._connection.execute(_COLLECTED, {"of": id, "at": microseconds(at)}).rowcount
        self._counts["waiting.parcels"] -= done
        self._counts["parcels.delivered"] += done
        return done
