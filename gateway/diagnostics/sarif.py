"""Problems as SARIF 2.1.0, the form that editors and code hosts show beside a file.

Source: OASIS Static Analysis Results Interchange Format (SARIF) 2.1.0; the sections are named where a rule is used.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final
from urllib.parse import quote

from adapters.contracts import Content
from canonical.problem import Problem, Severity
from gateway import catalogue
from gateway.diagnostics.json import to_check_json
from gateway.diagnostics.place import Columns

HOME: Final = "https://github.com/wharf-gateway/wharf"
_SCHEMA: Final = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_LEVELS: Final = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "note"}


def to_sarif(
    files: Sequence[tuple[str, Sequence[Problem]]], *, version: str, contents: Sequence[Content] = ()
) -> dict[str, Any]:
    """One run over these files, each with its problems; ``version`` is that of Wharf.

    With ``contents``, the bytes of the files in the same order, places get their columns and artifacts their lengths.
    """
    bytes_of = dict(zip(range(len(files)), contents, strict=False))
    codes = sorted({problem.code for _, problems in files for problem in problems})
    rules = {code: index for index, code in enumerate(codes)}
    return {
        "$schema": _SCHEMA,
        "version": "2.1.0",
        "runs": [
            {
                "tool": {
                    "driver": {
                        "name": "wharf",
                        "semanticVersion": version,
                        "informationUri": HOME,
                        "rules": [_rule(code) for code in codes],
                    }
                },
                "columnKind": "unicodeCodePoints",
                "artifacts": [_artifact(name, bytes_of.get(index)) for index, (name, _) in enumerate(files)],
                "results": [
                    result
                    for index, (name, problems) in enumerate(files)
                    for result in _results(problems, name, index, rules, bytes_of.get(index))
                ],
            }
        ],
    }


def _artifact(name: str, content: Content | None) -> dict[str, Any]:
    length = {} if content is None else {"length": len(content)}
    return {"location": {"uri": _uri(name)}, **length}


def _results(
    problems: Sequence[Problem], name: str, artifact: int, rules: Mapping[str, int], content: Content | None
) -> Iterator[dict[str, Any]]:
    columns = Columns(content) if content is not None else None
    for problem in problems:
        yield _result(problem, name, artifact, rules[problem.code], columns)


def _rule(code: str) -> dict[str, Any]:
    kind = catalogue.find(code)
    if kind is None:
        return {"id": code}
    return {
        "id": code,
        "shortDescription": {"text": kind.title},
        "fullDescription": {"text": kind.explanation},
        "help": {"text": kind.help},
        "helpUri": f"{HOME}/blob/main/docs/problem-codes.md#{code.lower()}",
        "defaultConfiguration": {"level": _LEVELS[kind.severity]},
    }


def _result(problem: Problem, name: str, artifact: int, rule: int, columns: Columns | None) -> dict[str, Any]:
    location: dict[str, Any] = {"physicalLocation": {"artifactLocation": {"uri": _uri(name), "index": artifact}}}
    if region := _region(problem, columns):
        location["physicalLocation"]["region"] = region
    if logical := "/".join(_steps(problem)):
        location["logicalLocations"] = [{"fullyQualifiedName": logical}]
    data = to_check_json(problem, name)
    return {
        "ruleId": problem.code,
        "ruleIndex": rule,
        "level": _LEVELS[problem.severity],
        "message": {"text": _message(problem)},
        "locations": [location],
        "properties": {key: value for key, value in data.items() if value is not None},
    }


def _region(problem: Problem, columns: Columns | None) -> dict[str, int]:
    """Where in the bytes and in the text; a region needs a line or an offset (section 3.30)."""
    region: dict[str, int] = {}
    if problem.line is not None:
        region["startLine"] = problem.line
    if problem.offset is not None:
        if columns is not None and problem.line is not None:
            start, end = columns.of(problem.offset, problem.length or 0)
            region["startColumn"] = start
            if end is not None:
                region["endColumn"] = end
        region["byteOffset"] = problem.offset
        region["byteLength"] = problem.length or 0
    return region


def _steps(problem: Problem) -> Iterable[str]:
    """The place in the envelope, outermost first."""
    if problem.interchange:
        yield f"interchange {problem.interchange}"
    if problem.group:
        yield f"group {problem.group}"
    if problem.transaction:
        yield f"{problem.message_type or 'set'} {problem.transaction}"
    if problem.loop:
        yield problem.loop
    if problem.segment:
        yield problem.segment + (f"{problem.element:02d}" if problem.element is not None else "")


def _message(problem: Problem) -> str:
    details = [
        f'found "{problem.found}"' if problem.found is not None else "",
        f"expected {problem.expected}" if problem.expected is not None else "",
    ]
    told = ", ".join(detail for detail in details if detail)
    return f"{problem.message} ({told})" if told else problem.message


def _uri(name: str) -> str:
    """A relative reference for a path as typed, a file URI for an absolute one; standard input has a name of its own.

    Source: sections 3.4.3 and 3.4.4.
    """
    if name == "-":
        return "stdin"
    return ("file://" if name.startswith("/") else "") + quote(name, safe="/")
