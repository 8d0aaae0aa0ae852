"""The ledger's questions and changes of routing."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, Protocol

from sqlalchemy import Connection, bindparam, delete, func, select, update
from sqlalchemy.dialects.postgresql import insert

from gateway.ledger.routing_records import ParkedRow, ReferenceRow, Waiting
from gateway.ledger.rows import as_object, as_text, maybe_moment, microseconds, moment
from gateway.ledger.schema_routing import STANDING, parked, references, routed

_LAST = select(func.max(references.c.position))
_LAST_TURN = select(func.max(parked.c.turn))
_STANDING = select(references).where(STANDING).order_by(references.c.position)
_PARKED = select(parked).order_by(parked.c.turn, parked.c.position)
_UNPARK = delete(parked).where(
    parked.c.document == bindparam("d"),
    parked.c.route == bindparam("r"),
    parked.c.table == bindparam("t"),
    parked.c.partner == bindparam("p"),
    parked.c.key == bindparam("k"),
)
_ADD_PARKED = insert(parked).on_conflict_do_nothing()
_ADD_ROUTED = insert(routed).on_conflict_do_nothing()
_ROUTED = select(routed.c.at).where(routed.c.document == bindparam("document"), routed.c.route == bindparam("route"))


class RoutingReads(Protocol):
    """Questions of routing."""

    def last_reference(self) -> int:
        """The position of the newest imported row; another number means that references have changed."""

    def last_turn(self) -> int:
        """The turn of what was parked last, of what is still parked; 0 where nothing is."""

    def references(self, table: str | None = None) -> list[ReferenceRow]:
        """Imported rows that stand, in order of import."""

    def reference_history(self, table: str, key: str | None = None, limit: int = 100) -> list[ReferenceRow]:
        """Imported rows of a table, replaced ones too, newest first."""

    def parked(self, *, document: str | None = None, limit: int = 10_000) -> list[ParkedRow]:
        """What documents wait for, in the order in which they began to."""

    def waiting(self, after: int = 0, limit: int = 1000) -> list[Waiting]:
        """Documents that wait, each once for each rule, in their turns, those beyond ``after``."""

    def waits(self, table: str, partner: str, key: str) -> ParkedRow | None:
        """The first that waits for this."""

    def is_routed(self, document: str, route: str) -> bool:
        """Whether a rule is done with a document."""


class RoutingChanges(RoutingReads, Protocol):
    """Questions and changes of routing."""

    def add_references(self, rows: Iterable[ReferenceRow]) -> None: ...

    def replace_references(self, positions: Sequence[int], at: datetime, by: str) -> None:
        """They stand no longer."""

    def park(self, row: ParkedRow) -> None:
        """Nothing where it waits for this already."""

    def unpark(self, rows: Iterable[ParkedRow]) -> None:
        """They are waited for no longer."""

    def retell(self, table: str, partner: str, key: str, exception: str) -> None:
        """Another exception tells of what waits for this."""

    def set_routed(self, document: str, route: str, at: datetime) -> None:
        """The rule never takes the document again."""


class SqlRoutingReads:
    """Questions on one connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def last_reference(self) -> int:
        """0 where nothing was imported yet."""
        return self._connection.execute(_LAST).scalar_one() or 0

    def last_turn(self) -> int:
        """By the index of turns."""
        return self._connection.execute(_LAST_TURN).scalar_one() or 0

    def references(self, table: str | None = None) -> list[ReferenceRow]:
        """All that stand, or those of a table."""
        asked = _STANDING if table is None else _STANDING.where(references.c.table == table)
        return [_reference(row) for row in self._connection.execute(asked)]

    def reference_history(self, table: str, key: str | None = None, limit: int = 100) -> list[ReferenceRow]:
        """Newest first."""
        asked = select(references).where(references.c.table == table)
        if key is not None:
            asked = asked.where(references.c.key == key)
        asked = asked.order_by(references.c.position.desc()).limit(limit)
        return [_reference(row) for row in self._connection.execute(asked)]

    def parked(self, *, document: str | None = None, limit: int = 10_000) -> list[ParkedRow]:
        """Oldest first."""
        asked = _PARKED.limit(limit)
        if document is not None:
            asked = asked.where(parked.c.document == document)
        return [_parked(row) for row in self._connection.execute(asked)]

    def waiting(self, after: int = 0, limit: int = 1000) -> list[Waiting]:
        """A page."""
        asked = (
            select(parked.c.document, parked.c.route, parked.c.turn)
            .where(parked.c.turn > after)
            .distinct()
            .order_by(parked.c.turn, parked.c.route)
            .limit(limit)
        )
        return [Waiting(row.document, row.route, row.turn) for row in self._connection.execute(asked)]

    def waits(self, table: str, partner: str, key: str) -> ParkedRow | None:
        """The oldest."""
        asked = _PARKED.where(parked.c.table == table, parked.c.partner == partner, parked.c.key == key).limit(1)
        row = self._connection.execute(asked).one_or_none()
        return _parked(row) if row is not None else None

    def is_routed(self, document: str, route: str) -> bool:
        """By the mark that the commit left."""
        values = {"document": document, "route": route}
        return self._connection.execute(_ROUTED, values).one_or_none() is not None


class SqlRoutingChanges(SqlRoutingReads):
    """Changes on one connection, inside its open transaction."""

    def add_references(self, rows: Iterable[ReferenceRow]) -> None:
        """In order."""
        values = [
            {
                "table": row.table, "key": row.key, "cells": as_text(dict(row.cells)),
                "imported_at": microseconds(row.imported_at), "imported_by": row.imported_by, "origin": row.origin,
            }
            for row in rows
        ]  # fmt: skip
        if values:
            self._connection.execute(references.insert(), values)

    def replace_references(self, positions: Sequence[int], at: datetime, by: str) -> None:
        """Those that stand among them."""
        statement = update(references).where(references.c.position == bindparam("of"), STANDING)
        statement = statement.values(replaced_at=bindparam("to_at"), replaced_by=bindparam("to_by"))
        values = [{"of": position, "to_at": microseconds(at), "to_by": by} for position in positions]
        if values:
            self._connection.execute(statement, values)

    def park(self, row: ParkedRow) -> None:
        """Waits from now on."""
        self._connection.execute(
            _ADD_PARKED,
            {
                "turn": row.turn, "document": row.document, "route": row.route, "table": row.table,
                "partner": row.partner, "key": row.key, "code": row.code, "exception": row.exception,
                "since": microseconds(row.since),
            },
        )  # fmt: skip

    def unpark(self, rows: Iterable[ParkedRow]) -> None:
        """Each by all that makes it one."""
        values = [
            {"d": each.document, "r": each.route, "t": each.table, "p": each.partner, "k": each.key} for each in rows
        ]
        if values:
            self._connection.execute(_UNPARK, values)

    def retell(self, table: str, partner: str, key: str, exception: str) -> None:
        """All that wait for it."""
        place = (parked.c.table == table, parked.c.partner == partner, parked.c.key == key)
        self._connection.execute(update(parked).where(*place).values(exception=exception))

    def set_routed(self, document: str, route: str, at: datetime) -> None:
        """For good."""
        self._connection.execute(_ADD_ROUTED, {"document": document, "route": route, "at": microseconds(at)})


def _reference(row: Any) -> ReferenceRow:
    return ReferenceRow(
        table=row.table, key=row.key, cells=as_object(row.cells), imported_at=moment(row.imported_at),
        imported_by=row.imported_by, origin=row.origin, position=row.position,
        replaced_at=maybe_moment(row.replaced_at), replaced_by=row.replaced_by,
    )  # fmt: skip


def _parked(row: Any) -> ParkedRow:
    return ParkedRow(
        document=row.document, route=row.route, table=row.table, partner=row.partner, key=row.key, code=row.code,
        exception=row.exception, since=moment(row.since), turn=row.turn,
    )  # fmt: skip
