"""Documents as they are given to us to be sent: JSON, alone or in a CloudEvents envelope, checked by their models."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from adapters.mappings.problems import DOCUMENT_NOT_VALID, SET_NOT_WRITABLE
from canonical.document import Document
from canonical.problem import Problem, problem_of
from canonical.registry import DOCUMENTS

_MOST_PROBLEMS = 100


class NotJsonError(ValueError):
    """The bytes are no JSON; ``line`` is where, from 1."""

    def __init__(self, line: int) -> None:
        super().__init__(f"line {line} is not JSON")
        self.line = line


@dataclass(frozen=True, slots=True)
class Submitted:
    """One document that was given, or what is wrong with it."""

    position: int
    """Counts from 1."""
    document: Document | None
    problems: tuple[Problem, ...] = ()


def submitted(content: bytes) -> Iterator[Submitted]:
    """The documents of one JSON value, of a list of them, or of JSON lines. Raises NotJsonError."""
    for position, value in enumerate(_values(content), start=1):
        data = value.get("data", value) if isinstance(value, dict) and "specversion" in value else value
        yield checked_data(data, position)


def _values(content: bytes) -> list[Any]:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise NotJsonError(content.count(b"\n", 0, error.start) + 1) from None
    try:
        whole = json.loads(text)
    except (ValueError, RecursionError):
        return [_line(line, number) for number, line in enumerate(text.split("\n"), start=1) if line.strip()]
    return whole if isinstance(whole, list) else [whole]


def _line(line: str, number: int) -> Any:
    try:
        return json.loads(line)
    except (ValueError, RecursionError):
        raise NotJsonError(number) from None


def checked_data(data: Any, position: int = 1) -> Submitted:
    """One document from its wire form, or what is wrong with it."""
    if not isinstance(data, dict):
        return Submitted(position, None, (problem_of(DOCUMENT_NOT_VALID, expected="an object"),))
    kind = data.get("documentType")
    if not isinstance(kind, str):
        return Submitted(
            position, None, (problem_of(DOCUMENT_NOT_VALID, path="documentType", expected="one of our document types"),)
        )
    model = DOCUMENTS.get(kind)
    if model is None:
        return Submitted(
            position, None, (problem_of(SET_NOT_WRITABLE, path="documentType", expected=", ".join(sorted(DOCUMENTS))),)
        )
    try:
        return Submitted(position, model.model_validate(data))
    except ValidationError as error:
        # Never the input itself: it may hold patient data.
        told = error.errors(include_url=False, include_context=False, include_input=False)[:_MOST_PROBLEMS]
        return Submitted(
            position,
            None,
            tuple(problem_of(DOCUMENT_NOT_VALID, path=_path(each["loc"]), expected=each["msg"]) for each in told),
        )


def _path(place: tuple[int | str, ...]) -> str:
    path = ""
    for step in place:
        path += f"[{step}]" if isinstance(step, int) else f".{step}" if path else step
    return path
