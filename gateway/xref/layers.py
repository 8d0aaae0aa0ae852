"""The two layers of cross references: the files of the settings, and what was imported into the ledger."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

from gateway.ledger.contract import Reads, Transaction
from gateway.ledger.routing_records import ReferenceRow
from gateway.xref.book import CrossReferences
from gateway.xref.entries import TABLES, Entry, UnitEntry, cells_of, entry_from
from gateway.xref.units import ContradictionError, contradictions

_BETWEEN = " | "


def book_of(reads: Reads, files: Iterable[Entry]) -> CrossReferences:
    """What answers now: imported rows above those of the files."""
    return CrossReferences(files, imported_entries(reads.routing.references()))


def imported_entries(rows: Iterable[ReferenceRow]) -> list[Entry]:
    """Rows of the ledger as entries. One that this version no longer understands is left out."""
    found = (entry_from(TABLES[row.table], row.cells) for row in rows if row.table in TABLES)
    return [entry for entry in found if isinstance(entry, Entry)]


def key_text(entry: Entry) -> str:
    """The key of an entry as text, for the ledger and for people."""
    return _BETWEEN.join(part or "*" for part in entry.key)


def import_entries(
    tx: Transaction, entries: Sequence[Entry], files: Sequence[Entry], *, by: str, origin: str, now: datetime
) -> int:
    """Lays rows over what stands, in one transaction; returns how many were new.

    A row replaces what says something else of the same key from its first day on; what held before goes on to hold
    until the day before. Raises ContradictionError where factors between units would contradict each other.
    """
    standing = [(row, entry) for row in tx.routing.references() for entry in imported_entries([row])]
    by_key: dict[tuple[str, ...], list[tuple[ReferenceRow, Entry]]] = {}
    for pair in standing:
        by_key.setdefault((pair[1].table, *pair[1].key), []).append(pair)
    replaced: list[int] = []
    added: list[Entry] = []
    new = 0
    for entry in entries:
        earlier = by_key.get((entry.table, *entry.key), [])
        if any(other == entry for _, other in earlier):
            continue
        new += 1
        for row, other in earlier:
            if not other.overlaps(entry):
                continue
            replaced.append(row.position)
            if (before := _until(other, entry.valid_from)) is not None:
                added.append(before)
        added.append(entry)
    gone = set(replaced)
    _refuse_contradictions([entry for row, entry in standing if row.position not in gone] + added, files)
    tx.routing.replace_references(replaced, now, by)
    tx.routing.add_references(
        ReferenceRow(each.table, key_text(each), cells_of(each), now, by, origin) for each in added
    )
    return new


def _until(entry: Entry, day: date | None) -> Entry | None:
    """The part of an entry before a day; None where there is none."""
    if day is None or (entry.valid_from is not None and entry.valid_from >= day):
        return None
    return replace(entry, valid_to=day - timedelta(days=1))


def _refuse_contradictions(imported: Iterable[Entry], files: Iterable[Entry]) -> None:
    """Judges the factors as they will be asked for: a file's row between two units counts where none was imported."""
    units = [entry for entry in imported if isinstance(entry, UnitEntry)]
    hidden = {(entry.partner, entry.item, frozenset((entry.from_unit, entry.to_unit))) for entry in units}
    units += (
        entry
        for entry in files
        if isinstance(entry, UnitEntry)
        and (entry.partner, entry.item, frozenset((entry.from_unit, entry.to_unit))) not in hidden
    )
    for found in contradictions(units):
        raise ContradictionError(found.entry, found.other)
