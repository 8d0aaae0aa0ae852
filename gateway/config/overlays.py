"""Checks of a partner's rules against the guides: every place, code and name in them must be one that exists."""

from collections.abc import Iterator, Sequence

from adapters.formats.x12.guide import RELEASES, SetGuide, element_guide, set_guide
from adapters.formats.x12.overlay_check import stands_in
from adapters.formats.x12.tree import Delimiters
from adapters.mappings.registry import X12_DOCUMENT_TYPES
from adapters.mappings.to_x12.characters import usable
from adapters.overlay import Place, SetOverlay, X12Overlay, place_of
from adapters.partner import Partner
from adapters.translation.x12_strictness import known_names
from gateway import problems_config as kinds
from gateway.config.checks import Origin, suggestion
from gateway.config.errors import ConfigProblem
from gateway.config.places import Location

_AT: Location = ("x12",)


def overlay_problems(partner: Partner, origin: Origin) -> list[ConfigProblem]:
    """What is wrong in the rules of one partner; nothing where it has none."""
    overlay = partner.x12
    if overlay is None:
        return []
    return [
        *_strictness_problems(overlay, origin),
        *_alias_problems(overlay, origin),
        *_purpose_problems(overlay, origin),
        *_writing_problems(overlay, origin),
        *(problem for name, own in overlay.sets.items() for problem in _set_problems(name, own, origin)),
    ]


def _strictness_problems(overlay: X12Overlay, origin: Origin) -> Iterator[ConfigProblem]:
    names = known_names()
    for name in overlay.strictness:
        if name not in names:
            yield origin.problem(
                kinds.UNKNOWN_KEY, (*_AT, "strictness", name), found=name,
                expected="the name or code of a fault that can be judged, as bad_code or X12-W0308",
                help=suggestion(name, names) or suggestion(name.upper(), names),
            )  # fmt: skip


def _alias_problems(overlay: X12Overlay, origin: Origin) -> Iterator[ConfigProblem]:
    for number, aliases in overlay.aliases.items():
        at: Location = (*_AT, "aliases", number)
        described = [found for release in RELEASES if (found := element_guide(number, release))]
        if not described or described[0].type == "composite":
            expected = 'the number of a data element, as "355"'
            yield origin.problem(kinds.WRONG_VALUE, at, found=f'"{number}"', expected=expected)
            continue
        lists = [found.codes for found in described if found.codes is not None]
        for meant in aliases.values():
            if lists and not any(meant in codes for codes in lists):
                expected = f"a code of the standard's list {number}"
                yield origin.problem(kinds.WRONG_VALUE, at, found=f'"{meant}"', expected=expected)


def _purpose_problems(overlay: X12Overlay, origin: Origin) -> Iterator[ConfigProblem]:
    for index, rule in enumerate(overlay.order_purpose):
        for name in rule.when:
            if name != "text" and not _element_of(name, "850"):
                yield origin.problem(
                    kinds.WRONG_VALUE, (*_AT, "order_purpose", index, "when"), found=f'"{name}"',
                    expected='"text", or an element of the 850 without the way to it, as BEG02 or REF[ZZ]02',
                )  # fmt: skip


def _writing_problems(overlay: X12Overlay, origin: Origin) -> Iterator[ConfigProblem]:
    given = overlay.write.delimiters
    if not usable(Delimiters(given[0], given[1], given[2], given[3:] or None)):
        yield origin.problem(
            kinds.WRONG_VALUE, (*_AT, "write", "delimiters"), found=f'"{given}"',
            expected="distinct separators, none of them a letter, digit, blank, point or sign",
        )  # fmt: skip


def _element_of(name: str, set_id: str) -> bool:
    try:
        place = place_of(name)
    except ValueError:
        return False
    plain = place.element is not None and place.component is None and len(place.steps) == 1
    return plain and _exists(place, _guides(set_id))


def _set_problems(name: str, own: SetOverlay, origin: Origin) -> Iterator[ConfigProblem]:
    at: Location = (*_AT, "sets", name)
    guides = _guides(name)
    if not guides:
        known = ", ".join(set_id for set_id in X12_DOCUMENT_TYPES if set_id.isdigit())
        yield origin.problem(kinds.WRONG_VALUE, at, found=f'"{name}"', expected=f"a set that is read: {known}")
        return
    named: list[tuple[Location, str]] = [((*at, "require"), place) for place in own.require]
    named += [((*at, "forbid"), place) for place in own.forbid]
    named += [((*at, "codes", place), place) for place in own.codes]
    named += [((*at, "patterns", place), place) for place in own.patterns]
    named += [((*at, "max_uses", place), place) for place in own.max_uses]
    for where, text in named:
        if not _exists(place_of(text), guides):
            expected = f"a place that the {name} has, written from its top, as PO1/PID; an element may stand alone"
            yield origin.problem(kinds.WRONG_VALUE, where, found=f'"{text}"', expected=expected)
    for text in own.require:
        if text in own.forbid:
            yield origin.problem(
                kinds.WRONG_VALUE, (*at, "forbid"), found=f'"{text}"', expected="a place that is not required too"
            )


def _guides(set_id: str) -> list[SetGuide]:
    return [found for release in RELEASES if (found := set_guide(set_id, release))]


def _exists(place: Place, guides: Sequence[SetGuide]) -> bool:
    return any(stands_in(place, guide) for guide in guides)
