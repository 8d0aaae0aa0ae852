"""``wharf ack``: the acknowledgment that the gateway would return, as bytes."""

import sys
from enum import StrEnum
from typing import Annotated

import typer

HL7_KINDS = ("ACK", "MFK", "ORS", "ORN", "ORR")


class Kind(StrEnum):
    """Which acknowledgment."""

    FUNCTIONAL = "997"
    IMPLEMENTATION = "999"
    INTERCHANGE = "TA1"
    HL7 = "hl7"


def command(
    file: Annotated[str, typer.Argument(metavar="FILE", help="An X12 or HL7 file; - is standard input.")],
    kind: Annotated[
        Kind | None,
        typer.Option("--kind", case_sensitive=False, help="Only this kind, whether or not it is due."),
    ] = None,
) -> None:
    """Print the acknowledgments that the gateway would return for a file, as bytes.

    Without --kind, those that are due: a TA1 where the interchange asks for it, and a 997; of HL7
    what MSH-15 and MSH-16 ask for. With --kind hl7, an application acknowledgment in original mode.
    Control numbers start at 1 here; a running gateway keeps its own. Exit 0 when there is one, 1 when
    none is due, 2 when the file is not readable.
    """
    from collections import Counter
    from datetime import UTC, datetime

    from adapters.hl7_settings import Hl7Settings
    from adapters.partner import Acknowledgments
    from adapters.reading import Closing
    from adapters.translate import render
    from gateway.cli.files import Tally, anybody, open_input, read_input

    wanted = Acknowledgments()
    if kind is Kind.FUNCTIONAL:
        wanted = Acknowledgments(functional="always", interchange="never")
    elif kind is Kind.IMPLEMENTATION:
        wanted = Acknowledgments(functional="always", functional_kind="999", interchange="never")
    elif kind is Kind.INTERCHANGE:
        wanted = Acknowledgments(functional="never", interchange="always")
    speech = Hl7Settings(ack_mode="original" if kind is Kind.HL7 else "auto")
    used: Counter[str] = Counter()

    def next_number(scope: str) -> int:
        used[scope] += 1
        return used[scope]

    tally = Tally()
    written = 0
    for item in read_input(open_input(file), anybody(wanted, speech), live=True):
        tally.add(item)
        if isinstance(item, Closing):
            for answer in (*([item.reply] if item.reply else ()), *item.sent):
                if (kind is Kind.HL7) is not (answer.kind in HL7_KINDS) and kind is not None:
                    continue
                content, _ = render(answer, next_number, datetime.now(UTC))
                sys.stdout.buffer.write(content)
                written += 1
    sys.stdout.buffer.flush()
    if not written:
        typer.echo("wharf: no acknowledgment is due for this file", err=True)
    raise typer.Exit(2 if tally.unreadable else 0 if written else 1)
