"""``wharf acks``: which acknowledgments of partners are awaited."""

import json
import sys
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any

import typer

from gateway.cli.operate import ConfigOption, JsonOption, ledger_of, some_of
from gateway.cli.plain import in_markup
from gateway.ledger.contract import Reads
from gateway.ledger.records import ParcelRow, ParcelState

MOST = 10_000
"""Parcels that are looked through for those of one partner."""

app = typer.Typer(add_completion=False, rich_markup_mode=None, help="Show which acknowledgments are awaited.")


@app.callback()
def acks() -> None:
    """Show which acknowledgments are awaited."""


@app.command(epilog="Example: wharf acks pending --partner acme")
def pending(
    config: ConfigOption = None,
    partner: Annotated[str | None, typer.Option(help="Only this partner's.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=10_000, help="At most so many, the first due first.")] = 200,
    as_json: JsonOption = False,
) -> None:
    """List what was delivered and not acknowledged yet. Exit 1 when something of it is overdue."""
    now = datetime.now(UTC)
    with ledger_of(config, read_only=True) as ledger:
        rows = ledger.read(
            lambda reads: [_told(reads, row, now) for row in reads.awaited(limit=limit if partner is None else MOST)]
        )
    rows = [row for row in rows if partner in (None, row["partner"])][:limit]
    if as_json:
        for row in rows:
            typer.echo(json.dumps(row, ensure_ascii=False))
    elif rows:
        _print_table(rows, now)
    else:
        typer.echo("no acknowledgment is awaited")
    if any(row["overdue"] for row in rows):
        raise typer.Exit(1)


def _told(reads: Reads, row: ParcelRow, now: datetime) -> dict[str, Any]:
    sent, due = row.delivered_at, row.due_at
    return {
        "parcel": row.id,
        "partner": row.partner,
        "kind": row.kind,
        "numbers": [each.number for each in reads.parcel_documents(row.id)],
        "awaits": row.awaits,
        "controlNumber": row.control_number,
        "group": row.group_number,
        "deliveredAt": sent.isoformat() if sent else None,
        "dueAt": due.isoformat() if due else None,
        "overdue": row.state is ParcelState.OVERDUE or (due is not None and due <= now),
    }


def _print_table(rows: list[dict[str, Any]], now: datetime) -> None:
    from rich.console import Console
    from rich.table import Table

    table = Table(box=None, header_style="bold", pad_edge=False)
    for column in ("PARTNER", "SENT", "NUMBERS", "AWAITS", "CONTROL", "WAITING", "DUE", "PARCEL"):
        table.add_column(column, overflow="fold", no_wrap=column == "PARCEL")
    for row in rows:
        waiting = now - datetime.fromisoformat(row["deliveredAt"]) if row["deliveredAt"] else timedelta()
        due = datetime.fromisoformat(row["dueAt"])
        told = f"[red]overdue by {_span(now - due)}[/red]" if row["overdue"] else f"in {_span(due - now)}"
        table.add_row(
            row["partner"], row["kind"], in_markup(some_of(row["numbers"])), row["awaits"] or "",
            row["controlNumber"] or "", _span(waiting), told, row["parcel"],
        )  # fmt: skip
    Console(width=None if sys.stdout.isatty() else 160).print(table)


def _span(span: timedelta) -> str:
    seconds = max(int(span.total_seconds()), 0)
    for unit, size in (("d", 86400), ("h", 3600), ("min", 60)):
        if seconds >= 2 * size:
            return f"{seconds // size} {unit}"
    return f"{seconds} s"
