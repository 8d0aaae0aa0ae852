"""How fast X12 is read: each stage of our path beside plain splitting and beside pyx12, in one run."""

import gc
import io
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from adapters.formats.x12.check import Checker
from adapters.formats.x12.cursor import Cursor, grammar
from adapters.formats.x12.events import InterchangeBegin, SetRead
from adapters.formats.x12.reader import read_x12
from adapters.partner import Partner
from adapters.reading import Message
from adapters.translate import digest, read_delivery
from gateway.bench.orders import orders
from gateway.bench.second_opinion import OCCURRING, RELEASE, validate, write_maps

FULL, BROKEN = "wharf: full path", "wharf: full path, each order broken"
VALIDATION, CUT_DOWN = "pyx12: full validation", "pyx12: with a map of these segments alone"
_SLOW = (VALIDATION, CUT_DOWN)


@dataclass(frozen=True, slots=True)
class Figure:
    """What one way of reading took, at its best of several rounds."""

    name: str
    seconds: float
    megabytes: float
    documents: int

    @property
    def megabytes_per_second(self) -> float:
        """Millions of bytes in a second."""
        return self.megabytes / self.seconds

    @property
    def documents_per_second(self) -> float:
        """Transaction sets in a second."""
        return self.documents / self.seconds


def measure(count: int, lines: int, rounds: int) -> list[Figure]:
    """The ways of reading, each at its best of ``rounds``, taken in turn so that a busy machine hits all alike.

    A validation by pyx12 takes longer than all others together, so it runs in the first round alone.
    """
    clean, broken = orders(count, lines), orders(count, lines, broken=True)
    with TemporaryDirectory(prefix="wharf-bench-") as folder:
        maps, small_maps = Path(folder, "maps"), Path(folder, "small")
        maps.mkdir()
        small_maps.mkdir()
        write_maps(maps)
        write_maps(small_maps, OCCURRING)
        ways: dict[str, tuple[Callable[[bytes], int], bytes]] = {
            "plain splitting (bytes.split)": (_split, clean),
            "wharf: tokenising": (_tokenise, clean),
            "wharf: tokenising and checking": (_check, clean),
            FULL: (_accepted, clean),
            BROKEN: (_read, broken),
            "pyx12: X12Reader, envelopes only": (_envelopes, clean),
            VALIDATION: (lambda content: count if validate(content, maps) else 0, clean),
            CUT_DOWN: (lambda content: count if validate(content, small_maps) else 0, clean),
        }
        best: dict[str, float] = {}
        for turn in range(rounds):
            for name, (way, content) in ways.items():
                if turn and name in _SLOW:
                    continue
                gc.collect()
                start = time.process_time()
                found = way(content)
                seconds = time.process_time() - start
                best[name] = min(best.get(name, seconds), seconds)
                if found != count:
                    raise RuntimeError(f"{name} found {found} of {count} transaction sets")
    return [Figure(name, seconds, len(ways[name][1]) / 1e6, count) for name, seconds in best.items()]


def ratios(figures: list[Figure]) -> dict[str, float]:
    """What the figures say of each other, whatever the machine."""
    speed = {figure.name: figure.megabytes_per_second for figure in figures}
    return {
        "full path to pyx12's full validation": speed[FULL] / speed[VALIDATION],
        "full path to the same with a map of these segments alone": speed[FULL] / speed[CUT_DOWN],
        "broken orders to clean ones": speed[BROKEN] / speed[FULL],
    }


def _split(content: bytes) -> int:
    sets = 0
    for segment in content.split(b"~"):
        elements = segment.strip().split(b"*")
        sets += elements[0] == b"ST"
    return sets


def _tokenise(content: bytes) -> int:
    return sum(isinstance(event, SetRead) for event in read_x12(content))


def _check(content: bytes) -> int:
    """Envelopes, structure and every element; the sets without any fault are counted."""
    known = grammar("850", RELEASE)
    checker: Checker | None = None
    sets = 0
    for event in read_x12(content):
        if isinstance(event, InterchangeBegin):
            checker = Checker(RELEASE, event.header.delimiters)
        elif isinstance(event, SetRead) and known is not None and checker is not None:
            cursor = Cursor(known)
            faulty = checker.faulty(event.segments, event.texts)
            cursor.place_all(event.segments)
            cursor.finish(event.segments[-1])
            sets += not (faulty or cursor.faults or event.faults)
    return sets


def _messages(content: bytes) -> Iterator[bool]:
    """Bytes to canonical JSON: of each message whether no problem was found in it."""
    partner = Partner(name="bench", catch_all=True)
    for item in read_delivery(content, digest(content), lambda *_: partner):
        if isinstance(item, Message) and item.body.to_json():
            yield item.accepted and not item.problems


def _accepted(content: bytes) -> int:
    return sum(_messages(content))


def _read(content: bytes) -> int:
    """Counts the messages in which a problem was found."""
    return sum(not clean for clean in _messages(content))


def _envelopes(content: bytes) -> int:
    import pyx12.x12file

    reader = pyx12.x12file.X12Reader(io.StringIO(content.decode("ascii")))
    sets = 0
    for segment in reader:
        sets += segment.get_seg_id() == "ST"
    return sets
