"""Nonces that were used, until they expire: what was recorded on the line cannot be sent a second time."""

from datetime import datetime
from typing import Final

from sqlalchemy import Connection, bindparam, delete, insert, select

from gateway.ledger.rows import microseconds
from gateway.ledger.schema import nonces

_KNOWN: Final = select(nonces.c.value).where(nonces.c.value == bindparam("value"))
_EXPIRED: Final = delete(nonces).where(nonces.c.expires_at < bindparam("now"))
_ADD: Final = insert(nonces)


def use(connection: Connection, value: str, expires_at: datetime, now: datetime) -> bool:
    """Whether it is new; from now on it is not. Those that expired are forgotten."""
    connection.execute(_EXPIRED, {"now": microseconds(now)})
    if connection.execute(_KNOWN, {"value": value}).one_or_none() is not None:
        return False
    connection.execute(_ADD, {"value": value, "expires_at": microseconds(expires_at)})
    return True
