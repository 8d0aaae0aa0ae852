"""``wharf decode``: canonical documents on standard output, problems on standard error."""

import json
import sys
from typing import Annotated, Any

import typer


def command(
    files: Annotated[list[str], typer.Argument(metavar="FILE...", help="X12 or HL7 files; - is standard input.")],
) -> None:
    """Print the canonical documents of X12 and HL7 files, one CloudEvents JSON object a line.

    Rejected messages and warnings go to standard error, one JSON object a line. Exit 0 all accepted,
    1 some message rejected, 2 not readable as any known format.
    """
    from datetime import UTC, datetime

    from adapters.partner import Acknowledgments
    from gateway.cli.files import NOT_READABLE, Tally, anybody, open_inputs, read_input

    code = 0
    for given in open_inputs(files, lambda line: typer.echo(line, err=True)):
        if given is None:
            code = NOT_READABLE
            continue
        tally = Tally()
        # No acknowledgment is written here, so that none is kept in memory.
        for item in read_input(given, anybody(Acknowledgments(functional="never"))):
            tally.add(item)
            _print(item, given.sha256, given.name, datetime.now(UTC))
        code = max(code, tally.code)
    raise typer.Exit(code)


def _print(item: Any, sha256: str, name: str, now: Any) -> None:
    from adapters.reading import Message
    from canonical.event import event_for, event_id, to_structured

    if not isinstance(item, Message):
        if item.problems and not item.fatal:
            place = {"file": name, "interchange": item.key.control_number if item.key else None}
            _tell({"document": None, **place}, item.problems)
        return
    document = item.body
    if item.accepted:
        id = event_id(sha256, item.position)
        event = event_for(
            document, event="received", id=id, gateway="decode", partner=item.partner.name, time=now, test=item.test
        )
        event = event.model_copy(update={"sequence": f"{item.position:020d}"})
        sys.stdout.buffer.write(to_structured(event, document.to_json()) + b"\n")
        sys.stdout.buffer.flush()
        if item.problems:
            _tell({"document": id}, item.problems)
        return
    provenance = document.provenance
    rejected = {
        "format": provenance.standard if provenance else None,
        "interchange": provenance.interchange if provenance else None,
        "group": provenance.group if provenance else None,
        "transaction": provenance.transaction if provenance else None,
        "messageType": provenance.message_type if provenance else None,
    }
    _tell({"rejected": rejected}, item.problems)


def _tell(head: dict[str, Any], problems: Any) -> None:
    line = {**head, "problems": [problem.to_data() for problem in problems]}
    sys.stderr.write(json.dumps(line, ensure_ascii=False) + "\n")
