"""What every ledger does for persons: exceptions, replays and marks; examined by the same calls."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from gateway.ledger.contract import Ledger
from gateway.ledger.exception_records import NOBODY, ExceptionNote, Standing, Wanted, key_of
from tests.rigs.ledger_rows import NOW, delivery, exception, later

Check = Callable[[Ledger], None]


def _open(ledger: Ledger, id: str, key: str | None = None, **others: Any) -> str:
    row = replace(exception(id), key=key, **others)
    return ledger.write(lambda tx: tx.open_exception(row)).result()


def _waiting(ledger: Ledger) -> int:
    return ledger.read(lambda reads: reads.backlog()).exceptions


def the_same_trouble_is_one_exception_while_it_is_open(ledger: Ledger) -> None:
    key = key_of("NET-E0502", "acme")
    assert _open(ledger, "x1", key) == "x1"
    assert _open(ledger, "x2", key, opened_at=later(60)) == "x1", "who opens it is told which one tells of it"
    assert _open(ledger, "x3", key_of("NET-E0502", "bolt")) == "x3"
    assert [_open(ledger, id) for id in ("x4", "x5")] == ["x4", "x5"], "without a key each stands for itself"
    found = ledger.read(lambda reads: reads.exception("x1"))
    assert found is not None
    assert (found.seen, found.opened_at, found.last_at) == (2, NOW, later(60))
    assert _waiting(ledger) == 4


def trouble_that_comes_back_is_told_again_and_names_the_time_before(ledger: Ledger) -> None:
    _open(ledger, "x1", "k")
    ledger.write(lambda tx: tx.assign_exceptions(["x1"], "anna", later(1), "lead")).result()
    ledger.write(lambda tx: tx.resolve_exceptions(["x1"], later(2), "mended", "anna")).result()
    assert _waiting(ledger) == 0
    assert _open(ledger, "x2", "k", opened_at=later(3)) == "x2"
    assert _open(ledger, "x3", "k", opened_at=later(4)) == "x2"
    first, second = ledger.read(lambda reads: (reads.exception("x1"), reads.exception("x2")))
    assert first is not None and second is not None
    assert (first.resolved_by, first.note, first.seen) == ("anna", "mended", 1), "what was closed stays as it was"
    assert (second.again_of, second.assigned_to, second.seen, second.resolved_at) == ("x1", "anna", 2, None)
    assert _waiting(ledger) == 1


def exceptions_are_found_by_what_they_are(ledger: Ledger) -> None:
    ledger.write(lambda tx: tx.add_delivery(delivery("d1"), b"ISA*00*")).result()
    _open(ledger, "x1", kind="business", code="BUS-E0202", partner="acme", delivery="d1")
    _open(ledger, "x2", code="NET-E0502", partner=None, opened_at=later(10), parcel="p1", assigned_to="anna")
    _open(ledger, "x3", partner="bolt", opened_at=later(20), document="e1")
    ledger.write(lambda tx: tx.resolve_exceptions(["x3"], later(30), "done", "anna")).result()

    def ids(wanted: Wanted) -> list[str]:
        return [row.id for row in ledger.read(lambda reads: reads.list_exceptions(wanted)).rows]

    everything = Standing.ALL
    assert ids(Wanted()) == ["x2", "x1"]
    assert ids(Wanted(everything)) == ["x3", "x2", "x1"]
    assert ids(Wanted(Standing.RESOLVED)) == ["x3"]
    assert ids(Wanted(kind="business")) == ["x1"]
    assert ids(Wanted(code="NET-E0502")) == ["x2"]
    assert ids(Wanted(everything, partner="bolt")) == ["x3"]
    assert ids(Wanted(everything, since=later(10))) == ["x3", "x2"]
    assert ids(Wanted(assigned_to="anna")) == ["x2"]
    assert ids(Wanted(assigned_to=NOBODY)) == ["x1"]
    assert ids(Wanted(delivery="d1")) == ["x1"]
    assert ids(Wanted(parcel="p1")) == ["x2"]
    assert ids(Wanted(everything, document="e1")) == ["x3"]
    page = ledger.read(lambda reads: reads.list_exceptions(Wanted(everything), limit=2))
    rest = ledger.read(lambda reads: reads.list_exceptions(Wanted(everything), after=page.next, limit=2))
    assert [row.id for row in (*page.rows, *rest.rows)] == ["x3", "x2", "x1"]
    assert rest.next is None


def exceptions_are_counted_by_code_and_partner(ledger: Ledger) -> None:
    for number in range(5):
        _open(ledger, f"a{number}", code="X12-E0307", partner="acme", opened_at=later(number))
    _open(ledger, "b", code="X12-E0307", partner="bolt")
    _open(ledger, "c", code="NET-E0502", partner=None)
    _open(ledger, "d", code="NET-E0502", partner=None, opened_at=later(1))
    groups = ledger.read(lambda reads: reads.exception_groups())
    assert [(each.code, each.partner, each.count, each.example.id) for each in groups] == [
        ("X12-E0307", "acme", 5, "a4"), ("NET-E0502", None, 2, "d"), ("X12-E0307", "bolt", 1, "b"),
    ]  # fmt: skip
    assert (groups[0].oldest, groups[0].newest) == (NOW, later(4))
    only = ledger.read(lambda reads: reads.exception_groups(Wanted(partner="bolt")))
    assert [each.example.id for each in only] == ["b"]


def what_is_noted_stays_in_order(ledger: Ledger) -> None:
    _open(ledger, "x1")
    ledger.write(lambda tx: tx.note_exception(ExceptionNote("x1", later(1), "anna", "asked ACME"))).result()
    assert ledger.write(lambda tx: tx.assign_exceptions(["x1", "x9"], "ben", later(2), "anna")).result() == 1
    assert ledger.write(lambda tx: tx.assign_exceptions(["x1"], "ben", later(3), "anna")).result() == 0
    assert ledger.write(lambda tx: tx.assign_exceptions(["x1"], None, later(4), "ben")).result() == 1
    notes = ledger.read(lambda reads: reads.exception_notes("x1"))
    assert [(each.at, each.by, each.text) for each in notes] == [
        (later(1), "anna", "asked ACME"), (later(2), "anna", "assigned to ben"),
        (later(4), "ben", "assigned to nobody"),
    ]  # fmt: skip
    with pytest.raises(LookupError):
        ledger.write(lambda tx: tx.note_exception(ExceptionNote("x9", NOW, "anna", "?"))).result()


ATTENTION_CHECKS: tuple[Check, ...] = (
    the_same_trouble_is_one_exception_while_it_is_open,
    trouble_that_comes_back_is_told_again_and_names_the_time_before,
    exceptions_are_found_by_what_they_are,
    exceptions_are_counted_by_code_and_partner,
    what_is_noted_stays_in_order,
)
