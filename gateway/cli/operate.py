"""What commands beside a running gateway share: its settings, its ledger, and how rows are told."""

import getpass
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated, Any

import typer

from adapters.partner import Partner
from gateway.config import Config, find_config, load_config
from gateway.ledger.contract import Ledger
from gateway.ledger.opening import open_configured
from gateway.ledger.records import DeliveryRow, DocumentRow, ParcelRow

ConfigOption = Annotated[Path | None, typer.Option("-c", "--config", help="The settings file.")]
JsonOption = Annotated[bool, typer.Option("--json", help="JSON on standard output.")]


def settings_of(config: Path | None) -> Config:
    """The settings that a command works with. Raises ConfigError."""
    return load_config(find_config(config), os.environ)


def partner_of(settings: Config, name: str) -> Partner:
    """The partner of this name; a usage error of ``--partner`` where there is none."""
    found = next((known for known in settings.partners if known.name == name), None)
    if found is None:
        known = ", ".join(sorted(one.name for one in settings.partners)) or "none"
        raise typer.BadParameter(f"there is no partner {name!r}; there are: {known}", param_hint="--partner")
    return found


@contextmanager
def ledger_of(config: Path | None, *, read_only: bool) -> Iterator[Ledger]:
    """The ledger beside a gateway that may be running. Raises ConfigError, LedgerError, SecretNotFoundError."""
    ledger = open_configured(settings_of(config), exclusive=False, read_only=read_only)
    try:
        yield ledger
    finally:
        ledger.close()


def some_of(numbers: Sequence[str], most: int = 3) -> str:
    """The first of a list, and how many more there are."""
    more = len(numbers) - most
    return ", ".join(numbers[:most]) + (f" and {more} more" if more > 0 else "")


def since_in(text: str | None, option: str = "--since") -> datetime | None:
    """A moment as a person types it: how long ago, as ``2d``, or a day or time in UTC. A usage error for others."""
    if text is None:
        return None
    from adapters.durations import duration

    try:
        span: timedelta = duration(text)
        return datetime.now(UTC) - span
    except ValueError:
        pass
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        expected = "how long ago, as 2d or 4h, or a time, as 2026-11-20 or 2026-11-20T07:30"
        raise typer.BadParameter(f"{text!r} is not a time; it is {expected}", param_hint=option) from None
    return found if found.tzinfo is not None else found.replace(tzinfo=UTC)


def pruned_words(at: str, sha256: str | None = None) -> str:
    """What is told in place of content that is not kept any more."""
    return f"content pruned on {at[:10]}" + (f"; its SHA-256 was {sha256}" if sha256 else "")


def person() -> str:
    """Who types the command, for the history."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return f"user {os.getuid()}"


def document_data(row: DocumentRow) -> dict[str, Any]:
    """A message as JSON data, without its body."""
    return {
        "id": row.id,
        "delivery": row.delivery,
        "position": row.position,
        "partner": row.partner,
        "documentType": row.document_type,
        "number": row.number,
        "status": row.status,
        "direction": row.direction,
        "standard": row.standard,
        "messageType": row.message_type,
        "interchange": row.interchange,
        "group": row.group,
        "transaction": row.transaction,
        "recordedAt": row.recorded_at.isoformat(),
        "prunedAt": row.pruned_at.isoformat() if row.pruned_at else None,
    }


def delivery_data(row: DeliveryRow) -> dict[str, Any]:
    """A delivery as JSON data."""
    return {
        "id": row.id,
        "channel": row.channel,
        "name": row.name,
        "partner": row.partner,
        "sha256": row.sha256,
        "size": row.size,
        "receivedAt": row.received_at.isoformat(),
        "state": row.state.value,
        "outcome": row.outcome,
        "accepted": row.accepted,
        "rejected": row.rejected,
        "summary": row.summary,
        "prunedAt": row.pruned_at.isoformat() if row.pruned_at else None,
        "repeats": row.repeats,
        "sender": row.sender
        and {
            "address": row.sender.address,
            "port": row.sender.port,
            "subject": row.sender.subject,
            "names": list(row.sender.names),
        },
    }


def parcel_data(row: ParcelRow) -> dict[str, Any]:
    """An outbound transmission as JSON data."""
    return {
        "id": row.id,
        "kind": row.kind,
        "partner": row.partner,
        "channel": row.channel,
        "name": row.name,
        "state": row.state.value,
        "controlNumber": row.control_number,
        "attempts": row.attempts,
        "createdAt": row.created_at.isoformat(),
        "deliveredAt": row.delivered_at.isoformat() if row.delivered_at else None,
        "repeats": row.repeats,
        "lastError": row.last_error,
        "documentType": row.document_type,
        "usage": row.usage,
        "transmissions": row.transmissions,
        "group": row.group_number,
        "nextAttemptAt": row.next_attempt_at.isoformat() if row.next_attempt_at else None,
        "awaits": row.awaits,
        "dueAt": row.due_at.isoformat() if row.due_at else None,
        "acknowledgedAt": row.acknowledged_at.isoformat() if row.acknowledged_at else None,
        "verdict": row.verdict,
        "prunedAt": row.pruned_at.isoformat() if row.pruned_at else None,
    }
