"""``wharf ledger hold``: what must be kept whatever its age, as a court or an audit asks."""

import json
import os
from datetime import UTC, datetime
from functools import partial
from typing import Annotated, get_args

import typer

from gateway.audit.deeds import hold_entry
from gateway.audit.entry import Action
from gateway.audit.record import audit, os_actor
from gateway.cli.operate import ConfigOption, JsonOption, ledger_of, person
from gateway.cli.plain import plain
from gateway.ids import drawn, id_maker
from gateway.ledger.care_records import HoldKind, LegalHold
from gateway.ledger.contract import Transaction

app = typer.Typer(add_completion=False, rich_markup_mode=None, help="Keep things whatever their age: legal holds.")


@app.callback()
def hold() -> None:
    """Keep things whatever their age: legal holds."""


@app.command(epilog="Example: wharf ledger hold add order 4500012345 --why 'claim 17/2026'")
def add(
    kind: Annotated[str, typer.Argument(metavar="order|partner|delivery", help="What is named.")],
    value: Annotated[str, typer.Argument(help="An order's number, a partner's name, or a delivery's id.")],
    why: Annotated[str, typer.Option("--why", help="The reason, for the record.")],
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """Keep all that belongs to an order, a partner or a delivery until it is released."""
    known = next((each for each in get_args(HoldKind) if each == kind), None)
    if known is None or not value.strip() or not why.strip():
        raise typer.BadParameter("order, partner or delivery; then what it is called; and --why says the reason")
    row = LegalHold(id_maker(_now, drawn(os.urandom))(), known, value, why, person(), _now())
    with ledger_of(config, read_only=False) as ledger:
        ledger.write(lambda tx: _add(tx, row)).result()
    typer.echo(json.dumps(_data(row)) if as_json else f"held as {row.id}")


@app.command("list", epilog="Example: wharf ledger hold list --all")
def list_holds(
    config: ConfigOption = None,
    all_: Annotated[bool, typer.Option("--all", help="Released ones too.")] = False,
    as_json: JsonOption = False,
) -> None:
    """List what is held."""
    with ledger_of(config, read_only=True) as ledger:
        rows = ledger.read(lambda reads: reads.care.legal_holds(all=all_))
    for row in rows:
        until = f", released {row.released_at:%Y-%m-%d} by {row.released_by}" if row.released_at else ""
        words = f"{row.kind} {row.value}: {row.why}  since {row.since:%Y-%m-%d} [{row.by}]{until}  {row.id}"
        typer.echo(json.dumps(_data(row)) if as_json else plain(words))
    if not rows and not as_json:
        typer.echo("nothing is held")


@app.command(epilog="Example: wharf ledger hold release 01a1fc57-2aec-7da2-9a05-05f1b2610751")
def release(
    ids: Annotated[list[str], typer.Argument(metavar="ID...", help="Ids of holds.")], config: ConfigOption = None
) -> None:
    """Let what was held go its way again. Exit 1 when one did not hold."""
    missing = 0
    with ledger_of(config, read_only=False) as ledger:
        for id in ids:
            now, by = _now(), person()
            done = ledger.write(partial(_release, id, now, by)).result()
            missing += not done
            typer.echo(f"{id}: {'released' if done else 'does not hold'}")
    if missing:
        raise typer.Exit(1)


def _add(tx: Transaction, row: LegalHold) -> None:
    tx.care.add_legal_hold(row)
    audit(tx, hold_entry(Action.LEGAL_HOLD_ADDED, row, os_actor()))


def _release(id: str, now: datetime, by: str, tx: Transaction) -> bool:
    row = next((each for each in tx.care.legal_holds() if each.id == id), None)
    if row is None or not tx.care.release_legal_hold(id, now, by):
        return False
    audit(tx, hold_entry(Action.LEGAL_HOLD_RELEASED, row, os_actor()))
    return True


def _data(row: LegalHold) -> dict[str, str | None]:
    return {
        "id": row.id, "kind": row.kind, "value": row.value, "why": row.why, "by": row.by,
        "since": row.since.isoformat(), "releasedAt": row.released_at.isoformat() if row.released_at else None,
        "releasedBy": row.released_by,
    }  # fmt: skip


def _now() -> datetime:
    return datetime.now(UTC)
