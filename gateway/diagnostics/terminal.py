"""Finds out what the reader's terminal can show."""

import codecs
import shutil
from collections.abc import Mapping
from typing import TextIO

from gateway.diagnostics.spans import Look

WIDEST = 120
"""Cells beyond which lines are hard to read, however wide the window is."""
_PIPE_WIDTH = 100


def look_of(stream: TextIO, environment: Mapping[str, str]) -> Look:
    """Width, colour and characters for a stream: colour only on a terminal and without ``NO_COLOR`` (no-color.org)."""
    terminal = stream.isatty()
    width = min(shutil.get_terminal_size((_PIPE_WIDTH, 24)).columns, WIDEST) if terminal else _PIPE_WIDTH
    color = terminal and not environment.get("NO_COLOR") and environment.get("TERM") != "dumb"
    return Look(width, color, ascii=not _is_unicode(stream.encoding))


def _is_unicode(encoding: str | None) -> bool:
    return codecs.lookup(encoding or "ascii").name.startswith("utf")
