"""Breaking what stands around transaction sets and groups: ST, SE, GS, GE."""

import random
from collections.abc import Iterator

from adapters.formats.x12 import problems
from adapters.samples.draft import Draft, Place, Row, Span
from adapters.samples.rule import Rule, picked

_OTHER_NUMBER = 900


def _span(draft: Draft, rng: random.Random) -> Span | None:
    return picked(rng, draft.spans())


def _number(text: str) -> str:
    """Another number in as many digits."""
    return str((int(text) + _OTHER_NUMBER) % 10 ** len(text)).zfill(len(text))


def not_supported(draft: Draft, rng: random.Random) -> Place | None:
    """A set becomes a forecast, among others of another kind."""
    span = _span(draft, rng)
    if span is None:
        return None
    span.rows[0][1] = "830"
    return Place("ST", span.rows[0])


def bad_kind(draft: Draft, rng: random.Random) -> Place | None:
    """ST01 has two digits."""
    span = _span(draft, rng)
    if span is None:
        return None
    span.rows[0][1] = span.rows[0][1][:2]
    return Place("ST", span.rows[0])


def no_set_trailer(draft: Draft, rng: random.Random) -> Place | None:
    """SE is missing."""
    span = _span(draft, rng)
    if span is None:
        return None
    draft.remove(span.rows[-1])
    return Place("SE", span.rows[-2])


def set_numbers_differ(draft: Draft, rng: random.Random) -> Place | None:
    """SE02 is another number than ST02."""
    span = _span(draft, rng)
    if span is None:
        return None
    trailer = span.rows[-1]
    trailer[2] = _number(trailer[2])
    return Place("SE", trailer, 2)


def segment_count(draft: Draft, rng: random.Random) -> Place | None:
    """The count leaves ST and SE out, as many translators do."""
    span = _span(draft, rng)
    if span is None:
        return None
    draft.recount()
    trailer = span.rows[-1]
    trailer[1] = str(int(trailer[1]) - 2)
    draft.frozen.append(trailer)
    return Place("SE", trailer, 1)


def set_twice(draft: Draft, rng: random.Random) -> Place | None:
    """A set comes twice under one ST02."""
    span = _span(draft, rng)
    if span is None:
        return None
    copy = [list(row) for row in span.rows]
    draft.insert_after(span.rows[-1], *copy)
    trailer = draft.first("GE")
    trailer[1] = str(int(trailer[1]) + 1)
    return Place("ST", copy[0], 2)


def of_another_group(draft: Draft, _: random.Random) -> Place | None:
    """GS01 is that of another kind."""
    group = draft.first("GS")
    if group[1] == "FA":
        return None
    group[1] = "IN" if group[1] != "IN" else "PO"
    return Place("ST", draft.first("ST"))


def bad_set_number(draft: Draft, rng: random.Random) -> Place | None:
    """ST02 is shorter than four characters."""
    span = _span(draft, rng)
    if span is None:
        return None
    short = span.rows[0][2].lstrip("0")[-3:]
    span.rows[0][2] = span.rows[-1][2] = short
    return Place("ST", span.rows[0], 2)


def group_not_supported(draft: Draft, _: random.Random) -> Place | None:
    """GS01 names a group that is not handled."""
    group = draft.first("GS")
    group[1] = "HC"
    return Place("GS", group, 1)


def group_incomplete(draft: Draft, _: random.Random) -> Place | None:
    """GS01 is empty."""
    group = draft.first("GS")
    group[1] = ""
    return Place("GS", group)


def release_unknown(draft: Draft, _: random.Random) -> Place | None:
    """GS08 loses its zeros. It is read as 004010 then, so that a set of 005010 would be wrong in other ways too."""
    if not draft.first("GS")[8].startswith("004"):
        return None
    group = draft.first("GS")
    group[8] = group[8][2:]
    return Place("GS", group)


def release_between(draft: Draft, _: random.Random) -> Place | None:
    """GS08 is a release between those that are known."""
    group = draft.first("GS")
    group[8] = {"004": "004030", "005": "006020"}[group[8][:3]]
    return Place("GS", group)


def no_group_trailer(draft: Draft, _: random.Random) -> Place | None:
    """GE is missing."""
    draft.remove(draft.first("GE"))
    return Place("GS", draft.first("GS"))


def group_numbers_differ(draft: Draft, _: random.Random) -> Place | None:
    """GE02 is another number than GS06."""
    trailer = draft.first("GE")
    trailer[2] = _number(trailer[2])
    return Place("GE", trailer, 2)


def set_count(draft: Draft, _: random.Random) -> Place | None:
    """GE01 counts one set too many."""
    trailer = draft.first("GE")
    trailer[1] = str(int(trailer[1]) + 1)
    return Place("GE", trailer, 1)


def bad_group_number(draft: Draft, _: random.Random) -> Place | None:
    """GS06 begins with a letter."""
    group, trailer = draft.first("GS"), draft.first("GE")
    group[6] = trailer[2] = f"A{group[6][:8]}"
    return Place("GS", group, 6)


def group_twice(draft: Draft, _: random.Random) -> Place | None:
    """The group comes once more, under its own number."""
    start, end = draft.index(draft.first("GS")), draft.index(draft.first("GE"))
    copy: list[Row] = [list(row) for row in draft.rows[start : end + 1]]
    draft.insert_after(draft.rows[end], *copy)
    draft.rows[-1][1] = "2"
    return Place("GS", copy[0])


def no_set_header(draft: Draft, _: random.Random) -> Place | None:
    """What is left of a set whose ST is lost stands in front of the first one."""
    first = draft.first("ST")
    lost = ["REF", "ZZ", "LOST"]
    draft.insert(first, lost)
    return Place("REF", lost)


def set_rules() -> Iterator[Rule]:
    """The rules for transaction sets and groups, in the order of the table of docs/acknowledgments.md."""
    p = problems
    yield Rule("set-not-supported", p.SET_NOT_SUPPORTED, "ST01 names a kind that is not handled", not_supported,
               (p.SET_NOT_IN_GROUP,))  # fmt: skip
    yield Rule("kind-of-the-set", p.SET_ID_BAD, "ST01 has two digits", bad_kind)
    yield Rule("set-trailer-missing", p.SET_TRAILER_MISSING, "SE is missing", no_set_trailer)
    yield Rule("numbers-of-st-and-se-differ", p.SET_NUMBERS_DIFFER, "SE02 is another number than ST02",
               set_numbers_differ)  # fmt: skip
    yield Rule("number-of-segments", p.SEGMENT_COUNT_WRONG, "SE01 leaves ST and SE out", segment_count)
    yield Rule("set-number-twice-in-the-group", p.SET_NUMBER_REPEATED, "a set comes twice under one ST02", set_twice)
    yield Rule("set-of-another-group", p.SET_NOT_IN_GROUP, "GS01 is that of another kind", of_another_group,
               (p.SET_NOT_IN_GROUP,))  # fmt: skip
    yield Rule("form-of-the-set-number", p.SET_NUMBER_BAD, "ST02 is shorter than four characters", bad_set_number,
               (p.TOO_SHORT,))  # fmt: skip
    yield Rule("group-not-supported", p.GROUP_NOT_SUPPORTED, "GS01 names a group that is not handled",
               group_not_supported, (p.SET_NOT_IN_GROUP,))  # fmt: skip
    yield Rule("group-without-its-kind", p.GROUP_INCOMPLETE, "GS01 is empty", group_incomplete,
               (p.GROUP_NOT_SUPPORTED, p.SET_NOT_IN_GROUP))  # fmt: skip
    yield Rule("release-not-known", p.GROUP_RELEASE_UNKNOWN, "GS08 is no release, as 4010", release_unknown)
    yield Rule("release-approximated", p.RELEASE_APPROXIMATED, "GS08 is a release between those that are known",
               release_between)  # fmt: skip
    yield Rule("group-trailer-missing", p.GROUP_TRAILER_MISSING, "GE is missing", no_group_trailer)
    yield Rule("numbers-of-gs-and-ge-differ", p.GROUP_NUMBERS_DIFFER, "GE02 is another number than GS06",
               group_numbers_differ)  # fmt: skip
    yield Rule("number-of-sets", p.SET_COUNT_WRONG, "GE01 counts one set too many", set_count)
    yield Rule("form-of-the-group-number", p.GROUP_NUMBER_BAD, "GS06 begins with a letter", bad_group_number)
    yield Rule("group-number-twice", p.GROUP_NUMBER_REPEATED, "a group comes twice under one GS06", group_twice)
    yield Rule("segments-behind-no-st", p.SET_HEADER_MISSING, "a segment stands in a group in front of ST",
               no_set_header)  # fmt: skip
