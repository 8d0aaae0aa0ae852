"""``wharf init``: writes a complete working folder of settings."""

import shlex
from pathlib import Path
from typing import Annotated

import typer


def command(
    directory: Annotated[Path, typer.Argument(metavar="DIR", help="The folder to write into; made when not there.")],
    force: Annotated[bool, typer.Option("--force", help="Overwrite settings that are there already.")] = False,
) -> None:
    """Write wharf.toml, an example partner, a catch-all partner and the drop folders; all of it works at once."""
    from gateway.init import AlreadyThereError, write_settings

    try:
        write_settings(directory, force=force)
    except AlreadyThereError as error:
        typer.echo(f"wharf: {error}", err=True)
        raise typer.Exit(2) from error
    here = shlex.quote(str(directory))
    typer.echo(f"Written: {here}/wharf.toml, {here}/partners/, {here}/var/drop/. Next:")
    typer.echo(f"  wharf config check -c {here}/wharf.toml    # are the settings right?")
    typer.echo(f"  wharf run -c {here}/wharf.toml             # start the gateway; Ctrl-C ends it")
    typer.echo(f"  cp order.edi {here}/var/drop/in/           # in another terminal: hand in an X12 file")
    typer.echo(f"  wharf tap -c {here}/wharf.toml --once      # see what came out")
    typer.echo(f"  ls {here}/var/drop/out/                    # the acknowledgments, a folder for each partner")
