"""What waits to be fetched, and nonces that are used once."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from gateway.ledger.records import ParcelRow, ParcelState
from gateway.ledger.store import SqlLedger, open_ledger

NOW = datetime(2026, 11, 21, 10, 0, tzinfo=UTC)
ROW = ParcelRow(
    id="p1", partner="erp", channel="desk", kind="997", body=b"{}", context={}, state=ParcelState.QUEUED, created_at=NOW
)


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[SqlLedger]:
    opened = open_ledger(tmp_path)
    yield opened
    opened.close()


def add(ledger: SqlLedger, row: ParcelRow) -> None:
    ledger.write(lambda tx: tx.add_parcel(row)).result()


def test_what_waits_at_a_channel_is_given_oldest_first_until_it_is_delivered(ledger: SqlLedger) -> None:
    def waiting(now: datetime = NOW, limit: int = 10) -> list[str]:
        return [row.id for row in ledger.read(lambda reads: reads.waiting_parcels("desk", now, limit))]

    for id, channel in (("p1", "desk"), ("p2", "other"), ("p3", "desk"), ("p4", "desk")):
        add(ledger, replace(ROW, id=id, channel=channel))
    assert waiting() == ["p1", "p3", "p4"]
    assert waiting(limit=2) == ["p1", "p3"]
    later = NOW + timedelta(minutes=1)
    ledger.write(lambda tx: tx.parcel_failed("p3", "cannot be rendered", later, NOW)).result()
    assert waiting() == ["p1", "p4"]
    assert waiting(later) == ["p1", "p3", "p4"]
    ledger.write(lambda tx: tx.render_parcel("p1", name="a.edi", content=b"ISA", control_number="1")).result()
    ledger.write(lambda tx: tx.parcel_delivered("p1", NOW)).result()
    assert waiting() == ["p4"]
    states = ledger.read(lambda reads: reads.parcel_states("desk", ["p1", "p2", "p4", "none"]))
    assert states == {"p1": "delivered", "p4": "queued"}


def test_a_nonce_is_new_once_until_it_expires(ledger: SqlLedger) -> None:
    def use(value: str, now: datetime) -> bool:
        return ledger.write(lambda tx: tx.use_nonce(value, NOW + timedelta(minutes=5), now)).result()

    assert use("a", NOW)
    assert not use("a", NOW)
    assert use("b", NOW)
    assert not use("a", NOW + timedelta(minutes=5))
    assert use("a", NOW + timedelta(minutes=5, microseconds=1))
