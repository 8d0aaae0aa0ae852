"""``wharf broker``: prepares the broker."""

import asyncio
import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from gateway.publishers.setup import Done

app = typer.Typer(add_completion=False, rich_markup_mode=None, help="Prepare the broker.")


@app.callback()
def broker() -> None:
    """Prepare the broker."""


@app.command(epilog="Example: wharf broker setup -c st-example/wharf.toml")
def setup(
    config: Annotated[Path | None, typer.Option("-c", "--config", help="The settings file.")] = None,
    url: Annotated[
        str | None,
        typer.Option("--url", help="A broker's address, as amqp://user:password@host, in place of settings."),
    ] = None,
    queues: Annotated[
        bool, typer.Option("--queues/--no-queues", help="Also one ready-made queue for each document type.")
    ] = True,
) -> None:
    """Declare Wharf's exchanges, and a queue for each document type. Safe to repeat; changes nothing that is there.

    Exit 0 all there, 1 something could not be declared or the broker is away, 64 wrong usage.
    """
    from gateway.publishers.contract import PublisherError
    from gateway.publishers.setup import Step, set_up

    address = url if url is not None else _from_settings(config)
    try:
        done = asyncio.run(set_up(address, queues=queues))
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint="--url") from None
    except PublisherError as error:
        typer.echo(f"wharf: {error}", err=True)
        raise typer.Exit(1) from None
    typer.echo(_table(done))
    failed = [one for one in done if one.step is Step.FAILED]
    for one in failed:
        typer.echo(f"wharf: {one.kind} {one.name}: {one.detail}", err=True)
    if failed:
        raise typer.Exit(1)


def _from_settings(config: Path | None) -> str:
    from gateway.config import find_config, load_config

    settings = load_config(find_config(config), os.environ)
    if settings.embedded():
        hint = "the settings use the embedded feed, which needs no broker; name one with --url"
        raise typer.BadParameter(hint, param_hint="-c")
    return settings.broker_url().get_secret_value()


def _table(done: "list[Done]") -> str:
    from gateway.publishers.setup import Step

    rows = [(one.step.value, one.kind, one.name, "" if one.step is Step.FAILED else one.detail) for one in done]
    widths = [max(len(row[column]) for row in rows) for column in range(3)]
    return "\n".join(
        "  ".join((*(cell.ljust(width) for cell, width in zip(row, widths, strict=False)), row[3])).rstrip()
        for row in rows
    )
