"""``wharf bench``: measurements that a user can repeat."""

import json
from pathlib import Path
from typing import Annotated

import typer

from gateway.cli import bench_broker

app = typer.Typer(add_completion=False, rich_markup_mode=None, help="Measure how fast messages are taken.")


app.command(epilog="Example: wharf bench publish --count 5000")(bench_broker.publish)
app.command(epilog="Example: wharf bench flow --backlog 100000")(bench_broker.flow)


@app.callback()
def bench() -> None:
    """Measure how fast messages are taken."""


@app.command(epilog="Example: wharf bench x12 --count 1000")
def x12(
    count: Annotated[int, typer.Option(min=1, max=1_000_000, help="Orders in the interchange.")] = 5000,
    lines: Annotated[int, typer.Option(min=1, max=10_000, help="Lines an order has on average.")] = 15,
    rounds: Annotated[int, typer.Option(min=1, max=100, help="Rounds; the best of each way counts.")] = 3,
    as_json: Annotated[bool, typer.Option("--json", help="JSON on standard output.")] = False,
) -> None:
    """Read an interchange of orders stage by stage, beside plain splitting and pyx12. CPU time of one core."""
    from gateway.bench.x12 import measure, ratios

    figures = measure(count, lines, rounds)
    slowest = min(figures, key=lambda figure: figure.megabytes_per_second)
    if as_json:
        for figure in figures:
            row = {
                "name": figure.name,
                "MBps": figure.megabytes_per_second,
                "documentsPerSecond": figure.documents_per_second,
            }
            typer.echo(json.dumps(row))
        typer.echo(json.dumps({"ratios": ratios(figures)}))
        return
    typer.echo(f"{figures[0].megabytes:.1f} MB, {count} orders of about {lines} lines, best of {rounds}, one core")
    typer.echo(f"{'':40} {'MB/s':>8} {'documents/s':>12} {'to pyx12':>9}")
    for figure in figures:
        ratio = figure.megabytes_per_second / slowest.megabytes_per_second
        typer.echo(
            f"{figure.name:40} {figure.megabytes_per_second:8.1f} {figure.documents_per_second:12,.0f} {ratio:8.1f}x"
        )
    for name, ratio in ratios(figures).items():
        typer.echo(f"{name}: {ratio:.2f}")


@app.command(epilog="Example: wharf bench mllp --seconds 3")
def mllp(
    seconds: Annotated[float, typer.Option(min=0.2, max=600, help="Seconds for each figure.")] = 3.0,
    data: Annotated[Path | None, typer.Option(metavar="DIR", help="Where the disk is measured.")] = None,
    idle: Annotated[
        int, typer.Option(min=0, max=50_000, help="Connections that stay open beside and say nothing.")
    ] = 0,
    as_json: Annotated[bool, typer.Option("--json", help="JSON on standard output.")] = False,
) -> None:
    """Answer HL7 messages of 1 kB over 1, 8 and 64 connections, beside a bare echo and what the disk can flush.

    Each connection sends its next message after the answer to the one before; then half as many messages come at
    even times. Sender and listener take a core each.
    """
    from gateway.bench.mllp import NAMES, flushes, measure

    most = flushes(min(seconds, 2.0), data)
    if as_json:
        typer.echo(json.dumps({"flushesPerSecond": most}))
    else:
        typer.echo(f"disk: {most:,.0f} flushes/s, one after the other")
        typer.echo(f"{'':38} {'':11} {'':10} {'full load':>17} {'':>11} {'half load':>17}")
        typer.echo(
            f"{'':38} {'connections':>11} {'answers/s':>10} {'p50 ms':>8} {'p99 ms':>8} {'per commit':>11} "
            f"{'p50 ms':>8} {'p99 ms':>8}"
        )
    try:
        for figure in measure(seconds, data, idle=idle):
            if as_json:
                row = {
                    "name": NAMES[figure.way],
                    "connections": figure.connections,
                    "answersPerSecond": figure.per_second,
                    "p50": figure.p50,
                    "p99": figure.p99,
                    "messagesPerCommit": figure.per_commit,
                    "halfLoad": {"p50": figure.half_p50, "p99": figure.half_p99},
                }
                typer.echo(json.dumps(row))
                continue
            share = f"{figure.per_commit:.1f}" if figure.per_commit is not None else "-"
            typer.echo(
                f"{NAMES[figure.way]:38} {figure.connections:11} {figure.per_second:10,.0f} "
                f"{figure.p50 * 1000:8.2f} {figure.p99 * 1000:8.2f} {share:>11} "
                f"{figure.half_p50 * 1000:8.2f} {figure.half_p99 * 1000:8.2f}"
            )
    except OSError as error:
        typer.echo(
            f"the system does not allow it: {error.strerror}; ulimit -Hn tells how many files may be open", err=True
        )
        raise typer.Exit(2) from None


@app.command(epilog="Example: wharf bench hl7 --count 2000")
def hl7(
    count: Annotated[int, typer.Option(min=1, max=100_000, help="Messages.")] = 1000,
    lines: Annotated[int, typer.Option(min=1, max=1000, help="Orders in a message.")] = 10,
    rounds: Annotated[int, typer.Option(min=1, max=100, help="Rounds; the best of each way counts.")] = 3,
    as_json: Annotated[bool, typer.Option("--json", help="JSON on standard output.")] = False,
) -> None:
    """Read HL7 orders from bytes to canonical JSON, beside hl7apy and python-hl7. CPU time of one core."""
    from gateway.bench.hl7 import FULL, measure

    measured = measure(count, lines, rounds)
    full = next(figure for figure in measured.figures if figure.name == FULL)
    if as_json:
        for figure in measured.figures:
            typer.echo(json.dumps({"name": figure.name, "messagesPerSecond": figure.per_second}))
        typer.echo(json.dumps({"ratios": measured.ratios(), "notInstalled": measured.missing}))
        return
    typer.echo(f"OMS^O05 of {lines} orders, {measured.message_bytes:,} bytes each, best of {rounds}, one core")
    typer.echo(f"{'':40} {'messages/s':>11} {'wharf is':>10}")
    for figure in measured.figures:
        ratio = full.per_second / figure.per_second
        told = f"{ratio:.2g}x" if ratio < 1 else f"{ratio:.1f}x" if figure.name != FULL else ""
        typer.echo(f"{figure.name:40} {figure.per_second:11,.0f} {told:>10}")
    for package in measured.missing:
        typer.echo(f"{package}: not installed, so not measured", err=True)
