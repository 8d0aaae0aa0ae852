"""``wharf bench``: measurements that a user can repeat."""

import json
from typing import Annotated

import typer

app = typer.Typer(add_completion=False, rich_markup_mode=None, help="Measure how fast files are read.")


@app.callback()
def bench() -> None:
    """Measure how fast files are read."""


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
