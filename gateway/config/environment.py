"""Settings from environment variables: ``WHARF__SECTION__KEY`` stands above the file."""

import tomllib
from collections.abc import Mapping
from typing import Any

from gateway.config.places import Location

PREFIX = "WHARF__"


def overlay(tree: dict[str, Any], environment: Mapping[str, str]) -> tuple[dict[str, Any], dict[Location, str]]:
    """The tree with the variables laid over it, and which variable each setting came from.

    Names of sections and keys are told without regard to case. A value that begins with ``[`` or ``{`` is read as
    TOML, any other is text, from which numbers and truth values are made where a setting expects them.
    """
    merged = _copy(tree)
    origins: dict[Location, str] = {}
    for variable in sorted(environment):
        if not variable.upper().startswith(PREFIX):
            continue
        parts = [part.lower() for part in variable[len(PREFIX) :].split("__")]
        if all(parts):
            origins[_put(merged, parts, _value(environment[variable]))] = variable
        else:
            merged[variable] = environment[variable]
            origins[(variable,)] = variable
    return merged, origins


def _put(tree: dict[str, Any], parts: list[str], value: Any) -> Location:
    *sections, last = parts
    place: list[str] = []
    for section in sections:
        name = _present(tree, section)
        below = tree.get(name)
        if not isinstance(below, dict):
            below = tree[name] = {}
        tree = below
        place.append(name)
    name = _present(tree, last)
    tree[name] = value
    return (*place, name)


def _present(tree: Mapping[str, Any], name: str) -> str:
    return next((key for key in tree if key.lower() == name), name)


def _value(text: str) -> Any:
    if text[:1] not in ("[", "{"):
        return text
    try:
        return tomllib.loads(f"value = {text}")["value"]
    except tomllib.TOMLDecodeError:
        return text


def _copy(tree: Mapping[str, Any]) -> dict[str, Any]:
    return {key: _copy(value) if isinstance(value, dict) else value for key, value in tree.items()}
