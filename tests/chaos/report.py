"""The report of a campaign, as Markdown for people: what was done, what came of it, and how to do it again."""

import os
import platform
import sqlite3
import sys
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime
from importlib.metadata import version

from tests.chaos.broken import CONTROLS
from tests.chaos.campaign import Result
from tests.chaos.check import Violation
from tests.chaos.schedule import Kind
from tests.chaos.site import SQLITE

PROMISES = {
    "I1": "nothing that was accepted is lost",
    "I2": "nothing comes under two ids, and repeats say so",
    "I3": "nothing is invented",
    "I4": "each body is what an independent reading makes of the bytes",
    "I5": "acknowledgments are true, one for each, control numbers used once",
    "I6": "what belongs together comes in order",
    "I7": "nothing is stuck or left over, and the ledger is whole",
    "I8": "no patient in logs, metrics or answers",
}
SHOWN = 40
"""Broken promises that are told one by one."""


def report(result: Result) -> str:
    """All of it."""
    parts = [_head(result), _verdict(result), _doors(result), _collected(result), _faults(result), _recovery(result)]
    return "\n".join([*parts, _again(result)]) + "\n"


def caught(result: Result) -> str:
    """A control as a row of a table: the defect, what named it, and when."""
    assert result.control is not None
    expected = CONTROLS[result.control].invariant
    found = Counter(one.invariant for one in result.violations)
    first = [one.at - result.began for one in result.violations if one.invariant == expected and one.at]
    when = f"{max(0.0, min(first)):.0f} s" if first else ("at the end" if found[expected] else "never")
    others = ", ".join(f"{name} {count}" for name, count in sorted(found.items()))
    verdict = "caught" if found[expected] else "**not caught**"
    return f"| {result.control} | {expected} | {verdict} | {when} | {result.seconds:.0f} s | {others} |"


CAUGHT = ("defect", "promise that it breaks", "", "first broken after", "judged after", "all that was found broken")
"""The head of the table that ``caught`` gives rows of."""


def _head(result: Result) -> str:
    began = datetime.fromtimestamp(result.began, UTC)
    sent = sum(len(one.documents) for one in result.evidence.sent)
    versions = ", ".join(f"{name} {version(name)}" for name in ("aio-pika", "SQLAlchemy", "paramiko", "pika"))
    return (
        f"# A campaign of {result.tier.seconds / 60:.0f} minutes, seed {result.seed}\n\n"
        f"{began:%Y-%m-%d %H:%M} UTC, {platform.system()} {platform.release()}, {os.cpu_count()} cores, "
        f"Python {sys.version.split()[0]}, SQLite {sqlite3.sqlite_version} of the system, {versions}.\n\n"
        f"Ledger on {result.tier.ledger}, gateways: {result.tier.nodes}. {sent:,} documents in "
        f"{len(result.evidence.sent):,} files, calls and messages were handed in, while the gateway ended "
        f"{sum(result.counts.ends.values()):,} times; {sum(result.done.values()):,} faults were made.\n"
    )


def _verdict(result: Result) -> str:
    found: dict[str, list[Violation]] = {}
    for one in result.violations:
        found.setdefault(one.invariant, []).append(one)
    rows = [f"| {name} | {text} | {len(found.get(name, [])) or 'kept'} |" for name, text in PROMISES.items()]
    told = "".join(f"- {one}\n" for one in result.violations[:SHOWN])
    more = len(result.violations) - SHOWN
    rest = f"- and {more} more\n" if more > 0 else ""
    return "\n".join(["## Promises", "", "| | | broken |", "|---|---|---|", *rows, "", told + rest])


def _doors(result: Result) -> str:
    head = ["documents", "sent", "accepted", "rejected", "held", "no answer, sent again", "sent again on purpose"]
    special = ["malformed", "conflict", "replaced"]
    rows = []
    for door, tally in result.tallies.items():
        documents = sum(len(one.documents) for one in result.evidence.sent if one.door == door)
        sent = sum(count for name, count in tally.items() if name.startswith("sent "))
        values = [
            documents, sent, tally["acked"] + tally["moved"], tally["rejected"], tally["held"],
            tally["resent unknown"], tally["resent on purpose"], *(tally[f"sent {kind}"] for kind in special),
        ]  # fmt: skip
        rows.append(f"| {door} | " + " | ".join(f"{value:,}" for value in values) + " |")
    return "\n".join(["## Doors", "", *table(["", *head, *special]), *rows, ""])


def _collected(result: Result) -> str:
    collected = result.evidence.collected
    ids: set[str] = set()
    repeats = Counter[str]()
    for one in collected:
        if one.id in ids:
            repeats["delivered again by the broker" if one.redelivered else "published again, told as a repeat"] += 1
        ids.add(one.id)
    events = Counter(one.event for one in collected if one.id in ids)
    lost = len({one.subject for one in result.violations if one.invariant == "I1"})
    doubled = len({one.subject for one in result.violations if one.invariant == "I2"})
    invented = len({one.subject for one in result.violations if one.invariant == "I3"})
    of_events = ", ".join(f"{count:,} {event}" for event, count in events.items())
    lines = [
        f"- {len(collected):,} messages came, of {len(ids):,} ids ({of_events})",
        *(f"- {count:,} {how}" for how, count in repeats.items()),
        f"- {sum(one.queue == 'supply.unrouted' for one in collected):,} of them by `supply.unrouted`",
        f"- {len(result.evidence.outbound):,} files went out to partners",
        f"- **lost {lost}, doubled {doubled}, invented {invented}**",
    ]
    return "\n".join(["## What came", "", *lines, ""])


def _faults(result: Result) -> str:
    rows = [f"| {kind} | {result.done[kind]:,} | {result.not_run.get(kind, '')} |" for kind in Kind]
    return "\n".join(["## Faults", "", *table(["", "done", "at least once not done, because"]), *rows, ""])


def _recovery(result: Result) -> str:
    times = sorted(result.counts.recoveries)
    if not times:
        return ""
    ends = ", ".join(f"{code}: {count:,}" for code, count in sorted(result.counts.ends.items()))
    spread = f"median {_at(times, 0.5):.1f} s, 95 % within {_at(times, 0.95):.1f} s, longest {times[-1]:.1f} s"
    lines = [
        f"- {len(times):,} times it became ready again: {spread}",
        f"- ends by exit code or signal: {ends}",
        f"- {result.settled:.1f} s from the last fault until nothing waited any more",
    ]
    return "\n".join(["## Recovery", "", *lines, ""])


def _again(result: Result) -> str:
    control = f" CONTROL={result.control}" if result.control else ""
    tier = result.tier
    shared = f" LEDGER={tier.ledger} NODES={tier.nodes}" if tier.ledger != SQLITE else ""
    return f"Again: `make chaos MINUTES={tier.seconds / 60:g} SEED={result.seed}{shared}{control}`"


def _at(times: Sequence[float], share: float) -> float:
    return times[min(len(times) - 1, int(len(times) * share))]


def table(head: Sequence[str]) -> list[str]:
    return ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
