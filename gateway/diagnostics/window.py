"""Cuts the visible part of a segment around the place that is wrong, and knows where the carets go."""

from dataclasses import dataclass
from itertools import accumulate

from gateway.diagnostics.place import Excerpt
from gateway.diagnostics.spans import Look, Span, width_of
from gateway.diagnostics.spelling import visible

_FARTHEST = 4_000
"""Bytes on each side of the place that are looked at; no terminal is wider."""
_BINARY_BYTES = 16


@dataclass(frozen=True, slots=True)
class Window:
    """One line of raw data with the cells that the carets mark."""

    spans: tuple[Span, ...]
    caret: int
    """Cells before the first caret."""
    carets: int
    """How many carets; none where marking would tell nothing."""


def window(excerpt: Excerpt, width: int, look: Look, style: str) -> Window:
    """The part of the segment that fits into ``width`` cells, the wrong part within it and in ``style``."""
    if not excerpt.separator and _is_binary(excerpt.segment):
        return _binary(excerpt, width, look, style)
    first = max(0, excerpt.start - _FARTHEST)
    last = min(len(excerpt.segment), excerpt.start + excerpt.length + _FARTHEST)
    encoding = _encoding(excerpt.segment)
    parts = [
        _show(excerpt.segment[first : excerpt.start], encoding, look),
        _show(excerpt.segment[excerpt.start : excerpt.start + excerpt.length], encoding, look),
        _show(excerpt.segment[excerpt.start + excerpt.length : last], encoding, look),
    ]
    before, wrong, after = _fit(parts, width, look)
    separator = excerpt.separator.decode("latin-1")
    spans = (*paint(before, separator), Span(wrong, style), *paint(after, separator, head=False))
    return Window(spans, width_of(before), max(1, width_of(wrong)))


def neighbour(segment: bytes, width: int, look: Look) -> tuple[Span, ...] | None:
    """A segment beside the place, when it fits into ``width`` cells."""
    if len(segment) > _FARTHEST:
        return None
    text = _show(segment, _encoding(segment), look)
    return (Span(text, "dim"),) if width_of(text) <= width else None


def paint(text: str, separator: str, *, head: bool = True) -> list[Span]:
    """Raw data with quiet separators and its segment id in bold."""
    if not separator:
        return [Span(text)]
    spans: list[Span] = []
    for number, part in enumerate(text.split(separator)):
        if number:
            spans.append(Span(separator, "dim"))
        spans.append(Span(part, "bold" if head and not number else ""))
    return spans


def _encoding(segment: bytes) -> str:
    try:
        segment.decode()
    except UnicodeDecodeError:
        return "cp1252"
    return "utf-8"


def _show(raw: bytes, encoding: str, look: Look) -> str:
    return "".join(visible(character, ascii=look.ascii) for character in raw.decode(encoding, "replace"))


def _fit(parts: list[str], width: int, look: Look) -> tuple[str, str, str]:
    before, wrong, after = parts
    if width_of(before + (wrong or " ") + after) <= width:
        return before, wrong, after
    if width_of(wrong) > width // 2:
        wrong = _head(wrong, width // 2 - 1) + look.gap
    room = width - max(1, width_of(wrong))
    left = min(width_of(before), max(room // 2, room - width_of(after)))
    if width_of(before) > left:
        before = look.gap + _head(before[::-1], left - 1)[::-1]
    room -= width_of(before)
    if width_of(after) > room:
        after = _head(after, room - 1) + look.gap
    return before, wrong, after


def _head(text: str, width: int) -> str:
    """As many characters from the start as fit into ``width`` cells."""
    fitting = sum(1 for cells in accumulate(map(width_of, text)) if cells <= width)
    return text[:fitting]


def _is_binary(raw: bytes) -> bool:
    sample = raw[:256]
    strange = sum(1 for byte in sample if byte > 126 or (byte < 32 and byte not in b"\t\r\n\x1a"))
    return strange * 5 > len(sample)


def _binary(excerpt: Excerpt, width: int, look: Look, style: str) -> Window:
    """Bytes that are no text at all, in hexadecimal with their ASCII beside them."""
    most = min(_BINARY_BYTES, (width - 4) // 4)
    raw = excerpt.segment[excerpt.start : excerpt.start + most]
    text = "".join(chr(byte) if 32 <= byte < 127 else "." for byte in raw)
    more = look.gap if len(excerpt.segment) > excerpt.start + most else ""
    return Window((Span(raw.hex(" "), style), Span(more, "dim"), Span(f"   {text}", "dim")), 0, 0)
