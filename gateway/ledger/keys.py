"""API keys in the ledger: questions and changes. A key stays in the book after it was revoked."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, bindparam, func, literal_column, null, or_, select, update
from sqlalchemy.dialects.postgresql import insert

from gateway.keys import KeyRow, Scope
from gateway.ledger.rows import maybe_microseconds, maybe_moment, microseconds, moment
from gateway.ledger.schema import api_keys

MINUTE = 60_000_000
"""Microseconds between two notes of a key's use."""

_BY_DIGEST = select(api_keys).where(api_keys.c.digest == bindparam("digest"))
_ALL = select(api_keys).order_by(api_keys.c.position)
_ANY: Select[Any] = select(literal_column("1")).select_from(api_keys).limit(1)
_ADD = insert(api_keys).values(
    {column.name: bindparam(column.name) for column in api_keys.c if column.name != "position"}
)
_REVOKE = (
    update(api_keys)
    .where(or_(api_keys.c.name == bindparam("of"), api_keys.c.id == bindparam("of")), api_keys.c.revoked_at.is_(null()))
    .values(revoked_at=bindparam("at"))
)
_USED = (
    update(api_keys)
    .where(api_keys.c.id == bindparam("of"), func.coalesce(api_keys.c.last_used_at, 0) <= bindparam("at") - MINUTE)
    .values(last_used_at=bindparam("at"))
)


class SqlKeyReads:
    """The questions in SQL."""

    _connection: Connection

    def keys(self) -> list[KeyRow]:
        """All, in order."""
        return [_key_row(row) for row in self._connection.execute(_ALL)]

    def key(self, digest: str) -> KeyRow | None:
        """One, by its digest."""
        row = self._connection.execute(_BY_DIGEST, {"digest": digest}).one_or_none()
        return _key_row(row) if row else None

    def asks_for_keys(self) -> bool:
        """Whether there is any."""
        return self._connection.execute(_ANY).first() is not None


class SqlKeyChanges(SqlKeyReads):
    """The changes in SQL."""

    def add_key(self, row: KeyRow) -> None:
        """A new one."""
        if any(known.name == row.name and known.revoked_at is None for known in self.keys()):
            raise ValueError(f"there is a key {row.name!r} already")
        values = {
            "id": row.id, "name": row.name, "digest": row.digest,
            "scopes": " ".join(scope for scope in Scope if scope in row.scopes), "partner": row.partner,
            "channel": row.channel, "created_at": microseconds(row.created_at),
            "expires_at": maybe_microseconds(row.expires_at), "revoked_at": maybe_microseconds(row.revoked_at),
            "last_used_at": maybe_microseconds(row.last_used_at),
        }  # fmt: skip
        self._connection.execute(_ADD, values)

    def revoke_key(self, name_or_id: str, at: datetime) -> int:
        """No longer valid."""
        return self._connection.execute(_REVOKE, {"of": name_or_id, "at": microseconds(at)}).rowcount

    def key_used(self, id: str, at: datetime) -> None:
        """Nothing where it was noted less than a minute ago."""
        self._connection.execute(_USED, {"of": id, "at": microseconds(at)})


def _key_row(row: Row[Any]) -> KeyRow:
    return KeyRow(
        id=row.id, name=row.name, digest=row.digest, scopes=frozenset(Scope(each) for each in row.scopes.split()),
        created_at=moment(row.created_at), partner=row.partner, channel=row.channel,
        expires_at=maybe_moment(row.expires_at), revoked_at=maybe_moment(row.revoked_at),
        last_used_at=maybe_moment(row.last_used_at),
    )  # fmt: skip
