"""``wharf xref``: cross references imported into the ledger, and what answers now."""

import getpass
import json
import sys
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from gateway.audit.entry import Action
from gateway.audit.entry import Entry as Record
from gateway.audit.record import audit, os_actor
from gateway.cli.operate import ConfigOption, JsonOption, ledger_of, settings_of
from gateway.cli.plain import in_markup

if TYPE_CHECKING:
    from gateway.config import Config
    from gateway.ledger.contract import Reads, Transaction
    from gateway.xref.entries import Entry

SOME_WRONG, NOT_READABLE = 1, 2

app = typer.Typer(add_completion=False, rich_markup_mode=None, help="Import and look at cross references.")


@app.callback()
def xref() -> None:
    """Import and look at cross references: items, units, vendors, locations, accounts."""


@app.command("import", epilog="Example: wharf xref import item.csv")
def import_(
    files: Annotated[list[str], typer.Argument(metavar="FILE...", help="CSV files; - is standard input.")],
    table: Annotated[
        str,
        typer.Option(help="Which table it is: item, unit, vendor, location or account; else the file's name says it."),
    ] = "",
    by: Annotated[str, typer.Option(help="Who imports it, for the history.", show_default="you")] = "",
    check: Annotated[bool, typer.Option("--check", help="Only check; import nothing.")] = False,
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """Lay rows over the cross references of the settings: all of the files, or nothing where a row is wrong.

    A row replaces what says something else of the same key from its first day on; `wharf xref history` keeps what was.
    Documents that are parked for a key go on by themselves, in their order, within seconds where a gateway runs. Exit 1
    where a row is wrong, 2 where a file cannot be read.
    """
    from gateway.config.errors import render_problem
    from gateway.config.references import config_problem
    from gateway.xref import problems as kinds
    from gateway.xref.entries import TABLES, decimal_of
    from gateway.xref.layers import import_entries
    from gateway.xref.read import Fault, Line, check_rows, read_table, table_named
    from gateway.xref.units import ContradictionError

    settings = settings_of(config)
    if table and table not in TABLES:
        raise typer.BadParameter(f"one of {', '.join(TABLES)}", param_hint="--table")
    lines: list[Line] = []
    faults: list[Fault] = []
    for name in files:
        chosen = TABLES.get(table) if table else table_named(name)
        if chosen is None:
            raise typer.BadParameter(
                f"{name} has not the name of a table ({', '.join(TABLES)}); say which it is", param_hint="--table"
            )
        content = sys.stdin.buffer.read() if name == "-" else Path(name).read_bytes()
        rows, found = read_table(chosen, content, "(standard input)" if name == "-" else name)
        lines += rows
        faults += found
    if not faults:
        faults = check_rows(lines, [partner.name for partner in settings.partners])
    new = 0
    if not faults and not check:
        entries = [each.entry for each in lines]
        origin = ", ".join(Path(name).name for name in files)
        work = partial(
            import_entries, entries=entries, files=settings.references, by=by or _user(), origin=origin,
            now=datetime.now(UTC),
        )  # fmt: skip
        with ledger_of(config, read_only=False) as ledger:
            try:
                new = ledger.write(partial(_on_record, work, origin, by)).result()
            except ContradictionError as error:
                place = next((each for each in lines if each.entry == error.entry), None)
                faults = [
                    Fault(
                        kinds.UNITS_CONTRADICT,
                        place.file if place else "(imported before)",
                        place.line if place else None,
                        "factor",
                        f"1 {error.entry.from_unit} = {decimal_of(error.entry.factor)} {error.entry.to_unit}",
                        f"{decimal_of(error.other)}, which the rows that stand make of it",
                    )
                ]  # fmt: skip
    if as_json:
        told = [config_problem(each).as_dict() for each in faults]
        typer.echo(json.dumps({"ok": not faults, "rows": len(lines), "new": new, "problems": told}, ensure_ascii=False))
    elif faults:
        typer.echo("\n\n".join(render_problem(config_problem(each)) for each in faults), err=True)
        typer.echo(f"\n{_count(len(faults), 'thing is', 'things are')} wrong; nothing was imported.", err=True)
    elif check:
        typer.echo(f"{_count(len(lines), 'row', 'rows')}, all well; nothing was imported")
    else:
        typer.echo(f"{_count(new, 'row', 'rows')} imported, {len(lines) - new} there already")
    if faults:
        raise typer.Exit(NOT_READABLE if any(each.kind is kinds.TABLE_NOT_READABLE for each in faults) else SOME_WRONG)


@app.command("list", epilog="Example: wharf xref list item --partner acme")
def list_(
    table: Annotated[str, typer.Argument(help="item, unit, vendor, location or account.")],
    partner: Annotated[str | None, typer.Option(help="Only rows of this partner; `*` for those of all.")] = None,
    all_: Annotated[bool, typer.Option("--all", help="Rows of other days too.")] = False,
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """List the rows that hold today, of the files and of imports."""
    columns = _columns(table)
    settings = settings_of(config)
    today = datetime.now(UTC).date()
    with ledger_of(config, read_only=True) as ledger:
        told = ledger.read(lambda reads: _told(reads, settings, table))
    wanted = None if partner is None else "" if partner == "*" else partner
    rows = [
        {**cells, "from": origin}
        for entry, cells, origin in told
        if (all_ or entry.holds(today)) and wanted in (None, entry.partner)
    ]
    _print(rows, [*columns, "from"], as_json, f"no rows in {table}")


@app.command(epilog="Example: wharf xref show item S10442 --partner acme")
def show(
    table: Annotated[str, typer.Argument(help="item, unit, vendor, location or account.")],
    key: Annotated[str, typer.Argument(help="Our number or code; two units as BX:EA.")],
    partner: Annotated[str, typer.Option(help="For this partner.")] = "",
    item: Annotated[str, typer.Option(help="Of this item, where the table is unit.")] = "",
    on: Annotated[str, typer.Option(help="On this day, as 2026-11-21.", show_default="today")] = "",
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show what answers for a key: the very answer that routing gets. Exit 1 where there is none."""
    from gateway.xref.layers import book_of

    _columns(table)
    try:
        day = date.fromisoformat(on) if on else datetime.now(UTC).date()
    except ValueError:
        raise typer.BadParameter("a day as 2026-11-21", param_hint="--on") from None
    settings = settings_of(config)
    with ledger_of(config, read_only=True) as ledger:
        lookup = ledger.read(lambda reads: book_of(reads, settings.references)).on(day)
    found: list[dict[str, str]] = []
    match table:
        case "item":
            found = [_cells(each) for each in lookup.item(partner, [key])]
        case "location":
            found = [_cells(each) for each in lookup.location(partner, key)]
        case "unit":
            found = _factor(lookup, partner, item, key)
        case "vendor":
            name = lookup.vendor([], [key])
            found = [{"item": key, "partner": name}] if name else []
        case _:
            theirs = lookup.account(partner, key)
            found = [{"ours": key, "theirs": theirs}] if theirs else []
    columns = list(dict.fromkeys(name for each in found for name in each))
    _print(found, columns, as_json, f"nothing answers for {table} {key}" + (f" of {partner}" if partner else ""))
    if not found:
        raise typer.Exit(1)


@app.command(epilog="Example: wharf xref history item S10442")
def history(
    table: Annotated[str, typer.Argument(help="item, unit, vendor, location or account.")],
    key: Annotated[str, typer.Argument(help="Only keys that hold this, as our number.")] = "",
    limit: Annotated[int, typer.Option(min=1, max=10_000, help="At most so many, newest first.")] = 50,
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show what was imported, by whom, when, and what replaced it. Files have their history in version control."""
    _columns(table)
    with ledger_of(config, read_only=True) as ledger:
        rows = ledger.read(lambda reads: reads.routing.reference_history(table, key or None, limit))
    told = [
        {
            "imported_at": f"{row.imported_at:%Y-%m-%d %H:%M:%S}", "by": row.imported_by, "from": row.origin,
            "row": ", ".join(f"{name} {value}" for name, value in row.cells.items()),
            "replaced": f"{row.replaced_at:%Y-%m-%d %H:%M:%S} by {row.replaced_by}" if row.replaced_at else "",
        }
        for row in rows
    ]  # fmt: skip
    _print(told, ["imported_at", "by", "from", "row", "replaced"], as_json, "nothing was imported")


def _on_record(work: "Callable[[Transaction], int]", origin: str, by: str, tx: "Transaction") -> int:
    new = work(tx)
    details: dict[str, str | int | bool] = {"rows": new, "origin": origin, **({"by": by} if by else {})}
    audit(tx, Record(Action.REFERENCES_IMPORTED, os_actor(), "cross references", details=details))
    return new


def _told(reads: "Reads", settings: "Config", table: str) -> "list[tuple[Entry, dict[str, str], str]]":
    from gateway.xref.layers import imported_entries

    told = [
        (entry, _cells(entry), f"import of {row.imported_at:%Y-%m-%d}")
        for row in reads.routing.references(table)
        for entry in imported_entries([row])
    ]
    return [*told, *((each, _cells(each), "xref/") for each in settings.references if each.table == table)]


def _factor(lookup: Any, partner: str, item: str, key: str) -> list[dict[str, str]]:
    from gateway.xref.entries import decimal_of

    one, colon, other = key.partition(":")
    if not colon:
        raise typer.BadParameter("two units with a colon between, as BX:EA", param_hint="KEY")
    found = lookup.factor(partner, [item] if item else [], one, other)
    return [{"from_unit": one, "to_unit": other, "factor": decimal_of(found)}] if found is not None else []


def _cells(entry: "Entry") -> dict[str, str]:
    from gateway.xref.entries import cells_of

    return cells_of(entry)


def _columns(table: str) -> tuple[str, ...]:
    from gateway.xref.entries import TABLES

    if table not in TABLES:
        raise typer.BadParameter(f"one of {', '.join(TABLES)}", param_hint="TABLE")
    return TABLES[table].columns


def _user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "unknown"


def _count(number: int, one: str, many: str) -> str:
    return f"{number:,} {one if number == 1 else many}"


def _print(rows: Sequence[dict[str, str]], columns: Sequence[str], as_json: bool, nothing: str) -> None:
    if as_json:
        for row in rows:
            typer.echo(json.dumps(row, ensure_ascii=False))
        return
    if not rows:
        typer.echo(nothing)
        return
    from rich.console import Console
    from rich.table import Table

    shown = [name for name in columns if any(row.get(name) for row in rows)]
    table = Table(box=None, header_style="bold", pad_edge=False)
    for name in shown:
        table.add_column(name.upper().replace("_", " "), overflow="fold")
    for row in rows:
        table.add_row(*(in_markup(row.get(name, "")) for name in shown))
    Console(width=None if sys.stdout.isatty() else 160).print(table)
