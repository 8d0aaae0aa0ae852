"""``wharf run``: the long-running gateway."""

import asyncio
import os
import signal
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from gateway.config import Config

REFUSED = 2
LEDGER_FAILED = 74
"""EX_IOERR of sysexits: the ledger cannot be trusted; whoever supervises the process may start it again."""

LATE = 75
"""EX_TEMPFAIL of sysexits: what was under way did not end in time. The ledger holds it, and the next start goes on."""

PATIENCE = 29.0
"""Seconds from the wish to stop to the end of the process, whatever is stuck: systemd and Kubernetes give thirty."""

THREADS = 32
"""Files read at the same time, and short waits for the disk."""


def command(
    config: Annotated[Path | None, typer.Option("-c", "--config", help="The settings file.")] = None,
    strict: Annotated[
        bool, typer.Option("--strict", help="Refuse settings that are warned of, as a password in the file.")
    ] = False,
) -> None:
    """Run the gateway until SIGTERM or Ctrl-C. Exit 0 after a clean end, 2 wrong settings, 74 the ledger failed, 75
    what was under way did not end within half a minute."""
    from gateway.config import find_config, load_config
    from gateway.config.errors import render_problems
    from gateway.disk.descriptors import raise_limit
    from gateway.ledger.contract import LedgerError
    from gateway.logs import configure_logging
    from gateway.loop import run
    from gateway.process import keep_memory_private

    settings = load_config(find_config(config), os.environ)
    if settings.warnings:
        typer.echo(render_problems(settings.warnings), err=True)
        if strict:
            typer.echo("\nwharf: refused, because of --strict", err=True)
            raise typer.Exit(REFUSED)
    keep_memory_private()
    raise_limit()
    configure_logging(level=settings.logging.level, format=settings.logging.format)
    try:
        run(_run(settings))
    except LedgerError as error:
        typer.echo(f"wharf: {error}", err=True)
        raise typer.Exit(LEDGER_FAILED) from error


async def _run(settings: "Config") -> None:
    from gateway.assembly import assemble
    from gateway.house import House
    from gateway.notify import Notifier

    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    notifier = Notifier.of(os.environ)

    def ask_to_stop() -> None:
        if not stop.is_set():
            stop.set()
            notifier.say("STOPPING=1")
            _end_in_time()

    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, ask_to_stop)
    loop.set_default_executor(ThreadPoolExecutor(THREADS, thread_name_prefix="wharf"))
    # Who asks for new settings before the old ones hold is not heard, and does no harm.
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    parts = await asyncio.to_thread(assemble, settings)
    loop.add_signal_handler(signal.SIGHUP, parts.reloader.ask)
    await House(parts, notifier=notifier).run(stop)


def _end_in_time() -> None:
    """Ends the process also where a thread never comes back."""

    def end() -> None:
        typer.echo("wharf: stopped with work under way; the next start goes on with it", err=True)
        os._exit(LATE)

    timer = threading.Timer(PATIENCE, end)
    timer.daemon = True
    timer.start()
