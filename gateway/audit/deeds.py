"""How changes of several kinds are put on record: an entry each, of names, ids and counts.

What persons type as a reason is kept as they typed it. What they looked for is kept too, but for a business number: it
is a value out of a document.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime

from gateway.audit.entry import Action, Actor, Entry
from gateway.ledger.care_records import LegalHold
from gateway.ledger.dead_letter_records import Action as Settling
from gateway.ledger.exception_records import Wanted
from gateway.ledger.records import ExceptionRow
from gateway.ledger.replay_records import Choice

_SETTLED = {Settling.RETRIED: Action.DEAD_LETTER_RETRIED, Settling.DROPPED: Action.DEAD_LETTER_DROPPED}

Details = dict[str, str | int | bool]


def exception_entry(action: Action, row: ExceptionRow, actor: Actor, reason: str = "", **more: str | int) -> Entry:
    """Something done with one exception."""
    return Entry(action, actor, f"exception {row.id}", row.partner, reason, {"code": row.code, **more})


def exceptions_resolved(wanted: Wanted, count: int, actor: Actor, reason: str) -> Entry:
    """Many closed at once, by what they have in common."""
    asked = {
        "kind": wanted.kind, "code": wanted.code, "since": wanted.since, "assigned": wanted.assigned_to,
    }  # fmt: skip
    details: Details = {"count": count, **_given(asked)}
    return Entry(Action.EXCEPTION_RESOLVED, actor, "exceptions", wanted.partner, reason, details)


def replayed(replay: str, choice: Choice, count: int, as_new: bool, actor: Actor, reason: str) -> Entry:
    """Messages published or read once more."""
    details: Details = {"count": count, "asNew": as_new, **_chosen(choice)}
    return Entry(Action.MESSAGE_REPLAYED, actor, f"replay {replay}", choice.partner, reason, details)


def replay_tried(choice: Choice, deliveries: Sequence[str], count: int, actor: Actor) -> Entry:
    """A dry run was shown, with what messages said then and say today."""
    details: Details = {"part": "differences", "count": count, **_chosen(choice), "deliveries": " ".join(deliveries)}
    return Entry(Action.PAYLOAD_VIEWED, actor, "dry run of a replay", choice.partner, details=details)


def dead_letter(settling: Settling, kind: str, id: str, partner: str | None, actor: Actor, why: str) -> Entry:
    """One sent on its way, or set aside."""
    return Entry(_SETTLED[settling], actor, f"dead letter {id}", partner, why, {"kind": kind})


def hold_entry(action: Action, row: LegalHold, actor: Actor) -> Entry:
    """A legal hold set or ended; the row of the hold tells which order it is of."""
    partner = row.value if row.kind == "partner" else None
    details: Details = {"kind": row.kind}
    if row.kind == "delivery":
        details["delivery"] = row.value
    return Entry(action, actor, f"hold {row.id}", partner, row.why, details)


def _chosen(choice: Choice) -> Mapping[str, str]:
    return _given(
        {
            "ids": " ".join(choice.ids[:100]), "type": choice.document_type,
            "number": "one" if choice.number else None, "status": choice.status, "since": choice.since,
            "until": choice.until, "code": choice.code, "channel": choice.channel,
        }
    )  # fmt: skip


def _given(asked: Mapping[str, str | datetime | None]) -> dict[str, str]:
    return {name: value if isinstance(value, str) else value.isoformat() for name, value in asked.items() if value}
