"""How fast HL7 is read: bytes to canonical JSON by our path, beside what hl7apy and python-hl7 take to parse alone.

Both libraries stop where our path goes on: at a tree of segments and fields, without a document, a place or a problem.
"""

import gc
import importlib
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from adapters.formats.hl7.message import parse_message
from adapters.partner import Partner
from adapters.reading import Message
from adapters.translate import digest, read_delivery
from gateway.bench.requests import requests

FULL: Final = "wharf: bytes to canonical JSON"
HL7APY: Final = "hl7apy: parse_message, groups"
PYTHON_HL7: Final = "python-hl7: parse, every component"
_SLOW: Final = 10
"""Messages that hl7apy is given; it takes as long for them as others for thousands."""


@dataclass(frozen=True, slots=True)
class Figure:
    """What one way of reading took, at its best of several rounds."""

    name: str
    seconds: float
    """For one message."""

    @property
    def per_second(self) -> float:
        """Messages in a second."""
        return 1 / self.seconds


@dataclass(frozen=True, slots=True)
class Measured:
    """All ways in one run."""

    figures: tuple[Figure, ...]
    missing: tuple[str, ...]
    """Packages that are not installed, so that their ways could not be measured."""
    message_bytes: int

    def ratios(self) -> dict[str, float]:
        """How many times faster the full path is than each library."""
        speed = {figure.name: figure.per_second for figure in self.figures}
        named = {"hl7apy": HL7APY, "python-hl7": PYTHON_HL7}
        return {library: speed[FULL] / speed[name] for library, name in named.items() if name in speed}


def measure(count: int, lines: int, rounds: int) -> Measured:
    """The ways of reading, each at its best of ``rounds``, taken in turn so that a busy machine hits all alike."""
    messages = requests(count, lines)
    ways: dict[str, tuple[Callable[[bytes], Any], list[bytes]]] = {
        "plain splitting (str.split)": (_split, messages),
        "wharf: segments": (_parse, messages),
        FULL: (_document, messages),
    }
    missing = []
    for package, name, way, some in (
        ("hl7", PYTHON_HL7, _python_hl7, messages[: max(1, count // 5)]),
        ("hl7apy", HL7APY, _hl7apy, messages[:_SLOW]),
    ):
        found = _module(package)
        if found is None:
            missing.append("python-hl7" if package == "hl7" else package)
        else:
            ways[name] = (way(found), some)
    best: dict[str, float] = {}
    for _ in range(rounds):
        for name, (read, some) in ways.items():
            gc.collect()
            start = time.process_time()
            for message in some:
                read(message)
            seconds = (time.process_time() - start) / len(some)
            best[name] = min(best.get(name, seconds), seconds)
    size = sum(map(len, messages)) // count
    return Measured(tuple(Figure(name, seconds) for name, seconds in best.items()), tuple(missing), size)


def _module(package: str) -> Any:
    """The package, or its parser; None where it is not installed."""
    try:
        return importlib.import_module("hl7apy.parser" if package == "hl7apy" else package)
    except ImportError:
        return None


def _split(content: bytes) -> list[list[str]]:
    return [line.split("|") for line in content.decode().split("\r")]


def _parse(content: bytes) -> int:
    return len(parse_message(content).segments)


_ANYBODY: Final = Partner(name="bench", catch_all=True)


def _document(content: bytes) -> None:
    """One delivery as a listener gets it: with its answer, and a token for its patient."""
    read = read_delivery(content, digest(content), lambda *_: _ANYBODY, secret=b"bench", live=True)
    for item in read:
        if isinstance(item, Message):
            if not item.accepted or item.problems:
                raise RuntimeError("a measured message was not accepted without a problem")
            item.body.to_json()


def _python_hl7(module: Any) -> Callable[[bytes], Any]:
    def read(content: bytes) -> Any:
        return module.parse(content.decode())

    return read


def _hl7apy(module: Any) -> Callable[[bytes], Any]:
    def read(content: bytes) -> Any:
        return module.parse_message(content.decode())

    return read
