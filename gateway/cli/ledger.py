"""``wharf ledger``: care of the ledger."""

import typer

from gateway.cli.rekey import rekey

app = typer.Typer(add_completion=False, rich_markup_mode=None, help="Care for the ledger.")


@app.callback()
def ledger() -> None:
    """Care for the ledger."""


app.command(epilog="Example: wharf ledger rekey -c st-example/wharf.toml")(rekey)
