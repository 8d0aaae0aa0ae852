"""``wharf parcels``: what is sent, and what a person does with it."""

import json
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from typing import Annotated, Any

import typer

from gateway.audit.entry import Action, Entry
from gateway.audit.record import audit, os_actor
from gateway.cli.operate import (
    ConfigOption,
    JsonOption,
    ledger_of,
    parcel_data,
    person,
    pruned_words,
    settings_of,
    some_of,
)
from gateway.cli.plain import in_markup, plain
from gateway.cli.recording import view_on_record
from gateway.ledger.contract import Reads, Transaction
from gateway.ledger.outbound_records import HoldRow, ParcelMove
from gateway.ledger.parcel_states import IllegalStepError, ParcelStep
from gateway.ledger.records import ParcelRow, ParcelState

app = typer.Typer(add_completion=False, rich_markup_mode=None, help="Show, hold, release and resend what is sent.")

PartnerOption = Annotated[str | None, typer.Option(help="Only this partner's.")]
ChannelOption = Annotated[str | None, typer.Option(help="Only by this channel.")]
WholeChannelOption = Annotated[str | None, typer.Option("--channel", help="Everything that leaves by this channel.")]
LaneOption = Annotated[str | None, typer.Option("--partner", help="With --channel: only what goes to this partner.")]
IdsArgument = Annotated[list[str] | None, typer.Argument(metavar="[ID]...", help="Ids of parcels.")]
WhyOption = Annotated[str, typer.Option("--why", help="The reason, for the history.")]

_TROUBLE = {ParcelState.DEAD, ParcelState.REFUSED, ParcelState.REJECTED, ParcelState.OVERDUE, ParcelState.RETRYING}


@app.callback()
def parcels() -> None:
    """Show, hold, release and resend what is sent."""


@app.command("list", epilog="Example: wharf parcels list --partner acme --state overdue")
def list_parcels(
    config: ConfigOption = None,
    partner: PartnerOption = None,
    channel: ChannelOption = None,
    state: Annotated[ParcelState | None, typer.Option(help="Only those in this state.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=10_000, help="At most so many, newest first.")] = 50,
    as_json: JsonOption = False,
) -> None:
    """List parcels, newest first, and what is held."""

    def found(reads: Reads) -> list[tuple[ParcelRow, list[str]]]:
        rows = reads.parcels(partner=partner, channel=channel, state=state, limit=limit)
        return [(row, [each.number for each in reads.parcel_documents(row.id)]) for row in rows]

    with ledger_of(config, read_only=True) as ledger:
        rows, holds = ledger.read(lambda reads: (found(reads), reads.holds()))
    if as_json:
        for row, numbers in rows:
            typer.echo(json.dumps({**parcel_data(row), "numbers": numbers}, ensure_ascii=False))
        return
    for hold in holds:
        typer.echo(plain(f"held: {_held(hold)}, since {hold.since:%Y-%m-%d %H:%M} by {hold.by}: {hold.why}"))
    if rows:
        _print_table(rows)
    else:
        typer.echo("no parcels")


def _held(hold: HoldRow) -> str:
    return f"channel {hold.channel}" + (f", partner {hold.partner}" if hold.partner else "")


def _print_table(rows: list[tuple[ParcelRow, list[str]]]) -> None:
    from rich.console import Console
    from rich.table import Table

    table = Table(box=None, header_style="bold", pad_edge=False)
    for column in ("CREATED", "PARTNER", "CHANNEL", "KIND", "NUMBERS", "CONTROL", "STATE", "TRIES", "ID"):
        table.add_column(column, overflow="fold", no_wrap=column == "ID")
    for row, numbers in rows:
        told = row.state.value if row.verdict in (None, "accepted", "rejected") else f"{row.state.value}, {row.verdict}"
        told = told.replace("_", " ")
        table.add_row(
            f"{row.created_at:%Y-%m-%d %H:%M:%S}", row.partner, row.channel, in_markup(row.kind),
            in_markup(some_of(numbers)),
            row.control_number or "", f"[red]{told}[/red]" if row.state in _TROUBLE else told, str(row.attempts),
            row.id,
        )  # fmt: skip
    Console(width=None if sys.stdout.isatty() else 160).print(table)


@app.command(epilog="Example: wharf parcels show 01a1fc57-2aec-7da2-9a05-05f1b2610751")
def show(
    id: Annotated[str, typer.Argument(metavar="ID", help="The id of a parcel, or of a document that was sent.")],
    config: ConfigOption = None,
    raw: Annotated[bool, typer.Option("--raw", help="Only the bytes as they are sent.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Show a parcel with its documents and its history. Exit 1 when there is none of this id."""
    with ledger_of(config, read_only=not raw) as ledger:
        found = ledger.read(lambda reads: _known(reads, id))
        if raw and found is not None and found[0].content is not None:
            view_on_record(ledger, settings_of(config).data, f"parcel {found[0].id}", found[0].partner, "bytes")
    if found is None:
        typer.echo(f"wharf: there is no parcel {id!r}", err=True)
        raise typer.Exit(1)
    row, data = found
    if raw:
        if data["prunedAt"]:
            typer.echo(f"wharf: {pruned_words(data['prunedAt'])}", err=True)
            raise typer.Exit(1)
        if row.content is None:
            typer.echo("wharf: it has no bytes yet: they are written when it leaves", err=True)
            raise typer.Exit(1)
        sys.stdout.buffer.write(row.content)
        sys.stdout.buffer.flush()
    elif as_json:
        typer.echo(json.dumps(data, ensure_ascii=False))
    else:
        _print_story(data)


def _known(reads: Reads, id: str) -> tuple[ParcelRow, dict[str, Any]] | None:
    row = reads.parcel(id) or next(iter(reversed(reads.parcels_with(id))), None)
    if row is None:
        return None
    documents = [
        {
            "document": each.document, "number": each.number, "status": each.status, "transaction": each.set_number,
            "answerDueAt": each.answer_due_at.isoformat() if each.answer_due_at else None,
            "answeredBy": each.answered_by,
        }
        for each in reads.parcel_documents(row.id)
    ]  # fmt: skip
    history = [
        {
            "at": step.at.isoformat(), "from": step.from_state.value, "to": step.to_state.value, "why": step.why,
            "by": step.by,
        }
        for step in reads.parcel_history(row.id)
    ]  # fmt: skip
    return row, {**parcel_data(row), "documents": documents, "history": history}


def _print_story(data: dict[str, Any]) -> None:
    def say(text: str) -> None:
        typer.echo(plain(text))

    say(f"parcel {data['id']}: {data['kind']} to {data['partner']} by channel {data['channel']}")
    verdict = f" ({data['verdict'].replace('_', ' ')})" if data["verdict"] else ""
    say(f"  {data['state']}{verdict}, {data['attempts']} failed attempts, transmission {data['transmissions']}")
    if data["controlNumber"]:
        group = f", group {data['group']}" if data["group"] else ""
        say(f"  control number {data['controlNumber']}{group}, file {data['name']}")
    if data["prunedAt"]:
        say(f"  {pruned_words(data['prunedAt'])}")
    if data["dueAt"]:
        say(f"  awaits {data['awaits']} until {_time(data['dueAt'])}")
    if data["lastError"]:
        say(f"  last failure: {data['lastError']}")
    for each in data["documents"]:
        answer = f", answer due {_time(each['answerDueAt'])}" if each["answerDueAt"] else ""
        say(f"document {each['number']}: {each['status'].replace('_', ' ')}{answer}  {each['document']}")
    say("history")
    say(f"  {_time(data['createdAt'])}  queued")
    for step in data["history"]:
        what = step["to"] if step["from"] != step["to"] else "note"
        by = "" if step["by"] == "gateway" else f"  [{step['by']}]"
        say(f"  {_time(step['at'])}  {what:<12}  {step['why']}{by}")


def _time(text: str) -> str:
    return f"{datetime.fromisoformat(text):%Y-%m-%d %H:%M:%S}"


@app.command(epilog="Example: wharf parcels hold --channel acme --why 'their new server comes on Monday'")
def hold(
    ids: IdsArgument = None,
    channel: WholeChannelOption = None,
    partner: LaneOption = None,
    why: WhyOption = "",
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """Keep parcels, a channel or one partner's lane of it back. Exit 1 when one could not be held."""
    _check(ids, channel, partner)
    if channel is None:
        _each(config, ids or [], ParcelStep.HELD, why, "held", as_json)
        return
    with ledger_of(config, read_only=False) as ledger:
        row = HoldRow(channel, partner, datetime.now(UTC), why, person())
        ledger.write(partial(_hold, row)).result()
    _say({"held": _held(row)}, f"held: {_held(row)}", as_json)


@app.command(epilog="Example: wharf parcels release --channel acme")
def release(
    ids: IdsArgument = None,
    channel: WholeChannelOption = None,
    partner: LaneOption = None,
    why: WhyOption = "",
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """Let go what was held. Exit 1 when one was not."""
    _check(ids, channel, partner)
    if channel is None:
        _each(config, ids or [], ParcelStep.RELEASED, why, "released", as_json)
        return
    with ledger_of(config, read_only=False) as ledger:
        done = ledger.write(partial(_release, channel, partner, why)).result()
    what = _held(HoldRow(channel, partner, datetime.now(UTC), "", ""))
    _say({"released": what if done else None}, f"released: {what}" if done else f"not held: {what}", as_json)
    if not done:
        raise typer.Exit(1)


@app.command(epilog="Example: wharf parcels resend 01a1fc57-2aec-7da2-9a05-05f1b2610751 --why 'they lost the file'")
def resend(
    ids: Annotated[list[str], typer.Argument(metavar="ID...", help="Ids of parcels.")],
    why: Annotated[str, typer.Option("--why", help="The reason, for the history.")],
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """Send the same bytes once more, under the same control number. Exit 1 when one could not be.

    Only what left, was refused or was given up; the file gets a name of its own.
    """
    _each(config, ids, ParcelStep.RESENT, why, "to be sent again", as_json)


def _check(ids: list[str] | None, channel: str | None, partner: str | None) -> None:
    if bool(ids) == bool(channel):
        raise typer.BadParameter("name parcels by their ids, or a channel by --channel")
    if partner and not channel:
        raise typer.BadParameter("--partner goes with --channel: a lane is a partner's part of a channel")


def _each(config: Any, ids: list[str], step: ParcelStep, why: str, done: str, as_json: bool) -> None:
    by, now = person(), datetime.now(UTC)
    failed = 0
    with ledger_of(config, read_only=False) as ledger:
        for id in ids:
            told = ledger.write(_moving(ParcelMove(id, step, now, why, by))).result()
            failed += told is not None
            _say({"id": id, "done": told is None, "problem": told}, f"{id}: {told or done}", as_json)
    if failed:
        raise typer.Exit(1)


_ON_RECORD = {
    ParcelStep.HELD: Action.PARCEL_HELD, ParcelStep.RELEASED: Action.PARCEL_RELEASED,
    ParcelStep.RESENT: Action.PARCEL_RESENT,
}  # fmt: skip


def _hold(row: HoldRow, tx: Transaction) -> None:
    tx.hold(row)
    audit(tx, Entry(Action.CHANNEL_HELD, os_actor(), f"channel {row.channel}", row.partner, row.why))


def _release(channel: str, partner: str | None, why: str, tx: Transaction) -> bool:
    done = bool(tx.release_hold(channel, partner))
    if done:
        audit(tx, Entry(Action.CHANNEL_RELEASED, os_actor(), f"channel {channel}", partner, why))
    return done


def _moving(move: ParcelMove) -> Callable[[Transaction], str | None]:
    def work(tx: Transaction) -> str | None:
        try:
            tx.move_parcel(move)
            audit(tx, Entry(_ON_RECORD[move.step], os_actor(), f"parcel {move.parcel}", reason=move.why))
        except (IllegalStepError, LookupError) as error:
            return str(error)
        return None

    return work


def _say(data: dict[str, Any], text: str, as_json: bool) -> None:
    typer.echo(json.dumps(data, ensure_ascii=False) if as_json else plain(text))
