"""``wharf tap``: the published events as JSON lines."""

import sys
import time
from typing import Annotated

import typer

from gateway.cli.operate import ConfigOption

PAUSE = 0.5


def command(
    config: ConfigOption = None,
    type: Annotated[str | None, typer.Option("--type", help="Only this document type.")] = None,
    partner: Annotated[str | None, typer.Option(help="Only this partner's.")] = None,
    after: Annotated[
        int, typer.Option(min=0, help="Only those after this cursor, a feed position; 0 is the beginning.")
    ] = 0,
    once: Annotated[bool, typer.Option("--once", help="End after those that are there.")] = False,
    cursor: Annotated[
        bool, typer.Option("--cursor", help="Tell the last feed position on standard error at the end.")
    ] = False,
) -> None:
    """Follow the published events, one CloudEvents JSON object a line, oldest first."""
    from adapters.translation.x12_sets import UNSUPPORTED
    from canonical.registry import DOCUMENTS
    from gateway.cli.operate import ledger_of
    from gateway.feed import structured

    known = {*DOCUMENTS, "interchange", UNSUPPORTED}
    if type is not None and type not in known:
        raise typer.BadParameter(f"{type!r} is no document type; there are {', '.join(sorted(known))}")
    position = after
    with ledger_of(config, read_only=True) as ledger:
        try:
            while True:
                rows = ledger.read(
                    lambda reads, start=position: reads.published(  # type: ignore[misc]
                        after=start, document_type=type, partner=partner
                    )
                )
                for row in rows:
                    sys.stdout.buffer.write(structured(row) + b"\n")
                    position = row.feed_position or position
                sys.stdout.buffer.flush()
                if rows:
                    continue
                if once:
                    break
                time.sleep(PAUSE)
        finally:
            if cursor:
                typer.echo(f"cursor {position}", err=True)
