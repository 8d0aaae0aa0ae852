"""Styled text for the terminal: pieces with a style, measured and wrapped by cells, printed with or without colour."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final, NamedTuple

from rich.cells import cell_len
from rich.color import ColorSystem
from rich.style import Style

from gateway.diagnostics.spelling import visible


class Span(NamedTuple):
    """A piece of text in one style; the style is a name of ``rich``'s language, empty for none."""

    text: str
    style: str = ""


Line = tuple[Span, ...]

_ASCII: Final = str.maketrans({"·": "-", "…": "...", "›": ">", "“": '"', "”": '"', "—": "-"})


@dataclass(frozen=True, slots=True)
class Look:
    """What the reader's terminal can show."""

    width: int
    color: bool = False
    ascii: bool = False
    """Only ASCII characters can be shown."""

    @property
    def gap(self) -> str:
        """What stands where text was cut out: one cell wide, for carets stay aligned."""
        return "." if self.ascii else "…"

    def print(self, lines: Iterable[Line]) -> str:
        """The lines as text, each with its end, blanks at the end of a line left out."""
        return "".join(f"{self._line(line)}\n" for line in lines)

    def _line(self, line: Line) -> str:
        text = "".join(span.text for span in line)
        if not self.color:
            return self._plain(text).rstrip()
        return "".join(_paint(self._plain(span.text), span.style) for span in line if span.text).rstrip(" ")

    def _plain(self, text: str) -> str:
        if not self.ascii or text.isascii():
            return text
        return "".join(visible(character, ascii=True) for character in text.translate(_ASCII))


def _paint(text: str, style: str) -> str:
    return Style.parse(style).render(text, color_system=ColorSystem.STANDARD) if style else text


def width_of(text: str) -> int:
    """Cells of a terminal that the text takes; wide East Asian characters take two."""
    return cell_len(text)


def wrap(text: str, width: int) -> list[str]:
    """Lines of at most ``width`` cells, broken at blanks; a longer word is broken where it must be."""
    lines: list[str] = []
    current = ""
    for word in text.split(" "):
        candidate = f"{current} {word}" if current else word
        if width_of(candidate) <= width:
            current = candidate
            continue
        if current:
            lines.append(current)
        *full, current = _pieces(word, width)
        lines.extend(full)
    return [*lines, current]


def flow(spans: Iterable[Span], width: int) -> Iterator[Line]:
    """Styled text set in lines of at most ``width`` cells, broken at blanks as ``wrap`` does.

    A no-break space keeps words together and is shown as a blank.
    """
    line: list[Span] = []
    used = 0
    for span in spans:
        for number, word in enumerate(span.text.split(" ")):
            blank = number > 0
            pieces = [word] if used + blank + width_of(word) <= width else _pieces(word, width)
            for piece in pieces:
                cells = width_of(piece)
                if used and used + blank + cells > width:
                    yield tuple(line)
                    line, used, blank = [], 0, False
                text = " " * (blank and used > 0) + piece.replace("\u00a0", " ")
                line.append(Span(text, span.style))
                used += width_of(text)
                blank = False
    if line:
        yield tuple(line)


def hung(spans: Iterable[Span], indent: int, width: int, step: int = 2) -> Iterator[Line]:
    """Styled text set in by ``indent`` cells, every line but the first by a step more."""
    hang = indent + step
    for number, line in enumerate(flow(spans, width - hang)):
        yield (Span(" " * (hang if number else indent)), *line)


def clipped(text: str, width: int, gap: str) -> str:
    """The beginning of a text that fits into ``width`` cells, with ``gap`` where it was cut."""
    if width_of(text) <= width:
        return text
    kept: list[str] = []
    room = max(width, 2) - 1
    for character in text:
        room -= width_of(character)
        if room < 0:
            break
        kept.append(character)
    return "".join(kept) + gap


def _pieces(word: str, width: int) -> list[str]:
    pieces = [""]
    for character in word:
        if pieces[-1] and width_of(pieces[-1] + character) > width:
            pieces.append("")
        pieces[-1] += character
    return pieces
