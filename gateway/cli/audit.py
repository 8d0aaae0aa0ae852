"""``wharf audit``: who did and saw what, and whether that record is whole."""

import json
import socket
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Annotated

import typer

from gateway.cli.operate import ConfigOption, JsonOption, ledger_of, settings_of
from gateway.cli.plain import in_markup, plain

if TYPE_CHECKING:
    from gateway.audit.entry import AuditRow, Head

NOT_WHOLE = 1

app = typer.Typer(add_completion=False, rich_markup_mode=None, help="Show, verify and export the audit trail.")

ActionOption = Annotated[str | None, typer.Option(help="Only this action, or family of actions, as key.")]
DaysOption = Annotated[int | None, typer.Option(min=1, help="Only of the last so many days.", show_default="all")]


@app.callback()
def audit() -> None:
    """Show, verify and export the audit trail: who did and saw what, when, from where."""


@app.command("list", epilog="Example: wharf audit list --action payload.viewed --days 7")
def list_rows(
    config: ConfigOption = None,
    action: ActionOption = None,
    actor: Annotated[str | None, typer.Option(help="Only by this actor, named as in the list.")] = None,
    days: DaysOption = None,
    limit: Annotated[int, typer.Option(min=1, max=100_000, help="At most so many, newest first.")] = 50,
    as_json: JsonOption = False,
) -> None:
    """List what is on record, newest first."""
    since = datetime.now(UTC) - timedelta(days=days) if days else None
    with ledger_of(config, read_only=True) as ledger:
        rows = ledger.read(
            lambda reads: reads.trail.rows(action=action, actor=actor, since=since, limit=limit, newest_first=True)
        )
    if as_json:
        from gateway.audit.export import json_line

        for row in rows:
            typer.echo(json_line(row))
    elif rows:
        _print_table(rows)
    else:
        typer.echo("nothing is on record")


@app.command(epilog="Example: wharf audit verify --head 4711:9f86d081…")
def verify(
    config: ConfigOption = None,
    head: Annotated[
        str | None, typer.Option(metavar="POSITION:DIGEST", help="An end of the trail that was kept elsewhere.")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Look at every row of the trail. Exit 0 whole, 1 a row was altered, removed, put in, put elsewhere or cut off.

    Each row carries the digest of the one before it, and the gateway keeps the end of the trail in the file audit.head
    and in its log. Compare with an end from your log collector: who can write the ledger can write that file too.
    """
    from gateway.audit.sidecar import FILE, kept_head
    from gateway.audit.verify import Flaw
    from gateway.audit.verify import verify as verify_trail

    settings = settings_of(config)
    known = {"--head": _head(head)} if head else {}
    unreadable: list[Flaw] = []
    with ledger_of(config, read_only=True) as ledger:
        # Asked first: the trail may grow behind it while it is looked at, and never ends before it.
        try:
            if (kept := kept_head(settings.data)) is not None:
                known[FILE] = kept
        except ValueError as error:
            unreadable = [Flaw(0, "altered", str(error))]
        found = ledger.read(lambda reads: verify_trail(reads.trail.all(), reads.trail.beginning(), known))
    flaws = [*unreadable, *found.flaws]
    if as_json:
        told = [{"position": each.position, "kind": each.kind, "text": each.text} for each in flaws]
        end = str(found.head) if found.head else None
        typer.echo(json.dumps({"ok": not flaws, "rows": found.rows, "first": found.first, "head": end, "flaws": told}))
    elif flaws:
        typer.echo(f"the audit trail is not whole ({found.rows:,} rows):", err=True)
        for each in flaws:
            typer.echo(f"  {each.kind}: {each.text}", err=True)
    else:
        ends = f", from row {found.first} to {found.head}" if found.head else ""
        compared = " and ".join(known) or "nothing: no end was kept yet"
        typer.echo(f"the audit trail is whole: {found.rows:,} rows{ends}; its end was compared with {compared}")
    if flaws:
        raise typer.Exit(NOT_WHOLE)


@app.command(epilog="Example: wharf audit export --format cef --after 4711 > trail.cef")
def export(
    config: ConfigOption = None,
    format: Annotated[str, typer.Option(help="json (lines), cef or syslog (RFC 5424).")] = "json",
    after: Annotated[int, typer.Option(min=0, help="Only rows behind this position.")] = 0,
    action: ActionOption = None,
) -> None:
    """Write the trail to standard output, oldest first. That it was exported is put on record."""
    from gateway.audit.entry import Action, Entry
    from gateway.audit.export import FORMATS
    from gateway.audit.record import os_actor
    from gateway.cli.recording import on_record

    if format not in FORMATS:
        raise typer.BadParameter(f"one of {', '.join(FORMATS)}", param_hint="--format")
    settings, line = settings_of(config), _line(format)
    with ledger_of(config, read_only=False) as ledger:
        last = ledger.read(lambda reads: reads.trail.head())
        on_record(ledger, settings.data, Entry(Action.AUDIT_VIEWED, os_actor(), f"audit from {after + 1} as {format}"))
        while last is not None and after < last.position:
            place = after
            rows = ledger.read(lambda reads, place=place: reads.trail.rows(after=place, limit=1000, action=action))  # type: ignore[misc]
            for row in rows:
                if row.position <= last.position:
                    sys.stdout.write(f"{line(row)}\n")
            after = rows[-1].position if rows else last.position


@app.command(epilog="Example: wharf audit accept --why 'restored from the backup of Sunday'")
def accept(
    why: Annotated[str, typer.Option("--why", help="Why the trail ends elsewhere, for the record.")],
    config: ConfigOption = None,
) -> None:
    """Take the trail as it is from now on, as after a backup was put back. What was known of its end is kept aside."""
    from gateway.audit.entry import Action, Entry
    from gateway.audit.record import os_actor
    from gateway.audit.sidecar import kept_head, set_aside
    from gateway.cli.recording import on_record

    settings, now = settings_of(config), datetime.now(UTC)
    try:
        kept = str(kept_head(settings.data) or "none")
    except ValueError:
        kept = "unreadable"
    with ledger_of(config, read_only=False) as ledger:
        entry = Entry(Action.AUDIT_ACCEPTED, os_actor(), "audit", reason=why, details={"kept": kept})
        on_record(ledger, settings.data, entry)
    aside = set_aside(settings.data, now)
    typer.echo(f"accepted; what was known is in {aside.name}" if aside else "accepted; no end was known")


def _line(format: str) -> "Callable[[AuditRow], str]":
    from importlib.metadata import version

    from gateway.audit import export

    host, release = socket.gethostname(), version("wharf-gateway")
    match format:
        case "cef":
            return lambda row: export.cef(row, release)
        case "syslog":
            return lambda row: export.syslog(row, host)
        case _:
            return export.json_line


def _head(text: str) -> "Head":
    from gateway.audit.entry import Head

    position, _, digest = text.partition(":")
    if not position.isdigit() or len(digest) != 64:
        raise typer.BadParameter("a position and a digest, as 4711:9f86d0… with 64 digits", param_hint="--head")
    return Head(int(position), digest.lower())


def _print_table(rows: "list[AuditRow]") -> None:
    from rich.console import Console
    from rich.table import Table

    from gateway.audit.export import details_of

    table = Table(box=None, header_style="bold", pad_edge=False)
    for column in ("NO", "AT", "ACTOR", "ACTION", "OBJECT", "PARTNER", "FROM", "MORE"):
        table.add_column(column, overflow="fold", no_wrap=column in ("NO", "AT", "ACTION"))
    for row in rows:
        more = [row.reason] if row.reason else []
        more += [f"{name} {value}" for name, value in details_of(row).items()]
        table.add_row(
            str(row.position), f"{row.at:%Y-%m-%d %H:%M:%S}", in_markup(row.actor), in_markup(row.action),
            in_markup(row.object), in_markup(row.partner or ""), in_markup(row.source or ""),
            in_markup(plain(", ".join(more))),
        )  # fmt: skip
    Console(width=None if sys.stdout.isatty() else 200).print(table)
