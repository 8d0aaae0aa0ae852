"""Many rows with one statement, and one question about many: a statement for each row costs more than its row.

Statements come in a few sizes, powers of two, and each is made into text once: SQLite keeps them prepared.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, TypeVar

from sqlalchemy import Column, ColumnElement, Connection, Dialect, Executable, Select, Table, bindparam
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.engine.interfaces import Compiled
from sqlalchemy.sql.compiler import SQLCompiler

T = TypeVar("T")

MOST = 32
"""Rows in one statement: with the widest table far below the bound on its parameters."""


_Text = tuple[str, Sequence[str] | None, dict[str, object]]


class Sized:
    """A statement that is the same for one, two, four … values but for how often something stands in it."""

    def __init__(self, build: Callable[[int], Executable]) -> None:
        """``build`` makes it for so many values; it names their parameters ``NAME_0``, ``NAME_1``, …"""
        self.build = build
        self._texts: dict[tuple[int, str], _Text] = {}

    def run(self, connection: Connection, values: Sequence[Mapping[str, object]], **others: object) -> Any:
        """Runs it for these values, as many as ``build`` was ever asked for; ``others`` stand once."""
        key = (len(values), connection.dialect.name)
        if key not in self._texts:
            self._texts[key] = self._compiled(len(values), connection.dialect)
        text, order, fixed = self._texts[key]
        given = {f"{name}_{place}": value for place, row in enumerate(values) for name, value in row.items()}
        flat = {**fixed, **given, **others}
        return connection.exec_driver_sql(text, flat if order is None else tuple([flat[name] for name in order]))

    def _compiled(self, size: int, dialect: Dialect) -> _Text:
        """The text; its parameters in order where the driver counts them instead of naming them; those of its own."""
        made: Compiled = self.build(size).compile(dialect=dialect)  # type: ignore[attr-defined]
        assert isinstance(made, SQLCompiler)  # noqa: S101 - statements are SQL
        fixed = {name: value for name, value in made.params.items() if value is not None}
        return str(made), made.positiontup if made.positional else None, fixed


def adding(table: Table, *key: str) -> Sized:
    """Inserts rows but those that are there already."""
    own = [column for column in table.c if not (column.primary_key and column.autoincrement is True)]

    def build(size: int) -> Executable:
        return (
            insert(table)
            .values(
                [
                    {column.name: bindparam(f"{column.name}_{place}", type_=column.type) for column in own}
                    for place in range(size)
                ]
            )
            .on_conflict_do_nothing(index_elements=list(key))
        )

    return Sized(build)


def among(asked: Select[Any], column: Column[Any] | ColumnElement[Any]) -> Sized:
    """A question about the rows whose column has one of the values ``v``."""
    return Sized(lambda size: asked.where(column.in_([bindparam(f"v_{place}") for place in range(size)])))


def portions(rows: Sequence[T]) -> Iterator[Sequence[T]]:
    """Cuts rows into portions of the sizes that statements come in."""
    start = 0
    while left := len(rows) - start:
        size = min(MOST, 1 << (left.bit_length() - 1))
        yield rows[start : start + size]
        start += size


def filled(values: Sequence[T]) -> Iterator[Sequence[T]]:
    """The same for questions, where a value may stand twice: one portion, filled up, serves instead of several."""
    for start in range(0, len(values), MOST):
        part = list(values[start : start + MOST])
        yield part + part[-1:] * ((1 << (len(part) - 1).bit_length()) - len(part))
