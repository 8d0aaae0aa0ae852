"""Reads a cross-reference table from CSV: rows with their lines, and everything that is wrong with them."""

import csv
import io
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import PurePath
from typing import Final

from canonical.problem import ProblemKind
from gateway.xref import problems as kinds
from gateway.xref.entries import TABLES, Entry, Table, UnitEntry, Wrong, decimal_of, entry_from
from gateway.xref.units import contradictions

LARGEST: Final = 64 << 20
"""Bytes of one file."""
MOST_ROWS: Final = 500_000
MOST_PROBLEMS: Final = 50
"""Problems of one file that are told."""


@dataclass(frozen=True, slots=True)
class Line:
    """A row with the place that it came from."""

    entry: Entry
    file: str
    line: int


@dataclass(frozen=True, slots=True)
class Fault:
    """Something wrong with a table, at its place."""

    kind: ProblemKind
    file: str
    line: int | None = None
    column: str = ""
    found: str | None = None
    expected: str | None = None


def table_named(name: str) -> Table | None:
    """The table that a file belongs to: ``item`` for ``xref/item.csv``."""
    return TABLES.get(PurePath(name).stem.lower())


def read_table(table: Table, content: bytes, file: str) -> tuple[list[Line], list[Fault]]:
    """The rows of a file and its faults. A line that begins with # and an empty line say nothing."""
    if len(content) > LARGEST:
        return [], [Fault(kinds.TABLE_NOT_READABLE, file, found=f"more than {LARGEST >> 20} MiB")]
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        return [], [Fault(kinds.TABLE_NOT_READABLE, file, line, found="bytes that are not UTF-8")]
    lines: list[Line] = []
    faults: list[Fault] = []
    header: list[str] | None = None
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        for row in reader:
            cells = [cell.strip() for cell in row]
            if not any(cells) or cells[0].startswith("#"):
                continue
            if header is None:
                header = [cell.lower() for cell in cells]
                faults += _header_faults(table, header, file, reader.line_num)
                if faults:
                    return [], faults
                continue
            found = _entry(table, header, cells)
            if isinstance(found, Entry):
                lines.append(Line(found, file, reader.line_num))
            else:
                faults += (
                    Fault(kinds.WRONG_CELL, file, reader.line_num, wrong.column, wrong.found, wrong.expected)
                    for wrong in found
                )
            if len(lines) > MOST_ROWS:
                return [], [Fault(kinds.TABLE_NOT_READABLE, file, found=f"more than {MOST_ROWS:,} rows")]
            if len(faults) >= MOST_PROBLEMS:
                break
    except csv.Error as error:
        faults.append(Fault(kinds.TABLE_NOT_READABLE, file, reader.line_num, found=str(error)[:80]))
    if header is None and not faults:
        expected = ",".join(table.columns)
        faults.append(Fault(kinds.WRONG_HEADER, file, 1, found="no line with column names", expected=expected))
    return lines, faults


def check_rows(lines: Sequence[Line], partners: Collection[str] | None) -> list[Fault]:
    """What is wrong across the rows of a layer: partners that are not there, rows that contradict each other.

    Partners are not judged where None is given.
    """
    faults = [] if partners is None else [*_unknown_partners(lines, partners)]
    faults += _overlaps(lines)
    where = {id(each.entry): each for each in lines}
    for found in contradictions(each.entry for each in lines if isinstance(each.entry, UnitEntry)):
        entry, place = found.entry, where[id(found.entry)]
        faults.append(
            Fault(
                kinds.UNITS_CONTRADICT, place.file, place.line, "factor",
                found=f"1 {entry.from_unit} = {decimal_of(entry.factor)} {entry.to_unit}",
                expected=f"{decimal_of(found.other)}, which other rows make of it",
            )
        )  # fmt: skip
    return faults[:MOST_PROBLEMS]


def _header_faults(table: Table, header: Sequence[str], file: str, line: int) -> Iterator[Fault]:
    expected = f"the columns {', '.join(table.columns)}; those of {', '.join(table.required)} are needed"
    for name in dict.fromkeys(header):
        if name not in table.columns or header.count(name) > 1:
            yield Fault(kinds.WRONG_HEADER, file, line, name, f'"{name[:40]}"', expected)
    for name in table.required:
        if name not in header:
            yield Fault(kinds.WRONG_HEADER, file, line, name, f"no column {name}", expected)


def _entry(table: Table, header: Sequence[str], cells: Sequence[str]) -> Entry | list[Wrong]:
    if len(cells) > len(header) and any(cells[len(header) :]):
        return [
            Wrong("", f"{len(cells)} cells", f"{len(header)}, as in the first line; a comma in a text needs quotes")
        ]
    return entry_from(table, dict(zip(header, cells, strict=False)))


def _unknown_partners(lines: Iterable[Line], partners: Collection[str]) -> Iterator[Fault]:
    known = ", ".join(partners) or "there is none yet"
    for each in lines:
        if each.entry.partner and each.entry.partner not in partners:
            yield Fault(
                kinds.WRONG_CELL, each.file, each.line, "partner", f'"{each.entry.partner}"',
                f"the name of a partner: {known}",
            )  # fmt: skip


def _overlaps(lines: Iterable[Line]) -> Iterator[Fault]:
    same: defaultdict[tuple[str, ...], list[Line]] = defaultdict(list)
    for each in lines:
        same[each.entry.table, *each.entry.key].append(each)
    for members in same.values():
        ordered = sorted(members, key=lambda each: (str(each.entry.valid_from or ""), each.line))
        for earlier, later in pairwise(ordered):
            if earlier.entry.overlaps(later.entry):
                first, second = sorted((earlier, later), key=lambda each: (each.file, each.line))
                yield Fault(
                    kinds.ROWS_OVERLAP, second.file, second.line, found=f"the same entry as in line {first.line}",
                    expected="one row for each day: end the older one with valid_to before the newer begins",
                )  # fmt: skip
