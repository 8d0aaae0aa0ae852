"""Which parcels of a channel wait to be fetched, and which it ever had."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, Row, bindparam, func, null, select

from gateway.ledger.parcel_rows import PARCEL
from gateway.ledger.parcel_statements import outstanding
from gateway.ledger.rows import microseconds
from gateway.ledger.schema import word
from gateway.ledger.schema_outbound import parcels

_WAITING: Final = (
    select(*PARCEL)
    .where(
        outstanding(parcels),
        parcels.c.state.in_([word("queued"), word("ready"), word("retrying")]),
        parcels.c.closes_at.is_(null()),
        (parcels.c.channel + "") == bindparam("channel"),
        func.coalesce(parcels.c.next_attempt_at, 0) <= bindparam("now"),
    )
    .order_by(parcels.c.position)
    .limit(bindparam("limit"))
)
_STATES: Final = select(parcels.c.id, parcels.c.state).where(
    parcels.c.channel == bindparam("channel"), parcels.c.id.in_(bindparam("ids", expanding=True))
)


def waiting(connection: Connection, channel: str, now: datetime, limit: int) -> Iterable[Row[Any]]:
    """Those that are not delivered, oldest first; not those whose rendering failed and is tried again later."""
    return connection.execute(_WAITING, {"channel": channel, "now": microseconds(now), "limit": limit}).all()


def states(connection: Connection, channel: str, ids: Iterable[str]) -> dict[str, str]:
    """The states of those parcels among ``ids`` that are the channel's."""
    rows = connection.execute(_STATES, {"channel": channel, "ids": list(ids)})
    return {row.id: row.state for row in rows}
