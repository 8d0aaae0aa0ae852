"""``wharf parked``: documents that wait for a cross reference."""

import json
import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from gateway.audit.entry import Action, Entry
from gateway.audit.record import audit, os_actor
from gateway.cli.operate import ConfigOption, JsonOption, ledger_of
from gateway.cli.plain import in_markup

if TYPE_CHECKING:
    from gateway.ledger.contract import Reads, Transaction

SHOWN = 10
"""Documents that are listed of one missing thing; --json lists all."""

app = typer.Typer(add_completion=False, rich_markup_mode=None, help="List what waits for a cross reference.")


@app.callback()
def parked() -> None:
    """List what waits for a cross reference, or take it off the list."""


@app.command("list", epilog="Example: wharf parked list")
def list_(
    limit: Annotated[int, typer.Option(min=1, max=10_000, help="At most so many, oldest first.")] = 1000,
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """List what is missing, the line to add, and the documents that wait for it, in the order in which they go on."""
    with ledger_of(config, read_only=True) as ledger:
        found = ledger.read(lambda reads: _waits(reads, limit))
    if as_json:
        for each in found:
            typer.echo(json.dumps(each, ensure_ascii=False))
    elif found:
        _print(found)
    else:
        typer.echo("nothing is parked")


@app.command(epilog="Example: wharf parked drop 7c779fa9-05a3-5c4c-9eda-65023437ca06")
def drop(
    ids: Annotated[list[str], typer.Argument(metavar="ID...", help="Ids of parked documents.")],
    config: ConfigOption = None,
) -> None:
    """Take documents off the list for good: what they ask for was done by hand. Exit 1 when one is not parked."""
    from gateway.routing.follow import drop as drop_one

    now = datetime.now(UTC)

    def work(tx: "Transaction") -> list[str]:
        unknown = [id for id in ids if not drop_one(tx, id, now)]
        for id in ids:
            if id not in unknown:
                audit(tx, Entry(Action.PARKED_DISCARDED, os_actor(), f"document {id}"))
        return unknown

    with ledger_of(config, read_only=False) as ledger:
        unknown = ledger.write(work).result()
    for id in ids:
        typer.echo(f"{id}: " + ("is not parked" if id in unknown else "taken off the list; it is not sent on"))
    if unknown:
        raise typer.Exit(1)


def _waits(reads: "Reads", limit: int) -> list[dict[str, Any]]:
    """One entry for each thing that is missing, with the documents that wait for it."""
    from gateway.routing.follow import TURN
    from gateway.routing.missing import line_to_add

    found: dict[tuple[str, str, str, str], dict[str, Any]] = {}
    for row in reads.routing.parked(limit=limit):
        if row.table == TURN:
            continue
        document = reads.document(row.document)
        of_document = row.document if row.table == "document" else ""
        entry = found.setdefault(
            (row.table, row.partner, row.key, of_document),
            {
                "table": row.table, "partner": row.partner or None, "key": row.key, "code": row.code,
                "add": line_to_add(row), "exception": row.exception, "documents": [],
            },
        )  # fmt: skip
        entry["documents"].append(
            {
                "id": row.document, "route": row.route, "since": row.since.isoformat(),
                "documentType": document.document_type if document else None,
                "number": document.number if document else None, "partner": document.partner if document else None,
            }
        )  # fmt: skip
    return list(found.values())


def _print(found: list[dict[str, Any]]) -> None:
    from rich.console import Console
    from rich.table import Table

    from gateway.catalogue import CATALOGUE
    from gateway.xref.book import Key

    console = Console(width=None if sys.stdout.isatty() else 160, highlight=False)
    for number, each in enumerate(found):
        if number:
            console.print()
        if each["table"] == "document":
            console.print(f"[bold]{in_markup(CATALOGUE[each['code']].title)}[/bold]  {each['code']}")
            console.print(f"  {in_markup(each['key'])}")
        else:
            what = Key(each["table"], each["partner"] or "", each["key"]).words
            console.print(f"[bold]{in_markup(what)} is not known[/bold]  {each['code']}")
            name, columns, line = each["add"]["file"], each["add"]["columns"], each["add"]["line"]
            console.print(f"  add to {name}:")
            console.print(f"    {in_markup(columns)}", style="dim")
            console.print(f"    {in_markup(line)}")
        table = Table(box=None, show_header=False, pad_edge=False, padding=(0, 2, 0, 0))
        for document in each["documents"][:SHOWN]:
            told = (
                f"  {document['since'][:19].replace('T', ' ')}", document["documentType"] or "",
                in_markup(document["number"] or ""), f"from {document['partner']}", f"rule {document['route']}",
                document["id"],
            )  # fmt: skip
            table.add_row(*told)
        console.print(table)
        if (more := len(each["documents"]) - SHOWN) > 0:
            console.print(f"  and {more:,} more")
    if any(each["add"] for each in found):
        console.print("\nImport lines with `wharf xref import FILE`: what waits for them goes on by itself.")
