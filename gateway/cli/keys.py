"""``wharf keys``: makes, lists and revokes keys of the API."""

import json
import os
import re
import sys
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Annotated

import typer

from gateway.audit.entry import Action, Entry
from gateway.audit.record import audit, os_actor
from gateway.cli.operate import ConfigOption, JsonOption, ledger_of, settings_of
from gateway.keys import KeyRow, Scope, digest_of, new_key

if TYPE_CHECKING:
    from gateway.config import Config
    from gateway.ledger.contract import Transaction

app = typer.Typer(add_completion=False, rich_markup_mode=None, help="Make, list and revoke keys of the API.")

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_SPAN = re.compile(r"([1-9][0-9]{0,4})([hdwy])")
_HOURS = {"h": 1, "d": 24, "w": 24 * 7, "y": 24 * 365}


@app.callback()
def keys() -> None:
    """Make, list and revoke keys of the API."""


@app.command(epilog="Example: wharf keys create erp --scope read,submit --partner acme --expires 90d")
def create(
    name: Annotated[str, typer.Argument(metavar="NAME", help="Whose key it is, for people and logs.")],
    scope: Annotated[str, typer.Option(help="Some of read, submit, raw, operate, audit, admin, with commas between.")],
    partner: Annotated[str | None, typer.Option(help="The only partner that it sees and sends for.")] = None,
    channel: Annotated[str | None, typer.Option(help="The channel of kind http that it hands in by.")] = None,
    expires: Annotated[
        str | None, typer.Option(metavar="SPAN", help="When it ends: 12h, 90d, 4w, 1y.", show_default="never")
    ] = None,
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """Make a key and print it on standard output. It is shown this once; only its SHA-256 is kept."""
    settings = settings_of(config)
    if not _NAME.fullmatch(name):
        raise typer.BadParameter("letters, digits, points, - and _, at most 64", param_hint="NAME")
    now = datetime.now(UTC)
    key = new_key(os.urandom)
    row = KeyRow(
        id=f"key-{digest_of(key)[:12]}",
        name=name,
        digest=digest_of(key),
        scopes=_scopes(scope),
        created_at=now,
        partner=_partner(settings, partner),
        channel=_channel(settings, channel, partner),
        expires_at=now + _span(expires) if expires else None,
    )
    _add(settings, row)
    if as_json:
        typer.echo(json.dumps({"key": key, **_data(row)}))
        return
    typer.echo(key)
    allowed = ", ".join(each for each in Scope if each in row.scopes)
    whose = f" for partner {row.partner}" if row.partner else ""
    until = f", until {row.expires_at:%Y-%m-%d %H:%M} UTC" if row.expires_at else ""
    typer.echo(f"key {name!r} allows {allowed}{whose}{until}; it is not shown again", err=True)


@app.command("list", epilog="Example: wharf keys list")
def list_keys(
    config: ConfigOption = None,
    all_: Annotated[bool, typer.Option("--all", help="Revoked and expired ones too.")] = False,
    as_json: JsonOption = False,
) -> None:
    """List keys, without anything that opens a door."""
    now = datetime.now(UTC)
    with ledger_of(config, read_only=True) as ledger:
        rows = [row for row in ledger.read(lambda reads: reads.keys()) if all_ or row.valid(now)]
    if as_json:
        for row in rows:
            typer.echo(json.dumps(_data(row)))
    elif rows:
        _print_table(rows, now)
    else:
        typer.echo("no keys")


@app.command(epilog="Example: wharf keys revoke erp")
def revoke(
    names: Annotated[list[str], typer.Argument(metavar="NAME...", help="Names or ids of keys.")],
    config: ConfigOption = None,
) -> None:
    """Revoke keys, from the next request on. Exit 1 when one is not there.

    A gateway that ever had a key goes on asking for one.
    """
    missing = False
    with ledger_of(config, read_only=False) as ledger:
        for name in names:
            done = ledger.write(partial(_revoke, name)).result()
            missing = missing or not done
            typer.echo(f"{name}: {'revoked' if done else 'there is no such key'}")
    if missing:
        raise typer.Exit(1)


def _add(settings: "Config", row: KeyRow) -> None:
    from gateway.ledger.opening import begun, open_configured

    # Before the first start there is no ledger yet: it is made here, as the gateway would make it.
    ledger = open_configured(settings, exclusive=not begun(settings))
    try:
        ledger.write(partial(_record_key, row)).result()
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint="NAME") from None
    finally:
        ledger.close()


def _record_key(row: KeyRow, tx: "Transaction") -> None:
    tx.add_key(row)
    details = {
        "scopes": ",".join(sorted(row.scopes)),
        "expires": row.expires_at.isoformat() if row.expires_at else "never",
    }
    audit(tx, Entry(Action.KEY_CREATED, os_actor(), f"key {row.name} ({row.id})", row.partner, details=details))


def _revoke(name: str, tx: "Transaction") -> int:
    done = tx.revoke_key(name, datetime.now(UTC))
    if done:
        audit(tx, Entry(Action.KEY_REVOKED, os_actor(), f"key {name}"))
    return done


def _scopes(text: str) -> frozenset[Scope]:
    given = [each.strip() for each in text.split(",") if each.strip()]
    unknown = [each for each in given if each not in [scope.value for scope in Scope]]
    if unknown or not given:
        known = ", ".join(Scope)
        wrong = f"there is no scope {unknown[0]!r}" if unknown else "none is given"
        raise typer.BadParameter(f"{wrong}; there are {known}", param_hint="--scope")
    return frozenset(Scope(each) for each in given)


def _partner(settings: "Config", partner: str | None) -> str | None:
    known = sorted(each.name for each in settings.partners)
    if partner is not None and partner not in known:
        raise typer.BadParameter(
            f"there is no partner {partner!r}; there are {', '.join(known) or 'none'}", param_hint="--partner"
        )
    return partner


def _channel(settings: "Config", name: str | None, partner: str | None) -> str | None:
    from gateway.config.channels import HttpChannel

    if name is None:
        return None
    channel = settings.channels.get(name)
    if not isinstance(channel, HttpChannel):
        raise typer.BadParameter(f"{name!r} is no channel of kind http", param_hint="--channel")
    if partner is not None and channel.partner != partner:
        raise typer.BadParameter(
            f"the channel {name!r} is not that of {partner!r} alone: give it partner = {partner!r}",
            param_hint="--channel",
        )
    return name


def _span(text: str) -> timedelta:
    found = _SPAN.fullmatch(text)
    if found is None:
        raise typer.BadParameter("a number and one of h, d, w, y, as 90d", param_hint="--expires")
    hours = int(found[1]) * _HOURS[found[2]]
    if hours > _HOURS["y"] * 100:
        raise typer.BadParameter("at most a hundred years; leave it out for a key without end", param_hint="--expires")
    return timedelta(hours=hours)


def _data(row: KeyRow) -> dict[str, object]:
    return {
        "id": row.id,
        "name": row.name,
        "scopes": [scope for scope in Scope if scope in row.scopes],
        "partner": row.partner,
        "channel": row.channel,
        "createdAt": row.created_at.isoformat(),
        "expiresAt": row.expires_at.isoformat() if row.expires_at else None,
        "revokedAt": row.revoked_at.isoformat() if row.revoked_at else None,
        "lastUsedAt": row.last_used_at.isoformat() if row.last_used_at else None,
    }


def _print_table(rows: list[KeyRow], now: datetime) -> None:
    from rich.console import Console
    from rich.table import Table

    table = Table(box=None, header_style="bold", pad_edge=False)
    for column in ("NAME", "SCOPES", "PARTNER", "CHANNEL", "MADE", "EXPIRES", "LAST USED", "ID"):
        table.add_column(column, overflow="fold", no_wrap=column == "ID")
    for row in rows:
        name = row.name if row.valid(now) else f"{row.name} ({'revoked' if row.revoked_at else 'expired'})"
        scopes = ",".join(scope for scope in Scope if scope in row.scopes)
        table.add_row(
            name, scopes, row.partner or "all", row.channel or "", f"{row.created_at:%Y-%m-%d}",
            f"{row.expires_at:%Y-%m-%d}" if row.expires_at else "never",
            f"{row.last_used_at:%Y-%m-%d %H:%M}" if row.last_used_at else "never", row.id,
        )  # fmt: skip
    Console(width=None if sys.stdout.isatty() else 160).print(table)
