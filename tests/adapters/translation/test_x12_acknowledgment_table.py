"""Each class of rule, broken once: exactly the right codes at the right places, in 997 and 999 and both releases."""

import io
import itertools
import re
from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

import pytest
import pyx12.params
import pyx12.x12file
import pyx12.x12n_document

from adapters.partner import Acknowledgments, Partner
from adapters.reading import Closing, Message
from adapters.translate import digest, read_delivery, render
from tests.rigs.x12_faults import CASES, Case

PAGE = Path(__file__).parents[3] / "docs/acknowledgments.md"
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


def table() -> str:
    """The table of docs/acknowledgments.md."""
    rows = ["| rule | problem | what was sent | what is told | in 004010 |", "|---|---|---|---|---|"]
    for case in CASES:
        told = case.told if not case.interchange else (f"TA1*…*{case.told[0]}",)
        lines = [line for line in told if not line.startswith("AK2") and (line != "AK9*E*1*1*1")]
        pairs = zip(case.expected("005010", "997"), case.expected("004010", "997"), strict=True)
        older = [] if case.interchange else [new for old, new in pairs if old != new]
        shown = case.shown if len(case.shown) < 60 else case.shown[:57] + "…"
        cells = (
            case.rule, case.code, f"`{shown}`", " ".join(f"`{line}`" for line in lines),
            " ".join(f"`{line}`" for line in older),
        )  # fmt: skip
        rows.append("| " + " | ".join(cells) + " |")
    return "\n".join(rows)


def test_the_table_in_the_docs_is_current(update_golden: bool) -> None:
    page = PAGE.read_text("utf-8")
    before, _, rest = page.partition("<!-- table -->\n")
    after = rest.partition("<!-- end -->")[2]
    wanted = f"{before}<!-- table -->\n{table()}\n<!-- end -->{after}"
    if update_golden:
        PAGE.write_text(wanted, "utf-8")
        page = wanted
    assert page == wanted, "write it anew with --update-golden"


FULL = [case for case in FUNCTIONAL if not (case.quoted or case.version or case.code == "X12-W0205")]


@pytest.mark.parametrize(("release", "kind"), [("004010", "997"), ("005010X222A1", "999")])
@pytest.mark.parametrize("case", FULL, ids=lambda case: f"{case.rule} {case.code}")
def test_pyx12_finds_it_valid_in_full(case: Case, release: str, kind: Literal["997", "999"]) -> None:
    """Its maps know the sets of health insurers alone, so the names of group, set and document are exchanged."""
    (text,) = answers(case, release, kind)
    text = re.sub(r"AK1\*[A-Z]{2}", "AK1*HC", re.sub(r"AK2\*[0-9]+", "AK2*837", text))
    source = io.StringIO(text.replace("CTX*BEG03>", "CTX*CLM01>").replace("\n", ""))
    assert pyx12.x12n_document.x12n_document(pyx12.params.params(), source, None, None)
    source = io.StringIO(text.replace("AK9*", "AK9*Q", 1).replace("\n", ""))
    assert not pyx12.x12n_document.x12n_document(pyx12.params.params(), source, None, None)
