"""The cursor of a polled service, in a ledger that works, is full, or is closed."""

import asyncio
from collections.abc import Callable
from concurrent.futures import Future
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from adapters.contracts import AdapterError
from gateway.channels.soap_poll import LedgerCursor
from gateway.ledger.contract import LedgerError, LedgerFull, Transaction
from gateway.ledger.store import SqlLedger, open_ledger


def now() -> datetime:
    return datetime(2026, 11, 21, tzinfo=UTC)


def full(work: Callable[[Transaction], Any]) -> Future[Any]:
    """A write for which there is no room."""
    failed: Future[Any] = Future()
    failed.set_exception(LedgerFull("the disk is full"))
    return failed


def cursor(ledger: SqlLedger) -> LedgerCursor:
    return LedgerCursor("orders", ledger, now)


def test_it_is_kept_and_a_full_disk_is_waited_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ledger = open_ledger(tmp_path)

    async def story() -> None:
        assert await cursor(ledger).get() is None
        await cursor(ledger).set("4711")
        with monkeypatch.context() as patched:
            patched.setattr(ledger, "write", full)
            with pytest.raises(AdapterError, match="the disk is full"):
                await cursor(ledger).set("4712")
        assert await cursor(ledger).get() == "4711"
        ledger.close()
        with pytest.raises(LedgerError):
            await cursor(ledger).set("4712")

    asyncio.run(story())
