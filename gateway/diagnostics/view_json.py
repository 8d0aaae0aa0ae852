"""The segments of an X12 delivery as JSON objects: places, loops, what they say, and their problems."""

from collections.abc import Iterator
from typing import Any

from adapters.translation.x12_inspect import Inspected, Part
from canonical.problem import Problem
from gateway.diagnostics.json import to_check_json
from gateway.diagnostics.view import ViewOptions


def segments(part: Part, file: str, options: ViewOptions) -> Iterator[dict[str, Any]]:
    """One object for each segment of the part, and one without segment for problems that stand in none."""
    if options.number is not None and part.number != options.number:
        return
    if part.loose:
        yield {**_outer(part, file), "segment": None, "problems": _problems(part.loose, file)}
    for entry in part.segments:
        if entry.problems or not options.problems_only:
            yield _segment(part, entry, file)


def _outer(part: Part, file: str) -> dict[str, Any]:
    first = part.segments[0].segment if part.kind == "set" else None
    return {
        "file": file,
        "interchange": part.header.control_number if part.header else None,
        "group": (part.group.control_number or None) if part.group else None,
        "transaction": (first[2].strip() or None) if first else None,
        "messageType": (first[1].strip() or None) if first else None,
        "set": part.number,
    }


def _segment(part: Part, entry: Inspected, file: str) -> dict[str, Any]:
    segment = entry.segment
    line, offset, length = part.place(segment)
    at_elements = [problem for problem in entry.problems if problem.element is not None]
    return {
        **_outer(part, file),
        "segment": segment.tag,
        "name": part.name_of(segment),
        "segmentIndex": segment.index if part.kind == "set" else None,
        "line": line,
        "offset": offset,
        "length": length,
        "raw": part.raw(segment),
        "loop": entry.loop,
        "loops": [
            {"id": branch.id, "occurrence": branch.occurrence, "path": branch.path, "name": branch.name,
             "told": branch.told or None}
            for branch in entry.branches
        ],
        "elements": list(_elements(part, entry, at_elements, file)),
        "problems": _problems([problem for problem in entry.problems if problem.element is None], file),
    }  # fmt: skip


def _elements(part: Part, entry: Inspected, problems: list[Problem], file: str) -> Iterator[dict[str, Any]]:
    """What was sent, and empty places that have a problem."""
    left = list(problems)
    for value in part.values_of(entry.segment):
        own = [
            problem
            for problem in left
            if problem.element == value.element
            and problem.component in (None, value.component)
            and problem.repetition in (None, value.repetition)
        ]
        left = [problem for problem in left if problem not in own]
        yield {
            "element": value.element,
            "component": value.component,
            "repetition": value.repetition,
            "number": value.number,
            "name": value.name,
            "value": value.text,
            "meaning": value.meaning,
            "problems": _problems(own, file),
        }
    for problem in left:
        yield {
            "element": problem.element,
            "component": problem.component,
            "repetition": problem.repetition,
            "number": problem.element_number,
            "name": problem.element_name,
            "value": "",
            "meaning": None,
            "problems": _problems([problem], file),
        }


def _problems(found: tuple[Problem, ...] | list[Problem], file: str) -> list[dict[str, Any]]:
    return [to_check_json(problem, file) for problem in found]
