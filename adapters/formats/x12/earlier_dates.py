"""Guides of releases before 004010, whose dates have six digits (YYMMDD).

Dates grew to eight digits with release 004010. Older files are read with its guides, and many of their senders write
the century nevertheless, so both lengths are right there.
"""

from dataclasses import replace

from adapters.formats.x12.guide import ElementGuide, ElementUse, SegmentGuide

_SHORT, _LONG = 6, 8


def dates_are_short(version: str) -> bool:
    """Whether a group of this version (GS08) comes from before 004010: ``003040``, ``002001`` and the like."""
    return version.strip()[:3] in ("001", "002", "003")


def with_short_dates(guide: SegmentGuide) -> SegmentGuide:
    """The segment with dates of six or eight digits."""
    return replace(guide, elements=tuple(map(_use, guide.elements)))


def _use(use: ElementUse) -> ElementUse:
    return replace(use, element=_element(use.element))


def _element(element: ElementGuide) -> ElementGuide:
    if element.components:
        return replace(element, components=tuple(map(_use, element.components)))
    return replace(element, min=_SHORT) if element.type == "DT" and element.min == _LONG else element
