"""``wharf breakers``: destinations that failed and are left alone for a while."""

import json
import sys
from datetime import UTC, datetime
from typing import Annotated, Any

import typer

from gateway.audit.entry import Action, Entry
from gateway.audit.record import audit, os_actor
from gateway.cli.operate import ConfigOption, JsonOption, ledger_of
from gateway.cli.plain import in_markup
from gateway.ledger.contract import Transaction
from gateway.ledger.outbound_records import Breaker, BreakerState

app = typer.Typer(add_completion=False, rich_markup_mode=None, help="Show and release destinations that failed.")


@app.callback()
def breakers() -> None:
    """Show and release destinations that failed."""


@app.command("list", epilog="Example: wharf breakers list")
def list_breakers(config: ConfigOption = None, as_json: JsonOption = False) -> None:
    """List the destinations that failed since they were last well. Exit 1 when one is left alone."""
    with ledger_of(config, read_only=True) as ledger:
        rows = ledger.read(lambda reads: reads.breakers())
    if as_json:
        for row in rows:
            typer.echo(json.dumps(_data(row), ensure_ascii=False))
    elif rows:
        _print_table(rows)
    else:
        typer.echo("all destinations are well")
    if any(row.state is not BreakerState.CLOSED for row in rows):
        raise typer.Exit(1)


@app.command(epilog="Example: wharf breakers release acme")
def release(
    channel: Annotated[str, typer.Argument(metavar="CHANNEL", help="The channel to try at once.")],
    config: ConfigOption = None,
) -> None:
    """Try a destination at once, with one parcel. Exit 1 when it is not left alone."""
    from gateway.outbound.breaker import released

    def work(tx: Transaction) -> bool:
        found = next((each for each in tx.breakers() if each.channel == channel), None)
        if found is None or found.state is BreakerState.CLOSED:
            return False
        now = datetime.now(UTC)
        tx.set_breaker(released(found, now))
        tx.hurry_parcels(channel, now)
        audit(tx, Entry(Action.BREAKER_RELEASED, os_actor(), f"channel {channel}"))
        return True

    with ledger_of(config, read_only=False) as ledger:
        done = ledger.write(work).result()
    typer.echo(f"{channel}: the next parcel tries it at once" if done else f"{channel}: it is not left alone")
    if not done:
        raise typer.Exit(1)


def _data(row: Breaker) -> dict[str, Any]:
    return {
        "channel": row.channel,
        "state": row.state.value,
        "failures": row.failures,
        "changedAt": row.changed_at.isoformat() if row.changed_at else None,
        "retryAt": row.retry_at.isoformat() if row.retry_at else None,
        "reason": row.reason,
        "exception": row.exception,
    }


def _print_table(rows: list[Breaker]) -> None:
    from rich.console import Console
    from rich.table import Table

    table = Table(box=None, header_style="bold", pad_edge=False)
    for column in ("CHANNEL", "STATE", "FAILURES", "SINCE", "TRIED AGAIN", "LAST FAILURE"):
        table.add_column(column, overflow="fold")
    for row in rows:
        state = row.state.value.replace("_", "-")
        table.add_row(
            row.channel, state if row.state is BreakerState.CLOSED else f"[red]{state}[/red]", str(row.failures),
            f"{row.changed_at:%Y-%m-%d %H:%M:%S}" if row.changed_at else "",
            f"{row.retry_at:%Y-%m-%d %H:%M:%S}" if row.retry_at else "", in_markup(row.reason),
        )  # fmt: skip
    Console(width=None if sys.stdout.isatty() else 160).print(table)
