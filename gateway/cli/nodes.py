"""``wharf nodes``: the gateways that share a ledger, and which of them does what."""

import json
import sys
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import typer

from gateway.cli.operate import ConfigOption, JsonOption, ledger_of
from gateway.cli.plain import in_markup
from gateway.ledger.node_records import NODE, LeaseRow, NodeRow, life
from gateway.outbound.lanes import LANE

app = typer.Typer(add_completion=False, rich_markup_mode=None, help="Show the gateways that share a ledger.")


@app.callback()
def nodes() -> None:
    """Show the gateways that share a ledger."""


@app.command("list", epilog="Example: wharf nodes list")
def list_nodes(config: ConfigOption = None, as_json: JsonOption = False) -> None:
    """List the nodes, what each one does, and since when. Exit 1 when none of them lives."""
    with ledger_of(config, read_only=True) as ledger:
        rows, leases = ledger.read(lambda reads: (reads.nodes.all(), reads.nodes.leases()))
    if as_json:
        for row in rows:
            typer.echo(json.dumps(_data(row, leases), ensure_ascii=False))
    elif rows:
        _print_table(rows, leases)
    else:
        typer.echo("no gateway has written into this ledger yet")
    if not any(row.alive for row in rows):
        raise typer.Exit(1)


def _owned(node: str, leases: Sequence[LeaseRow]) -> list[LeaseRow]:
    """What a node does now, its own life left out, lanes last."""
    owned = [lease for lease in leases if lease.node == node and lease.alive and not lease.name.startswith(NODE)]
    return sorted(owned, key=lambda lease: (lease.name.startswith(LANE), lease.name))


def _data(row: NodeRow, leases: Sequence[LeaseRow]) -> dict[str, Any]:
    return {
        "id": row.id,
        "name": row.name,
        "state": "alive" if row.alive else "away",
        "version": row.version,
        "address": row.address,
        "startedAt": row.started.isoformat(),
        "seenAt": row.seen.isoformat(),
        "owns": [
            {"lease": lease.name, "token": lease.token, "since": lease.since.isoformat()}
            for lease in _owned(row.id, leases)
        ],
    }


def _print_table(rows: Sequence[NodeRow], leases: Sequence[LeaseRow]) -> None:
    from rich.console import Console
    from rich.table import Table

    table = Table(box=None, header_style="bold", pad_edge=False)
    for column in ("NODE", "STATE", "VERSION", "ADDRESS", "STARTED", "LAST SEEN", "DOES", "SINCE"):
        table.add_column(column, overflow="fold")
    for row in rows:
        owned = _owned(row.id, leases)
        lanes = [lease for lease in owned if lease.name.startswith(LANE)]
        shown = [(lease.name, lease) for lease in owned if lease not in lanes]
        if lanes:
            shown.append((f"sends in {len(lanes)} lane{'s' if len(lanes) > 1 else ''}", min(lanes, key=_since)))
        if row.alive and not shown:
            shown.append(("listens, and stands by", _life_of(row, leases)))
        does = [(in_markup(name), _time(lease.since)) for name, lease in shown] or [("", "")]
        table.add_row(
            in_markup(row.name), "alive" if row.alive else "[red]away[/red]", in_markup(row.version),
            in_markup(row.address), _time(row.started), _time(row.seen), *does[0],
        )  # fmt: skip
        for name, since in does[1:]:
            table.add_row("", "", "", "", "", "", name, since)
    Console(width=None if sys.stdout.isatty() else 160).print(table)


def _life_of(row: NodeRow, leases: Sequence[LeaseRow]) -> LeaseRow:
    return next(lease for lease in leases if lease.name == life(row.id))


def _since(lease: LeaseRow) -> datetime:
    return lease.since


def _time(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M:%S}"
