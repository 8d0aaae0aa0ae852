"""Exceptions in SQL: one open one of each key, found, grouped, noted, assigned and resolved."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, Select, bindparam, func, null, select, update
from sqlalchemy.dialects.postgresql import insert

from gateway.ledger.contract_api import Page
from gateway.ledger.contract_exceptions import OPEN_ONES
from gateway.ledger.exception_records import NOBODY, ExceptionNote, GroupRow, Standing, Wanted
from gateway.ledger.records import ExceptionRow
from gateway.ledger.rows import EXCEPTION, exception_row, maybe_microseconds, microseconds, moment
from gateway.ledger.schema import OPEN, exceptions
from gateway.ledger.schema_attention import exception_notes
from gateway.ledger.statements import adding, where

_OF: Any = bindparam("of")
_ONE: Final = select(*EXCEPTION).where(exceptions.c.id == _OF)
_NOTES: Final = (
    select(exception_notes).where(exception_notes.c.exception == _OF).order_by(exception_notes.c.position)
)  # fmt: skip
_NEWEST_OF_KEY: Final = (
    select(*EXCEPTION).where(exceptions.c.key == bindparam("key")).order_by(exceptions.c.position.desc()).limit(1)
)
_ADD: Final = adding(exceptions, "id")
_VALUES: Final[dict[str, Any]] = {
    column.name: bindparam(column.name) for column in exceptions.c if column.name != "position"
}
_NEW: Final = insert(exceptions).values(_VALUES)
_ADD_KEYED: Final = _NEW.on_conflict_do_update(
    index_elements=[exceptions.c.key],
    index_where=OPEN,
    set_={"seen": exceptions.c.seen + 1, "last_at": _NEW.excluded.opened_at},
).returning(exceptions.c.id)
_RESOLVE: Final = (
    update(exceptions)
    .where(exceptions.c.id == _OF, exceptions.c.resolved_at.is_(null()))
    .values(resolved_at=bindparam("at"), note=bindparam("to_note"), resolved_by=bindparam("to_by"))
)
_ASSIGN: Final = (
    update(exceptions)
    .where(
        exceptions.c.id == _OF,
        exceptions.c.resolved_at.is_(null()),
        func.coalesce(exceptions.c.assigned_to, "") != func.coalesce(bindparam("to"), ""),
    )
    .values(assigned_to=bindparam("to"))
)
_ADD_NOTE: Final = insert(exception_notes).values(
    {name: bindparam(f"to_{name}") for name in ("exception", "at", "by", "text")}
)


class SqlExceptionReads:
    """The questions on one connection."""

    _connection: Connection

    def exceptions(self, *, open_only: bool = True, limit: int = 100) -> list[ExceptionRow]:
        """Newest first."""
        wanted = OPEN_ONES if open_only else Wanted(Standing.ALL)
        return list(self.list_exceptions(wanted, limit=limit).rows)

    def list_exceptions(
        self, wanted: Wanted = OPEN_ONES, *, after: int | None = None, limit: int = 100
    ) -> Page[ExceptionRow]:
        """In order of opening, newest first."""
        asked = _narrowed(select(*EXCEPTION, exceptions.c.position), wanted)
        if after is not None:
            asked = asked.where(exceptions.c.position < after)
        rows = self._connection.execute(asked.order_by(exceptions.c.position.desc()).limit(limit + 1)).all()
        shown = rows[:limit]
        found: tuple[Any, ...] = tuple(exception_row(row[:-1]) for row in shown)
        return Page(found, shown[-1][-1] if len(rows) > limit else None)

    def exception(self, id: str) -> ExceptionRow | None:
        """One."""
        row = self._connection.execute(_ONE, {"of": id}).one_or_none()
        return exception_row(row) if row is not None else None

    def exception_notes(self, id: str) -> list[ExceptionNote]:
        """In order."""
        rows = self._connection.execute(_NOTES, {"of": id})
        return [ExceptionNote(row.exception, moment(row.at), row.by, row.text) for row in rows]

    def exception_groups(self, wanted: Wanted = OPEN_ONES, *, limit: int = 100) -> list[GroupRow]:
        """The largest first."""
        by = (exceptions.c.kind, exceptions.c.code, exceptions.c.partner)
        count, newest = func.count().label("counted"), func.max(exceptions.c.position).label("newest")
        asked: Select[Any] = select(
            *by, count, func.min(exceptions.c.opened_at), func.max(exceptions.c.opened_at), newest
        )  # fmt: skip
        asked = _narrowed(asked, wanted).group_by(*by).order_by(count.desc(), newest.desc()).limit(limit)
        rows = self._connection.execute(asked).all()
        places = [row.newest for row in rows]
        examples = select(*EXCEPTION, exceptions.c.position).where(exceptions.c.position.in_(places))
        found = {row[-1]: exception_row(row[:-1]) for row in self._connection.execute(examples)}
        return [
            GroupRow(kind, code, partner, number, moment(first), moment(last), found[place])
            for kind, code, partner, number, first, last, place in rows
        ]


class SqlExceptionChanges(SqlExceptionReads):
    """The changes, inside an open transaction. ``_counts`` are those of the transaction."""

    _counts: Counter[str]

    def open_exception(self, row: ExceptionRow) -> str:
        """Something for a person, once while it lasts."""
        if row.key is None:
            added: int = self._connection.execute(_ADD, _values(row)).rowcount
            self._counts["waiting.exceptions"] += added if row.resolved_at is None else 0
            return row.id
        earlier = self._connection.execute(_NEWEST_OF_KEY, {"key": row.key}).one_or_none()
        before = exception_row(earlier) if earlier is not None else None
        values = _values(row)
        if before is not None and before.resolved_at is not None:
            values |= {"again_of": before.id, "assigned_to": row.assigned_to or before.assigned_to}
        id: str = self._connection.execute(_ADD_KEYED, values).scalar_one()
        self._counts["waiting.exceptions"] += id == row.id
        return id

    def resolve_exceptions(self, ids: Sequence[str], at: datetime, note: str, by: str = "gateway") -> int:
        """Closes open ones; returns how many were open."""
        values = [{"of": id, "at": microseconds(at), "to_note": note, "to_by": by} for id in dict.fromkeys(ids)]
        resolved: int = self._connection.execute(_RESOLVE, values).rowcount if values else 0
        self._counts["waiting.exceptions"] -= resolved
        return resolved

    def assign_exceptions(self, ids: Sequence[str], to: str | None, at: datetime, by: str) -> int:
        """To somebody; the log tells of it."""
        told = f"assigned to {to}" if to is not None else "assigned to nobody"
        changed = 0
        for id in dict.fromkeys(ids):
            if self._connection.execute(_ASSIGN, {"of": id, "to": to}).rowcount:
                self.note_exception(ExceptionNote(id, at, by, told))
                changed += 1
        return changed

    def note_exception(self, note: ExceptionNote) -> None:
        """One more line of its log."""
        if self.exception(note.exception) is None:
            raise LookupError(f"there is no exception {note.exception}")
        values = {
            "to_exception": note.exception,
            "to_at": microseconds(note.at),
            "to_by": note.by,
            "to_text": note.text,
        }
        self._connection.execute(_ADD_NOTE, values)


def _narrowed(asked: Select[Any], wanted: Wanted) -> Select[Any]:
    """Only those that are wanted."""
    column = exceptions.c
    if wanted.standing is Standing.OPEN:
        asked = asked.where(OPEN)
    elif wanted.standing is Standing.RESOLVED:
        asked = asked.where(column.resolved_at.is_not(null()))
    asked = where(asked, {
        column.kind: wanted.kind, column.code: wanted.code, column.partner: wanted.partner,
        column.delivery: wanted.delivery, column.parcel: wanted.parcel, column.document: wanted.document,
    })  # fmt: skip
    if wanted.since is not None:
        asked = asked.where(column.opened_at >= microseconds(wanted.since))
    if wanted.assigned_to == NOBODY:
        return asked.where(column.assigned_to.is_(null()))
    return asked if wanted.assigned_to is None else asked.where(column.assigned_to == wanted.assigned_to)


def _values(row: ExceptionRow) -> dict[str, Any]:
    return {
        "id": row.id, "kind": row.kind, "code": row.code, "partner": row.partner, "delivery": row.delivery,
        "document": row.document, "message": row.message, "opened_at": microseconds(row.opened_at),
        "resolved_at": maybe_microseconds(row.resolved_at), "note": row.note, "key": row.key, "parcel": row.parcel,
        "channel": row.channel, "assigned_to": row.assigned_to, "resolved_by": row.resolved_by, "seen": row.seen,
        "last_at": maybe_microseconds(row.last_at), "again_of": row.again_of,
    }  # fmt: skip
