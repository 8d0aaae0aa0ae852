"""Fixtures for tests that need a real PostgreSQL: a private server for each test process, a database for each test."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.rigs.postgres import PACKAGE, PostgresServer, binaries, postgres_server


@pytest.fixture(scope="session")
def postgres_session() -> Iterator[PostgresServer]:
    """The server of this test process."""
    home = binaries()
    if home is None:
        message = f"a real database is needed: install the package {PACKAGE}"
        if os.environ.get("CI") == "true":
            pytest.fail(message)
        pytest.skip(message)
    with postgres_server(home) as server:
        yield server


@pytest.fixture
def postgres(postgres_session: PostgresServer) -> PostgresServer:
    """A running server; started again where the test before has ended it."""
    if not postgres_session.running():
        postgres_session.restart()
    return postgres_session


@pytest.fixture(scope="session")
def postgres_template(postgres_session: PostgresServer, tmp_path_factory: pytest.TempPathFactory) -> str:
    """A database with the ledger's tables, to be copied: quicker than to make them each time."""
    from gateway.ledger.open_postgres import open_postgres

    name = postgres_session.add_database()
    open_postgres(postgres_session.url_of(name), tmp_path_factory.mktemp("template")).close()
    return name


@pytest.fixture
def database(postgres: PostgresServer, postgres_template: str) -> Iterator[str]:
    """The name of an empty ledger's database, for this test alone."""
    name = postgres.add_database(postgres_template)
    yield name
    if not postgres.running():
        postgres.restart()
    postgres.drop_database(name)


@pytest.fixture
def ledger_url(postgres: PostgresServer, database: str, tmp_path: Path) -> str:
    """The address of an empty ledger."""
    return postgres.url_of(database)
