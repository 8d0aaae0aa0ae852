"""Putting on record what a command is about to show: before it shows it, or not at all."""

from datetime import UTC, datetime
from pathlib import Path

import typer

from gateway.audit.entry import Entry
from gateway.audit.inbox import leave
from gateway.audit.record import audit, os_actor, viewed
from gateway.ledger.contract import Ledger, LedgerError, LedgerReadOnly


def on_record(ledger: Ledger, data: Path, entry: Entry) -> None:
    """Adds the entry to the trail, or leaves a note for the gateway where this SQLite may not write beside it.

    LedgerError where neither is possible: what cannot be recorded is not shown.
    """
    try:
        ledger.write(lambda tx: audit(tx, entry)).result()
    except LedgerReadOnly:
        try:
            leave(data, entry, datetime.now(UTC))
        except OSError as error:
            raise LedgerError(f"this cannot be put on record, and is not shown: {error.strerror or error}") from None
        typer.echo("wharf: a note of this waits in audit-inbox until the gateway puts it on record", err=True)


def view_on_record(ledger: Ledger, data: Path, what: str, partner: str | None, part: str) -> None:
    """The same, for content that is shown to whoever typed the command."""
    on_record(ledger, data, viewed(what, os_actor(), partner, part))
