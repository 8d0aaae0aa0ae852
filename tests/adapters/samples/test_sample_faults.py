"""Each rule broken in each kind of file: found at its place, nothing else found, and told by the right code."""

import itertools
import re
from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import cache
from typing import Final, Literal

import pytest

from adapters.partner import Acknowledgments, Partner
from adapters.reading import Closing
from adapters.samples.make import KINDS, Wanted, sample
from adapters.samples.rules import RULES, Broken, Damage, NothingToBreakError, break_sample, rules_for
from adapters.translate import digest, read_delivery, render
from canonical.problem import Problem
from tests.rigs.x12_faults import CASES, Case

NOW = datetime(2026, 11, 21, 7, 30, tzinfo=UTC)
RELEASES = ("004010", "005010")
SEEDS = (1, 2, 3)

Told = tuple[str, str] | None
"""The element of the acknowledgment and the code in it; nothing where nobody is told."""


def slug(rule: str) -> str:
    """The rule's name in the table of docs/acknowledgments.md as the name of ours."""
    return re.sub(r"[^a-z0-9]+", "-", rule.lower().replace("'", "")).strip("-")


def told_by(case: Case) -> Told:
    """What the table says of a rule."""
    if case.interchange:
        return "TA105", case.told[0].split("*")[1]
    for line in reversed(case.told):
        row = line.split("*")
        if row[0] == "AK4":
            return "AK403", row[3]
        if row[0] == "AK3":
            return "AK304", row[4]
        if row[0] == "AK5" and len(row) > 2 and row[2] != "5":
            return "AK502", row[2]
        if row[0] == "AK9" and len(row) > 5 and case.code.startswith("X12") and row[5:]:
            held: Told = "AK905", row[5]
            if not any(one.startswith("AK5*") and one.count("*") > 1 for one in case.told):
                return held
    raise AssertionError(case.rule)


VARIANTS = frozenset(
    {"free-text-is-not-copied", "several-elements-of-a-segment", "several-faults-of-a-segment",
     "inside-a-loop-of-ls-and-le", "the-same-duplicates-set-accept"}
)  # fmt: skip
"""Cases of the table that say something of the acknowledgment, and are no rule of their own."""

TABLE = {slug(case.rule): case for case in CASES if slug(case.rule) not in VARIANTS}

OTHERS: Final[dict[str, Told]] = {
    "trailing-separators": None, "loop-not-closed": ("AK304", "3"), "group-without-its-kind": ("TA105", "024"),
    "release-approximated": None, "group-number-twice": ("AK905", "19"), "file-cut-off": ("TA105", "023"),
    "empty-interchange": ("TA105", "024"), "same-separators": None, "header-cut-off": None,
    "header-not-padded": None, "byte-order-mark": None, "text-behind-iea": None, "another-kind-of-file": None,
    "empty-file": None, "endless-segment": ("AK502", "5"), "number-of-lines": None, "hash-total": None,
    "item-check-digit": None, "item-number-form": None, "drug-code-form": None, "hibc-check-character": None,
    "party-check-digit": None, "party-id-form": None, "container-check-digit": None, "invoice-total": None,
    "order-total": None, "parent-unknown": None, "level-number-twice": None, "level-misplaced": None,
    "children-of-a-level": None, "unit-missing": None,
}  # fmt: skip
"""What is told of the rules that the table does not have."""

NOT_BEFORE_005010 = {("AK403", "12"): "3", ("AK403", "13"): "3", ("AK502", "18"): "6"}

ACKNOWLEDGMENTS = frozenset({"997", "999"})
GOODS = frozenset(KINDS) - ACKNOWLEDGMENTS - {"820", "824"}
"""Kinds with lines of goods."""
EVERYWHERE = frozenset(RULES) & {
    "mandatory-element", "too-many-elements", "too-long", "not-a-number", "code-not-in-the-list",
    "trailing-separators", "unknown-segment", "unexpected-segment", "mandatory-segment", "segment-too-often",
    "segment-of-another-set", "set-not-supported", "kind-of-the-set", "set-trailer-missing",
    "numbers-of-st-and-se-differ", "number-of-segments", "set-number-twice-in-the-group", "form-of-the-set-number",
    "group-trailer-missing", "numbers-of-gs-and-ge-differ", "number-of-sets", "form-of-the-group-number",
    "interchange-ends-early", "file-cut-off", "numbers-of-isa-and-iea-differ", "senders-qualifier", "number-of-groups",
}  # fmt: skip
"""Rules that can break whatever there is."""


@cache
def whole(set_id: str, release: str, seed: int) -> bytes:
    """A sample of two transaction sets, where the kind has more than one."""
    return sample(Wanted(set_id, seed=seed, sets=1 + seed % 2, release=release))


def broken_samples(name: str) -> Iterator[tuple[str, str, Broken]]:
    """Every kind and release in which the rule finds a place, broken at places of several seeds."""
    for set_id, release, seed in itertools.product(KINDS, RELEASES, SEEDS):
        try:
            yield set_id, release, break_sample(whole(set_id, release, seed), [[RULES[name]]], seed)
        except NothingToBreakError:
            continue


def problems_in(content: bytes) -> list[Problem]:
    """What a reader finds, each once."""
    partner = Partner(name="unlisted", catch_all=True)
    found = [
        problem for item in read_delivery(content, digest(content), lambda *_: partner) for problem in item.problems
    ]
    return list({(one.code, one.offset, one.element, one.component, one.segment_index): one for one in found}.values())


def answer_rows(content: bytes, kind: Literal["997", "999"]) -> list[list[str]]:
    """The segments of all answers that are due, a TA1 always."""
    wanted = Acknowledgments(functional_kind=kind, interchange="always")
    partner = Partner(name="unlisted", catch_all=True, acknowledgments=wanted)
    numbers: defaultdict[str, Iterator[int]] = defaultdict(lambda: itertools.count(1))
    rows: list[list[str]] = []
    for item in read_delivery(content, digest(content), lambda *_: partner):
        if isinstance(item, Closing):
            for answer in item.answers:
                text = render(answer, lambda scope: next(numbers[scope]), NOW)[0].decode()
                rows += [row.strip().split("*") for row in text.split("~") if row.strip()]
    return rows


def check_place(damage: Damage, found: list[Problem], content: bytes) -> None:
    """One of the problems points at what was broken."""
    place = damage.place
    here = [
        one
        for one in found
        if one.segment == place.segment and one.element in (place.element, *([None] if place.element is None else []))
        and (place.component is None or one.component == place.component)
    ]  # fmt: skip
    assert here, (damage, [one.to_data() for one in found])
    if damage.index is not None:
        assert {one.segment_index for one in here} & {None, damage.index}
    if damage.offset is not None:
        # What is missing at the end is told behind the last segment, its line end included.
        end = content.find(b"~", damage.offset) + len("~\n")
        assert any(damage.offset <= (one.offset or 0) <= end for one in here)


def check_told(told: Told, damage: Damage, rows: list[list[str]], release: str, kind: Literal["997", "999"]) -> None:
    """The acknowledgment says it, with the segment and the element where it has a place for them."""
    if told is None:
        assert not [row for row in rows if row[0] in ("AK3", "IK3", "AK4", "IK4")]
        assert [row[4:] for row in rows if row[0] == "TA1"] in ([["A", "000"]], [])
        return
    element, code = told
    if kind == "997" and release < "005010":
        code = NOT_BEFORE_005010.get(told, code)
    letter = "A" if kind == "997" else "I"
    place, index = damage.place, str(damage.index)
    match element:
        case "TA105":
            assert [row[5] for row in rows if row[0] == "TA1"] == [code]
        case "AK905":
            assert any(code in row[5:] for row in rows if row[0] == "AK9")
        case "AK502":
            assert any(code in row[2:] for row in rows if row[0] == f"{letter}K5")
        case "AK304":
            assert any(row[:3] == [f"{letter}K3", place.segment, index] and row[4] == code for row in rows)
        case _:
            shown = str(place.element) if place.component is None else f"{place.element}>{place.component}"
            at = next(at for at, row in enumerate(rows) if row[:3] == [f"{letter}K3", place.segment, index])
            below = itertools.takewhile(lambda row: row[0] in (f"{letter}K3", f"{letter}K4", "CTX"), rows[at:])
            assert any(row[0] == f"{letter}K4" and row[1] == shown and row[3] == code for row in below)


@pytest.mark.parametrize("name", RULES)
def test_the_problem_is_found_at_its_place_and_nothing_else(name: str) -> None:
    rule = RULES[name]
    kinds = set()
    for set_id, release, broken in broken_samples(name):
        kinds.add(set_id)
        (damage,) = broken.damages
        found = problems_in(broken.content)
        own = [one for one in found if one.code == rule.kind.code]
        assert own, (set_id, release, damage)
        assert {one.code for one in found} - {rule.kind.code} <= {kind.code for kind in rule.follows}, set_id
        assert len(own) == 1 or rule.kind in rule.follows, set_id
        check_place(damage, own, broken.content)
    assert kinds
    if name in EVERYWHERE:
        assert kinds == set(KINDS)


@pytest.mark.parametrize("kind", ["997", "999"])
@pytest.mark.parametrize("name", RULES)
def test_the_acknowledgment_tells_it(name: str, kind: Literal["997", "999"]) -> None:
    told = told_by(TABLE[name]) if name in TABLE else OTHERS[name]
    looked = 0
    for set_id, release, broken in broken_samples(name):
        (damage,) = broken.damages
        rows = answer_rows(broken.content, kind)
        if set_id in ACKNOWLEDGMENTS and not (told and told[0] == "TA105"):
            if b"GS*FA" in broken.content:
                assert not [row for row in rows if row[0] in ("AK1", "AK2")]
            continue
        if name == "group-not-supported":
            assert any(row[0] == "AK9" and "1" in row[5:] for row in rows)
        check_told(told, damage, rows, release, kind)
        looked += 1
    assert looked or set(ACKNOWLEDGMENTS) >= {set_id for set_id, _, _ in broken_samples(name)}


def test_rules_are_those_of_the_table_and_their_codes_too() -> None:
    assert set(RULES) == set(TABLE) | set(OTHERS)
    assert {name: RULES[name].kind.code for name in TABLE} == {name: case.code for name, case in TABLE.items()}


def test_the_same_seed_breaks_the_same_place_and_others_break_others() -> None:
    content = whole("850", "004010", 1)
    rule = [RULES["not-a-number"]]
    assert break_sample(content, [rule], 5).content == break_sample(content, [rule], 5).content
    assert len({break_sample(content, [rule], seed).content for seed in range(30)}) > 10


def test_a_file_can_be_wrong_in_several_ways() -> None:
    names = ("not-a-number", "number-of-segments", "code-not-in-the-list", "unknown-segment")
    broken = break_sample(whole("850", "004010", 1), [[RULES[name]] for name in names], 3)
    assert {problem.code for problem in problems_in(broken.content)} >= {RULES[name].kind.code for name in names}
    assert [damage.rule.name for damage in broken.damages] == list(names)


def test_rules_are_found_by_name_and_by_code() -> None:
    assert rules_for("Not a number") == rules_for("not-a-number") == rules_for("x12-e0307") == (RULES["not-a-number"],)
    assert len(rules_for("X12-W0302")) == 4
    assert rules_for("nonsense") == ()
