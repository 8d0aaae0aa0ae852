"""How far channels that ask have come at the services they ask."""

from datetime import datetime
from typing import Final

from sqlalchemy import Connection, bindparam, insert, select, update

from gateway.ledger.rows import microseconds
from gateway.ledger.schema import cursors

_VALUE: Final = select(cursors.c.value).where(cursors.c.channel == bindparam("of"))
_MOVE: Final = update(cursors).where(cursors.c.channel == bindparam("of"))
_ADD: Final = insert(cursors)


def value(connection: Connection, channel: str) -> str | None:
    """The cursor of a channel; None before its first."""
    found: str | None = connection.execute(_VALUE, {"of": channel}).scalar_one_or_none()
    return found


def move(connection: Connection, channel: str, value: str, at: datetime) -> None:
    """From now on this one."""
    values = {"value": value, "at": microseconds(at)}
    if not connection.execute(_MOVE, {"of": channel, **values}).rowcount:
        connection.execute(_ADD, {"channel": channel, **values})
