"""``wharf send soap``: hands files in at a channel of kind ``soap``, as an ERP would."""

import json
import os
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from gateway.cli.plain import plain

if TYPE_CHECKING:
    from gateway.soap_sending import Document, Told


def soap(
    url: Annotated[str, typer.Argument(metavar="URL", help="The channel, as http://127.0.0.1:8080/soap/erp.")],
    files: Annotated[list[str], typer.Argument(metavar="FILE...", help="What to hand in, one call each; - is stdin.")],
    type: Annotated[
        str | None, typer.Option(metavar="TYPE", help="Canonical documents of this type, as purchase_order.")
    ] = None,
    partner: Annotated[str | None, typer.Option(metavar="NAME", help="Whom the documents are for.")] = None,
    user: Annotated[str | None, typer.Option(help="The name of a UsernameToken.")] = None,
    secret_env: Annotated[
        str | None, typer.Option(metavar="NAME", help="The variable with its password, which is shown as a digest.")
    ] = None,
    soap12: Annotated[bool, typer.Option("--soap12", help="Speak SOAP 1.2 instead of 1.1.")] = False,
    ca: Annotated[Path | None, typer.Option(metavar="FILE", help="PEM: whose certificates to trust.")] = None,
    timeout: Annotated[float, typer.Option(min=0.1, max=600, help="Seconds to wait for an answer.")] = 60.0,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object for each answer.")] = False,
) -> None:
    """Hand in X12 and HL7 files over SOAP, or canonical documents for a partner, and show each answer.

    Exit 0 all accepted, 1 some are not, 2 no answer to some, or a file cannot be read.
    """
    from adapters.transports.soap import SOAP_11, SOAP_12
    from adapters.transports.soap_calls.settings import Service
    from gateway.cli.files import open_inputs
    from gateway.config.channels.soap_call import http_address
    from gateway.soap_sending import GOOD, tell

    try:
        http_address(url)
    except ValueError:
        raise typer.BadParameter(f"{url!r} is no http:// or https:// address", param_hint="URL") from None
    if (user is None) != (secret_env is None):
        raise typer.BadParameter("one needs the other", param_hint="--user / --secret-env")
    password = os.environ.get(secret_env, "") if secret_env is not None else None
    if password == "":
        raise typer.BadParameter(f"the variable {secret_env} is empty or not there", param_hint="--secret-env")
    document = _document(type, partner)
    service = Service(Path(), url, user, password, ca=ca, connect_seconds=min(timeout, 10.0), answer_seconds=timeout)
    worst = 0
    for given in open_inputs(files, lambda line: typer.echo(line, err=True)):
        if given is None:
            worst = 2
            continue
        told = tell(service, SOAP_12 if soap12 else SOAP_11, Path(given.name).name, bytes(given.content[:]), document)
        _show(given.name, told, as_json=as_json)
        worst = max(worst, 2 if told.outcome is None else 0 if told.outcome in GOOD else 1)
    if worst:
        raise typer.Exit(worst)


def _document(type: str | None, partner: str | None) -> "Document | None":
    from gateway.soap_sending import Document

    if (type is None) != (partner is None):
        raise typer.BadParameter("one needs the other", param_hint="--type / --partner")
    return Document(type, partner) if type is not None and partner is not None else None


def _show(name: str, told: "Told", *, as_json: bool) -> None:
    import sys

    from gateway.diagnostics.terminal import look_of
    from gateway.soap_sending import GOOD

    if as_json:
        row = {**asdict(told), "milliseconds": round(told.seconds * 1000, 3)}
        del row["seconds"]
        typer.echo(json.dumps({"file": name, **row}, ensure_ascii=False))
        return
    color = typer.colors.GREEN if told.outcome in GOOD else typer.colors.RED
    outcome = typer.style(f"{plain(told.outcome or '--'):<11}", fg=color, bold=True)
    line = f"{outcome}{told.seconds * 1000:>9.1f} ms  {plain(name)}  {plain(told.failure or told.summary)}"
    typer.echo(line, color=look_of(sys.stdout, os.environ).color)
    if told.id is not None:
        typer.echo(f"{'':25}{plain(told.id)}")
    for each in told.problems:
        place = ", ".join(f"{key} {each[key]}" for key in ("path", "line") if each.get(key))
        typer.echo(plain(f"{'':25}{each.get('code', '')} {each.get('message', '')}{f' ({place})' if place else ''}"))
        if each.get("expected"):
            typer.echo(plain(f"{'':27}expected: {each['expected']}"))
