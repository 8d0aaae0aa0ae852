"""Which events had their effect, remembered where the effect is: in the consumer's own database and transaction."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final, Literal, Protocol

KEPT: Final = timedelta(days=35)
"""Longer than anybody waits before an event is published again without being asked to."""


class Cursor(Protocol):
    """What a statement gives (PEP 249)."""

    @property
    def rowcount(self) -> int: ...


class Connection(Protocol):
    """A connection of ``sqlite3`` or ``psycopg``."""

    def execute(self, query: str, params: tuple[object, ...] = ..., /) -> Cursor: ...


@dataclass(frozen=True, slots=True)
class Seen:
    """One small table. Its row and what the event does are one commit: then both are there, or neither.

    A repeat that runs beside the first waits for its commit, and is then told apart.
    """

    database: Literal["sqlite", "postgresql"]
    table: str = "wharf_seen"

    def create(self, db: Connection) -> None:
        """Makes the table where it is missing."""
        db.execute(f"CREATE TABLE IF NOT EXISTS {self.table} (message_id TEXT PRIMARY KEY, seen_at TEXT NOT NULL)")

    def first_time(self, db: Connection, message_id: str, now: datetime | None = None) -> bool:
        """Whether this event had no effect yet; from the commit on, it has. Called first in the transaction."""
        mark = self._mark()
        statement = (
            f"INSERT INTO {self.table} (message_id, seen_at) VALUES ({mark}, {mark}) "  # noqa: S608
            "ON CONFLICT (message_id) DO NOTHING"
        )
        return db.execute(statement, (message_id, _text(now))).rowcount == 1

    def forget(self, db: Connection, now: datetime | None = None, kept: timedelta = KEPT) -> int:
        """Removes what is older; returns how many. Now and then is enough."""
        before = _text((now or datetime.now(UTC)) - kept)
        return db.execute(f"DELETE FROM {self.table} WHERE seen_at < {self._mark()}", (before,)).rowcount  # noqa: S608

    def _mark(self) -> str:
        return "?" if self.database == "sqlite" else "%s"


def _text(moment: datetime | None) -> str:
    return (moment or datetime.now(UTC)).astimezone(UTC).isoformat(timespec="microseconds")
