"""Asks pyx12 for its opinion of a file, one interchange at a time.

pyx12 reads only the first of several interchanges, or mixes them, so each is cut out and handed over alone.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path
from typing import Any, Final

from adapters.contracts import Content
from adapters.formats.x12.delimiters import InterchangeHeader
from adapters.formats.x12.events import InterchangeBegin
from adapters.formats.x12.places import Places
from adapters.formats.x12.reader import read_x12
from adapters.formats.x12.segments import SegmentTooLong, cut_blocks
from adapters.formats.x12.unwrap import unwrap
from adapters.formats.x12.write import FIRST_WITH_REPETITION
from gateway.opinion.worker_process import run_worker

MOST_BYTES: Final = 32 << 20
"""An interchange that is larger is not handed over: pyx12 would need a minute and a gigabyte."""
PATIENCE: Final = 30.0
"""Seconds until a worker is given up."""

KNOWN_VERSIONS: Final = ("00401", "00501")
"""What pyx12 takes in ISA12. Of other versions it looks at nothing else, so they are handed over as one of these."""

_VERSION: Final = slice(84, 89)
"""ISA12 in a header of 106 bytes; pyx12 reads no other."""
_WORKER: Final = Path(__file__).with_name("worker.py")


@dataclass(frozen=True, slots=True)
class Remark:
    """One thing that pyx12 finds wrong."""

    level: str
    """``isa``, ``gs``, ``st`` or ``seg``, as pyx12 says; ``map`` for what its full validation finds."""
    code: str
    text: str
    offset: int
    line: int
    transaction: str | None = None
    """ST02, where a map found it."""
    segment_index: int | None = None
    """The segment of the transaction set, ST is 1, where a map found it."""
    element: int | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """What pyx12 says of one interchange."""

    interchange: str
    """ISA13."""
    offset: int
    line: int
    end: int
    """The first byte after it."""
    remarks: tuple[Remark, ...] = ()
    silent: str | None = None
    """Why there is no opinion, or only one of a part."""
    read: int = 0
    """How many segments pyx12 read."""
    asked_as: str | None = None
    """The version that was put into ISA12 for pyx12, where it does not know the sender's."""
    validated: tuple[str, ...] = ()
    """The transaction sets (ST02) that a map of pyx12 checked whole."""


def version() -> str:
    """The version of pyx12 that is asked."""
    from importlib.metadata import version as installed

    return installed("pyx12")


def ask(content: Content, *, patience: float = PATIENCE) -> Iterator[Answer]:
    """pyx12's answer for each interchange of a file, in order."""
    unwrapped = unwrap(content)
    flat: Content = unwrapped.content if unwrapped else content
    places = Places(content, unwrapped)
    for event in read_x12(flat):
        if isinstance(event, InterchangeBegin):
            yield _ask_about(flat, event, places, patience)


def _ask_about(flat: Content, event: InterchangeBegin, places: Places, patience: float) -> Answer:
    header, end = event.header, event.end
    start = places.offset(header.offset)
    answer = Answer(header.control_number, start, places.line(start), places.offset(end))
    if end - header.offset > MOST_BYTES:
        return replace(answer, silent=f"the interchange is larger than {MOST_BYTES >> 20} MiB")
    interchange = flat[header.offset : end]
    if header[12] not in KNOWN_VERSIONS and interchange[_VERSION] == header[12].encode("latin-1"):
        asked_as = KNOWN_VERSIONS[header[12] >= FIRST_WITH_REPETITION]
        answer = replace(answer, asked_as=asked_as)
        interchange = interchange[: _VERSION.start] + asked_as.encode() + interchange[_VERSION.stop :]
    told = run_worker("pyx12", _WORKER, interchange, patience)
    if isinstance(told, str):
        return replace(answer, silent=told)
    offsets = _offsets(flat, header, end)
    read = told["segments"]
    silent = told.get("failed")
    if silent is None and read < len(offsets):
        silent = f"it stopped without a word after {read} of {len(offsets)} segments"
    remarks = [
        *(_remark((level, code, text), at, offsets, places) for level, code, text, at in told["errors"]),
        *_findings(told.get("findings", ()), flat, offsets, header, places),
    ]
    validated = tuple(control for _, control in told.get("validated", ()))
    return replace(answer, remarks=tuple(_once(remarks)), silent=silent, read=read, validated=validated)


def _once(remarks: list[Remark]) -> Iterator[Remark]:
    """What both the reader and a map tell, only once."""
    told: set[tuple[str, int]] = set()
    for remark in remarks:
        if (remark.text, remark.offset) not in told:
            told.add((remark.text, remark.offset))
            yield remark


def _offsets(flat: Content, header: InterchangeHeader, end: int) -> list[int]:
    """Where the segments of an interchange begin, ISA first."""
    try:
        blocks = cut_blocks(flat, header.end, end, header.delimiters)
        return [header.offset, *(offset for offset, _, _ in chain.from_iterable(blocks))]
    except SegmentTooLong:
        return [header.offset]


def _remark(said: tuple[str, str, str], at: int, offsets: list[int], places: Places, **more: Any) -> Remark:
    offset = places.offset(offsets[min(max(at, 1), len(offsets)) - 1])
    return Remark(*said, offset=offset, line=places.line(offset), **more)


def _findings(
    found: Any, flat: Content, offsets: list[int], header: InterchangeHeader, places: Places
) -> Iterator[Remark]:
    """What a map found, at its segment."""
    if not found:
        return
    begins: dict[str, int] = {}
    separator = header.delimiters.element
    for ordinal, offset in enumerate(offsets, start=1):
        head = flat[offset : offset + 30].decode("latin-1").split(separator)
        if head[0] == "ST" and len(head) > 2:
            begins.setdefault(head[2].split(header.delimiters.segment)[0].strip(), ordinal)
    for _, control, index, _, element, code, text in found:
        yield _remark(
            ("map", code, text), begins.get(control, 1) + index - 1, offsets, places,
            transaction=control, segment_index=index, element=element,
        )  # fmt: skip
