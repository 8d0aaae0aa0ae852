"""Each class of rule, broken once: exactly the right codes at the right places, in 997 and 999 and both releases."""

import io
import itertools
from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Literal

import pytest
import pyx12.x12file

from adapters.partner import Acknowledgments, Partner
from adapters.reading import Closing, Message
from adapters.translate import digest, read_delivery, render
from tests.rigs.x12_faults import CASES, Case

NOW = datetime(2026, 11, 21, 7, 30, tzinfo=UTC)
FUNCTIONAL = [case for case in CASES if not case.interchange]
INTERCHANGE = [case for case in CASES if case.interchange]


def answers(case: Case, release: str, kind: Literal["997", "999"] = "997", ask: str = "0") -> list[str]:
    """The answers to a case as text, numbers from 1."""
    acknowledgments = Acknowledgments(functional_kind=kind, interchange="always" if case.interchange else "requested")
    partner = Partner(name="acme", catch_all=True, acknowledgments=acknowledgments, duplicates=case.duplicates)
    numbers: defaultdict[str, Iterator[int]] = defaultdict(lambda: itertools.count(1))
    content = case.content(release, ask)
    found, codes = [], set()
    for item in read_delivery(content, digest(content), lambda *_: partner):
        codes |= {problem.code for problem in item.problems}
        if isinstance(item, Closing):
            found += [render(answer, lambda scope: next(numbers[scope]), NOW)[0].decode() for answer in item.answers]
    assert case.code in codes
    return found


def check(text: str, case: Case) -> None:
    """Our reader finds nothing in it, and pyx12's none in the envelopes."""
    raw = text.encode()
    items = list(read_delivery(raw, digest(raw), lambda *_: Partner(name="us", catch_all=True)))
    found = {problem.code for item in items for problem in item.problems}
    assert found <= case.quoted
    assert case.quoted or all(item.accepted for item in items if isinstance(item, Message))
    reader = pyx12.x12file.X12Reader(io.StringIO(text.replace("\n", "")))
    assert list(reader)
    assert reader.pop_errors() == []


@pytest.mark.parametrize("kind", ["997", "999"])
@pytest.mark.parametrize("release", ["004010", "005010"])
@pytest.mark.parametrize("case", FUNCTIONAL, ids=lambda case: f"{case.rule} {case.code}")
def test_a_functional_acknowledgment_tells_it(case: Case, release: str, kind: Literal["997", "999"]) -> None:
    (text,) = answers(case, release, kind)
    rows = [row.rstrip("~") for row in text.splitlines()]
    begin = next(at for at, row in enumerate(rows) if row.startswith("AK1"))
    end = next(at for at, row in enumerate(rows) if row.startswith("SE"))
    assert rows[begin + 1 : end] == case.expected(release, kind)
    check(text, case)


@pytest.mark.parametrize("release", ["004010", "005010"])
@pytest.mark.parametrize("case", INTERCHANGE, ids=lambda case: f"{case.rule} {case.told[0]}")
def test_a_ta1_tells_it(case: Case, release: str) -> None:
    text = answers(case, release, ask="1")[0]
    (row,) = (row.rstrip("~") for row in text.splitlines() if row.startswith("TA1"))
    assert row.split("*")[4:] == case.told[0].split("*")
    assert [len(part) for part in row.split("*")[1:4]] == [9, 6, 4]
    check(text, case)
