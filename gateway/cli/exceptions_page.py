"""Exceptions as a person sees them in the terminal, and as JSON data."""

import sys
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import typer

from gateway.cli.plain import in_markup, plain
from gateway.exceptions import Story
from gateway.ledger.exception_records import GroupRow
from gateway.ledger.records import ExceptionRow

_WIDTH = 200
"""Columns where the output is no terminal."""


def exception_data(row: ExceptionRow) -> dict[str, Any]:
    """An exception as JSON data."""
    return {
        "id": row.id,
        "kind": row.kind,
        "code": row.code,
        "partner": row.partner,
        "delivery": row.delivery,
        "document": row.document,
        "parcel": row.parcel,
        "channel": row.channel,
        "message": row.message,
        "openedAt": row.opened_at.isoformat(),
        "seen": row.seen,
        "lastAt": (row.last_at or row.opened_at).isoformat(),
        "assignedTo": row.assigned_to,
        "againOf": row.again_of,
        "resolvedAt": row.resolved_at.isoformat() if row.resolved_at else None,
        "resolvedBy": row.resolved_by,
        "note": row.note,
    }


def group_data(group: GroupRow) -> dict[str, Any]:
    """A group as JSON data."""
    return {
        "kind": group.kind,
        "code": group.code,
        "partner": group.partner,
        "count": group.count,
        "oldest": group.oldest.isoformat(),
        "newest": group.newest.isoformat(),
        "example": exception_data(group.example),
    }


def story_data(found: Story) -> dict[str, Any]:
    """An exception with all that is known around it."""
    notes = [{"at": each.at.isoformat(), "by": each.by, "text": each.text} for each in found.notes]
    return {
        **exception_data(found.row),
        "title": found.title,
        "help": found.help,
        "notes": notes,
        "earlier": [exception_data(row) for row in found.earlier],
    }


def print_table(rows: Sequence[ExceptionRow]) -> None:
    """A line for each."""
    from rich.console import Console
    from rich.table import Table

    table = Table(box=None, header_style="bold", pad_edge=False)
    for column in ("OPENED", "CODE", "PARTNER", "WHAT", "FOR", "ID"):
        table.add_column(column, overflow="fold", no_wrap=column in ("OPENED", "CODE", "ID"))
    for row in rows:
        what = row.message if row.seen == 1 else f"{row.message} ({row.seen} times)"
        what = what if row.resolved_at is None else f"{what} (resolved)"
        whom = row.assigned_to or ""
        table.add_row(_time(row.opened_at), row.code, in_markup(row.partner or ""), in_markup(what), in_markup(whom),
                      row.id)  # fmt: skip
    Console(width=None if sys.stdout.isatty() else _WIDTH).print(table)


def print_groups(groups: Sequence[GroupRow]) -> None:
    """A line for each group, with the newest of it as an example."""
    from rich.console import Console
    from rich.table import Table

    table = Table(box=None, header_style="bold", pad_edge=False)
    for column in ("COUNT", "CODE", "PARTNER", "OLDEST", "NEWEST", "FOR EXAMPLE", "ID"):
        table.add_column(column, overflow="fold", no_wrap=column in ("CODE", "OLDEST", "NEWEST", "ID"))
    for each in groups:
        table.add_row(
            f"{each.count:,}", each.code, in_markup(each.partner or ""), _time(each.oldest), _time(each.newest),
            in_markup(each.example.message), each.example.id,
        )  # fmt: skip
    Console(width=None if sys.stdout.isatty() else _WIDTH).print(table)


def print_story(found: Story) -> None:
    """One exception, what it is about, its log, and where to look next."""

    def say(text: str) -> None:
        typer.echo(plain(text))

    row = found.row
    say(f"exception {row.id}")
    say(f"  {row.code} {found.title or ''}".rstrip())
    say(f"  {row.message}")
    state = f"resolved {_time(row.resolved_at)} by {row.resolved_by or 'somebody'}" if row.resolved_at else "open"
    say(f"  {row.kind}, {state}" + (f", assigned to {row.assigned_to}" if row.assigned_to else ""))
    if row.resolved_at and row.note:
        say(f"  done: {row.note}")
    last = f", {row.seen} times, last {_time(row.last_at)}" if row.last_at is not None else ""
    say(f"  since {_time(row.opened_at)}{last}")
    for name, value in (("partner", row.partner), ("channel", row.channel)):
        if value:
            say(f"  {name} {value}")
    for each in found.notes:
        say(f"note  {_time(each.at)}  {each.text}  [{each.by}]")
    for before in found.earlier:
        ended = f"resolved {_time(before.resolved_at)} by {before.resolved_by or 'somebody'}"
        say(f"before  {_time(before.opened_at)}  {ended}: {before.note or 'without a note'}  {before.id}")
    if found.help:
        say(f"what to do: {found.help}")
    for command in _next(row):
        say(f"  {command}")


def _next(row: ExceptionRow) -> list[str]:
    """What to type to see more."""
    found = [f"wharf messages show {row.document or row.delivery}"] if row.document or row.delivery else []
    if row.parcel:
        found.append(f"wharf parcels show {row.parcel}")
    return [*found, f"wharf explain {row.code}"]


def _time(time: datetime | None) -> str:
    return f"{time:%Y-%m-%d %H:%M:%S}" if time is not None else ""
