"""A ledger on each database that there is: what holds on one must hold on all."""

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
import pytest

from gateway.ledger.open_postgres import open_postgres
from gateway.ledger.store import FILE, SqlLedger, open_ledger

ENGINES = ("sqlite", "postgresql")


@dataclass(frozen=True)
class LedgerPlace:
    """Where a ledger lies that is opened, closed, and opened again."""

    data: Path
    url: str | None
    """None for SQLite."""

    def open(self, **how: Any) -> SqlLedger:
        """As ``open_ledger`` and ``open_postgres``."""
        return open_ledger(self.data, **how) if self.url is None else open_postgres(self.url, self.data, **how)

    def execute(self, sql: str) -> None:
        """Changes it behind everybody's back."""
        if self.url is not None:
            with psycopg.connect(self.url) as connection:
                connection.execute(sql.encode())
            return
        file = sqlite3.connect(self.data / FILE)
        with file:
            file.execute(sql)
        file.close()


@pytest.fixture(params=ENGINES)
def place(request: pytest.FixtureRequest, tmp_path: Path) -> LedgerPlace:
    """A ledger that is not opened yet, on each engine."""
    url = request.getfixturevalue("ledger_url") if request.param == "postgresql" else None
    return LedgerPlace(tmp_path / "data", url)


@pytest.fixture
def any_ledger(place: LedgerPlace) -> Iterator[SqlLedger]:
    """A ledger on each engine."""
    opened = place.open()
    yield opened
    opened.close()
