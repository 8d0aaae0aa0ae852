"""Which parcels of a channel wait to be fetched, and which it ever had."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, Row, bindparam, func, select

from gateway.ledger.rows import PARCEL, microseconds
from gateway.ledger.schema import UNSENT, parcels

_WAITING: Final = (
    select(*PARCEL)
    .where(
        UNSENT,
        parcels.c.channel == bindparam("channel"),
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
