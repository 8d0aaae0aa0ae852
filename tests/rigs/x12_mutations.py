"""Files that someone broke: samples and public files with bytes, segments and separators changed by chance."""

import re
from collections.abc import Callable
from typing import Final

from hypothesis import strategies as st

from tests.rigs.corpus import FILES
from tests.rigs.samples import input_of, sample_folders

_LONGEST_SEED: Final = 4_000
"""Bytes; what a longer file breaks, a short one breaks faster."""

SEEDS: Final = sorted(
    {
        content
        for path in (*map(input_of, sample_folders()), *FILES)
        if len(content := path.read_bytes()) < _LONGEST_SEED
    }
)
"""The samples, and the public files where WHARF_CORPUS names them."""

_ODD: Final = (
    b"\x00", b"\x1a", b"\xff", b"\xc5", b"\xe2\x80\xa6", b"\xef\xbb\xbf", b"\r\n", b"\n", b"\r", b" ", b"-", b"1E9",
    b"9" * 25, b"~~", b"~", b"*", b">", b"^", b"ISA*", b"ISA", b"~ST*850*0001~", b"~SE*1*0001~", b"~GE*1*1~",
    b"~IEA*1*1~", b"~GS*PO*A*B*20261120*0915*1*X*004010~", b"~TA1*000000123*261120*0915*A*000~", b"~HL*1*1*S~",
    b"~LS*1~", b"~LE*1~", b"~BIN*99999*",
)  # fmt: skip
"""What files do not hold, hold in other places, or hold when a program went wrong."""

_Draw = Callable[[st.SearchStrategy[int]], int]
_Mutation = Callable[[_Draw, bytes], bytes]

_PLACES: Final = st.integers(0, 9_999)


def _at(draw: _Draw, content: bytes) -> int:
    """A place in the bytes, or behind the last."""
    return draw(_PLACES) * (len(content) + 1) // 10_000


def _run(draw: _Draw, content: bytes) -> tuple[int, int]:
    start = _at(draw, content)
    return start, min(len(content), start + draw(st.integers(1, 40)))


def _flip(draw: _Draw, content: bytes) -> bytes:
    at = _at(draw, content)
    return content[:at] + bytes([draw(st.integers(0, 255))]) + content[at + 1 :]


def _delete(draw: _Draw, content: bytes) -> bytes:
    start, end = _run(draw, content)
    return content[:start] + content[end:]


def _repeat(draw: _Draw, content: bytes) -> bytes:
    start, end = _run(draw, content)
    return content[:end] + content[start:end] * draw(st.integers(1, 30)) + content[end:]


def _insert(draw: _Draw, content: bytes) -> bytes:
    at = _at(draw, content)
    return content[:at] + _ODD[draw(st.integers(0, len(_ODD) - 1))] + content[at:]


def _cut(draw: _Draw, content: bytes) -> bytes:
    return content[: _at(draw, content)]


def _behead(draw: _Draw, content: bytes) -> bytes:
    return content[_at(draw, content) :]


def _splice(draw: _Draw, content: bytes) -> bytes:
    other = SEEDS[draw(st.integers(0, len(SEEDS) - 1))]
    return content[: _at(draw, content)] + other[_at(draw, other) :]


def _replace_separator(draw: _Draw, content: bytes) -> bytes:
    marks = b"*~>^|\n"
    one = marks[draw(st.integers(0, len(marks) - 1)) :][:1]
    return content.replace(one, bytes([draw(st.integers(0, 255))]))


def _huge_number(draw: _Draw, content: bytes) -> bytes:
    numbers = list(re.finditer(rb"[0-9]+", content))
    if not numbers:
        return content
    found = numbers[draw(_PLACES) * len(numbers) // 10_000]
    return content[: found.start()] + b"9" * draw(st.integers(1, 400)) + content[found.end() :]


def _segments(content: bytes) -> list[bytes]:
    return re.split(rb"(?<=~)", content) if b"~" in content else re.split(rb"(?<=\n)", content)


def _swap(draw: _Draw, content: bytes) -> bytes:
    parts = _segments(content)
    one, other = (draw(_PLACES) * len(parts) // 10_000 for _ in range(2))
    parts[one], parts[other] = parts[other], parts[one]
    return b"".join(parts)


def _drop(draw: _Draw, content: bytes) -> bytes:
    parts = _segments(content)
    del parts[draw(_PLACES) * len(parts) // 10_000]
    return b"".join(parts)


def _multiply(draw: _Draw, content: bytes) -> bytes:
    parts = _segments(content)
    at = draw(_PLACES) * len(parts) // 10_000
    return b"".join((*parts[:at], *([parts[at]] * draw(st.integers(2, 60))), *parts[at + 1 :]))


_MUTATIONS: Final[tuple[_Mutation, ...]] = (
    _flip, _delete, _repeat, _insert, _cut, _behead, _splice, _replace_separator, _huge_number, _swap, _drop, _multiply,
)  # fmt: skip


@st.composite
def broken_files(draw: st.DrawFn, most: int = 4) -> bytes:
    """A seed with up to so many changes."""
    content = SEEDS[draw(st.integers(0, len(SEEDS) - 1))]
    for _ in range(draw(st.integers(0, most))):
        content = _MUTATIONS[draw(st.integers(0, len(_MUTATIONS) - 1))](draw, content)
    return content
