"""Asks hl7apy whether each HL7 message has the structure of its version, or of a message profile.

Grammar decides nothing with us, so this is another's opinion: told beside ours, and without a say in the exit code.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

from adapters.contracts import Content
from adapters.formats.hl7.message import parse_message
from adapters.formats.hl7.places import Lines
from adapters.formats.hl7.reader import MessageBytes, is_wide, read_hl7
from adapters.translate import is_hl7
from gateway.diagnostics.spans import Line, Look, Span, hung
from gateway.diagnostics.text import clean
from gateway.opinion.worker_process import run_worker

MOST_BYTES: Final = 1 << 20
"""A message that is larger is not handed over."""
MOST_MESSAGES: Final = 100
"""Of one file; each takes hl7apy a process and some tenths of a second."""
PATIENCE: Final = 30.0
"""Seconds until a worker is given up."""
_HOME: Final = "https://github.com/crs4/hl7apy"
_WORKER: Final = Path(__file__).with_name("profile_worker.py")
_TABLE_VALUE: Final = "Value "
_NOT_IN_TABLE: Final = " not in table "


@dataclass(frozen=True, slots=True)
class ProfileOpinion:
    """What hl7apy says of one message."""

    control_id: str
    type: str
    line: int
    errors: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    silent: str | None = None
    """Why there is no opinion."""


def version() -> str:
    """The version of hl7apy that is asked."""
    from importlib.metadata import version as installed

    return installed("hl7apy")


def ask_profile(content: Content, profile: Path | None, *, patience: float = PATIENCE) -> Iterator[ProfileOpinion]:
    """hl7apy's opinion of each message of a file, in order; of the first hundred."""
    if not is_hl7(content) or is_wide(content):
        return
    head = str(profile.resolve()) if profile else ""
    lines, count = Lines(content), 0
    for found in read_hl7(content):
        if not isinstance(found, MessageBytes):
            continue
        count += 1
        message = parse_message(found.raw, found.offset)
        at = (message.control_id, message.type, lines.line(found.offset))
        if count > MOST_MESSAGES:
            yield ProfileOpinion(*at, silent=f"only the first {MOST_MESSAGES} messages are asked about")
            return
        if found.length > MOST_BYTES:
            yield ProfileOpinion(*at, silent=f"the message is larger than {MOST_BYTES >> 20} MiB")
            continue
        text = "\r".join(segment.text for segment in message.segments)
        told = run_worker("hl7apy", _WORKER, f"{head}\n{text}".encode(), patience)
        if isinstance(told, str):
            yield ProfileOpinion(*at, silent=told)
            continue
        errors, warnings = (tuple(map(_without_values, told[key])) for key in ("errors", "warnings"))
        failed = told.get("failed")
        yield ProfileOpinion(*at, errors, warnings, failed)


def _without_values(text: str) -> str:
    """hl7apy's words without the value that they quote: it may be a patient's."""
    if text.startswith(_TABLE_VALUE) and _NOT_IN_TABLE in text:
        return f"Value …{_NOT_IN_TABLE}{text.rpartition(_NOT_IN_TABLE)[2]}"
    return text


def render(opinions: Sequence[ProfileOpinion], name: str, profile: Path | None, look: Look) -> str:
    """The opinions on one file for a person; each line stands below the name of whose they are."""
    against = f"profile {profile.name}" if profile else "the structure of its version"
    head = f" on {clean(name)}, against {clean(against)}"
    lines: list[Line] = [(Span(f"hl7apy {version()}", "bold"), Span(head))]
    if not opinions:
        lines.append((Span("  no HL7 message to ask about", "dim"),))
    for one in opinions:
        count = f"{len(one.errors)} errors, {len(one.warnings)} warnings" if one.errors or one.warnings else "conforms"
        told = f"no opinion: {one.silent}" if one.silent else count
        lines += hung([Span(clean(f"{one.type} #{one.control_id}, line {one.line}: {told}"))], 2, look.width)
        for kind, texts in (("error", one.errors), ("warning", one.warnings)):
            for text in texts:
                lines += hung([Span(f"hl7apy {kind}:", "dim"), Span(" " + clean(text))], 4, look.width)
    return look.print(lines)


def to_json(one: ProfileOpinion, file: str) -> dict[str, Any]:
    """The opinion as an object of its own, told apart from our problems by ``opinionOf``."""
    return {
        "opinionOf": "hl7apy", "version": version(), "file": file, "line": one.line, "transaction": one.control_id,
        "messageType": one.type, "errors": list(one.errors), "warnings": list(one.warnings), "silent": one.silent,
    }  # fmt: skip


def to_sarif_run(files: Sequence[tuple[str, Sequence[ProfileOpinion]]]) -> dict[str, Any]:
    """A run of hl7apy beside ours (SARIF 2.1.0, section 3.14): a tool's results stand in its own run."""
    results = [result for name, opinions in files for one in opinions for result in _results(one, name)]
    rules = sorted({result["ruleId"] for result in results})
    return {
        "tool": {"driver": {"name": "hl7apy", "version": version(), "informationUri": _HOME,
                            "rules": [{"id": rule} for rule in rules]}},
        "columnKind": "unicodeCodePoints",
        "results": results,
    }  # fmt: skip


def _results(one: ProfileOpinion, name: str) -> Iterator[dict[str, Any]]:
    # hl7apy has no codes for its rules, and tells no place inside the message.
    told = [("error", text) for text in one.errors] + [("warning", text) for text in one.warnings]
    told += [("none", f"no opinion: {one.silent}")] if one.silent is not None else []
    for rule, text in told:
        yield {
            "ruleId": rule,
            "level": "note" if rule == "none" else "warning",
            "message": {"text": clean(text)},
            "locations": [
                {
                    "physicalLocation": {
                        "artifactLocation": {"uri": "stdin" if name == "-" else quote(name, safe="/")},
                        "region": {"startLine": one.line},
                    }
                }
            ],
            "properties": {"message": one.control_id, "type": one.type},
        }
