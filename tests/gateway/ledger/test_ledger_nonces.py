"""Nonces that are used once."""

from datetime import UTC, datetime, timedelta

import pytest

from gateway.ledger.store import SqlLedger

NOW = datetime(2026, 11, 21, 10, 0, tzinfo=UTC)


@pytest.mark.failure("W3")
def test_a_nonce_is_new_once_until_it_expires(any_ledger: SqlLedger) -> None:
    def use(value: str, now: datetime) -> bool:
        return any_ledger.write(lambda tx: tx.use_nonce(value, NOW + timedelta(minutes=5), now)).result()

    assert use("a", NOW)
    assert not use("a", NOW)
    assert use("b", NOW)
    assert not use("a", NOW + timedelta(minutes=5))
    assert use("a", NOW + timedelta(minutes=5, microseconds=1))
