"""``wharf run``: the long-running gateway."""

import asyncio
import os
import signal
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from gateway.config import Config

LEDGER_FAILED = 74
"""EX_IOERR of sysexits: the ledger cannot be trusted; whoever supervises the process may start it again."""

THREADS = 32
"""Files read at the same time, and short waits for the disk."""


def command(
    config: Annotated[Path | None, typer.Option("-c", "--config", help="The settings file.")] = None,
) -> None:
    """Run the gateway until SIGTERM or Ctrl-C. Exit 0 after a clean end, 2 wrong settings, 74 the ledger failed."""
    from gateway.config import find_config, load_config
    from gateway.config.errors import render_problems
    from gateway.disk.descriptors import raise_limit
    from gateway.ledger.contract import LedgerError
    from gateway.logs import configure_logging

    settings = load_config(find_config(config), os.environ)
    if settings.warnings:
        typer.echo(render_problems(settings.warnings), err=True)
    raise_limit()
    configure_logging(level=settings.logging.level, format=settings.logging.format)
    try:
        asyncio.run(_run(settings))
    except LedgerError as error:
        typer.echo(f"wharf: {error}", err=True)
        raise typer.Exit(LEDGER_FAILED) from error


async def _run(settings: "Config") -> None:
    from gateway.assembly import assemble
    from gateway.house import House

    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    loop.set_default_executor(ThreadPoolExecutor(THREADS, thread_name_prefix="wharf"))
    # Who asks for new settings before the old ones hold is not heard, and does no harm.
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    parts = await asyncio.to_thread(assemble, settings)
    loop.add_signal_handler(signal.SIGHUP, parts.reloader.ask)
    await House(parts).run(stop)
