"""Frames out of a byte stream: the same ones however the stream was cut, and no more work than its length."""

import os
import time
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.transports.mllp.framing import SHOWN, Decoder, Event, TooLarge, framed

MSG = b"MSH|^~\\&|A|B|C|D|20260101||ACK|1|P|2.5\r"
CORPUS = os.environ.get("WHARF_CORPUS")


def decoded(pieces: Iterator[bytes] | list[bytes], max_bytes: int = 1000) -> tuple[list[Event], int, int, bool]:
    decoder = Decoder(max_bytes)
    events = [event for piece in pieces for event in decoder.feed(piece)]
    events += decoder.silence()
    return events, decoder.junk, decoder.stubs, decoder.collecting


def cut(stream: bytes, places: list[int]) -> list[bytes]:
    ends = sorted({min(place, len(stream)) for place in places} | {0, len(stream)})
    return [stream[left:right] for left, right in pairwise(ends)]


MARKS = st.sampled_from([b"\x0b", b"\x1c", b"\r", b"\n", b"\x1c\r", b"\x0b\x0b", b"\x1c\x0b", b"MSH|", b"\xef\xbb\xbf"])
STREAMS = st.lists(MARKS | st.binary(max_size=12) | st.just(framed(MSG)), max_size=30).map(b"".join)


@settings(max_examples=400, deadline=None)
@given(stream=STREAMS, places=st.lists(st.integers(0, 400), max_size=20), limit=st.integers(1, 60))
@pytest.mark.failure("M6")
def test_any_cut_of_the_stream_gives_the_same_frames(stream: bytes, places: list[int], limit: int) -> None:
    whole = decoded([stream], limit)
    assert decoded(cut(stream, places), limit) == whole
    assert decoded((stream[at : at + 1] for at in range(len(stream))), limit) == whole


@settings(max_examples=200, deadline=None)
@given(contents=st.lists(st.binary(max_size=60).map(lambda each: each.translate(None, b"\x0b\x1c")), max_size=8))
def test_what_was_framed_comes_out(contents: list[bytes]) -> None:
    assert decoded([b"".join(map(framed, contents))]) == (contents, 0, 0, False)


@pytest.mark.parametrize(
    ("stream", "frames", "junk", "stubs"),
    [
        (b"\x0bA\x1c\r\x0bB\x1c\r", [b"A", b"B"], 0, 0),
        (b"\x0bA\x1c\r\n\x0bB\x1c\r\r\n", [b"A", b"B"], 0, 0),
        (b"\xef\xbb\xbf\x0bA\x1c\rlog: sent\n\x0bB\x1c\r", [b"A", b"B"], 12, 0),
        (b"\x0bA\x1c\x0bB\x1c\r", [b"A", b"B"], 0, 0),
        (b"\x0bA\x1c", [b"A"], 0, 0),
        (b"\x0bA\x1cB\x1c\x1c\r", [b"A\x1cB\x1c"], 0, 0),
        (b"\x0bA|half\x0bA|whole\x1c\r", [b"A|whole"], 0, 1),
        (b"\x0b\x0bA\x1c\r", [b"A"], 1, 0),
        (b"\x0b\x1c\r", [b""], 0, 0),
        (b"MSH|no frame\r", [], 12, 0),
        (b"\x1c\r\x1c\r", [], 2, 0),
    ],
)
def test_what_senders_make_of_it(stream: bytes, frames: list[bytes], junk: int, stubs: int) -> None:
    assert decoded([stream])[:3] == (frames, junk, stubs)


def test_a_frame_without_its_cr_waits_for_silence() -> None:
    decoder = Decoder(100)
    assert decoder.feed(b"\x0bA\x1c") == []
    assert decoder.ending
    assert decoder.silence() == [b"A"]
    assert decoder.feed(b"\r\x0bB\x1c\r") == [b"B"]
    assert decoder.junk == 0


@pytest.mark.failure("P3")
def test_the_limit_is_kept_while_collecting() -> None:
    decoder = Decoder(10_000)
    fed = 0
    events: list[Event] = decoder.feed(b"\x0b" + MSG)
    while not events:
        events = decoder.feed(b"x" * 777)
        fed += 777
        assert decoder.held <= 10_000
    assert events == [TooLarge((MSG + b"x" * SHOWN)[:SHOWN])]
    assert fed < 11_000
    over = [(decoder.feed(rest), decoder.over) for rest in (b"y" * 5000 + b"\x1c", b"\r" + framed(MSG))]
    assert over == [([], False), ([], True)]
    assert decoder.held == 0


def test_a_frame_of_just_the_limit_is_whole() -> None:
    assert decoded([framed(b"x" * 100)], 100)[0] == [b"x" * 100]
    assert decoded([framed(b"x" * 101)], 100)[0] == [TooLarge(b"x" * 100)]


@pytest.mark.parametrize("piece", [b"\x0b", b"\x1c", b"\x0bx", b"x\x1cx", b"\x0b\x1c\r", b"junk", b"\x0bx\x1c"])
def test_time_grows_with_the_length_alone(piece: bytes) -> None:
    """Half a mebibyte in one read, whatever the marks, takes no longer than in many reads, and both are quick."""
    stream = piece * ((1 << 19) // len(piece))
    began = time.process_time()
    once = decoded([stream], 1 << 24)
    middle = time.process_time()
    assert decoded([stream[at : at + 4096] for at in range(0, len(stream), 4096)], 1 << 24) == once
    assert middle - began < 6
    assert middle - began < 1 + 8 * (time.process_time() - middle)


@pytest.mark.parametrize("content", [b"a\x0bb", b"a\x1c", b"\x1c\r"])
def test_what_would_break_the_frame_is_not_framed(content: bytes) -> None:
    with pytest.raises(ValueError, match="MLLP frame"):
        framed(content)


@pytest.mark.skipif(CORPUS is None, reason="WHARF_CORPUS names no folder")
def test_public_stream_captures_give_frames_or_junk() -> None:
    captures = sorted((Path(CORPUS or "") / "hl7" / "MLLP_STREAM").glob("*.hl7"))
    assert captures
    for capture in captures:
        stream = capture.read_bytes()
        whole = decoded([stream], 1 << 20)
        assert decoded([stream[at : at + 1] for at in range(len(stream))], 1 << 20) == whole
        assert whole[0] or whole[1], capture.name
