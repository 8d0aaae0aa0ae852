"""``wharf config``: checks the settings, and has a running gateway read them again."""

import json
import os
from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(add_completion=False, rich_markup_mode=None, help="Check the settings, and read them again.")


@app.callback()
def config() -> None:
    """Check the settings, and read them again."""


@app.command(epilog="Example: wharf config check -c st-example/wharf.toml")
def check(
    config: Annotated[Path | None, typer.Option("-c", "--config", help="The settings file.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object on standard output.")] = False,
    strict: Annotated[
        bool, typer.Option("--strict", help="Warnings are wrong too, as a password in the file.")
    ] = False,
) -> None:
    """Check wharf.toml, the partner files and the environment as a whole. Exit 0 all well, 1 something is wrong."""
    from gateway.config import ConfigError, find_config, load_config
    from gateway.config.errors import render_problems

    path = find_config(config)
    try:
        settings = load_config(path, os.environ)
    except ConfigError as error:
        if as_json:
            typer.echo(json.dumps({"ok": False, "problems": [each.as_dict() for each in error.problems]}))
        else:
            typer.echo(str(error), err=True)
        raise typer.Exit(1) from error
    fine = not (strict and settings.warnings)
    if as_json:
        typer.echo(json.dumps({"ok": fine, "problems": [each.as_dict() for each in settings.warnings]}))
        raise typer.Exit(0 if fine else 1)
    if settings.warnings:
        typer.echo(render_problems(settings.warnings) + "\n", err=True)
    if not fine:
        typer.echo("refused, because of --strict", err=True)
        raise typer.Exit(1)
    channels = ", ".join(settings.channels) or "none"
    partners = ", ".join(partner.name for partner in settings.partners) or "none"
    typer.echo(f"{path}: all well. Channels: {channels}. Partners: {partners}.")


@app.command(epilog="Example: wharf config reload -c st-example/wharf.toml")
def reload(
    config: Annotated[Path | None, typer.Option("-c", "--config", help="The settings file.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object on standard output.")] = False,
) -> None:
    """Have the running gateway read the partner files again, as a SIGHUP does; nothing that is under way is lost.

    Settings that are wrong are refused as a whole, and the ones before hold. Channels, broker, ledger and HTTP change
    with a restart only. Exit 0 taken, 1 refused or no gateway is running.
    """
    from gateway.config import find_config, load_config
    from gateway.reloading import ask_running, last_look

    settings = load_config(find_config(config), os.environ)
    if not ask_running(settings.data):
        typer.echo(f"wharf: no gateway is running on {settings.data}, or it does not answer", err=True)
        raise typer.Exit(1)
    told = last_look(settings.data) or {}
    if as_json:
        typer.echo(json.dumps(told, ensure_ascii=False))
    elif told["ok"]:
        later = ", ".join(told["restart"])
        typer.echo(f"taken: {told['partners']} partners." + (f" After the next start: {later}." if later else ""))
    else:
        typer.echo("wharf: refused; the settings before hold:\n" + "\n".join(told["problems"]), err=True)
    raise typer.Exit(0 if told["ok"] else 1)
