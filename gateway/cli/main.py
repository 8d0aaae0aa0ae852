"""The command ``wharf``: one way in, one way out, and exit codes that mean the same everywhere.

0 all well, 1 findings, 2 not readable or not possible, 64 wrong usage, 70 a fault of our own, 130 interrupted.
"""

import logging
import os
import sys
from collections.abc import Sequence
from typing import Annotated, Any

import typer
from typer.main import get_command

from gateway.cli.lazy import LazyGroup

USAGE = 64
FAULT = 70
INTERRUPTED = 130
PIPE_CLOSED = 141
"""As a shell tells a command that SIGPIPE ended."""

app = typer.Typer(cls=LazyGroup, name="wharf", add_completion=False, rich_markup_mode=None)


def _version(asked: bool) -> None:
    if asked:
        from importlib.metadata import version

        typer.echo(f"wharf {version('wharf-gateway')}")
        raise typer.Exit


@app.callback(epilog="Example: wharf demo --once")
def wharf(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version and end.")
    ] = False,
) -> None:
    """The gateway between a hospital's old protocols and the systems that want clean data."""


def run(arguments: Sequence[str] | None = None) -> int:
    """Runs one command and returns its exit code. Every error that a person can act on becomes a clear line here."""
    # Libraries say nothing on a terminal of their own; the gateway sets up its own logs.
    logging.getLogger().addHandler(logging.NullHandler())
    given = list(sys.argv[1:] if arguments is None else arguments)
    try:
        code = _invoke(given or ["--help"])
        sys.stdout.flush()
    except BrokenPipeError:
        _drop_output()
        return PIPE_CLOSED
    except KeyboardInterrupt:
        return INTERRUPTED
    return code


def _invoke(arguments: list[str]) -> int:
    command: Any = get_command(app)
    try:
        with command.make_context("wharf", arguments) as context:
            result = command.invoke(context)
    except typer.Exit as ended:
        return ended.exit_code
    except typer.Abort:
        return INTERRUPTED
    except typer.TyperException as error:
        show = getattr(error, "show", None)
        if show is None:
            typer.echo(f"wharf: {error.message}", err=True)
        else:
            show()
        return USAGE
    except BrokenPipeError:
        raise
    except Exception as error:  # noqa: BLE001 - the edge of the program: whatever it is, a person reads it here
        from gateway.cli.failures import tell

        return tell(error, sys.stderr)
    return result if isinstance(result, int) and not isinstance(result, bool) else 0


def _drop_output() -> None:
    """Whoever read our output is gone: what is left to write goes nowhere, without a word."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    os.close(nowhere)
