"""Imports lie over the files, keep their history, and are all or nothing."""

from datetime import UTC, date, datetime
from fractions import Fraction

import pytest

from gateway.ledger.store import SqlLedger
from gateway.xref.entries import Entry, ItemEntry, UnitEntry, VendorEntry
from gateway.xref.layers import book_of, import_entries
from gateway.xref.units import ContradictionError

NOW = datetime(2026, 11, 21, 7, 30, tzinfo=UTC)


@pytest.fixture
def ledger(any_ledger: SqlLedger) -> SqlLedger:
    return any_ledger


def learn(ledger: SqlLedger, *entries: Entry, files: tuple[Entry, ...] = (), by: str = "ann") -> int:
    work = ledger.write(lambda tx: import_entries(tx, entries, files, by=by, origin="item.csv", now=NOW))
    return work.result()


def item(theirs: str, *, begin: str | None = None, end: str | None = None) -> ItemEntry:
    return ItemEntry(
        partner="acme", ours="S1", theirs=theirs, valid_from=date.fromisoformat(begin) if begin else None,
        valid_to=date.fromisoformat(end) if end else None,
    )  # fmt: skip


def answer(ledger: SqlLedger, day: str, *files: Entry) -> str | None:
    found = ledger.read(lambda reads: book_of(reads, files)).on(date.fromisoformat(day)).item("acme", ["S1"])
    return found[0].theirs if found else None


def test_a_row_ends_the_one_before_it_and_history_tells_who_did(ledger: SqlLedger) -> None:
    assert learn(ledger, item("A")) == 1
    assert learn(ledger, item("A")) == 0
    assert learn(ledger, item("B", begin="2026-12-01"), by="bob") == 1
    assert [answer(ledger, day) for day in ("2026-11-30", "2026-12-01")] == ["A", "B"]
    history = ledger.read(lambda reads: reads.routing.reference_history("item"))
    told = [(row.cells["theirs"], row.cells.get("valid_to"), row.imported_by, row.replaced_by) for row in history]
    assert told == [("B", None, "bob", None), ("A", "2026-11-30", "bob", None), ("A", None, "ann", "bob")]
    assert learn(ledger, item("C", begin="2026-11-15")) == 1
    assert [answer(ledger, day) for day in ("2026-11-14", "2026-11-30", "2026-12-24")] == ["A", "C", "C"]


def test_an_import_lies_over_a_file_on_the_days_on_which_it_holds(ledger: SqlLedger) -> None:
    learn(ledger, item("new", begin="2026-12-01", end="2026-12-31"))
    told = [answer(ledger, day, item("file")) for day in ("2026-11-30", "2026-12-01", "2027-01-01")]
    assert told == ["file", "new", "file"]


def test_another_vendor_replaces_the_one_before(ledger: SqlLedger) -> None:
    learn(ledger, VendorEntry(item="S1", partner="acme"))
    learn(ledger, VendorEntry(item="S1", partner="best"))
    on = ledger.read(lambda reads: book_of(reads, ())).on(NOW.date())
    assert on.vendor([], ["S1"]) == "best"


def test_factors_that_contradict_what_stands_are_refused_as_a_whole(ledger: SqlLedger) -> None:
    def unit(one: str, other: str, factor: int) -> UnitEntry:
        return UnitEntry(from_unit=one, to_unit=other, factor=Fraction(factor), item="S1")

    files = (unit("CA", "EA", 1000),)
    learn(ledger, unit("BX", "EA", 100), files=files)
    with pytest.raises(ContradictionError):
        learn(ledger, item("A"), unit("CA", "BX", 12), files=files)
    assert answer(ledger, "2026-11-21") is None
    # The file's own row between the same units gives way to the import.
    assert learn(ledger, unit("CA", "EA", 1200), unit("CA", "BX", 12), files=files) == 2
