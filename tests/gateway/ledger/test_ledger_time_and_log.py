"""The ledger's order does not come from the clock, and its log does not grow for ever."""

from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.ledger.contract import Reads, Transaction
from gateway.ledger.records import EventRow
from gateway.ledger.store import FILE, open_ledger
from tests.rigs.ledger_rows import delivery, document, event, record

NOW = datetime(2026, 11, 1, 0, 30, tzinfo=UTC)
JUMPS = st.sampled_from([-86400.0, -3600.0, -1.0, 0.0, 1.0, 3600.0, 86400.0])


@pytest.mark.failure("P7")
@settings(max_examples=8, deadline=None)
@given(jumps=st.lists(JUMPS, min_size=3, max_size=8))
def test_whatever_the_clock_does_events_come_in_the_order_of_recording(
    tmp_path_factory: pytest.TempPathFactory, jumps: list[float]
) -> None:
    times = [NOW]
    for jump in jumps:
        times.append(times[-1] + timedelta(seconds=jump))
    clock = iter([*times, *times])
    ledger = open_ledger(tmp_path_factory.mktemp("clock"), clock=partial(next, clock, NOW))
    try:
        written: list[str] = []
        for place in range(len(jumps)):
            written += ledger.write(partial(record, id=f"d{place}")).result()
        claimed: list[str] = []
        for at in times:
            found = ledger.write(partial(claimed_now, most=2)).result()
            claimed += [one.id for one in found]
            ledger.write(partial(marked, ids=[one.id for one in found], at=at)).result()
        assert claimed == written[: len(claimed)]
        assert [one.id for one in ledger.read(lambda reads: reads.published(after=0))] == claimed
    finally:
        ledger.close()


def claimed_now(tx: Transaction, most: int) -> list[EventRow]:
    return tx.claim_events(most)


def marked(tx: Transaction, ids: list[str], at: datetime) -> None:
    tx.mark_published(ids, at)


def much(tx: Transaction, id: str) -> None:
    content = id.encode() * 60_000
    tx.add_delivery(delivery(id, content), content)
    tx.add_documents([document(id, id)])
    tx.add_events([event(id, id)])


@pytest.mark.failure("S11")
def test_a_log_that_a_reader_held_up_is_used_again_when_the_reader_is_done(tmp_path: Path) -> None:
    ledger = open_ledger(tmp_path)
    log = tmp_path / f"{FILE}-wal"
    try:

        def read_for_long(reads: Reads) -> int:
            reads.backlog()
            for place in range(40):
                ledger.write(partial(much, id=f"a{place:03d}")).result()
            return log.stat().st_size

        grown = ledger.read(read_for_long)
        assert grown > 8_000_000, "nothing was held up, so nothing is proved"
        for place in range(80):
            ledger.write(partial(much, id=f"b{place:03d}")).result()
        assert log.stat().st_size < grown * 1.3
    finally:
        ledger.close()
