"""Test cases beside the settings: an input, what the pure core and the rules make of it, and what was expected.

Nothing is kept, nothing leaves, no control number is used. The clock stands at the day that ``expected.json`` names.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any, Final

from adapters.partner import Partner
from adapters.reading import Message
from adapters.translate import digest, read_delivery
from adapters.translation.x12_write import NotWritten, write
from canonical.difference import differences
from canonical.difference_words import in_words
from canonical.document import Document
from canonical.event import event_id
from canonical.problem import Severity
from canonical.registry import DOCUMENTS
from gateway.config import Config
from gateway.partners import PartnerBook
from gateway.profiles import profile_for
from gateway.routing.match import Facts, takes
from gateway.routing.plan import Made, Source, World, plan
from gateway.submitted import checked_data
from gateway.xref.book import CrossReferences

EXPECTED: Final = "expected.json"
WRITTEN: Final = "expected.edi"
ON: Final = "on"
_KEY: Final = b"the key of test cases, which is no secret"
_LARGEST: Final = 64 << 20
_PARTS: Final = ("documents", "rejected", "routed", "parked")


class CaseError(Exception):
    """A case that cannot be run; the message says why."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came out of a case."""

    told: dict[str, Any]
    """By part: ``documents``, ``rejected``, ``routed``, ``parked``; with ``on``, the day."""
    written: bytes
    """The X12 that would be sent, in order."""


def cases_in(folder: Path) -> list[Path]:
    """The folders that hold an input, the folder itself among them, in the order of their names."""
    return sorted({found.parent for found in (*folder.glob("input.*"), *folder.glob("*/input.*"))})


def expected_of(case: Path) -> dict[str, Any] | None:
    """What the case expects; None where nothing was written yet. Raises CaseError."""
    path = case / EXPECTED
    if not path.exists():
        return None
    try:
        found = json.loads(path.read_bytes())
    except (ValueError, RecursionError) as error:
        raise CaseError(f"{path} is not JSON") from error
    if not isinstance(found, dict) or any(name not in (*_PARTS, ON) for name in found):
        raise CaseError(f"{path} is an object of {', '.join((ON, *_PARTS))}")
    return found


def run_case(case: Path, config: Config, day: date) -> Outcome:
    """Runs the input of a case on a day. Raises CaseError."""
    book = PartnerBook(config.partners)
    world = World(book.find, config.gateway.identities)
    told: dict[str, Any] = {ON: day.isoformat(), **{name: [] for name in _PARTS}}
    written = b""
    numbers: dict[str, int] = {}

    def next_number(scope: str) -> int:
        numbers[scope] = numbers.get(scope, 0) + 1
        return numbers[scope]

    lookup = CrossReferences(config.references).on(day)
    now = datetime.combine(day, time(12), UTC)
    for source in _sources(case, book, told):
        data = source.document.to_data()
        sent: set[str] = set()
        for route in config.routes:
            if not takes(route, source.facts, data):
                continue
            planned = plan(route, source, lookup, world)
            head = {"route": route.name, "number": source.document.number}
            if planned.missing:
                missing = [each.words for each in planned.missing]
                told["parked"].append(head | {"missing": missing})
            if planned.obstacle is not None:
                because = f"{planned.obstacle.kind.code} {planned.obstacle.kind.title}"
                told["parked"].append(head | {"because": because})
            for made in planned.made:
                if made.id in sent:
                    continue
                sent.add(made.id)
                content, refused = _write(made, book.by_name(made.partner), config, next_number, now)
                if refused:
                    told["parked"].append(head | {"because": refused})
                    continue
                written += content
                told["routed"].append(
                    {"route": route.name, "to": made.partner, "test": made.test, "document": made.document.to_data()}
                )
    return Outcome(told, written)


def _sources(case: Path, book: PartnerBook, told: dict[str, Any]) -> Iterator[Source]:
    inputs = sorted(case.glob("input.*"))
    if len(inputs) != 1:
        raise CaseError(f"{case} holds {len(inputs)} inputs; one is needed, as input.edi, input.hl7 or input.json")
    if inputs[0].stat().st_size > _LARGEST:
        raise CaseError(f"{inputs[0]} is larger than {_LARGEST >> 20} MiB")
    content = inputs[0].read_bytes()
    if inputs[0].suffix == ".json":
        yield _given(inputs[0], content, told)
        return
    sha256 = digest(content)
    for item in read_delivery(content, sha256, book.find, secret=_KEY, live=True):
        if not isinstance(item, Message):
            continue
        partner = item.partner.name
        if not item.accepted:
            errors = [each for each in item.problems if each.severity is Severity.ERROR]
            told["rejected"].append(
                {"partner": partner, "problems": [f"{each.code} {each.message}" for each in errors]}
            )
            continue
        document = item.document
        told["documents"].append({"partner": partner, "test": item.test, "document": document.to_data()})
        facts = Facts(document.document_type, partner, "received", item.test)
        yield Source(event_id(sha256, item.position), document, facts)


def _given(path: Path, content: bytes, told: dict[str, Any]) -> Source:
    """One document as JSON: ``{"partner": …, "event": "submitted", "test": false, "document": {…}}``."""
    try:
        data = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise CaseError(f"{path} is not JSON") from error
    if not isinstance(data, dict) or not isinstance(data.get("partner"), str):
        raise CaseError(f'{path} is an object with "partner" and "document", and where needed "event" and "test"')
    event = data.get("event", "received")
    if event not in ("received", "submitted"):
        raise CaseError(f'{path}: "event" is "received" or "submitted"')
    checked = checked_data(data.get("document"))
    if checked.document is None:
        first = checked.problems[0]
        raise CaseError(f"{path}: {first.code} {first.message}" + (f" at {first.path}" if first.path else ""))
    test = data.get("test") is True
    document = checked.document
    told["documents"].append({"partner": data["partner"], "test": test, "document": document.to_data()})
    return Source(digest(content), document, Facts(document.document_type, data["partner"], event, test))


def _write(made: Made, partner: Partner | None, config: Config, next_number: Any, now: datetime) -> tuple[bytes, str]:
    """The bytes as they would leave, none for a partner that takes JSON; or why they would not."""
    if partner is None or partner.send is None:
        return b"", "BUS-E0002 the settings do not say how to reach the partner"
    if partner.send.format == "json":
        return b"", ""
    profile = profile_for(config.gateway.identities, partner, usage="T" if made.test else None)
    if profile is None:
        return b"", "BUS-E0002 the settings do not say how to reach the partner"
    done = write(made.document, profile, next_number, now)
    if isinstance(done, NotWritten):
        first = next(each for each in done.problems if each.severity is Severity.ERROR)
        return b"", f"{first.code} {first.message}" + (f" at {first.path}" if first.path else "")
    return done.content, ""


def compare(outcome: Outcome, expected: dict[str, Any], written: bytes | None) -> list[str]:
    """What differs, one line each; what the case does not name is not compared."""
    found: list[str] = []
    for part in _PARTS:
        if part in expected:
            wanted = expected[part]
            if not isinstance(wanted, list):
                found.append(f"{part} in {EXPECTED} is not a list")
                continue
            found += _lists(part, wanted, outcome.told[part])
    if written is not None:
        found += _segments(written, outcome.written)
    return found


def _lists(part: str, wanted: list[Any], came: list[Any]) -> Iterator[str]:
    name = {"routed": "routed document", "documents": "document", "rejected": "rejected message"}.get(part, part)
    if len(wanted) != len(came):
        yield f"{name}: expected {len(wanted)}, came {len(came)}"
    for number, (one, other) in enumerate(zip(wanted, came, strict=False), start=1):
        if one == other:
            continue
        at = f"{name} {number}"
        if not isinstance(one, dict):
            yield f"{at}: expected an object"
            continue
        for key in dict.fromkeys((*one, *other)):
            if key == "document":
                continue
            if one.get(key) != other.get(key):
                yield f"{at}: {key} {_told(one.get(key))} -> {_told(other.get(key))}"
        yield from (f"{at}: {line}" for line in _documents(one.get("document"), other.get("document")))
    for number, other in enumerate(came[len(wanted) :], start=len(wanted) + 1):
        yield f"{name} {number} only came: {_summary(other)}"
    for number, one in enumerate(wanted[len(came) :], start=len(came) + 1):
        yield f"{name} {number} never came: {_summary(one)}"


def _documents(wanted: Any, came: Any) -> Iterator[str]:
    if wanted == came:
        return
    one, other = _document(wanted), _document(came)
    if one is None or other is None:
        yield "expected is no document"
        return
    if one.document_type != other.document_type:
        yield f"document type {one.document_type} -> {other.document_type}"
    told = [in_words(each, "expected", "what came") for each in differences(one, other, provenance=True)]
    # Where two documents mean the same and are written otherwise, as 12 and 12.0, that is a difference here too.
    yield from told or ["written otherwise, with the same meaning"]


def _document(data: Any) -> Document | None:
    if not isinstance(data, dict) or data.get("documentType") not in DOCUMENTS:
        return None
    try:
        return DOCUMENTS[data["documentType"]].model_validate(data)
    except ValueError:
        return None


def _segments(wanted: bytes, came: bytes) -> Iterator[str]:
    """The first segment that differs, and the counts."""
    if wanted.strip() == came.strip():
        return
    end = _terminator(came) or _terminator(wanted)
    one, other = ([each.strip() for each in content.decode("latin-1").split(end)] for content in (wanted, came))
    if one == other:
        return
    for number, (left, right) in enumerate(zip(one, other, strict=False), start=1):
        if left != right:
            yield f"{WRITTEN}: segment {number} {left or '(end)'} -> {right or '(end)'}"
            return
    yield f"{WRITTEN}: {len(one) - 1} segments expected, {len(other) - 1} came"


def _terminator(content: bytes) -> str:
    """What ends each segment: the character behind the sixteen elements of ISA, which all have their full length."""
    return content[105:106].decode("latin-1")


def _told(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)[:160] if value is not None else "nothing"


def _summary(entry: Any) -> str:
    if isinstance(entry, dict) and isinstance(entry.get("document"), dict):
        document = entry["document"]
        return f"{document.get('documentType')} {document.get('number')} to {entry.get('to', entry.get('partner'))}"
    return _told(entry)


def write_expected(case: Path, outcome: Outcome, before: dict[str, Any] | None) -> None:
    """Writes what came out as what is expected; of a case that is there, only the parts that it names."""
    kept = {name: value for name, value in outcome.told.items() if before is None or name in before or name == ON}
    (case / EXPECTED).write_text(json.dumps(kept, indent=2, ensure_ascii=False) + "\n", "utf-8")
    path = case / WRITTEN
    if outcome.written and (before is None or path.exists()):
        path.write_bytes(outcome.written)
    elif path.exists():
        path.unlink()
