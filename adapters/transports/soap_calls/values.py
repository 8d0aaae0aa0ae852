"""Words in braces, and paths into answers: how settings say what is sent and where it is found. No I/O."""

import base64
import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

_WORD: Final = re.compile(r"\{([a-z_]{1,32})\}")
_DEEPEST: Final = 32


def filled(template: Any, values: Mapping[str, Any]) -> Any:
    """The template with its words replaced. A text that is one word alone becomes the value itself, of any kind.

    Raises KeyError for a word that has no value.
    """
    if isinstance(template, str):
        whole = _WORD.fullmatch(template)
        if whole:
            return values[whole[1]]
        return _WORD.sub(lambda found: str(values[found[1]]), template)
    if isinstance(template, Mapping):
        return {key: filled(value, values) for key, value in template.items()}
    if isinstance(template, list | tuple):
        return [filled(value, values) for value in template]
    return template


def words_in(template: Any) -> frozenset[str]:
    """All words in braces of a template."""
    if isinstance(template, str):
        return frozenset(_WORD.findall(template))
    inner = (
        template.values() if isinstance(template, Mapping) else template if isinstance(template, list | tuple) else ()
    )
    return frozenset(word for value in inner for word in words_in(value))


def found(answer: Any, path: str) -> list[Any]:
    """Everything at a path of names with points between; a list on the way is gone through, and what is not there
    is nothing."""
    reached = [answer]
    for name in path.split(".") if path else ():
        reached = [inner for value in reached for inner in _inside(value, name)]
    return [value for value in _flat(reached, _DEEPEST) if value is not None]


def text_at(answer: Any, path: str) -> str | None:
    """The first text or number at a path."""
    return next((str(value) for value in found(answer, path) if not isinstance(value, dict | bytes)), None)


def bytes_of(value: Any) -> bytes | None:
    """The content of an item: bytes as they are, text as UTF-8, or unpacked where all of it is base64; None for more."""
    if isinstance(value, bytes | bytearray):
        return bytes(value)
    if not isinstance(value, str):
        return None
    return _unpacked(value) or value.encode()


def _unpacked(text: str) -> bytes | None:
    """X12 and HL7 are never base64 themselves: their separators are no letters of it."""
    packed = "".join(text.split())
    if len(packed) < 16 or not re.fullmatch(r"[A-Za-z0-9+/]+={0,2}", packed) or len(packed) % 4:
        return None
    return base64.b64decode(packed)


def _inside(value: Any, name: str) -> Iterator[Any]:
    for each in _flat([value], _DEEPEST):
        if isinstance(each, Mapping) and name in each:
            yield each[name]


def _flat(values: list[Any], deep: int) -> Iterator[Any]:
    for value in values:
        if isinstance(value, list | tuple):
            if deep:
                yield from _flat(list(value), deep - 1)
        else:
            yield value
