"""Problems as JSON objects: one form for ``wharf check --format json`` and for whoever reads it."""

from typing import Any

from canonical.problem import Problem
from gateway import catalogue


def to_check_json(problem: Problem, file: str) -> dict[str, Any]:
    """One problem as JSON data. All keys are always present, ``None`` where one does not apply."""
    kind = catalogue.find(problem.code)
    return {
        "code": problem.code,
        "severity": problem.severity.value,
        "message": problem.message,
        "file": file,
        "line": problem.line,
        "offset": problem.offset,
        "length": problem.length,
        "interchange": problem.interchange,
        "group": problem.group,
        "transaction": problem.transaction,
        "segment": problem.segment,
        "segmentIndex": problem.segment_index,
        "loop": problem.loop,
        "element": problem.element,
        "elementNumber": problem.element_number,
        "elementName": problem.element_name,
        "component": problem.component,
        "repetition": problem.repetition,
        "found": problem.found,
        "expected": problem.expected,
        "path": problem.path,
        "help": problem.help or (kind.help if kind else None),
        "ack": problem.ack,
    }
