"""Escape sequences inside values: the letter decides, never the character (HL7 v2.9.1, section 2.7)."""

import re
from typing import Final

from adapters.formats.hl7.encoding import Encoding

_MOST_BLANKS: Final = 100
"""Lines or blanks that one sequence can stand for."""
_HEX = re.compile(r"X((?:[0-9A-Fa-f]{2})+)")
_FORMAT = re.compile(r"\.(br|sp|sk|in|ti|ce|fi|nf)\s*([+-]?[0-9]{0,6})", re.IGNORECASE)


def unescape(text: str, encoding: Encoding) -> str:
    """The value that was meant. What is no escape sequence stays as it was sent, its escape characters with it."""
    mark = encoding.escape
    if not mark or mark not in text:
        return text
    parts: list[str] = []
    at = 0
    while (start := text.find(mark, at)) >= 0 and (end := text.find(mark, start + 1)) >= 0:
        meaning = _meaning(text[start + 1 : end], encoding)
        if meaning is None:
            # Not a sequence: its second escape character may be the first of one.
            parts.append(text[at:end])
            at = end
        else:
            parts.append(text[at:start])
            parts.append(meaning)
            at = end + 1
    parts.append(text[at:])
    return "".join(parts)


def escape(text: str, encoding: Encoding) -> str:
    """The value as it is written into a field: separators as their letters, line ends as ``\\.br\\``."""
    mark = encoding.escape
    marks = {
        mark: "E", encoding.field: "F", encoding.component: "S", encoding.subcomponent: "T", encoding.repetition: "R",
    }  # fmt: skip
    if encoding.truncation:
        marks[encoding.truncation] = "P"
    table: dict[int, str] = {ord(mark_): f"{mark}{letter}{mark}" for mark_, letter in marks.items() if mark_}
    broken = text.replace("\r\n", "\n").replace("\r", "\n")
    table[ord("\n")] = f"{mark}.br{mark}"
    table.update({code: " " for code in range(32) if chr(code) not in "\n\t"})
    return broken.translate(table)


def _meaning(sequence: str, encoding: Encoding) -> str | None:
    """What a sequence stands for; None where it is none, or one of a kind that is kept as it is (C, M, Z)."""
    letters = {
        "F": encoding.field, "S": encoding.component, "T": encoding.subcomponent, "R": encoding.repetition,
        "E": encoding.escape, "P": encoding.truncation or "#", "H": "", "N": "",
    }  # fmt: skip
    if sequence in letters:
        return letters[sequence]
    if (found := _HEX.fullmatch(sequence)) is not None:
        return bytes.fromhex(found[1]).decode(encoding.codec, "replace")
    if (found := _FORMAT.fullmatch(sequence)) is None:
        return None
    digits = found[2].strip("+-")
    count = min(max(int(digits or 1), 1), _MOST_BLANKS)
    blanks = {"br": "\n", "ce": "\n", "sp": "\n" * count, "sk": " " * count}
    return blanks.get(found[1].lower(), "")
