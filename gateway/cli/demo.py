"""``wharf demo``: the samples through a real gateway, shown as they come out."""

import asyncio
import signal
import sys
import tempfile
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from gateway.cli.plain import in_markup

if TYPE_CHECKING:
    from rich.console import Console

    from gateway.demo import Demo, Outcome

_SIGNS = {"accepted": ("✓", "green"), "rejected": ("✗", "red")}


def command(
    once: Annotated[bool, typer.Option("--once", help="End when all samples came out.")] = False,
) -> None:
    """Run a gateway in a temporary folder, feed it the samples, and show what comes out.

    On a terminal it stays, so that more files can be tried, until Ctrl-C. Exit 0 when everything came
    out as expected, 1 otherwise.
    """
    from rich.console import Console

    from gateway.loop import run

    console = Console(highlight=False, soft_wrap=True)
    stay = not once and sys.stdout.isatty()
    with tempfile.TemporaryDirectory(prefix="wharf-demo-") as folder:
        show = _Show(console, stay=stay)
        run(_run(Path(folder), show, stay=stay))
    raise typer.Exit(0 if show.as_expected else 1)


async def _run(home: Path, show: "_Show", *, stay: bool) -> None:
    from gateway.demo import prepare, run
    from gateway.logs import configure_logging

    configure_logging(level="error", format="auto")
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    await asyncio.to_thread(prepare, home)
    await run(home, show.began, show.came, stop, stay=stay)


class _Show:
    """Prints what comes out, and counts it."""

    def __init__(self, console: "Console", *, stay: bool) -> None:
        self._console = console
        self._stay = stay
        self._events: Counter[str] = Counter()
        self._answers: Counter[str] = Counter()
        self._held = 0
        self._files = 0
        self._waiting = 0
        self._surprises: list[str] = []
        self._demo: Demo | None = None

    @property
    def as_expected(self) -> bool:
        """Whether every sample came out, as its folder says."""
        return self._files > 0 and self._files == self._waiting and not self._surprises

    def began(self, demo: "Demo") -> None:
        """The gateway is up."""
        from gateway.samples import demo_cases

        self._demo = demo
        self._waiting = len(demo_cases())
        say = self._console.print
        say(f"[bold]Wharf demo[/bold]  one gateway, embedded broker, {self._waiting} files as suppliers send them")
        say(f"[dim]folder {demo.home}   status {demo.address}readyz[/dim]\n")

    def came(self, outcome: "Outcome") -> None:
        """One sample came out."""
        self._files += 1
        self._surprises.extend(outcome.surprises)
        say = self._console.print
        say(f"[bold]{outcome.case}.edi[/bold]  [dim]{outcome.delivery.size} bytes, {outcome.delivery.outcome}[/dim]")
        for row in outcome.messages:
            sign, color = _SIGNS[row.status]
            self._events[f"{row.document_type} {'received' if row.status == 'accepted' else 'rejected'}"] += 1
            told = f"{row.document_type} {in_markup(row.number)} from {row.partner}"
            say(f"  [{color}]{sign}[/{color}] {told}  [dim]event {row.id}[/dim]")
        for parcel in outcome.answers:
            self._answers[parcel.kind] += 1
            place = f"out/{parcel.partner}/{parcel.name}"
            say(f"  [cyan]←[/cyan] {parcel.kind} [dim]{place}[/dim]  {_verdict(parcel.content)}")
        if outcome.diagnosis:
            self._held += 1
            say(f"  [red]✗[/red] held for a person, with this beside it in rejected/{outcome.case}.edi.problems.txt:\n")
            for line in outcome.diagnosis.splitlines():
                self._console.print(f"    {line}", markup=False, style="dim" if line.startswith(" ") else "")
        for surprise in outcome.surprises:
            say(f"  [bold red]not as expected:[/bold red] {surprise}")
        say("")
        if self._files == self._waiting:
            self._summary()

    def _summary(self) -> None:
        say = self._console.print
        say("[bold]What downstream systems see[/bold]")
        for name, count in sorted(self._events.items()):
            say(f"  {count:3} × {name}")
        answers = ", ".join(f"{count} {kind}" for kind, count in sorted(self._answers.items()))
        say(f"  {answers} sent back; {self._held} files held for a person; nothing lost\n")
        if self._stay and self._demo is not None:
            demo = self._demo
            say("It keeps running. Try your own file, in another terminal:")
            say(f"  cp my-order.edi {demo.inbox}/")
            say(f"  .venv/bin/wharf tap -c {demo.home}/wharf.toml")
            say(f"  .venv/bin/wharf messages list -c {demo.home}/wharf.toml")
            say("[dim]Ctrl-C ends it and removes the folder.[/dim]")


def _verdict(content: bytes | None) -> str:
    """The segment of an acknowledgment that gives the verdict."""
    for line in (content or b"").decode("latin-1").splitlines():
        if line.startswith(("AK9", "TA1")):
            return f"[dim]{in_markup(line)}[/dim]"
    return ""
