"""How fast X12 is read: the full path beside plain tokenising and beside pyx12's reader, in one run."""

import gc
import io
import time
from collections.abc import Callable
from dataclasses import dataclass

from adapters.partner import Partner
from adapters.reading import Message
from adapters.translate import digest, read_delivery
from gateway.bench.orders import orders


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
    """The ways of reading, each at its best of ``rounds``, taken in turn so that a busy machine hits all alike."""
    content = orders(count, lines)
    ways: dict[str, Callable[[bytes], int]] = {
        "plain tokenising (bytes.split)": _split,
        "wharf: bytes to checked canonical JSON": _wharf,
        "pyx12 X12Reader: envelopes only": _pyx12,
    }
    best = dict.fromkeys(ways, float("inf"))
    for _ in range(rounds):
        for name, way in ways.items():
            gc.collect()
            start = time.process_time()
            found = way(content)
            best[name] = min(best[name], time.process_time() - start)
            if found != count:
                raise RuntimeError(f"{name} found {found} of {count} transaction sets")
    return [Figure(name, seconds, len(content) / 1e6, count) for name, seconds in best.items()]


def _split(content: bytes) -> int:
    sets = 0
    for segment in content.split(b"~"):
        elements = segment.strip().split(b"*")
        sets += elements[0] == b"ST"
    return sets


def _wharf(content: bytes) -> int:
    partner = Partner(name="bench", catch_all=True)
    accepted = 0
    for item in read_delivery(content, digest(content), lambda *_: partner):
        if isinstance(item, Message) and item.accepted and item.document.to_json():
            accepted += 1
    return accepted


def _pyx12(content: bytes) -> int:
    import pyx12.x12file

    reader = pyx12.x12file.X12Reader(io.StringIO(content.decode("ascii")))
    sets = 0
    for segment in reader:
        sets += segment.get_seg_id() == "ST"
    return sets
