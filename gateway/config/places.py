"""Finds the line on which a setting stands in TOML text.

``tomllib`` tells values but not places. This looks for table headers and keys line by line; it is
tolerant and may answer with a line close by, or with none.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

Location = tuple[str | int, ...]
"""The way to a setting, as ``("gateway", "identities", 0, "id")``."""

_HEADER = re.compile(r"^\s*\[{1,2}\s*([^\[\]]+?)\s*\]{1,2}\s*(?:#.*)?$")
_KEY = re.compile(r"""^\s*((?:[A-Za-z0-9_-]+|"[^"]*"|'[^']*')(?:\s*\.\s*(?:[A-Za-z0-9_-]+|"[^"]*"|'[^']*'))*)\s*=""")
_INLINE_KEY = re.compile(r"""[{,]\s*([A-Za-z0-9_-]+|"[^"]*"|'[^']*')\s*=""")
_STRING = re.compile(r'"(?:\\.|[^"\\])*"|' + r"'[^']*'")


@dataclass(frozen=True, slots=True)
class Places:
    """The lines of all settings of one TOML text."""

    lines: Mapping[Location, int]

    def line(self, location: Location) -> int | None:
        """The line of the setting, or of the nearest thing around it; None when nothing is known."""
        for length in range(len(location), 0, -1):
            if (found := self.lines.get(location[:length])) is not None:
                return found
        return None


def places(text: str) -> Places:
    """Reads the places of all tables, keys and items of inline tables."""
    found: dict[Location, int] = {}
    arrays: dict[Location, int] = {}
    table: Location = ()
    open_key: Location = ()
    item = -1
    depth = 0
    for number, line in enumerate(text.splitlines(), start=1):
        if depth == 0 and (header := _HEADER.match(line)):
            table = _names(header[1])
            if line.lstrip().startswith("[["):
                arrays[table] = arrays.get(table, -1) + 1
            _remember(found, table, number)
            table = _in_arrays(table, arrays)
            _remember(found, table, number)
            continue
        if depth == 0:
            if not (key := _KEY.match(line)):
                continue
            open_key, item = table + _names(key[1]), -1
            _remember(found, open_key, number)
            line = line[key.end() :]  # noqa: PLW2901 - what is left of the line is the value
        item = _inline(found, open_key, item, line, number)
        bare = _STRING.sub("", line).split("#", 1)[0]
        depth = max(0, depth + sum(bare.count(each) for each in "[{") - sum(bare.count(each) for each in "]}"))
    return Places(found)


def _in_arrays(table: Location, arrays: Mapping[Location, int]) -> Location:
    """The table in the last entry of the array of tables that it stands in."""
    for length in range(len(table), 0, -1):
        if (last := arrays.get(table[:length])) is not None:
            return (*table[:length], last, *table[length:])
    return table


def _inline(found: dict[Location, int], key: Location, item: int, line: str, number: int) -> int:
    """Remembers the items of a list of inline tables and their keys; returns the number of the last item."""
    bare = _STRING.sub(lambda string: "x" * len(string[0]), line).split("#", 1)[0]
    for piece in re.split(r"(?=\{)", bare):
        if piece.startswith("{"):
            item += 1
            _remember(found, (*key, item), number)
        for name in _INLINE_KEY.findall(piece):
            _remember(found, (*key, item, *_names(name)), number)
            _remember(found, (*key, *_names(name)), number)
    return item


def _names(dotted: str) -> tuple[str, ...]:
    return tuple(part.strip().strip("\"'") for part in re.findall(r"""[A-Za-z0-9_-]+|"[^"]*"|'[^']*'""", dotted))


def _remember(found: dict[Location, int], location: Sequence[str | int], number: int) -> None:
    found.setdefault(tuple(location), number)
