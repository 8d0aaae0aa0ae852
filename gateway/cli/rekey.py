"""``wharf ledger rekey``: content of the ledger sealed anew with the current key."""

import json
import sys
import time
from collections import Counter

import typer

from gateway.cli.operate import ConfigOption, JsonOption, settings_of

PAUSE = 0.02
"""Seconds between steps, in which the gateway writes."""


def rekey(config: ConfigOption = None, as_json: JsonOption = False) -> None:
    """Encrypt all content of the ledger with the current key, in small steps beside the running gateway.

    Start the gateway with the new key first. What is broken off goes on where it was with the next call. At the end the
    names of the keys that nothing needs any more are told; until then keep them all.
    """
    from gateway.audit.entry import Action, Entry
    from gateway.audit.record import audit, os_actor
    from gateway.ledger.contract import LedgerError, LedgerReadOnly
    from gateway.ledger.lock import LOCK, holder
    from gateway.ledger.opening import open_configured
    from gateway.ledger_keys import sealer_of

    settings = settings_of(config)
    sealer = sealer_of(settings)
    if sealer is None:
        raise LedgerError("there are no keys: name them in [encryption.keys], and one of them as current")
    running = holder(settings.data / LOCK) is not None
    ledger = open_configured(settings, exclusive=not running)
    sealed: Counter[str] = Counter()
    try:
        writes_with = ledger.write(lambda tx: tx.rekeying.writes_with()).result()
        if writes_with != sealer.current:
            raise LedgerError(
                f"the gateway that runs writes with {writes_with or 'no key'}, and the settings say "
                f"{sealer.current or 'none'}: restart it first"
            )
        while not (step := ledger.write(lambda tx: tx.rekeying.step()).result()).done:
            sealed[step.place] += step.sealed
            sealed["files"] += sum(ledger.reseal(sha256) for sha256 in step.files)
            if sys.stderr.isatty() and not as_json:
                typer.echo(f"\r{step.place}: {sealed.total():,} sealed anew", nl=False, err=True)
            time.sleep(PAUSE)
        free = ledger.write(lambda tx: tx.rekeying.finish()).result()
        told = {"key": sealer.current or "none", "free": ",".join(free) or "none"}
        details: dict[str, str | int | bool] = {**told, "sealed": sealed.total()}
        entry = Entry(Action.LEDGER_REKEYED, os_actor(), "ledger", details=details)
        ledger.write(lambda tx: audit(tx, entry)).result()
    except LedgerReadOnly:
        raise LedgerError(
            "this SQLite may not write beside a gateway: stop the gateway, or install pysqlite3"
        ) from None
    finally:
        ledger.close()
    if as_json:
        typer.echo(json.dumps({"key": sealer.current, "sealed": dict(sealed), "free": list(free)}))
        return
    if sys.stderr.isatty():
        typer.echo("", err=True)
    what = f'with the key "{sealer.current}"' if sealer.current else "with no key"
    typer.echo(f"{sealed.total():,} pieces of content sealed anew; all is stored {what} now")
    if free:
        typer.echo(f"nothing needs these keys any more, but for older backups: {', '.join(free)}")
