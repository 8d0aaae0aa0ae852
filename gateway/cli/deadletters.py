"""``wharf deadletters``: what cannot go on by itself, wherever it lies, and its way back."""

import asyncio
import json
import sys
from collections.abc import Coroutine, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import typer

from gateway.audit.record import os_actor
from gateway.cli.operate import ConfigOption, JsonOption, person, settings_of
from gateway.cli.plain import in_markup, plain

if TYPE_CHECKING:
    from gateway.deadletters import DeadLetters, Settled
    from gateway.deadletters_found import DeadLetter, Kind

T = TypeVar("T")

app = typer.Typer(add_completion=False, rich_markup_mode=None, help="See and settle what cannot go on by itself.")

IdsArgument = Annotated[list[str], typer.Argument(metavar="ID...", help="Ids of dead letters.")]
_LONGEST = 500


@app.callback()
def deadletters() -> None:
    """See and settle what cannot go on by itself."""


@app.command("list", epilog="Example: wharf deadletters list --kind consumer")
def list_deadletters(
    config: ConfigOption = None,
    kind: Annotated[
        list[str] | None, typer.Option(help="delivery, parcel, event, unrouted, command or consumer; more than one.")
    ] = None,
    partner: Annotated[str | None, typer.Option(help="Only this partner's.")] = None,
    all_: Annotated[bool, typer.Option("--all", help="What was dropped too.")] = False,
    as_json: JsonOption = False,
) -> None:
    """List what cannot go on by itself, with its reason.

    Deliveries that nobody could read, parcels that were refused or given up, events that the broker never takes, events
    that nobody was bound for, commands that were refused, and what consumers gave up on. Exit 2 when the broker of the
    settings cannot be reached.
    """
    kinds = _kinds(kind)
    with _desk(config, read_only=True) as desk:
        found = _run(desk.find_all(dropped=all_, kinds=kinds))
    found = [each for each in found if partner in (None, each.partner)]
    if as_json:
        for each in found:
            typer.echo(json.dumps(dead_letter_data(each), ensure_ascii=False))
    elif found:
        _print_table(found)
    else:
        typer.echo("no dead letters: everything goes on by itself")


@app.command(epilog="Example: wharf deadletters show 5d0c8be9a2f14c0f93e1c2a7d1b85e11")
def show(
    id: Annotated[str, typer.Argument(metavar="ID", help="The id of a dead letter.")],
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show a dead letter: why it lies there, and what a retry would do. Exit 1 when there is none of this id."""
    with _desk(config, read_only=True) as desk:
        found = _run(desk.find(id))
    if found is None:
        typer.echo(f"wharf: there is no dead letter {id!r}", err=True)
        raise typer.Exit(1)
    if as_json:
        typer.echo(json.dumps(dead_letter_data(found), ensure_ascii=False))
    else:
        _print_one(found)


@app.command(epilog="Example: wharf deadletters retry 5d0c8be9a2f14c0f93e1c2a7d1b85e11 --why 'the consumer is mended'")
def retry(
    ids: IdsArgument,
    why: Annotated[str, typer.Option("--why", help="What changed; it is kept.")] = "",
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """Send dead letters on their way, dropped ones too. Exit 1 when one could not be."""
    with _desk(config, read_only=False) as desk:
        _tell(_run(desk.retry(ids, why[:_LONGEST], person(), os_actor())), as_json)


@app.command(epilog="Example: wharf deadletters drop 5d0c8be9a2f14c0f93e1c2a7d1b85e11 --why 'sent again by the ERP'")
def drop(
    ids: IdsArgument,
    why: Annotated[str, typer.Option("--why", help="The reason; it is kept.")],
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """Set dead letters aside. Nothing is deleted: --all lists them, and a retry sends them on. Exit 1 when one is not
    there any more."""
    if not why.strip():
        raise typer.BadParameter("a reason is needed", param_hint="--why")
    with _desk(config, read_only=False) as desk:
        _tell(_run(desk.drop(ids, why[:_LONGEST], person(), os_actor())), as_json)


def dead_letter_data(each: "DeadLetter") -> dict[str, Any]:
    """A dead letter as JSON data."""
    from gateway.deadletters_found import BACK

    mark = each.mark
    return {
        "kind": each.kind.value,
        "id": each.id,
        "partner": each.partner,
        "what": each.what,
        "reason": each.reason,
        "since": each.since.isoformat() if each.since else None,
        "retry": BACK[each.kind],
        "dropped": each.dropped,
        "mark": mark
        and {"action": mark.action.value, "why": mark.why, "by": mark.by, "at": mark.at.isoformat()},
        "more": each.more or {},
    }  # fmt: skip


@contextmanager
def _desk(config: Any, *, read_only: bool) -> "Iterator[DeadLetters]":
    from gateway.deadletters import DeadLetters
    from gateway.ledger.opening import open_configured
    from gateway.publishers.letters import Letters

    settings = settings_of(config)
    url = None if settings.embedded() else settings.broker_url().get_secret_value()
    ledger = open_configured(settings, exclusive=False, read_only=read_only)
    try:
        letters = Letters(url, name="wharf deadletters") if url is not None else None
        yield DeadLetters(ledger, letters, lambda: datetime.now(UTC))
    finally:
        ledger.close()


def _run(work: "Coroutine[Any, Any, T]") -> T:
    return asyncio.run(work)


def _kinds(names: list[str] | None) -> "list[Kind]":
    from gateway.deadletters_found import Kind

    if not names:
        return list(Kind)
    try:
        return [Kind(name) for name in names]
    except ValueError:
        raise typer.BadParameter(f"one of {', '.join(Kind)}", param_hint="--kind") from None


def _tell(done: "Sequence[Settled]", as_json: bool) -> None:
    for each in done:
        data = {"id": each.id, "done": each.done, "told": each.told}
        typer.echo(json.dumps(data, ensure_ascii=False) if as_json else plain(f"{each.id}: {each.told}"))
    if not all(each.done for each in done):
        raise typer.Exit(1)


def _print_table(found: "Sequence[DeadLetter]") -> None:
    from rich.console import Console
    from rich.table import Table

    table = Table(box=None, header_style="bold", pad_edge=False)
    for column in ("SINCE", "KIND", "PARTNER", "WHAT", "REASON", "ID"):
        table.add_column(column, overflow="fold", no_wrap=column in ("SINCE", "KIND", "ID"))
    for each in found:
        since = f"{each.since:%Y-%m-%d %H:%M:%S}" if each.since else ""
        reason = f"{each.reason} (dropped: {each.mark.why})" if each.mark is not None and each.dropped else each.reason
        table.add_row(
            since, each.kind.value, in_markup(each.partner or ""), in_markup(each.what), in_markup(reason), each.id
        )
    Console(width=None if sys.stdout.isatty() else 200).print(table)


def _print_one(each: "DeadLetter") -> None:
    from gateway.deadletters_found import BACK

    def say(text: str) -> None:
        typer.echo(plain(text))

    say(f"{each.kind.value} {each.id}")
    say(f"  {each.what}" + (f", {each.partner}" if each.partner else ""))
    say(f"  {each.reason}")
    if each.since:
        say(f"  since {each.since:%Y-%m-%d %H:%M:%S}")
    for name, value in (each.more or {}).items():
        if value and name not in ("headers", "at"):
            say(f"  {name} {value}")
    for name, value in ((each.more or {}).get("headers") or {}).items():
        if name != "x-death":
            say(f"  header {name}: {value}")
    if each.mark is not None:
        why = f": {each.mark.why}" if each.mark.why else ""
        say(f"{each.mark.action.value} {each.mark.at:%Y-%m-%d %H:%M:%S} by {each.mark.by}{why}")
    say(f"a retry: it {BACK[each.kind]}")
