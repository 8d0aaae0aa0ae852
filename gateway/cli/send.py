"""``wharf send``: a test client that sends files and shows what comes back."""

import asyncio
import json
import os
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from gateway.cli.send_http import http
from gateway.cli.send_sftp import sftp
from gateway.cli.send_soap import soap

if TYPE_CHECKING:
    from gateway.sending import Answered, Connect, Item, Score

app = typer.Typer(add_completion=False, rich_markup_mode=None, help="Send files as a test client.")

app.command(epilog="Example: wharf send http http://127.0.0.1:8080 order.edi --key WHARF_KEY")(http)

MOST_SHOWN = 20
"""Answers shown one by one; of more, the first ones that are not positive."""
_ADDRESS = re.compile(r"(?:\[([0-9A-Fa-f:.]+)\]|([A-Za-z0-9._-]+)):([0-9]{1,5})")
_COLORS = {True: typer.colors.GREEN, False: typer.colors.RED}


@app.callback()
def send() -> None:
    """Send files as a test client."""


app.command(
    epilog="Example: wharf send sftp sftp.example order.edi --user acme --key id_ed25519 "
    "--host-key 'ssh-ed25519 AAAA…' --outbox /in"
)(sftp)
app.command(epilog="Example: wharf send soap http://127.0.0.1:8080/soap/erp orders.edi")(soap)


@app.command(epilog="Example: wharf send mllp 127.0.0.1:2575 order.hl7")
def mllp(
    address: Annotated[str, typer.Argument(metavar="HOST:PORT", help="Who listens.")],
    files: Annotated[
        list[str], typer.Argument(metavar="FILE...", help="One message each, or many where MLLP-framed; - is stdin.")
    ],
    connections: Annotated[int, typer.Option(min=1, max=10_000, help="Connections to send over.")] = 1,
    rate: Annotated[float | None, typer.Option(min=0.001, help="Most messages in a second, over all of them.")] = None,
    timeout: Annotated[float, typer.Option(min=0.1, max=3600, help="Seconds to wait for an answer.")] = 30.0,
    tls: Annotated[bool, typer.Option("--tls", help="Speak TLS; the options below imply it.")] = False,
    ca: Annotated[Path | None, typer.Option(metavar="FILE", help="PEM: whose certificates to trust.")] = None,
    certificate: Annotated[
        Path | None, typer.Option("--cert", metavar="FILE", help="PEM: the certificate to show.")
    ] = None,
    key: Annotated[Path | None, typer.Option(metavar="FILE", help="PEM: its key.")] = None,
    server_name: Annotated[
        str | None, typer.Option(metavar="NAME", help="The name on the other's certificate.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object for each answer, then a summary.")] = False,
) -> None:
    """Send HL7 messages over MLLP and show each answer; of many, those that are not positive, and a summary.

    A connection sends its next message after the answer to the one before. Exit 0 all answers positive (MSA-1 AA or
    CA), 1 some negative, 2 no answer to some, or nothing to send.
    """
    from adapters.transports.tls import ClientFiles
    from gateway.sending import send_all

    host, port = _parsed(address)
    if key is not None and certificate is None:
        raise typer.BadParameter("a key goes with a certificate", param_hint="--key / --cert")
    secured = tls or any((ca, certificate, server_name))
    connect = _connect(host, port, ClientFiles(ca, certificate, key, server_name) if secured else None)
    items = _items(files)
    show = _Show(as_json=as_json, each=len(items) <= MOST_SHOWN)
    score = asyncio.run(
        send_all(items, connect, connections=connections, rate=rate, seconds=timeout, tell=show.answered)
    )
    show.summary(score, min(connections, len(items)))
    if score.unanswered:
        raise typer.Exit(2)
    raise typer.Exit(1 if score.negative else 0)


def _parsed(address: str) -> tuple[str, int]:
    found = _ADDRESS.fullmatch(address)
    if found is None or not 0 < int(found[3]) < 65536:
        raise typer.BadParameter(f"{address!r} is no HOST:PORT", param_hint="HOST:PORT")
    return found[1] or found[2], int(found[3])


def _connect(host: str, port: int, files: Any) -> "Connect":
    from adapters.transports.mllp.link import Link, connect
    from adapters.transports.tls import client_context

    context = client_context(files) if files is not None else None
    server_name = files.server_name if files is not None else None

    async def link() -> Link:
        return await connect(host, port, tls=context, server_name=server_name)

    return link


def _items(files: list[str]) -> "list[Item]":
    from gateway.cli.files import open_inputs
    from gateway.sending import Item, messages_in

    items: list[Item] = []
    for name, given in zip(files, open_inputs(files, lambda line: typer.echo(line, err=True)), strict=True):
        if given is None:
            raise typer.Exit(2)
        found = messages_in(bytes(given.content[:]))
        if not found:
            typer.echo(f"wharf: {name}: there is no message in it", err=True)
            raise typer.Exit(2)
        items += [Item(given.name, number, content) for number, content in enumerate(found, start=1)]
    return items


class _Show:
    """Prints answers as they come, and the summary."""

    def __init__(self, *, as_json: bool, each: bool) -> None:
        from gateway.diagnostics.terminal import look_of

        self._json = as_json
        self._each = each
        self._shown = 0
        self._left_out = 0
        self._color = look_of(sys.stdout, os.environ).color

    def answered(self, answered: "Answered") -> None:
        if self._json:
            self._print_json(answered)
        elif not self._each and answered.positive:
            return
        elif self._shown >= MOST_SHOWN:
            self._left_out += 1
        else:
            self._shown += 1
            self._print(answered)

    def _print_json(self, answered: "Answered") -> None:
        row = {
            "file": answered.item.file,
            "number": answered.item.number,
            "code": answered.code,
            "milliseconds": round(answered.seconds * 1000, 3),
            "answer": _text(answered.answer) if answered.answer is not None else None,
            "failure": answered.failure,
        }
        typer.echo(json.dumps(row, ensure_ascii=False))

    def _print(self, answered: "Answered") -> None:
        from gateway.cli.plain import plain

        code = typer.style(f"{answered.code or '--':4}", fg=_COLORS[answered.positive], bold=True)
        name = plain(f"{answered.item.file} #{answered.item.number}")
        segments = [
            plain(segment) for segment in _text(answered.answer or b"").replace("\n", "\r").split("\r") if segment
        ]
        told = [segment for segment in segments if segment[:3] in ("MSA", "ERR")] or segments[:1]
        first = answered.failure or (told[0] if told else "an empty answer")
        typer.echo(f"{code}{_time(answered.seconds):>10}  {name}  {first}", color=self._color)
        if not answered.positive:
            for segment in told[1:]:
                typer.echo(f"{'':16}{segment}")

    def summary(self, score: "Score", connections: int) -> None:
        count = score.positive + score.negative
        speed = count / score.seconds if score.seconds else 0.0
        quantiles = {name: score.quantile(share) for name, share in (("p50", 0.5), ("p99", 0.99), ("worst", 1.0))}
        if self._json:
            row = {
                "positive": score.positive,
                "negative": score.negative,
                "unanswered": score.unanswered,
                "seconds": round(score.seconds, 3),
                "perSecond": round(speed, 1),
                "milliseconds": {name: round(value * 1000, 3) for name, value in quantiles.items()},
            }
            typer.echo(json.dumps({"summary": row}))
            return
        if self._left_out:
            typer.echo(f"… and {self._left_out} more like these")
        sent = score.positive + score.negative + score.unanswered
        typer.echo(
            f"{sent} {'message' if sent == 1 else 'messages'} over "
            f"{connections} {'connection' if connections == 1 else 'connections'}: "
            f"{score.positive} positive, {score.negative} negative, {score.unanswered} without an answer"
        )
        if count:
            times = ", ".join(f"{name} {_time(value)}" for name, value in quantiles.items())
            typer.echo(f"{speed:,.1f} answers/s; {times}")


def _text(content: bytes) -> str:
    """Bytes as they can be read; the charset of an answer is not asked for."""
    try:
        return content.decode()
    except UnicodeDecodeError:
        return content.decode("latin-1")


def _time(seconds: float) -> str:
    return f"{seconds:.2f} s" if seconds >= 1 else f"{seconds * 1000:.1f} ms"
