"""Bits rot while the gateway is down: damage is refused or told, and what is read is what was written."""

import json
import os
import random
import shutil
from pathlib import Path

import pytest

from gateway.ledger.checking import refuse_damage
from gateway.ledger.contract import LedgerError, Reads, Transaction
from gateway.ledger.records import ParcelRow
from gateway.ledger.sqlite import Opening, best_driver, engine_for
from gateway.ledger.store import FILE, open_ledger
from tests.rigs.ledger_rows import delivery, document, event, parcel

FLIPS = int(os.environ.get("WHARF_BIT_FLIPS", "40"))
"""Times that something is changed; a longer run sets more."""
EVENTS = 25


def body_of(id: str) -> bytes:
    return json.dumps({"id": id, "text": "supplies " * 60}).encode()


BODIES = {f"d{ordinal:02d}": body_of(f"d{ordinal:02d}") for ordinal in range(EVENTS)}


def fill(tx: Transaction) -> None:
    for ordinal in range(EVENTS):
        id = f"d{ordinal:02d}"
        content = body_of(id) * 3
        tx.add_delivery(delivery(id, content), content)
        tx.add_documents([document(id, id, body=body_of(id))])
        tx.add_events([event(id, id, key=id)])
        tx.finish_delivery(id, partner="acme", outcome="accepted", accepted=1, rejected=0, summary="fine")
        tx.add_parcel(parcel(f"p-{id}", of=id, content=body_of(id)))


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a ledger with some events, closed."""
    data = tmp_path_factory.mktemp("sound") / "var"
    ledger = open_ledger(data)
    ledger.write(fill).result()
    ledger.close()
    return data


def rotten(sound: Path, folder: Path, seed: int) -> Path:
    """A copy in which some bytes are others."""
    data = folder / "var"
    shutil.rmtree(data, ignore_errors=True)
    shutil.copytree(sound, data)
    rng = random.Random(seed)
    content = bytearray((data / FILE).read_bytes())
    for _ in range(rng.choice((1, 1, 2, 8, 64))):
        content[rng.randrange(len(content))] ^= 1 << rng.randrange(8)
    (data / FILE).write_bytes(bytes(content))
    return data


@pytest.mark.parametrize("look", [5.0, 0.0], ids=["looked at", "too large to be looked at"])
@pytest.mark.failure("S4")
def test_whatever_rots_nothing_is_published_or_sent_that_was_not_written(
    sound: Path, tmp_path: Path, look: float
) -> None:
    refused = 0
    for seed in range(FLIPS):
        data = rotten(sound, tmp_path, seed)
        ledger = None
        try:
            ledger = open_ledger(data, look=look)
            for claimed in ledger.write(lambda tx: tx.claim_events(EVENTS)).result():
                # The id may be what rotted; the body is one that was written, and its own where the id is one.
                assert claimed.body == BODIES.get(claimed.id, claimed.body), f"seed {seed}"
                assert claimed.body in BODIES.values(), f"seed {seed}"
            for sent in ledger.read(parcels):
                assert sent.content == body_of(sent.id[2:]), f"seed {seed}"
        except (LedgerError, ValueError, TypeError):
            refused += 1
        finally:
            if ledger is not None:
                ledger.close()
    assert 0 < refused < FLIPS, "some damage is seen, and some is in pages that hold nothing"


def parcels(reads: Reads) -> list[ParcelRow]:
    return [row for ordinal in range(EVENTS) if (row := reads.parcel(f"p-d{ordinal:02d}")) is not None]


@pytest.mark.failure("S3", "S4")
def test_a_damaged_ledger_does_not_start_and_says_what_to_do(sound: Path, tmp_path: Path) -> None:
    data = tmp_path / "var"
    shutil.copytree(sound, data)
    content = bytearray((data / FILE).read_bytes())
    page = content.index(b"supplies ") // 4096
    content[page * 4096 : page * 4096 + 64] = bytes(64)
    (data / FILE).write_bytes(bytes(content))
    before = {path.name: path.read_bytes() for path in data.iterdir() if path.is_file()}
    with pytest.raises(LedgerError, match=r"is damaged .* put the ledger back from a backup") as told:
        open_ledger(data)
    assert "supplies" not in str(told.value)
    assert (data / FILE).read_bytes() == before[FILE], "nothing was changed"


@pytest.mark.failure("S4")
def test_the_look_is_given_up_when_its_time_is_over(sound: Path) -> None:
    ticks = iter(range(1000))
    engine = engine_for(Opening(sound / FILE, best_driver(), read_only=True))
    try:
        assert refuse_damage(engine, sound / FILE)
        assert not refuse_damage(engine, sound / FILE, 0.5, lambda: float(next(ticks)), steps=100)
        with engine.connect() as connection:
            assert connection.exec_driver_sql("SELECT count(*) FROM events").scalar_one() == EVENTS
    finally:
        engine.dispose()


@pytest.mark.parametrize("kept", [0, 20, 5000])
@pytest.mark.failure("S5")
def test_a_torn_log_costs_what_was_in_it_and_nothing_else(sound: Path, tmp_path: Path, kept: int) -> None:
    """The log is a file of its own beside the database; what it held and lost was never moved into the database."""
    data = tmp_path / "var"
    shutil.copytree(sound, data)
    ledger = open_ledger(data)
    ledger.write(lambda tx: tx.next_number("any")).result()
    torn = tmp_path / "torn"
    shutil.copytree(data, torn)
    ledger.close()
    log = torn / f"{FILE}-wal"
    assert log.stat().st_size > 0
    os.truncate(log, min(kept, log.stat().st_size))
    again = open_ledger(torn)
    assert [sent.content for sent in again.read(parcels)] == [body_of(f"d{n:02d}") for n in range(EVENTS)]
    again.close()
