"""The audit trail in the ledger: rows are added at its end and taken away at its beginning, and never changed."""

import json
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, bindparam, delete, insert, select, text

from gateway.audit.entry import GATEWAY, Action, AuditRow, Entry, Head, digest_of_row, first_digest, short
from gateway.ledger.identity import read_identity
from gateway.ledger.rows import microseconds, moment
from gateway.ledger.schema_audit import audit

_ALL = select(audit).order_by(audit.c.position)
_LAST = select(audit.c.position, audit.c.digest).order_by(audit.c.position.desc()).limit(1)
_FIRST = select(audit.c.position, audit.c.previous).order_by(audit.c.position).limit(1)
_AT = select(audit.c.digest).where(audit.c.position == bindparam("position"))
_ADD = insert(audit)
_OLD = (
    select(audit.c.position, audit.c.digest)
    .where(audit.c.at < bindparam("before"))
    .order_by(audit.c.position)
    .limit(bindparam("most"))
)
_DROP = delete(audit).where(audit.c.position <= bindparam("through"))
_ONE_AT_A_TIME = text("SELECT pg_advisory_xact_lock(722690014)")
"""Where several gateways share a ledger, whoever adds to the trail waits for the others. Any number of our own."""
_PAGE = 1000


class SqlAuditReads:
    """The questions in SQL."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def rows(
        self, *, after: int = 0, limit: int = 100, action: str | None = None, actor: str | None = None,
        since: datetime | None = None, newest_first: bool = False,
    ) -> list[AuditRow]:  # fmt: skip
        """A page; an action may be a family, as ``key.``."""
        place = audit.c.position
        asked: Select[Any] = select(audit).where(place > after)
        if action is not None:
            asked = asked.where(audit.c.action.startswith(action, autoescape=True))
        if actor is not None:
            asked = asked.where(audit.c.actor == actor)
        if since is not None:
            asked = asked.where(audit.c.at >= microseconds(since))
        asked = asked.order_by(place.desc() if newest_first else place).limit(limit)
        return [_row(row) for row in self._connection.execute(asked)]

    def all(self) -> Iterator[AuditRow]:
        """In order."""
        after = 0
        while page := self.rows(after=after, limit=_PAGE):
            yield from page
            after = page[-1].position

    def head(self) -> Head | None:
        """The last."""
        row = self._connection.execute(_LAST).one_or_none()
        return Head(row.position, row.digest) if row else None

    def digest_at(self, position: int) -> str | None:
        """Of one."""
        found: str | None = self._connection.execute(_AT, {"position": position}).scalar_one_or_none()
        return found

    def beginning(self) -> str:
        """By the id of the ledger."""
        return first_digest(read_identity(self._connection) or "")


class SqlAuditChanges(SqlAuditReads):
    """The changes in SQL."""

    def __init__(self, connection: Connection, now: datetime) -> None:
        super().__init__(connection)
        self._now = now

    def record(self, entry: Entry) -> AuditRow:
        """One more row."""
        if self._connection.dialect.name == "postgresql":
            self._connection.execute(_ONE_AT_A_TIME)
        last = self.head()
        draft = AuditRow(
            position=last.position + 1 if last else 1, at=moment(microseconds(entry.at or self._now)),
            actor=short(entry.actor.name)[:255], actor_kind=entry.actor.kind.value, action=entry.action.value,
            object=short(entry.object), partner=entry.partner, reason=short(entry.reason),
            source=short(entry.actor.source)[:255] if entry.actor.source else None,
            details=json.dumps({name: short(value) if isinstance(value, str) else value
                                for name, value in entry.details.items()}, ensure_ascii=False, sort_keys=True),
            previous=last.digest if last else self.beginning(), digest="",
        )  # fmt: skip
        values = {name: getattr(draft, name) for name in AuditRow.__dataclass_fields__}
        row = AuditRow(**{**values, "digest": digest_of_row(draft)})
        self._connection.execute(_ADD, {**values, "at": microseconds(row.at), "digest": row.digest})
        return row

    def prune(self, before: datetime, most: int = 1000) -> int:
        """A row in the trail tells what was the last one taken: whoever cuts off more cannot forge it unseen."""
        old = self._connection.execute(_OLD, {"before": microseconds(before), "most": most}).all()
        last = self.head()
        # A clock that was set back leaves old rows behind new ones: only what nothing newer stands before goes.
        first = self._connection.execute(_FIRST).one_or_none()
        if first is None or last is None:
            return 0
        taken = [row for place, row in enumerate(old) if row.position == first.position + place]
        if not taken or taken[-1].position == last.position:
            taken = taken[:-1]
        if not taken:
            return 0
        through = taken[-1]
        self.record(
            Entry(
                Action.AUDIT_PRUNED, GATEWAY, f"audit {first.position} to {through.position}",
                reason="kept for as long as the settings say",
                details={"through": through.position, "digest": through.digest, "rows": len(taken)},
            )
        )  # fmt: skip
        self._connection.execute(_DROP, {"through": through.position})
        return len(taken)


def _row(row: Row[Any]) -> AuditRow:
    return AuditRow(
        position=row.position, at=moment(row.at), actor=row.actor, actor_kind=row.actor_kind, action=row.action,
        object=row.object, partner=row.partner, reason=row.reason, source=row.source, details=row.details,
        previous=row.previous, digest=row.digest,
    )  # fmt: skip
