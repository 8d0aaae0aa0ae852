"""``wharf send http``: hands files in over the API of a gateway, as a test client."""

import json
import os
import sys
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any
from urllib.parse import SplitResult, urlencode, urlsplit

import typer

if TYPE_CHECKING:
    from gateway.cli.files import Input

NOT_SENT = 2


def http(
    url: Annotated[str, typer.Argument(metavar="URL", help="The gateway, as http://127.0.0.1:8080.")],
    files: Annotated[list[str], typer.Argument(metavar="FILE...", help="X12, HL7 or canonical JSON; - is stdin.")],
    key: Annotated[
        str | None, typer.Option(metavar="NAME", help="The environment variable that holds the key of the API.")
    ] = None,
    partner: Annotated[str | None, typer.Option(help="Whom the documents are for; X12 and HL7 name it.")] = None,
    type: Annotated[
        str | None, typer.Option("--type", help="The documents' type; else each document says it itself.")
    ] = None,
    idempotency_key: Annotated[
        str | None, typer.Option(metavar="KEY", help="Names this submission; with one file.")
    ] = None,
    ca: Annotated[Path | None, typer.Option(metavar="FILE", help="PEM: whose certificates to trust.")] = None,
    timeout: Annotated[float, typer.Option(min=0.1, max=3600, help="Seconds to wait for an answer.")] = 60.0,
    as_json: Annotated[bool, typer.Option("--json", help="The answers as they come, one JSON a line.")] = False,
) -> None:
    """Hand files in over HTTP and show the answers.

    JSON goes to /api/v1/documents to be sent to --partner; anything else to /api/v1/interchanges, as if that came by
    any other door. Exit 0 all taken, 1 some refused, 2 not sent.
    """
    from gateway.cli.files import open_inputs

    where = _where(url)
    if idempotency_key is not None and len(files) > 1:
        raise typer.BadParameter("a key stands for one file", param_hint="--idempotency-key")
    secret = _secret(key)
    refused = False
    for name, given in zip(files, open_inputs(files, lambda line: typer.echo(line, err=True)), strict=True):
        if given is None:
            raise typer.Exit(NOT_SENT)
        content = bytes(given.content[:])
        path, headers = _request(content, given, partner, type)
        if secret is not None:
            headers["Authorization"] = f"Bearer {secret}"
        if idempotency_key is not None:
            headers["Idempotency-Key"] = idempotency_key
        try:
            answer = _send(where, path, content, headers, ca, timeout)
        except (OSError, HTTPException) as error:
            reason = getattr(error, "strerror", None) or str(error) or type_name(error)
            typer.echo(f"wharf: {name}: no answer from {where.netloc}: {str(reason).lower()}", err=True)
            raise typer.Exit(NOT_SENT) from None
        refused = refused or answer.status >= 300
        _show(given.name, answer, as_json=as_json)
    raise typer.Exit(1 if refused else 0)


def type_name(error: Exception) -> str:
    """What an error is called, where it says nothing."""
    return type(error).__name__


@dataclass(frozen=True, slots=True)
class _Answer:
    status: int
    body: Any
    replayed: bool


def _where(url: str) -> SplitResult:
    try:
        where = urlsplit(url)
        usable = where.scheme in ("http", "https") and where.hostname and where.port != 0
    except ValueError:
        usable = False
    if not usable:
        raise typer.BadParameter(f"{url!r} is no address as http://127.0.0.1:8080", param_hint="URL")
    return where


def _secret(name: str | None) -> str | None:
    if name is None:
        return None
    found = os.environ.get(name, "").strip()
    if not found:
        raise typer.BadParameter(f"the environment variable {name} is empty or not there", param_hint="--key")
    return found


def _request(
    content: bytes, given: "Input", partner: str | None, document_type: str | None
) -> tuple[str, dict[str, str]]:
    """Where the content goes, and its headers. A usage error where that cannot be told."""
    if content.lstrip()[:1] != b"{":
        name = "".join(each for each in Path(given.name).name if each.isascii() and (each.isalnum() or each in "._-"))
        asked = f"?{urlencode({'name': name[:200]})}" if name else ""
        return f"/api/v1/interchanges{asked}", {"Content-Type": "application/octet-stream"}
    if partner is None:
        raise typer.BadParameter(f"whom is {given.name} for?", param_hint="--partner")
    kind = document_type
    if kind is None:
        try:
            data = json.loads(content)
            inner = data.get("data", data) if "specversion" in data else data
            kind = inner.get("documentType")
        except (ValueError, AttributeError, RecursionError):
            kind = None
    if not isinstance(kind, str) or not kind.replace("_", "").isalpha():
        raise typer.BadParameter(f"of which type is {given.name}?", param_hint="--type")
    return f"/api/v1/documents/{kind}?{urlencode({'partner': partner})}", {"Content-Type": "application/json"}


def _send(
    where: SplitResult, path: str, content: bytes, headers: dict[str, str], ca: Path | None, timeout: float
) -> _Answer:
    from adapters.transports.tls import ClientFiles, client_context

    host = where.hostname or ""
    connection = (
        HTTPSConnection(host, where.port, timeout=timeout, context=client_context(ClientFiles(ca)))
        if where.scheme == "https"
        else HTTPConnection(host, where.port, timeout=timeout)
    )
    try:
        connection.request("POST", where.path.rstrip("/") + path, content, headers)
        answer = connection.getresponse()
        body = answer.read(64 << 20)
        try:
            told = json.loads(body)
        except ValueError:
            told = {}
        return _Answer(answer.status, told, answer.headers.get("Idempotent-Replay") == "true")
    finally:
        connection.close()


def _show(name: str, answer: _Answer, *, as_json: bool) -> None:
    from gateway.cli.plain import plain
    from gateway.diagnostics.terminal import look_of

    if as_json:
        typer.echo(json.dumps({"file": name, "status": answer.status, "answer": answer.body}, ensure_ascii=False))
        return
    body = answer.body if isinstance(answer.body, dict) else {}
    good = answer.status < 300
    color = look_of(sys.stdout, os.environ).color
    code = typer.style(str(answer.status), fg=typer.colors.GREEN if good else typer.colors.RED, bold=True)
    what = body.get("outcome") or body.get("status") if good else f"{body.get('code', '')} {body.get('title', '')}"
    again = ", answered before" if answer.replayed else ""
    kept = f"  delivery {body['delivery']}" if "delivery" in body else ""
    typer.echo(f"{code}  {plain(name)}  {plain(str(what or ''))}{again}{plain(kept)}", color=color)
    for problem in body.get("problems", [])[:20]:
        place = problem.get("path") or (f"line {problem['line']}" if problem.get("line") else "")
        expected = f": expected {problem['expected']}" if problem.get("expected") else ""
        told = f"{problem.get('severity')}[{problem.get('code')}] {problem.get('message')}{expected}"
        typer.echo(f"     {plain(f'{place}: ' if place else '')}{plain(told)}")
    if not good and body.get("detail"):
        typer.echo(f"     {plain(body['detail'])}")
