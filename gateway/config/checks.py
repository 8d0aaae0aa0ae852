"""Checks of one table: a pydantic verdict becomes problems with place, finding, expectation and remedy."""

import copy
import difflib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar, get_args, get_origin

from pydantic import BaseModel, ValidationError

from canonical.problem import ProblemKind
from gateway import problems_config as kinds
from gateway.config.errors import ConfigProblem
from gateway.config.places import Location, Places

M = TypeVar("M", bound=BaseModel)

_HIDDEN = ("url", "token", "password", "secret", "key")
_PUBLIC = ("host_key",)
"""Settings that are no secret, though their names sound like one."""
_PLAIN = {
    "bool_parsing": "true or false",
    "bool_type": "true or false",
    "int_parsing": "a whole number",
    "int_type": "a whole number",
    "int_from_float": "a whole number",
    "float_parsing": "a number",
    "float_type": "a number",
    "string_type": "text in double quotes",
    "tuple_type": "a list in square brackets",
    "model_type": "a table of settings",
    "model_attributes_type": "a table of settings",
    "dict_type": "a table of settings",
    "path_type": "a path as text in double quotes",
}


@dataclass(frozen=True, slots=True)
class Origin:
    """Where the settings of one file came from: its name, the places in it, and variables laid over it."""

    file: str
    places: Places
    variables: Mapping[Location, str]

    def problem(self, kind: ProblemKind, location: Location, *, found: str | None = None,
                expected: str | None = None, help: str | None = None) -> ConfigProblem:  # fmt: skip
        """A problem at this location, told with the line or with the variable that set it."""
        for length in range(len(location), 0, -1):
            if variable := self.variables.get(location[:length]):
                return ConfigProblem(kind, "environment", variable, None, found, expected, help)
        if location not in self.places.lines:
            for place, variable in self.variables.items():
                if place[: len(location)] == location:
                    return ConfigProblem(kind, "environment", variable, None, found, expected, help)
        return ConfigProblem(kind, self.file, dotted(location), self.places.line(location), found, expected, help)


def dotted(location: Location) -> str:
    """``gateway.identities[0].id``."""
    return "".join(f"[{part + 1}]" if isinstance(part, int) else f".{part}" for part in location).lstrip(".")


def check_table(model: type[M], value: Any, at: Location, origin: Origin, problems: list[ConfigProblem]) -> M | None:
    """The table as a value, with its problems added; what is right in it is given, so that it can be checked further.

    None where nothing usable is left.
    """
    try:
        return model.model_validate(value)
    except ValidationError as error:
        found = error.errors(include_url=False)
        problems.extend(_problem(model, each, at, origin) for each in found)
    try:
        return model.model_validate(_without(value, [each["loc"] for each in found]))
    except ValidationError:
        return None


def _without(value: Any, places: Sequence[Sequence[str | int]]) -> Any:
    """A copy of a table without the settings at these places."""
    kept = copy.deepcopy(value)
    for place in sorted(places, key=str, reverse=True):
        holder = kept
        for part in place[:-1]:
            try:
                holder = holder[part]
            except (KeyError, IndexError, TypeError):
                holder = None
        if isinstance(holder, dict) and place and place[-1] in holder:
            del holder[place[-1]]
    return kept


def suggestion(name: str, known: Sequence[str]) -> str | None:
    """``did you mean …?`` for a slip of the keyboard, else what there is to choose from."""
    if near := difflib.get_close_matches(name.lower(), known, n=1, cutoff=0.6):
        return f'Did you mean "{near[0]}"?'
    return None


def shown(value: Any, name: str = "") -> str:
    """A value as it may be shown: short, and hidden where the setting may hold a secret."""
    if name not in _PUBLIC and any(part in name.lower() for part in _HIDDEN):
        return "(hidden)"
    if isinstance(value, dict):
        return "a table"
    if isinstance(value, (list, tuple)):
        return "a list"
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= 60 else text[:57] + "…"


def _problem(model: type[BaseModel], error: Any, at: Location, origin: Origin) -> ConfigProblem:
    # What is wrong with a name in a table of free names is told at the name itself.
    location: Location = tuple(part for part in (*at, *error["loc"]) if part != "[key]")
    name = str(location[-1]) if location else ""
    if error["type"] == "missing":
        return origin.problem(kinds.MISSING_KEY, location, expected=_expected(model, error))
    if error["type"] == "extra_forbidden":
        known = _known(model, error["loc"][:-1])
        choice = ", ".join(known)
        help = suggestion(name, known)
        return origin.problem(kinds.UNKNOWN_KEY, location, found=name, expected=f"one of {choice}", help=help)
    expected = _expected(model, error)
    help = None
    if error["loc"][-1:] == ("[key]",):
        return origin.problem(kinds.WRONG_VALUE, location, found=shown(name), expected=expected)
    if error["type"] == "literal_error" and isinstance(error["input"], str):
        help = suggestion(error["input"], _choices(model, error["loc"]))
    return origin.problem(kinds.WRONG_VALUE, location, found=shown(error["input"], name), expected=expected, help=help)


def _expected(model: type[BaseModel], error: Any) -> str | None:
    field = _field(model, error["loc"])
    if field is not None and field.description:
        return str(field.description)
    context = error.get("ctx", {})
    if error["type"] == "literal_error":
        return str(context.get("expected", "")).replace("'", '"')
    if error["type"] == "value_error":
        return str(context["error"])
    if error["type"] == "string_pattern_mismatch":
        return f"text of the form {context.get('pattern')}"
    if error["type"] == "missing":
        return None
    return _PLAIN.get(error["type"]) or str(error["msg"])[:1].lower() + str(error["msg"])[1:]


def _field(model: type[BaseModel], location: Sequence[str | int]) -> Any:
    """The field at this location, walking into nested tables and lists; None where there is no such."""
    field = None
    here: type[BaseModel] | None = model
    named = False
    for part in location:
        if isinstance(part, int):
            continue
        if named:
            # A free name, as that of a transaction set, in front of the settings of its table.
            named = False
            continue
        field = here.model_fields.get(part) if here else None
        here = _model_in(field.annotation) if field is not None else None
        named = field is not None and get_origin(field.annotation) is dict and here is not None
    return field


def _model_in(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((found for each in get_args(annotation) if (found := _model_in(each))), None)


def _known(model: type[BaseModel], location: Sequence[str | int]) -> list[str]:
    names = [part for part in location if not isinstance(part, int)]
    if not names:
        return list(model.model_fields)
    field = _field(model, names)
    inner = _model_in(field.annotation) if field is not None else None
    return list(inner.model_fields) if inner else []


def _choices(model: type[BaseModel], location: Sequence[str | int]) -> list[str]:
    field = _field(model, location)
    return [str(choice) for choice in get_args(field.annotation)] if field is not None else []
