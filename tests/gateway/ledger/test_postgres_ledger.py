"""The ledger on PostgreSQL: the conformance suite, and what only a server behind a line can get wrong."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from gateway.ledger.open_postgres import open_postgres
from gateway.ledger.store import SqlLedger
from tests.conformance import LEDGER_CHECKS, Check
from tests.conformance_outbound import OUTBOUND_CHECKS


@pytest.fixture
def ledger(ledger_url: str, tmp_path: Path) -> Iterator[SqlLedger]:
    opened = open_postgres(ledger_url, tmp_path / "var")
    yield opened
    opened.close()


@pytest.mark.parametrize("check", [*LEDGER_CHECKS, *OUTBOUND_CHECKS], ids=lambda check: check.__name__)
def test_conformance(check: Check, ledger: SqlLedger) -> None:
    check(ledger)
