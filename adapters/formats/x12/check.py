"""Checking segments against their guides in two speeds.

A segment whose text fits the pattern of its guide has no fault, and that is told in about a microsecond; only one that
does not fit is looked at element by element.
"""

from adapters.formats.x12.element_check import Fault
from adapters.formats.x12.pattern import SegmentPattern, segment_pattern
from adapters.formats.x12.segment_check import segment_faults
from adapters.formats.x12.tree import Delimiters, Segment

__all__ = ["Checker", "Fault", "segment_faults"]


class Checker:
    """Checks the segments of interchanges of one release with one set of separators."""

    def __init__(self, release: str, delimiters: Delimiters) -> None:
        self._release = release
        self._delimiters = delimiters
        self._patterns: dict[str, SegmentPattern] = {}

    def faults(self, segment: Segment, text: str) -> list[Fault] | tuple[()]:
        """What is wrong inside the segment; ``text`` is its raw text without terminator.

        A segment without a guide has no faults here: whether it may stand where it stands is another question.
        """
        tag = segment.elements[0]
        pattern = self._patterns.get(tag)
        if pattern is None:
            pattern = segment_pattern(tag, self._release, self._delimiters)
            if pattern is None:
                return ()
            self._patterns[tag] = pattern
        if pattern.fits(text):
            return ()
        return segment_faults(segment, pattern.guide, self._delimiters)
