"""Words in braces, and paths into answers: how settings say what is sent and where it is found. No I/O."""

import base64
import re
from collections.abc import Mapping
from typing import Any, Final

from lxml import etree

_WORD: Final = re.compile(r"\{([a-z_]{1,32})\}")
_BASE64: Final = re.compile(r"[A-Za-z0-9+/]{16,}={0,2}")
_PATH: Final = re.compile(r"(?:[\w-]+\.)*(?:@?[\w-]+)")
_NIL: Final = "{http://www.w3.org/2001/XMLSchema-instance}nil"


def filled(template: Any, values: Mapping[str, Any]) -> Any:
    """The template with its words replaced. A text that is one word alone becomes the value itself, of any kind.

    Raises KeyError for a word that has no value, UnicodeDecodeError for bytes that are no text within one.
    """
    if isinstance(template, str):
        whole = _WORD.fullmatch(template)
        if whole:
            return values[whole[1]]
        return _WORD.sub(lambda found: _text(values[found[1]]), template)
    if isinstance(template, Mapping):
        return {key: filled(value, values) for key, value in template.items()}
    if isinstance(template, list | tuple):
        return [filled(value, values) for value in template]
    return template


def _text(value: Any) -> str:
    return value.decode() if isinstance(value, bytes) else str(value)


def words_in(template: Any) -> frozenset[str]:
    """All words in braces of a template."""
    if isinstance(template, str):
        return frozenset(_WORD.findall(template))
    inner: Any = ()
    if isinstance(template, Mapping):
        inner = template.values()
    elif isinstance(template, list | tuple):
        inner = template
    return frozenset(word for value in inner for word in words_in(value))


def is_path(path: str) -> bool:
    """Whether it is names with points between; the last one may be that of an attribute, as ``@id``."""
    return _PATH.fullmatch(path) is not None


def elements_at(element: etree._Element, path: str) -> list[etree._Element]:
    """All elements at a path, in the order of the document; namespaces do not count, and nil ones are not there."""
    reached = [element]
    for name in path.split(".") if path else ():
        reached = [
            child
            for parent in reached
            for child in parent
            if etree.QName(child).localname == name and child.get(_NIL) not in ("true", "1")
        ]
    return reached


def text_at(element: etree._Element, path: str) -> str | None:
    """The first text at a path, of an element without others inside or of an attribute; None where there is none."""
    way, _, last = path.rpartition(".")
    if last.startswith("@"):
        return next((found for each in elements_at(element, way) if (found := each.get(last[1:]))), None)
    return next((each.text or "" for each in elements_at(element, path) if not len(each)), None)


def bytes_of(text: str) -> bytes:
    """The content that a text stands for: unpacked where all of it is base64, else as UTF-8.

    X12 and HL7 are never base64 themselves: their separators are no letters of it.
    """
    packed = "".join(text.split())
    if _BASE64.fullmatch(packed) and not len(packed) % 4:
        return base64.b64decode(packed)
    return text.lstrip().encode()
