"""``wharf messages``: lists, shows and replays what came in."""

import json
import sys
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
    settings_of,
)
from gateway.cli.plain import in_markup, plain
from gateway.cli.recording import view_on_record
from gateway.cli.replay import item_data, replay, replays
from gateway.ledger.contract import Reads
from gateway.ledger.records import DocumentRow
from gateway.outgoing_words import SUBMITTED

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
    with ledger_of(config, read_only=False) as ledger:
        found = ledger.read(lambda reads: _known(reads, id))
        if found and (raw or found["messages"]):
            view_on_record(ledger, settings_of(config).data, *_seen(found, raw))
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


def _seen(found: dict[str, Any], raw: bool) -> tuple[str, str | None, str]:
    """What is shown, for the audit trail: object, partner, and which content."""
    delivery = found["delivery"]
    part = "bytes" if raw else f"{len(found['messages'])} documents"
    return f"delivery {delivery['id']}", delivery["partner"], part


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
                "replays": [item_data(each, item) for each, item in reads.replays_of(row.id)],
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
        way = "to" if message["direction"] == SUBMITTED else "from"
        say(
            f"  {message['documentType']} {message['number']} {way} {message['partner']}: {message['status']}, "
            f"event {event.get('state', 'none')}, attempt {event.get('attempts', 0)}"
        )
        for each in message["replays"]:
            say(f"  {_replayed(message['id'], each)}")
        if pruned := message["prunedAt"]:
            say(f"  {pruned_words(pruned)}")
    for problem in found["problems"]:
        place = f" at line {problem['line']}" if problem.get("line") else ""
        say(f"  {problem['severity']}[{problem['code']}] {problem['message']}{place}")
    for parcel in found["acknowledgments"]:
        say(f"answer {parcel['kind']} {parcel['name'] or ''}: {parcel['state']}")


def _replayed(id: str, each: dict[str, Any]) -> str:
    """One replay of a message in a line."""
    if each["became"] == id and each["message"] != id:
        what = f"came of {each['message'] or each['delivery']}"
    elif each["how"] == "published":
        what = "published again"
    elif each["doneAt"] is None:
        what = "is read again"
    else:
        what = f"became {each['became']}" if each["became"] else "read again, and rejected again"
    why = f": {each['reason']}" if each["reason"] else ""
    return f"replay {each['at'][:19].replace('T', ' ')} by {each['by']}, {what}{why}"


app.command("replay", epilog="Example: wharf messages replay --code X12-E0307 --partner acme --since 2d --dry-run")(
    replay
)
app.command("replays", epilog="Example: wharf messages replays")(replays)
