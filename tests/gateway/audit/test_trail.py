"""The audit trail: what is on record stays as it was, and whoever touches it is found out."""

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gateway.audit import inbox
from gateway.audit.entry import GATEWAY, Action, Actor, ActorKind, Entry, Head
from gateway.audit.export import cef, json_line, syslog
from gateway.audit.keeper import TrailKeeper
from gateway.audit.record import audit
from gateway.audit.refusals import Refusals
from gateway.audit.sidecar import FILE, kept_head
from gateway.audit.verify import Verdict, verify
from gateway.ledger.contract import LedgerReadOnly
from gateway.ledger.sqlite import best_driver
from gateway.ledger.store import SqlLedger, open_ledger
from tests.rigs.ledger_rows import NOW

ANNA = Actor("anna", ActorKind.PERSON, "/dev/pts/1")


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[SqlLedger]:
    opened = open_ledger(tmp_path, clock=lambda: NOW)
    yield opened
    opened.close()


def put(ledger: SqlLedger, count: int, *, at: datetime = NOW) -> None:
    for number in range(count):
        entry = Entry(Action.PAYLOAD_VIEWED, ANNA, f"delivery d{number}", "acme", details={"part": "bytes"}, at=at)
        ledger.write(lambda tx, entry=entry: audit(tx, entry)).result()  # type: ignore[misc]


def look(ledger: SqlLedger, **heads: Head) -> Verdict:
    return ledger.read(lambda reads: verify(reads.trail.all(), reads.trail.beginning(), heads))


def tampered(folder: Path, *statements: str) -> None:
    """What somebody does with the file in hand."""
    # With the ledger's own library: a second one in this process would let go of the locks of the first.
    connection = best_driver().module.connect(folder / "ledger.db", isolation_level=None)
    for statement in statements:
        connection.execute(statement)
    connection.close()


def keeper(ledger: SqlLedger, folder: Path, alarms: list[str] | None = None, **how: object) -> TrailKeeper:
    told = alarms if alarms is not None else []
    return TrailKeeper(
        ledger,
        folder,
        lambda: NOW,
        2190,
        {"version": "1"},
        lambda code, text: told.append(f"{code} {text}"),
        **how,  # type: ignore[arg-type]
    )


def test_rows_follow_from_each_other(ledger: SqlLedger) -> None:
    put(ledger, 5)
    found = look(ledger)
    assert (found.rows, found.first, found.flaws) == (5, 1, ())
    rows = ledger.read(lambda reads: reads.trail.rows())
    assert [row.position for row in rows] == [1, 2, 3, 4, 5]
    assert [row.previous for row in rows[1:]] == [row.digest for row in rows[:-1]]
    assert (rows[0].actor, rows[0].source, rows[0].partner) == ("anna", "/dev/pts/1", "acme")


def test_what_is_undone_is_not_on_record(ledger: SqlLedger) -> None:
    put(ledger, 1)

    def work(tx: object) -> None:
        audit(tx, Entry(Action.KEY_REVOKED, ANNA, "key erp"))  # type: ignore[arg-type]
        raise RuntimeError("no")

    with pytest.raises(RuntimeError):
        ledger.write(work).result()
    put(ledger, 1)
    assert look(ledger).rows == 2
    assert look(ledger).flaws == ()


DEEDS: dict[str, tuple[str, ...]] = {
    "altered": ("UPDATE audit SET actor = 'nobody' WHERE position = 4",),
    "altered time": ("UPDATE audit SET at = at - 1 WHERE position = 4",),
    "altered reason": ("UPDATE audit SET reason = 'because' WHERE position = 4",),
    "removed": ("DELETE FROM audit WHERE position = 4",),
    "removed two": ("DELETE FROM audit WHERE position IN (4, 5)",),
    "removed and closed up": (
        "DELETE FROM audit WHERE position = 4",
        "UPDATE audit SET position = position - 1 WHERE position > 4",
    ),
    "reordered": (
        "UPDATE audit SET position = 99 WHERE position = 4",
        "UPDATE audit SET position = 4 WHERE position = 5",
        "UPDATE audit SET position = 5 WHERE position = 99",
    ),
    "first removed": ("DELETE FROM audit WHERE position = 1",),
}


@pytest.mark.parametrize("deed", DEEDS)
def test_whoever_touches_rows_is_found_out_and_told_where(ledger: SqlLedger, tmp_path: Path, deed: str) -> None:
    put(ledger, 8)
    tampered(tmp_path, *DEEDS[deed])
    flaws = look(ledger).flaws
    assert flaws, deed
    assert flaws[0].position == (1 if deed == "first removed" else 4)


def test_a_row_that_was_put_in_is_found(ledger: SqlLedger, tmp_path: Path) -> None:
    """A forger knows how digests are made: the row fits itself and the one before, and the one behind tells."""
    put(ledger, 3)
    tampered(
        tmp_path, "CREATE TABLE kept AS SELECT * FROM audit WHERE position = 3", "DELETE FROM audit WHERE position = 3"
    )
    ledger.write(lambda tx: audit(tx, Entry(Action.KEY_CREATED, ANNA, "key forged"))).result()
    tampered(tmp_path, "UPDATE kept SET position = 4", "INSERT INTO audit SELECT * FROM kept", "DROP TABLE kept")
    assert [flaw.position for flaw in look(ledger).flaws] == [4]


def test_a_tail_that_is_cut_off_is_found_by_the_end_that_was_kept(ledger: SqlLedger, tmp_path: Path) -> None:
    put(ledger, 8)
    head = ledger.read(lambda reads: reads.trail.head())
    assert head is not None
    tampered(tmp_path, "DELETE FROM audit WHERE position > 5")
    assert look(ledger).flaws == ()
    (flaw,) = look(ledger, sidecar=head).flaws
    assert (flaw.kind, flaw.position) == ("cut off", 6)
    put(ledger, 6)
    (flaw,) = look(ledger, sidecar=head).flaws
    assert (flaw.kind, flaw.position) == ("altered", 8)


def test_a_trail_of_another_ledger_is_found(ledger: SqlLedger, tmp_path: Path) -> None:
    put(ledger, 2)
    other = open_ledger(tmp_path / "other")
    put(other, 3)
    other.close()
    tampered(
        tmp_path, f"ATTACH '{tmp_path / 'other' / 'ledger.db'}' AS o", "DELETE FROM audit",
        "INSERT INTO audit SELECT * FROM o.audit",
    )  # fmt: skip
    assert [flaw.position for flaw in look(ledger).flaws] == [1]


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_no_single_change_of_a_stored_field_goes_unseen(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    folder = tmp_path_factory.mktemp("trail")
    ledger = open_ledger(folder, clock=lambda: NOW)
    try:
        put(ledger, 4)
        position = data.draw(st.integers(1, 4))
        columns = [
            "actor",
            "actor_kind",
            "action",
            "object",
            "partner",
            "reason",
            "source",
            "details",
            "previous",
            "digest",
        ]
        column = data.draw(st.sampled_from(columns))
        value = data.draw(
            st.text(st.characters(min_codepoint=32, max_codepoint=126, exclude_characters="'"), max_size=20)
        )
        before = ledger.read(lambda reads: reads.trail.rows())[position - 1]
        tampered(folder, f"UPDATE audit SET {column} = '{value}' WHERE position = {position}")  # noqa: S608
        same = getattr(before, column) == value
        assert bool(look(ledger).flaws) is not same
    finally:
        ledger.close()


def test_old_rows_go_and_the_trail_tells_where_it_begins_now(ledger: SqlLedger, tmp_path: Path) -> None:
    put(ledger, 6, at=NOW - timedelta(days=3000))
    put(ledger, 3)
    assert ledger.write(lambda tx: tx.trail.prune(NOW - timedelta(days=2190), 4)).result() == 4
    assert ledger.write(lambda tx: tx.trail.prune(NOW - timedelta(days=2190), 4)).result() == 2
    assert ledger.write(lambda tx: tx.trail.prune(NOW - timedelta(days=2190), 4)).result() == 0
    found = look(ledger)
    assert (found.first, found.rows, found.flaws) == (7, 5, ())
    tampered(tmp_path, "DELETE FROM audit WHERE position = 7")
    assert [flaw.kind for flaw in look(ledger).flaws] == ["begins late"]


def test_the_last_row_stays_however_old(ledger: SqlLedger) -> None:
    put(ledger, 3, at=NOW - timedelta(days=3000))
    assert ledger.write(lambda tx: tx.trail.prune(NOW, 100)).result() == 2
    assert look(ledger).flaws == ()
    assert look(ledger).rows == 2


def test_the_keeper_records_start_and_end_and_keeps_where_the_trail_ends(ledger: SqlLedger, tmp_path: Path) -> None:
    own = keeper(ledger, tmp_path)
    own.begin()
    own.refusals.refused("http", "10.0.0.9")
    own.end()
    rows = ledger.read(lambda reads: reads.trail.rows())
    assert [row.action for row in rows] == ["gateway.started", "gateway.stopped", "access.refused"]
    assert json.loads(rows[0].details) == {"version": "1"}
    assert rows[2].source == "10.0.0.9"
    assert kept_head(tmp_path) == Head(3, rows[2].digest)
    assert (tmp_path / FILE).stat().st_mode & 0o777 == 0o600


def test_the_keeper_raises_an_alarm_and_keeps_what_it_knew_when_the_trail_was_cut(
    ledger: SqlLedger, tmp_path: Path
) -> None:
    first = keeper(ledger, tmp_path)
    first.begin()
    put(ledger, 4)
    first.end()
    known = kept_head(tmp_path)
    tampered(tmp_path, "DELETE FROM audit WHERE position > 2")
    alarms: list[str] = []
    keeper(ledger, tmp_path, alarms).begin()
    assert alarms == ["SEC-E0301 the audit trail does not hold its row 6 as it was: run wharf audit verify"]
    assert kept_head(tmp_path) == known


def test_a_command_that_may_not_write_leaves_a_note_that_the_gateway_takes_in(
    ledger: SqlLedger, tmp_path: Path
) -> None:
    with pytest.raises(LedgerReadOnly):
        open_ledger(tmp_path, exclusive=False, read_only=True).write(lambda tx: tx.trail.head()).result()
    inbox.leave(tmp_path, Entry(Action.PAYLOAD_VIEWED, ANNA, "delivery d1", "acme", details={"part": "bytes"}), NOW)
    (tmp_path / inbox.FOLDER / "0-not-a-note.json").write_text("{")
    keeper(ledger, tmp_path).begin()
    rows = ledger.read(lambda reads: reads.trail.rows())
    assert [row.action for row in rows] == ["gateway.started", "access.refused", "payload.viewed"]
    assert (rows[2].actor, rows[2].object, rows[2].at) == ("anna", "delivery d1", NOW)
    assert list((tmp_path / inbox.FOLDER).iterdir()) == []


def test_a_million_wrong_keys_become_a_few_rows() -> None:
    refusals, rows = Refusals(), []
    for second in range(3600):
        for number in range(280):
            refusals.refused("http", f"10.0.{number % 60}.1")
        if (entry := refusals.entry(float(second))) is not None:
            rows.append(entry)
    assert len(rows) < 10
    assert all(len(entry.details) <= 51 for entry in rows)
    last = refusals.entry(3600.0, last=True)
    counted = sum(int(value) for entry in [*rows, last] if entry for value in entry.details.values())
    assert counted == 3600 * 280


@pytest.mark.parametrize("write", [json_line, lambda row: cef(row, "1.0"), lambda row: syslog(row, "gw 1")])
def test_exports_are_one_line_each_and_hold_marks_of_their_own_escaped(
    ledger: SqlLedger, write: Callable[[object], str]
) -> None:
    hostile = Entry(Action.KEY_REVOKED, ANNA, 'key a|b="c\\d]\n', reason="x=1 | y]")
    row = ledger.write(lambda tx: audit(tx, hostile)).result()
    line = write(row)
    assert "\n" not in line
    assert row.digest in line


def test_cef_and_syslog_escape_as_their_standards_say(ledger: SqlLedger) -> None:
    row = ledger.write(lambda tx: audit(tx, Entry(Action.KEY_REVOKED, ANNA, 'a="b]\\', reason="x=1"))).result()
    assert cef(row, "1|2").startswith(
        "CEF:0|Wharf|wharf-gateway|1\\|2|key.revoked|key revoked|5|rt=1772600767891 suser=anna"
    )
    assert ' cs1=a\\="b]\\\\ ' in cef(row, "1")
    assert syslog(row, "gw").startswith(
        '<109>1 2026-03-04T05:06:07.891011Z gw wharf - key.revoked [wharf@32473 position="1"'
    )
    assert ' object="a=\\"b\\]\\\\" ' in syslog(row, "gw")


def test_a_value_of_a_stranger_is_short_and_on_one_line(ledger: SqlLedger) -> None:
    row = ledger.write(lambda tx: audit(tx, Entry(Action.KEY_REVOKED, GATEWAY, "k\x1b[31m\n" + "x" * 5000))).result()
    assert len(row.object) == 500
    assert row.object.isprintable()
    assert row.at == NOW.astimezone(UTC)
