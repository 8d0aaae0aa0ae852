"""The segments of an HL7 delivery as JSON objects, with the keys that those of X12 have, and what is hidden."""

from collections.abc import Iterator
from typing import Any

from adapters.formats.hl7.meaning import name_of_field, segment_name
from adapters.translation.hl7_inspect import Hl7Inspected, Hl7Part
from canonical.problem import Problem
from gateway.diagnostics.json import to_check_json
from gateway.diagnostics.view import ViewOptions


def hl7_segments(part: Hl7Part, file: str, options: ViewOptions) -> Iterator[dict[str, Any]]:
    """One object for each segment of the part, and one without segment for problems that stand in none."""
    if options.number not in (None, part.number):
        return
    if part.loose:
        yield {**_outer(part, file), "segment": None, "problems": _problems(part.loose, file)}
    for entry in part.segments:
        if entry.problems or not options.problems_only:
            yield _segment(part, entry, file, options)


def _outer(part: Hl7Part, file: str) -> dict[str, Any]:
    message = part.message if part.kind == "message" else None
    return {
        "file": file,
        "interchange": part.batch,
        "group": None,
        "transaction": (message.control_id or None) if message else None,
        "messageType": (message.type or None) if message else None,
        "set": part.number,
    }


def _segment(part: Hl7Part, entry: Hl7Inspected, file: str, options: ViewOptions) -> dict[str, Any]:
    segment = entry.segment
    hidden = () if options.patients else entry.patient_fields
    return {
        **_outer(part, file),
        "segment": segment.tag,
        "name": segment_name(segment.tag),
        "segmentIndex": segment.index if part.kind == "message" else None,
        "line": entry.line,
        "offset": entry.offset,
        "length": entry.length,
        "raw": entry.raw(patients=options.patients),
        "hidden": bool(hidden),
        "loop": None,
        "loops": [],
        "elements": list(_elements(entry, hidden, file)),
        "problems": _problems([problem for problem in entry.problems if problem.element is None], file),
    }


def _elements(entry: Hl7Inspected, hidden: tuple[int, ...], file: str) -> Iterator[dict[str, Any]]:
    """What was sent, and empty places that have a problem; a hidden field is one entry with its length alone."""
    left = [problem for problem in entry.problems if problem.element is not None]
    told: set[int] = set()
    for value in entry.values:
        covered = value.field in hidden
        if covered and value.field in told:
            continue
        told.add(value.field)
        own = [
            problem
            for problem in left
            if problem.element == value.field and (covered or problem.component in (None, value.component or 1))
        ]
        left = [problem for problem in left if problem not in own]
        yield {
            "element": value.field,
            "component": None if covered else value.component,
            "repetition": None if covered else value.repetition,
            "number": None,
            "name": value.name,
            "part": None if covered else value.part,
            "value": None if covered else value.text,
            "length": len(entry.segment[value.field]) if covered else len(value.text),
            "meaning": None if covered else value.meaning,
            "problems": _problems(own, file),
        }
    for problem in left:
        field = problem.element or 0
        yield {
            "element": field,
            "component": problem.component,
            "repetition": problem.repetition,
            "number": None,
            "name": name_of_field(entry.segment.tag, field),
            "part": None,
            "value": "",
            "length": 0,
            "meaning": None,
            "problems": _problems([problem], file),
        }


def _problems(found: tuple[Problem, ...] | list[Problem], file: str) -> list[dict[str, Any]]:
    return [to_check_json(problem, file) for problem in found]
