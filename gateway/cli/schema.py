"""``wharf schema``: exports the JSON Schemas of all documents, and the description of the API."""

from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(
    add_completion=False, rich_markup_mode=None, help="Export the JSON Schemas and the description of the API."
)


@app.callback()
def schema() -> None:
    """Export the JSON Schemas of all documents, and the description of the API."""


@app.command(epilog="Example: wharf schema export schemas/")
def export(
    directory: Annotated[Path, typer.Argument(metavar="DIR", help="The folder to write into; made when not there.")],
) -> None:
    """Write one JSON Schema 2020-12 for each document type, and for the envelope and the problem, and openapi.json."""
    from canonical.schema import schemas
    from gateway.http.openapi import openapi_text
    from gateway.schema_files import schema_text

    directory.mkdir(parents=True, exist_ok=True)
    written = schemas()
    for name, body in written.items():
        (directory / f"{name}.json").write_text(schema_text(body), encoding="utf-8")
    (directory / "openapi.json").write_text(openapi_text(), encoding="utf-8")
    typer.echo(f"{len(written)} schemas and openapi.json written to {directory}")
