"""``wharf bench publish`` and ``wharf bench flow``: what a broker confirms, alone and behind a whole gateway."""

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

UNREADABLE = 2

Url = Annotated[str | None, typer.Option("--url", help="A broker, amqp://…; a private RabbitMQ where none is given.")]
Data = Annotated[Path | None, typer.Option(metavar="DIR", help="Where ledgers and a private broker lie.")]


def publish(
    url: Url = None,
    count: Annotated[int, typer.Option(min=100, max=1_000_000, help="Messages of each run.")] = 10_000,
    size: Annotated[int, typer.Option(min=200, max=1_000_000, help="Bytes of a message's body.")] = 2000,
    window: Annotated[int, typer.Option(min=1, max=1000, help="Messages that wait for their confirm.")] = 500,
    rounds: Annotated[int, typer.Option(min=1, max=100, help="Rounds; the median of each way counts.")] = 5,
    data: Data = None,
    as_json: Annotated[bool, typer.Option("--json", help="JSON on standard output.")] = False,
) -> None:
    """Publish the same messages by aio-pika, aiormq, pika, our publisher and our whole relay, in turn.

    Persistent, mandatory, confirmed, to a quorum queue `wharf.bench`, which is removed in the end. Client and broker
    share the machine where the broker is private.
    """
    from gateway.bench.publish import RAW, measure, runs

    total, ended = runs(rounds), 0

    def done() -> None:
        nonlocal ended
        ended += 1
        _progress(f"{ended} of {total} runs")

    with _broker(url, data) as address:
        figures = measure(address, count, size, window, rounds, data, done)
    _progress("")
    raw = next(figure for figure in figures if figure.name == RAW)
    if as_json:
        for figure in figures:
            row = {
                "name": figure.name, "loop": figure.loop, "messagesPerSecond": figure.per_second,
                "ratio": figure.per_second / raw.per_second, "cpuMicroseconds": figure.cpu * 1e6,
            }  # fmt: skip
            typer.echo(json.dumps(row))
        return
    typer.echo(f"{count:,} messages of {size:,} bytes, window {window}, median of {rounds} rounds")
    typer.echo(f"{'':45} {'loop':8} {'messages/s':>10} {'to aio-pika':>12} {'client CPU µs':>14}")
    for figure in figures:
        typer.echo(
            f"{figure.name:45} {figure.loop:8} {figure.per_second:10,.0f} "
            f"{figure.per_second / raw.per_second:11.2f}x {figure.cpu * 1e6:14.1f}"
        )


def flow(
    files: Annotated[int, typer.Option(min=1, max=100_000, help="Files of 100 orders each.")] = 50,
    seconds: Annotated[float, typer.Option(min=0.5, max=600, help="Seconds for each load of messages.")] = 10.0,
    backlog: Annotated[int, typer.Option(min=100, max=1_000_000, help="Messages while the broker is away.")] = 20_000,
    minutes: Annotated[float, typer.Option(min=0, max=600, help="Minutes the broker is away at least.")] = 0.0,
    data: Data = None,
    as_json: Annotated[bool, typer.Option("--json", help="JSON on standard output.")] = False,
) -> None:
    """Run a gateway before a private RabbitMQ: files and HL7 messages to the queue; the broker away, and back.

    The messages belong to 2,000 orders. In the end the queue is read: all must be there, in order for each order.
    Exit 1 where they are not.
    """
    from gateway.bench.broker import BrokerMissing
    from gateway.bench.clients import UnconfirmedError
    from gateway.bench.flow import Plan, measure
    from gateway.bench.flow_gateway import GatewayFailed
    from gateway.bench.flow_load import NotAccepted
    from gateway.logs import configure_logging

    configure_logging(level="error", format="console")
    try:
        result = measure(Plan(files, seconds, backlog, minutes), data, _progress)
    except (BrokerMissing, GatewayFailed, NotAccepted, UnconfirmedError) as error:
        _progress("")
        typer.echo(f"wharf: {error}", err=True)
        raise typer.Exit(UNREADABLE) from None
    _progress("")
    drained = result.drained
    if as_json:
        for figure in result.figures:
            typer.echo(json.dumps({**asdict(figure), "perSecond": figure.per_second}))
        typer.echo(
            json.dumps({"accepted": result.accepted, "reconnectedSeconds": result.reconnected, **asdict(drained)})
        )
    else:
        typer.echo(f"{'':34} {'':>8} {'':>9} {'answered, ms':>17} {'confirmed, ms':>19}")
        typer.echo(f"{'':34} {'count':>8} {'per s':>9} {'p50':>8} {'p99':>8} {'p50':>9} {'p99':>9}")
        for figure in result.figures:
            typer.echo(
                f"{figure.name:34} {figure.count:8,} {figure.per_second:9,.0f} {_ms(figure.answer_p50):>8} "
                f"{_ms(figure.answer_p99):>8} {_ms(figure.p50):>9} {_ms(figure.p99):>9}"
            )
        repeats = drained.messages - drained.distinct
        typer.echo(f"the first event after the broker was back: {result.reconnected:.1f} s")
        typer.echo(f"accepted: {result.accepted:,}; in the queue: {drained.distinct:,}, and {repeats:,} repeats")
        typer.echo(f"orders: {drained.keys:,}; events out of order: {drained.out_of_order:,}")
    if drained.distinct != result.accepted or drained.out_of_order:
        raise typer.Exit(1)


def _ms(seconds: float | None) -> str:
    return "-" if seconds is None else f"{seconds * 1000:,.0f}"


@contextmanager
def _broker(url: str | None, data: Path | None) -> Iterator[str]:
    """The broker that was named, or a private one."""
    from gateway.bench.broker import BrokerMissing, private_broker
    from gateway.bench.clients import UnconfirmedError
    from gateway.logs import configure_logging
    from gateway.publishers.connection import BrokerAddress
    from gateway.publishers.contract import PublisherError

    configure_logging(level="error", format="console")
    try:
        if url is not None:
            BrokerAddress(url)
            yield url
            return
        _progress("starting a private RabbitMQ")
        with private_broker(data) as broker:
            yield broker.url
    except (BrokerMissing, PublisherError, UnconfirmedError, ValueError) as error:
        _progress("")
        typer.echo(f"wharf: {error}", err=True)
        raise typer.Exit(UNREADABLE) from None


def _progress(words: str) -> None:
    """One line that is written over, on a terminal only."""
    if sys.stderr.isatty():
        typer.echo(f"\r{words:40}\r" if not words else f"\r{words:40}", nl=False, err=True)
