"""The line that makes a missing key known, as a person adds it."""

from typing import Any, TypedDict, get_args

from canonical.parts import ItemScheme, PartyScheme
from gateway.ledger.routing_records import ParkedRow


class LineToAdd(TypedDict):
    """A line of a table; what only a person knows stands in it as ``…``."""

    file: str
    columns: str
    line: str


def line_to_add(row: ParkedRow) -> LineToAdd | None:
    """None where no line helps."""
    key = row.key
    match row.table:
        case "item":
            return _line("item", ("partner", "ours", "theirs", "scheme"), _pair(row, ItemScheme, "SELLER"))
        case "unit":
            units, _, item = key.partition(" of ")
            one, _, other = units.partition(" to ")
            return _line(
                "unit", ("partner", "item", "from_unit", "to_unit", "factor"), (row.partner, item, one, other, "…")
            )
        case "vendor":
            what, _, name = key.partition(" ")
            if what in ("item", "vendor"):
                return _line("vendor", (what, "partner"), (name, "…"))
            return _line("vendor", ("item", "partner"), ("…", "…"))
        case "location":
            return _line("location", ("partner", "ours", "theirs", "scheme"), _pair(row, PartyScheme, "GLN"))
        case "account":
            return _line("account", ("partner", "ours", "theirs"), (row.partner, key, "…"))
    return None


def _pair(row: ParkedRow, schemes: Any, usual: str) -> tuple[str, ...]:
    """Our name and the partner's: what a seller sends is named by its scheme, and then ours is what is not known."""
    scheme, _, theirs = row.key.partition(" ")
    if theirs and scheme in get_args(schemes):
        return row.partner, "…", theirs, scheme
    return row.partner, row.key, "…", usual


def _line(table: str, columns: tuple[str, ...], cells: tuple[str, ...]) -> LineToAdd:
    return {"file": f"{table}.csv", "columns": ",".join(columns), "line": ",".join(map(_quoted, cells))}


def _quoted(cell: str) -> str:
    return '"' + cell.replace('"', '""') + '"' if any(each in cell for each in ',"\n') else cell
