"""``wharf config``: checks the settings."""

import json
import os
from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(add_completion=False, rich_markup_mode=None, help="Check the settings.")


@app.callback()
def config() -> None:
    """Check the settings."""


@app.command(epilog="Example: wharf config check -c st-example/wharf.toml")
def check(
    config: Annotated[Path | None, typer.Option("-c", "--config", help="The settings file.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object on standard output.")] = False,
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
    if as_json:
        typer.echo(json.dumps({"ok": True, "problems": [each.as_dict() for each in settings.warnings]}))
        return
    if settings.warnings:
        typer.echo(render_problems(settings.warnings) + "\n", err=True)
    channels = ", ".join(settings.channels) or "none"
    partners = ", ".join(partner.name for partner in settings.partners) or "none"
    typer.echo(f"{path}: all well. Channels: {channels}. Partners: {partners}.")
