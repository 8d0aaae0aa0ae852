"""What hl7apy says of one message. Run as a script of its own, which may hang, crash or grow without harm.

Reads from standard input a line with the path of a message profile, or an empty one, and behind it the message. Writes
one JSON object: ``errors`` and ``warnings`` as hl7apy words them, ``failed`` where it gave up. It imports nothing of
the gateway, so that its limits hold for hl7apy alone. A profile is hl7apy's own file, a pickle, which can hold code:
only what a pickle of plain data needs is loaded.
"""

import json
import pickle
import resource
import sys
import tempfile
from pathlib import Path
from typing import Any, NoReturn

MEMORY = 1 << 30
"""Bytes of address space."""
PROCESSOR = 20
"""Seconds of processor time."""
MOST = 200
"""Errors and warnings that are told of one message."""
LONGEST = 300
"""Characters of an error's text."""


class _Plain(pickle.Unpickler):
    """Loads tuples, lists, dicts, text and numbers, and nothing that has a name in a module."""

    def find_class(self, module: str, name: str) -> NoReturn:
        raise pickle.UnpicklingError(f"the profile names {module}.{name}, and may hold plain data only")


def opinion(text: str, profile: str) -> dict[str, Any]:
    """The errors and warnings of the structure that the version, or the profile, asks for."""
    from hl7apy.exceptions import HL7apyException
    from hl7apy.parser import parse_message
    from hl7apy.validation import Validator

    told: dict[str, Any] = {"errors": [], "warnings": []}
    try:
        reference = _profile(profile)
    except Exception as error:  # noqa: BLE001 - whatever is wrong with the file is told, not raised
        return told | {"failed": f"the profile cannot be read: {error}"[:LONGEST]}
    try:
        message = parse_message(text, message_profile=reference)
        with tempfile.TemporaryDirectory() as folder:
            report = Path(folder) / "report"
            try:
                Validator.validate(message, reference=reference and reference[message.name], report_file=str(report))
            except HL7apyException as error:
                # All of them stand in the report; the first is raised too.
                told["first"] = str(error)[:LONGEST]
            lines = report.read_text().splitlines() if report.exists() else []
        for line in lines[:MOST]:
            kind, _, words = line.partition(": ")
            told["warnings" if kind == "Warning" else "errors"].append(words[:LONGEST])
    except Exception as error:  # noqa: BLE001 - whatever hl7apy meets is told, not raised
        # Its words may quote a value, which may be a patient's.
        return told | {"failed": f"hl7apy could not read it ({type(error).__name__})"}
    if not told["errors"] and (first := told.get("first")):
        told["errors"].append(first)
    return told


def _profile(path: str) -> Any:
    if not path:
        return None
    with Path(path).open("rb") as file:
        return _Plain(file).load()


def main() -> None:
    """Reads, limits itself, answers."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (PROCESSOR, PROCESSOR))
    path, _, text = sys.stdin.buffer.read().partition(b"\n")
    sys.stdout.write(json.dumps(opinion(text.decode("utf-8", "replace"), path.decode())))


if __name__ == "__main__":
    main()
