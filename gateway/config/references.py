"""Reads ``xref/*.csv`` beside ``wharf.toml``: the cross references of the settings."""

from collections.abc import Collection
from pathlib import Path

from gateway.config.errors import ConfigProblem
from gateway.xref import problems as kinds
from gateway.xref.entries import TABLES, Entry
from gateway.xref.read import LARGEST, Fault, Line, check_rows, read_table, table_named


def read_references(folder: Path, partners: Collection[str] | None, problems: list[ConfigProblem]) -> tuple[Entry, ...]:
    """The rows of all tables, with everything wrong in them added. Partners are not judged where None is given."""
    lines: list[Line] = []
    faults: list[Fault] = []
    for path in sorted(folder.glob("*.csv")):
        table = table_named(path.name)
        if table is None:
            faults.append(Fault(kinds.TABLE_UNKNOWN, str(path), found=path.name, expected=", ".join(TABLES)))
            continue
        try:
            with path.open("rb") as stream:
                content = stream.read(LARGEST + 1)
        except OSError as error:
            faults.append(Fault(kinds.TABLE_NOT_READABLE, str(path), found=(error.strerror or "not readable").lower()))
            continue
        rows, found = read_table(table, content, str(path))
        lines += rows
        faults += found
    faults += check_rows(lines, partners)
    problems += map(config_problem, faults)
    return tuple(each.entry for each in lines)


def config_problem(fault: Fault) -> ConfigProblem:
    """A fault of a table among those of the settings."""
    return ConfigProblem(fault.kind, fault.file, fault.column, fault.line, fault.found, fault.expected)
