"""``wharf messages``: lists, shows and replays what came in."""

import json
import sys
from datetime import UTC, datetime
from functools import partial
from typing import Annotated, Any

import typer

from gateway.cli.operate import (
    ConfigOption,
    JsonOption,
    delivery_data,
    document_data,
    ledger_of,
    parcel_data,
    pruned_words,
)
from gateway.cli.plain import in_markup, plain
from gateway.ledger.contract import Reads, Transaction
from gateway.ledger.records import DocumentRow

MOST = 1_000_000
"""Rows of one delivery that a replay looks at."""

app = typer.Typer(add_completion=False, rich_markup_mode=None, help="List, show and replay messages.")


@app.callback()
def messages() -> None:
    """List, show and replay messages."""


@app.command("list", epilog="Example: wharf messages list --partner acme --status rejected")
def list_messages(
    config: ConfigOption = None,
    partner: Annotated[str | None, typer.Option(help="Only this partner's.")] = None,
    type: Annotated[str | None, typer.Option("--type", help="Only this document type.")] = None,
    number: Annotated[str | None, typer.Option(help="Only this business number.")] = None,
    status: Annotated[str | None, typer.Option(help="accepted or rejected.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=10_000, help="At most so many, newest first.")] = 50,
    as_json: JsonOption = False,
) -> None:
    """List messages, newest first."""
    with ledger_of(config, read_only=True) as ledger:
        rows = ledger.read(
            lambda reads: reads.documents(
                partner=partner, document_type=type, number=number, status=status, limit=limit
            )
        )
    if as_json:
        for row in rows:
            typer.echo(json.dumps(document_data(row), ensure_ascii=False))
    else:
        _print_table(rows)


def _print_table(rows: list[DocumentRow]) -> None:
    from rich.console import Console
    from rich.table import Table

    if not rows:
        typer.echo("no messages")
        return
    table = Table(box=None, header_style="bold", pad_edge=False)
    for column in ("RECEIVED", "PARTNER", "DOCUMENT", "NUMBER", "STATUS", "INTERCHANGE", "ID"):
        table.add_column(column, overflow="fold", no_wrap=column == "ID")
    for row in rows:
        status = f"[red]{row.status}[/red]" if row.status == "rejected" else row.status
        received = f"{row.recorded_at:%Y-%m-%d %H:%M:%S}"
        number, interchange = in_markup(row.number), in_markup(row.interchange or "")
        table.add_row(received, in_markup(row.partner), row.document_type, number, status, interchange, row.id)
    Console(width=None if sys.stdout.isatty() else 160).print(table)


@app.command(epilog="Example: wharf messages show 7c779fa9-05a3-5c4c-9eda-65023437ca06 --json")
def show(
    id: Annotated[str, typer.Argument(metavar="ID", help="The id of a message (event) or of a delivery.")],
    config: ConfigOption = None,
    raw: Annotated[bool, typer.Option("--raw", help="Only the bytes as they arrived.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Show all that is known of a message or a delivery. Exit 1 when there is none of this id."""
    with ledger_of(config, read_only=True) as ledger:
        found = ledger.read(lambda reads: _known(reads, id))
        content = ledger.read(lambda reads: reads.delivery_content(found["delivery"]["id"])) if found and raw else None
    if found is None:
        typer.echo(f"wharf: there is no message or delivery {id!r}", err=True)
        raise typer.Exit(1)
    if raw:
        if content is None and (pruned := found["delivery"]["prunedAt"]):
            typer.echo(f"wharf: {pruned_words(pruned, found['delivery']['sha256'])}", err=True)
            raise typer.Exit(1)
        sys.stdout.buffer.write(content or b"")
        sys.stdout.buffer.flush()
    elif as_json:
        typer.echo(json.dumps(found, ensure_ascii=False))
    else:
        _print_story(found)


def _known(reads: Reads, id: str) -> dict[str, Any] | None:
    document = reads.document(id)
    delivery = reads.delivery(document.delivery if document else id)
    if delivery is None:
        return None
    documents = [document] if document else reads.documents(delivery=delivery.id, limit=1000)
    problems = [
        json.loads(row.body) for row in reads.problems(delivery.id) if document is None or row.document == document.id
    ]
    told = []
    for row in documents:
        event = reads.event(row.id)
        told.append(
            {
                **document_data(row),
                "event": event
                and {"state": event.state.value, "attempts": event.attempts, "routingKey": event.routing_key},
                "data": json.loads(row.body) if row.pruned_at is None else None,
            }
        )
    return {
        "delivery": delivery_data(delivery),
        "messages": told,
        "problems": problems,
        "acknowledgments": [parcel_data(row) for row in reads.parcels(delivery=delivery.id)],
    }


def _print_story(found: dict[str, Any]) -> None:
    def say(text: str) -> None:
        typer.echo(plain(text))

    delivery = found["delivery"]
    say(f"delivery {delivery['id']}")
    say(f"  {delivery['name']}  {delivery['size']} bytes  channel {delivery['channel']}  {delivery['receivedAt']}")
    if sender := delivery["sender"]:
        shown = sender["subject"] or ", ".join(sender["names"])
        certificate = f"  certificate {shown}" if shown else ""
        say(f"  from {sender['address']} to our port {sender['port']}{certificate}")
    say(f"  {delivery['outcome'] or delivery['state']}: {delivery['summary']}")
    if pruned := delivery["prunedAt"]:
        say(f"  {pruned_words(pruned, delivery['sha256'])}")
    for message in found["messages"]:
        event = message["event"] or {}
        say(f"message {message['id']}")
        say(
            f"  {message['documentType']} {message['number']} from {message['partner']}: {message['status']}, "
            f"event {event.get('state', 'none')}, attempt {event.get('attempts', 0)}"
        )
        if pruned := message["prunedAt"]:
            say(f"  {pruned_words(pruned)}")
    for problem in found["problems"]:
        place = f" at line {problem['line']}" if problem.get("line") else ""
        say(f"  {problem['severity']}[{problem['code']}] {problem['message']}{place}")
    for parcel in found["acknowledgments"]:
        say(f"answer {parcel['kind']} {parcel['name'] or ''}: {parcel['state']}")


@app.command(epilog="Example: wharf messages replay 7c779fa9-05a3-5c4c-9eda-65023437ca06")
def replay(
    ids: Annotated[list[str], typer.Argument(metavar="ID...", help="Ids of messages or deliveries.")],
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """Publish accepted messages again under their old ids, and read refused deliveries again.

    A running gateway takes it up within seconds; otherwise the next one that is started does. Exit 1
    when an id is not known.
    """
    missing = False
    with ledger_of(config, read_only=False) as ledger:
        for id in ids:
            done = ledger.write(partial(_replay, id)).result()
            missing = missing or done is None
            if as_json:
                typer.echo(json.dumps({"id": id, "replay": done}))
            else:
                typer.echo(f"{id}: {done or 'there is no message or delivery of this id'}")
    if missing:
        raise typer.Exit(1)


def _replay(id: str, tx: Transaction) -> str | None:
    document = tx.document(id)
    delivery = tx.delivery(document.delivery if document else id)
    if delivery is None:
        return None
    pruned = document.pruned_at if document is not None else None
    pruned = pruned or (delivery.pruned_at if document is None or document.status != "accepted" else None)
    if pruned is not None:
        return f"not replayed: {pruned_words(pruned.isoformat())}"
    if document is not None and document.status == "accepted":
        return _published_again([document.id], tx)
    if document is None and delivery.repeats:
        return f"it repeats the delivery {delivery.repeats}: replay that one"
    if document is None and delivery.outcome in ("accepted", "partial"):
        rows = tx.documents(delivery=delivery.id, status="accepted", limit=MOST)
        return _published_again([row.id for row in rows], tx)
    tx.reopen_delivery(delivery.id)
    held = [row.id for row in tx.exceptions(limit=MOST) if row.delivery == delivery.id]
    tx.resolve_exceptions(held, datetime.now(UTC), "read again")
    return "is read again"


def _published_again(ids: list[str], tx: Transaction) -> str:
    gone = sum(row is not None and row.pruned_at is not None for row in map(tx.document, ids))
    again = sum(tx.replay_event(id) for id in ids)
    waiting = len(ids) - again - gone
    told = [f"{again} to be published again"]
    told += [f"{waiting} waiting to be published anyway"] if waiting else []
    return ", ".join(told + ([f"{gone} not: their content was pruned"] if gone else []))
