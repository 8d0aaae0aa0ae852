"""Replays as a person sees them in the terminal, and as JSON data."""

import json
import os
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

import typer

from canonical.difference_words import in_words
from gateway.cli.plain import in_markup, plain
from gateway.ledger.replay_records import ReplayItem, ReplayRow
from gateway.replay.applying import Done
from gateway.replay.desk import Looked
from gateway.replay.trial import Tried, Verdict

_THEN, _TODAY = "then", "today"
_MOST_SHOWN = 50
"""Messages whose changes are told; --json tells all."""
_MOST_CHANGES = 20
_KINDS = {"changed": "changed", "onlyLeft": "onlyThen", "onlyRight": "onlyToday"}
_STYLES = {
    Verdict.ACCEPTED: "green", Verdict.REJECTED: "red", Verdict.CHANGED: "yellow", Verdict.STILL: "", Verdict.SAME: "",
    Verdict.NOT_TRIED: "yellow",
}  # fmt: skip


def tried_data(each: Tried) -> dict[str, Any]:
    """One message, then and today, as JSON data."""
    document = each.message.body if each.message is not None else None
    head = each.head
    return {
        "id": head.id if head is not None else None,
        "delivery": each.delivery,
        "partner": head.partner if head is not None else each.message.partner.name if each.message else None,
        "documentType": head.document_type if head is not None else document.document_type if document else None,
        "number": head.number if head is not None else document.number if document else None,
        "verdict": each.verdict.value,
        "differences": [
            {"path": one.path, "kind": _KINDS[one.kind], "then": one.left, "today": one.right,
             "words": in_words(one, _THEN, _TODAY)}
            for one in each.differences
        ],
        "problems": [problem.to_data() for problem in each.problems],
    }  # fmt: skip


def summary_data(looked: Looked) -> dict[str, Any]:
    """The counts as JSON data."""
    chosen = looked.chosen
    return {
        "messages": len(looked.tried.tried),
        "deliveries": len(chosen.batches),
        "counts": looked.tried.counts,
        "takenAlong": chosen.along,
        "acceptedSince": chosen.accepted_since,
        "pruned": chosen.pruned,
        "leftOut": [{"id": id, "reason": reason} for id, reason in chosen.left_out],
    }


def trial_lines(looked: Looked) -> Iterator[dict[str, Any]]:
    """One object for each message, and one that counts."""
    for each in looked.tried.tried:
        yield tried_data(each)
    yield {"summary": summary_data(looked)}


def print_trial(looked: Looked, *, details: bool) -> None:
    """What would become of each message, field by field where it says something else; then the counts."""
    from gateway.diagnostics.spans import Span
    from gateway.diagnostics.terminal import look_of

    look = look_of(sys.stdout, os.environ)

    def say(*spans: Span) -> None:
        typer.echo(look.print([spans]), nl=False, color=look.color)

    shown = [each for each in looked.tried.tried if each.verdict is not Verdict.SAME] if details else []
    for each in shown[:_MOST_SHOWN]:
        data = tried_data(each)
        what = plain(f"{(data['documentType'] or 'delivery').replace('_', ' ')} {data['number'] or each.delivery}")
        who = plain(f" from {data['partner']}" if data["partner"] else "")
        say(Span(what, "bold"), Span(f"{who}: "), Span(each.verdict.value, _STYLES[each.verdict]))
        for one in each.differences[:_MOST_CHANGES]:
            say(Span(f"  {plain(in_words(one, _THEN, _TODAY))}"))
        if len(each.differences) > _MOST_CHANGES:
            say(Span(f"  and {len(each.differences) - _MOST_CHANGES} more"))
        for problem in each.problems[:3]:
            place = f" at line {problem.line}" if problem.line else ""
            say(Span(f"  {plain(f'{problem.code} {problem.message}{place}')}"))
    if len(shown) > _MOST_SHOWN:
        typer.echo(f"and {len(shown) - _MOST_SHOWN:,} more; --json tells all")
    _print_counts(looked)


def _print_counts(looked: Looked) -> None:
    count = len(looked.tried.tried)
    told = ", ".join(f"{number:,} {verdict}" for verdict, number in looked.tried.counts.items())
    deliveries = len(looked.chosen.batches)
    typer.echo(
        f"{_counted(count, 'message')} of {_counted(deliveries, 'deliver', 'y', 'ies')}: {told}"
        if count
        else "nothing fits"
    )  # fmt: skip
    if looked.chosen.along:
        typer.echo(f"{looked.chosen.along:,} of them go along: a delivery is read again as a whole")
    if looked.chosen.accepted_since:
        typer.echo(f"{_counted(looked.chosen.accepted_since, 'message')} became documents since, and stay as they are")
    if looked.chosen.pruned:
        typer.echo(f"{_counted(looked.chosen.pruned, 'message')} more fit, and their content was pruned")
    for id, reason in looked.chosen.left_out:
        typer.echo(plain(f"{id}: {reason}"))


def print_done(looked: Looked, done: Done, *, as_json: bool) -> None:
    """What a replay began."""
    if as_json:
        told = {"published": done.published, "waiting": done.waiting, "new": done.new, "read": done.read}
        typer.echo(json.dumps({"replay": done.replay, **told, "summary": summary_data(looked)}, ensure_ascii=False))
        return
    parts = [
        f"{done.published:,} to be published again" if done.published else "",
        f"{done.waiting:,} waiting to be published anyway" if done.waiting else "",
        f"{done.new:,} to be published as new" if done.new else "",
        f"{done.read:,} read again" if done.read else "",
    ]
    still = looked.tried.counts.get(Verdict.STILL.value, 0)
    if still:
        parts.append(f"{still:,} would be rejected again and stay as they are")
    told_parts = ", ".join(part for part in parts if part)
    if looked.tried.tried:
        typer.echo(f"replay {done.replay}: {told_parts or 'nothing to do'}")
    for id, reason in looked.chosen.left_out:
        typer.echo(plain(f"{id}: {reason}"))


def replay_data(row: ReplayRow, items: Sequence[ReplayItem]) -> dict[str, Any]:
    """A replay as JSON data."""
    return {
        "id": row.id,
        "at": row.at.isoformat(),
        "by": row.by,
        "reason": row.reason,
        "asNew": row.as_new,
        "chosen": row.chosen,
        "counts": outcome_counts(items),
    }


def outcome_counts(items: Sequence[ReplayItem]) -> dict[str, int]:
    """How many messages went out again, became documents, are still rejected, or wait to be read."""
    return dict(Counter(outcome(item) for item in items))


def outcome(item: ReplayItem) -> str:
    """What became of one message."""
    if item.how == "read":
        return "waiting" if item.done_at is None else "accepted" if item.became else "rejected"
    return item.how.value


def print_replays(rows: Sequence[tuple[ReplayRow, Sequence[ReplayItem]]]) -> None:
    """A line for each."""
    from rich.console import Console
    from rich.table import Table

    table = Table(box=None, header_style="bold", pad_edge=False)
    for column in ("AT", "BY", "WHAT BECAME OF IT", "REASON", "ID"):
        table.add_column(column, overflow="fold", no_wrap=column in ("AT", "ID"))
    for row, items in rows:
        counts = ", ".join(f"{count:,} {word}" for word, count in outcome_counts(items).items())
        reason = in_markup(row.reason)
        table.add_row(f"{row.at:%Y-%m-%d %H:%M:%S}", in_markup(row.by), counts or "nothing", reason, row.id)
    Console(width=None if sys.stdout.isatty() else 160).print(table)


def print_items(row: ReplayRow, items: Sequence[ReplayItem]) -> None:
    """One replay with its messages."""
    typer.echo(
        plain(f"replay {row.id}  {row.at:%Y-%m-%d %H:%M:%S} by {row.by}{', as new events' if row.as_new else ''}")
    )
    if row.reason:
        typer.echo(plain(f"  {row.reason}"))
    asked = ", ".join(f"{name} {value}" for name, value in row.chosen.items() if name != "ids")
    typer.echo(plain(f"  asked for: {asked or 'ids'}"))
    for item in items:
        became = f" -> {item.became}" if item.became and item.became != item.document else ""
        typer.echo(f"{outcome(item):<10} {item.document or item.delivery}{became}")


def _counted(count: int, stem: str, one: str = "", many: str = "s") -> str:
    return f"{count:,} {stem}{one if count == 1 else many}"
