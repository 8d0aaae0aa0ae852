"""``wharf ledger``: care of the ledger: copies, whether it is whole, what is kept how long."""

import json
import os
import sys
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from gateway.audit.entry import Action, Entry
from gateway.cli import ledger_hold
from gateway.cli.operate import ConfigOption, JsonOption, settings_of
from gateway.cli.rekey import rekey

if TYPE_CHECKING:
    from gateway.care.verify import Fault
    from gateway.config import Config

app = typer.Typer(add_completion=False, rich_markup_mode=None, help="Copy, verify, restore and prune the ledger.")
app.add_typer(ledger_hold.app, name="hold")
app.command(epilog="Example: wharf ledger rekey -c st-example/wharf.toml")(rekey)


@app.callback()
def ledger() -> None:
    """Copy, verify, restore and prune the ledger."""


@app.command(epilog="Example: wharf ledger verify --deep")
def verify(
    config: ConfigOption = None,
    deep: Annotated[bool, typer.Option("--deep", help="Read every file and every page of the database.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Tell whether the ledger is whole, beside a gateway that may be running. Exit 1 when something is wrong."""
    from gateway.care.opening import bench_of
    from gateway.care.verify import Gravity
    from gateway.care.verify import verify as look

    with bench_of(settings_of(config), deep=deep, tell=_Progress()) as found:
        faults = list(look(found))
    _clear()
    bad = sum(fault.gravity is Gravity.BAD for fault in faults)
    if as_json:
        told = [{"check": each.check, "gravity": each.gravity.value, "detail": each.detail} for each in faults]
        typer.echo(json.dumps({"ok": not bad, "deep": deep, "faults": told}))
    else:
        _print_faults(faults)
        typer.echo(f"{bad} faults: stop the gateway, and restore a copy (wharf ledger restore)" if bad else "whole")
    if bad:
        raise typer.Exit(1)


@app.command(epilog="Example: wharf ledger backup /backup/wharf-2026-03-04")
def backup(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="The folder to make; it must not be there yet.")],
    config: ConfigOption = None,
    rate: Annotated[int | None, typer.Option(min=1, help="At most so many MiB a second.")] = None,
    as_json: JsonOption = False,
) -> None:
    """Copy the ledger to a new folder, beside a gateway that may be running."""
    from gateway.care.backup import back_up
    from gateway.disk.levels import size_words

    settings, progress = settings_of(config), _Progress()
    made = back_up(
        _on_sqlite(settings), folder.absolute(), _now(), rate=rate << 20 if rate else None,
        tell=progress.of("copy"),
    )  # fmt: skip
    _clear()
    details = {"files": len(made.files), "bytes": made.bytes, "event": made.sequence["event"]}
    _put_on_record(settings, Action.LEDGER_BACKED_UP, f"copy {made.folder}", details)
    if as_json:
        told = {"folder": str(made.folder), "files": len(made.files), "bytes": made.bytes, "sequence": made.sequence}
        typer.echo(json.dumps(told))
    else:
        typer.echo(f"{folder}: {len(made.files)} files, {size_words(made.bytes)}, up to event {made.sequence['event']}")


@app.command(epilog="Example: wharf ledger restore /backup/wharf-2026-03-04 --to var")
def restore(
    copy: Annotated[Path, typer.Argument(metavar="DIR", help="A folder that wharf ledger backup made.")],
    to: Annotated[Path | None, typer.Option("--to", help="The data folder to make; empty or not there.")] = None,
    verify_only: Annotated[bool, typer.Option("--verify-only", help="Only tell whether the copy is whole.")] = False,
    no_hold: Annotated[bool, typer.Option("--no-hold", help="Send what waited when the copy was made.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Make a data folder out of a copy. Exit 1 when the copy is damaged.

    Control numbers jump forward, so that none is used twice. What waited to be published is published again, marked
    as a repeat; business documents that waited to be sent are held for a person, since they may have left.
    """
    from gateway.audit.record import os_actor
    from gateway.care.backup import read_manifest
    from gateway.care.opening import bench
    from gateway.care.restore import restore as make
    from gateway.care.verify import verify as look
    from gateway.ids import drawn, id_maker

    if (to is None) == (not verify_only):
        raise typer.BadParameter("name a folder by --to, or only --verify-only")
    made, progress = read_manifest(copy.absolute()), _Progress()
    if to is None:
        from gateway.care.backup import faults_of

        found = list(faults_of(made, tell=progress.of("digests")))
        if not found:
            with bench(made.folder, deep=True, tell=progress) as looked:
                found = [f"{each.check}: {each.detail}" for each in look(looked) if each.gravity.value == "bad"]
        _clear()
        _say({"ok": not found, "faults": found}, "\n".join(found) or f"whole: {len(made.files)} files", as_json)
        if found:
            raise typer.Exit(1)
        return
    new_id = id_maker(_now, drawn(os.urandom))
    done = make(
        made, to.absolute(), _now(), new_id, hold=not no_hold,
        tell=progress.of("copy"), actor=os_actor(),
    )  # fmt: skip
    _clear()
    told = {"folder": str(to), "numbers": done.numbers, "held": done.held, "events": done.events}
    words = (
        f"{to}: {done.numbers} control numbers jumped, {done.held} transmissions held, "
        f"{done.events} events to be published (again)"
    )
    _say(told, words, as_json)


@app.command(epilog="Example: wharf ledger prune --dry-run")
def prune(
    config: ConfigOption = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only tell what would go.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Prune what is older than [retention] keeps, and files that no row names; a running gateway does so by itself."""
    from gateway.audit.record import os_actor
    from gateway.care.prune import Pruned, Pruner
    from gateway.care.sweep import Swept, sweep
    from gateway.care.told import pruned_entry
    from gateway.cli.recording import on_record
    from gateway.disk.levels import size_words
    from gateway.ledger.opening import files_of, open_configured

    settings = settings_of(config)
    _tell_keeping(settings, as_json)
    opened = open_configured(settings, exclusive=False, read_only=dry_run)
    every: list[Pruned] = []
    swept = Swept(0, 0)
    try:
        pruner = Pruner(opened, _now)
        for done in pruner.look(settings.retention) if dry_run else pruner.prune(settings.retention):
            every.append(done)
            told = {"class": done.of.value, "before": done.before.isoformat(), "rows": done.rows, "bytes": done.bytes}
            verb = "would be pruned" if dry_run else "pruned"
            words = f"{done.of.value}: {done.rows} {verb}, {size_words(done.bytes)}, before {done.before:%Y-%m-%d}"
            _say(told, words, as_json)
        files = files_of(settings)
        if files is not None:
            swept = sweep(opened, files, dry=dry_run)
    finally:
        try:
            if not dry_run and (entry := pruned_entry(os_actor(), every, swept)) is not None:
                on_record(opened, settings.data, entry)
        finally:
            opened.close()
    told = {"class": "files", "rows": swept.files, "bytes": swept.bytes}
    verb = "would be removed" if dry_run else "removed"
    _say(told, f"files: {swept.files} {verb}, {size_words(swept.bytes)}", as_json)


@app.command(epilog="Example: wharf ledger compact")
def compact(config: ConfigOption = None) -> None:
    """Give the room that pruning left in the database back to the disk. The gateway must not run."""
    from gateway.care.compact import compact as give
    from gateway.disk.levels import size_words

    settings = settings_of(config)
    before, after = give(_on_sqlite(settings))
    _put_on_record(settings, Action.LEDGER_COMPACTED, "ledger", {"before": before, "bytes": after})
    typer.echo(f"{size_words(before)} before, {size_words(after)} now")


def _put_on_record(settings: "Config", action: Action, what: str, details: Mapping[str, int]) -> None:
    """What was done, by whoever typed the command."""
    from gateway.audit.record import os_actor
    from gateway.cli.recording import on_record
    from gateway.ledger.opening import open_configured

    opened = open_configured(settings, exclusive=False)
    try:
        on_record(opened, settings.data, Entry(action, os_actor(), what, details=dict(details)))
    finally:
        opened.close()


def _on_sqlite(settings: "Config") -> Path:
    """The data folder. LedgerError where the ledger is somebody else's to copy."""
    from gateway.config.settings import SQLITE
    from gateway.ledger.contract import LedgerError

    if settings.ledger_url().get_secret_value() != SQLITE:
        raise LedgerError("the ledger lies on PostgreSQL: copy it with pg_dump or pg_basebackup (docs/operations.md)")
    return settings.data


def _now() -> datetime:
    return datetime.now(UTC)


def _tell_keeping(settings: "Config", as_json: bool) -> None:
    if not settings.retention.any and not as_json:
        typer.echo("[retention] keeps everything: only files that no row names are looked for")


def _print_faults(faults: "list[Fault]") -> None:
    plain = "NO_COLOR" in os.environ
    for fault in faults:
        mark, color = ("✕", typer.colors.RED) if fault.gravity.value == "bad" else ("!", typer.colors.YELLOW)
        typer.echo(f"{mark if plain else typer.style(mark, fg=color)} {fault.check}: {fault.detail}")


def _say(told: Mapping[str, object], words: str, as_json: bool) -> None:
    typer.echo(json.dumps(told) if as_json else words)


class _Progress:
    """Tells on a terminal how far long work is; nowhere else."""

    def __init__(self) -> None:
        self._last = -1

    def of(self, what: str) -> Callable[[int, int], None]:
        """Of one thing."""
        return lambda done, whole: self(what, done, whole)

    def __call__(self, what: str, done: int, whole: int) -> None:
        percent = 100 * done // whole if whole else 100
        if sys.stderr.isatty() and percent != self._last:
            self._last = percent
            typer.echo(f"\r\x1b[K{what}: {min(100, percent)} %", err=True, nl=False)


def _clear() -> None:
    if sys.stderr.isatty():
        typer.echo("\r\x1b[K", err=True, nl=False)
