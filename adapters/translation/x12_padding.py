"""Reading without the blanks that some senders fill elements up with.

Trailing blanks of a text say nothing (X12.6, string data elements): ``SP7301 `` and ``SP7301`` name one order. The
checker still sees each element as it was sent, and so do the places of problems.
"""

from collections.abc import Sequence

from adapters.formats.x12.tree import Segment

Sent = list[tuple[Segment, list[str]]]
"""Segments with their elements as they were sent."""


def take_padding(segments: Sequence[Segment], texts: Sequence[str], separator: str) -> Sent:
    """Takes the trailing blanks from the elements of a transaction set; what it gives back undoes that.

    ``texts`` are the segments' raw texts: nearly all sets hold no such blank, and one look at all of them tells.
    """
    padded = f" {separator}"
    if padded not in "".join(texts):
        return []
    sent = [(segment, segment.elements) for segment, text in zip(segments, texts, strict=True) if padded in text]
    for segment, elements in sent:
        segment.elements = [element.rstrip(" ") for element in elements]
    return sent


def give_back(sent: Sent) -> None:
    """Puts the elements back as they were sent."""
    for segment, elements in sent:
        segment.elements = elements
