"""Colour, width and characters follow the terminal."""

import io
import os
import pty
from collections.abc import Iterator
from contextlib import ExitStack
from typing import TextIO

import pytest

from gateway.diagnostics.terminal import look_of


@pytest.fixture
def terminal() -> Iterator[TextIO]:
    """A real pseudo-terminal."""
    with ExitStack() as stack:
        leader, follower = pty.openpty()
        stack.callback(os.close, leader)
        yield stack.enter_context(os.fdopen(follower, "w", encoding="utf-8"))


def test_a_terminal_gets_colour(terminal: TextIO) -> None:
    assert look_of(terminal, {"TERM": "xterm"}).color


@pytest.mark.parametrize("environment", [{"NO_COLOR": "1"}, {"TERM": "dumb"}])
def test_colour_can_be_refused(terminal: TextIO, environment: dict[str, str]) -> None:
    assert not look_of(terminal, environment).color


def test_a_pipe_gets_no_colour_and_a_fixed_width() -> None:
    look = look_of(io.TextIOWrapper(io.BytesIO(), encoding="utf-8"), {"TERM": "xterm"})
    assert (look.color, look.width, look.ascii) == (False, 100, False)


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "cp1252"])
def test_other_encodings_than_unicode_get_ascii(encoding: str) -> None:
    assert look_of(io.TextIOWrapper(io.BytesIO(), encoding=encoding), {}).ascii
