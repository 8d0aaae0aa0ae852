"""Checking segments against their guides in two speeds.

A segment whose text fits the pattern of its guide has no fault, and that is told in about a microsecond; only one that
does not fit is looked at element by element.
"""

from collections.abc import Sequence

from adapters.formats.x12.element_check import Fault
from adapters.formats.x12.pattern import SegmentPattern, segment_pattern
from adapters.formats.x12.segment_check import segment_faults
from adapters.formats.x12.tree import Delimiters, Segment

__all__ = ["Checker", "Fault", "segment_faults"]

_MOST_REMEMBERED = 512
"""Texts of one segment id that are remembered as faultless."""
_LONGEST_REMEMBERED = 100
"""Characters of such a text."""


class Checker:
    """Checks the segments of interchanges of one release with one set of separators.

    ``short_dates`` holds for groups from before 004010, whose dates have six digits.
    """

    def __init__(self, release: str, delimiters: Delimiters, *, short_dates: bool = False) -> None:
        self._release = release
        self._short_dates = short_dates
        self._delimiters = delimiters
        self._patterns: dict[str, SegmentPattern] = {}
        self._faultless: set[str] = set()
        """Whole texts that were found faultless: addresses, dates and carriers come again in set after set."""
        self._remembered: dict[str, int] = {}
        """How many texts of a segment id are remembered."""
        self._full: set[str] = set()
        """The segment ids of which no more are."""

    def faulty(self, segments: Sequence[Segment], texts: Sequence[str]) -> list[tuple[int, list[Fault]]]:
        """The faults of those segments that have any, each with its place in the sequence; as ``faults`` finds them.

        A set look-up answers for a text that came before at a quarter of the price of its pattern.
        """
        faultless, patterns, full = self._faultless, self._patterns, self._full
        found: list[tuple[int, list[Fault]]] = []
        for at, text in enumerate(texts):
            if text in faultless:
                continue
            tag = segments[at].elements[0]
            pattern = patterns.get(tag)
            if pattern is not None and pattern.fits(text):
                if tag not in full and len(text) <= _LONGEST_REMEMBERED:
                    self._remember(tag, text)
            elif faults := self.faults(segments[at], text):
                found.append((at, list(faults)))
        return found

    def faults(self, segment: Segment, text: str) -> list[Fault] | tuple[()]:
        """What is wrong inside the segment; ``text`` is its raw text without terminator.

        A segment without a guide has no faults here: whether it may stand where it stands is another question.
        """
        tag = segment.elements[0]
        pattern = self._patterns.get(tag)
        if pattern is None:
            pattern = segment_pattern(tag, self._release, self._delimiters, short_dates=self._short_dates)
            if pattern is None:
                return ()
            self._patterns[tag] = pattern
        if pattern.fits(text):
            return ()
        return segment_faults(segment, pattern.guide, self._delimiters)

    def _remember(self, tag: str, text: str) -> None:
        """Keeps a faultless text; each segment id has its own room, so that what never repeats (PO1) ends soon."""
        self._faultless.add(text)
        self._remembered[tag] = count = self._remembered.get(tag, 0) + 1
        if count >= _MOST_REMEMBERED:
            self._full.add(tag)
