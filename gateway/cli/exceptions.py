"""``wharf exceptions``: what a person must look at."""

import json
import sys
from datetime import UTC, datetime
from functools import partial
from typing import Annotated

import typer

from gateway.audit.entry import Action, Entry
from gateway.audit.record import audit, os_actor
from gateway.cli.operate import ConfigOption, JsonOption, ledger_of
from gateway.cli.plain import in_markup
from gateway.ledger.contract import Transaction
from gateway.ledger.records import ExceptionRow

app = typer.Typer(add_completion=False, rich_markup_mode=None, help="List and resolve what a person must look at.")


@app.callback()
def exceptions() -> None:
    """List and resolve what a person must look at."""


@app.command("list", epilog="Example: wharf exceptions list")
def list_exceptions(
    config: ConfigOption = None,
    all_: Annotated[bool, typer.Option("--all", help="Resolved ones too.")] = False,
    limit: Annotated[int, typer.Option(min=1, max=10_000, help="At most so many, newest first.")] = 50,
    as_json: JsonOption = False,
) -> None:
    """List exceptions, newest first."""
    with ledger_of(config, read_only=True) as ledger:
        rows = ledger.read(lambda reads: reads.exceptions(open_only=not all_, limit=limit))
    if as_json:
        for row in rows:
            typer.echo(json.dumps(_data(row), ensure_ascii=False))
    elif rows:
        _print_table(rows)
    else:
        typer.echo("no exceptions: nothing waits for a person")


@app.command(epilog="Example: wharf exceptions resolve 01a1fc57-2aec-7da2-9a05-05f1b2610751 --note 'sent again'")
def resolve(
    ids: Annotated[list[str], typer.Argument(metavar="ID...", help="Ids of exceptions.")],
    note: Annotated[str, typer.Option(help="What was done.")] = "",
    config: ConfigOption = None,
) -> None:
    """Mark exceptions as done. Exit 1 when one is not open."""
    with ledger_of(config, read_only=False) as ledger:
        done = ledger.write(partial(_resolve, ids, note)).result()
    typer.echo(f"{done} of {len(ids)} resolved")
    if done < len(ids):
        raise typer.Exit(1)


def _resolve(ids: list[str], note: str, tx: Transaction) -> int:
    done = tx.resolve_exceptions(ids, datetime.now(UTC), note)
    for id in ids if done else ():
        audit(tx, Entry(Action.EXCEPTION_RESOLVED, os_actor(), f"exception {id}", reason=note))
    return done


def _data(row: ExceptionRow) -> dict[str, str | None]:
    return {
        "id": row.id,
        "kind": row.kind,
        "code": row.code,
        "partner": row.partner,
        "delivery": row.delivery,
        "message": row.message,
        "openedAt": row.opened_at.isoformat(),
        "resolvedAt": row.resolved_at.isoformat() if row.resolved_at else None,
        "note": row.note,
    }


def _print_table(rows: list[ExceptionRow]) -> None:
    from rich.console import Console
    from rich.table import Table

    table = Table(box=None, header_style="bold", pad_edge=False)
    for column in ("OPENED", "CODE", "PARTNER", "WHAT", "DELIVERY", "ID"):
        table.add_column(column, overflow="fold", no_wrap=column in ("DELIVERY", "ID"))
    for row in rows:
        what = row.message if row.resolved_at is None else f"{row.message} (resolved)"
        opened = f"{row.opened_at:%Y-%m-%d %H:%M:%S}"
        table.add_row(opened, row.code, in_markup(row.partner or ""), in_markup(what), row.delivery or "", row.id)
    Console(width=None if sys.stdout.isatty() else 200).print(table)
