"""How far channels have come, across restarts."""

from datetime import UTC, datetime

from tests.rigs.fixtures_ledger import LedgerPlace

NOW = datetime(2026, 11, 21, 10, 0, tzinfo=UTC)


def test_a_channel_goes_on_where_it_was(place: LedgerPlace) -> None:
    ledger = place.open()
    assert ledger.read(lambda reads: reads.cursor("orders")) is None
    ledger.write(lambda tx: tx.move_cursor("orders", "a" * 4096, NOW)).result()
    ledger.write(lambda tx: tx.move_cursor("orders", "2026-11-21T10:00:00Z#7", NOW)).result()
    ledger.write(lambda tx: tx.move_cursor("others", "", NOW)).result()
    ledger.close()
    ledger = place.open()
    assert ledger.read(lambda reads: (reads.cursor("orders"), reads.cursor("others"), reads.cursor("none"))) == (
        "2026-11-21T10:00:00Z#7",
        "",
        None,
    )
    ledger.close()
