"""Reading without the blanks that some senders fill elements up with.

Trailing blanks of a text say nothing (X12.6, string data elements): ``SP7301 `` and ``SP7301`` name one order. The
checker still sees each element as it was sent, and so do the places of problems.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from adapters.formats.x12.tree import Segment


@contextmanager
def without_padding(segments: Sequence[Segment], texts: Sequence[str], separator: str) -> Iterator[None]:
    """Takes the trailing blanks from the elements of a transaction set, until the end of the block.

    ``texts`` are the segments' raw texts: nearly all of them hold no such blank, and one look tells.
    """
    padded = f" {separator}"
    sent = [(segment, segment.elements) for segment, text in zip(segments, texts, strict=True) if padded in text]
    for segment, elements in sent:
        segment.elements = [element.rstrip(" ") for element in elements]
    try:
        yield
    finally:
        for segment, elements in sent:
            segment.elements = elements
