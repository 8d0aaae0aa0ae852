"""Rows of the ledger as the columns that they are written to."""

from typing import TYPE_CHECKING, Any

from gateway.ledger.blobs import digest
from gateway.ledger.records import DeliveryRow, InterchangeRow, ProblemRow
from gateway.ledger.rows import maybe_microseconds, microseconds, sender_text

if TYPE_CHECKING:
    from gateway.ledger.payloads import Payloads


def delivery_values(row: DeliveryRow) -> dict[str, Any]:
    """A delivery as its columns."""
    return {
        "id": row.id, "channel": row.channel, "name": row.name, "origin": row.origin, "sha256": row.sha256,
        "size": row.size, "received_at": microseconds(row.received_at), "state": row.state.value,
        "partner": row.partner, "outcome": row.outcome, "accepted": row.accepted, "rejected": row.rejected,
        "summary": row.summary, "attempts": row.attempts, "repeats": row.repeats, "sender": sender_text(row.sender),
        "pruned_at": maybe_microseconds(row.pruned_at),
        "reader": row.reader,
    }  # fmt: skip


def interchange_values(row: InterchangeRow) -> dict[str, Any]:
    """An interchange as its columns."""
    return {
        "id": row.id, "delivery": row.delivery, "partner": row.partner, "sender": row.sender,
        "receiver": row.receiver, "control_number": row.control_number, "usage": row.usage, "sha256": row.sha256,
        "verdict": row.verdict, "recorded_at": microseconds(row.recorded_at),
    }  # fmt: skip


def problem_values(row: ProblemRow, payloads: "Payloads") -> dict[str, Any]:
    """A problem as its columns."""
    sha256 = digest(f"{row.document or ''} {row.code} ".encode() + row.body)
    return {
        "delivery": row.delivery, "document": row.document, "code": row.code, "severity": row.severity,
        "body": payloads.sealed_text(row.body, f"problem {sha256}"), "sha256": sha256,
    }  # fmt: skip
