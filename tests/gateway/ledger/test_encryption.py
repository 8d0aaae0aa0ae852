"""Content encrypted at rest: none of it is on the disk, all of it is there, and what was touched does not open."""

import dataclasses
import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.ledger.blobs import IN_ROW, digest
from gateway.ledger.contract import LedgerError, Transaction
from gateway.ledger.records import ParcelRow, ProblemRow
from gateway.ledger.sealing import MAGIC, PIECE, Sealer, head_of
from gateway.ledger.sqlite import best_driver
from gateway.ledger.store import SqlLedger, open_ledger
from tests.rigs.ledger_rows import delivery, document, event, parcel

CANARY = b"CANARY-PATIENT-ZWETSCHGE"
K1, K2 = b"\x01" * 32, b"\x02" * 32
ONE = Sealer({"k1": K1}, "k1")
BOTH = Sealer({"k1": K1, "k2": K2}, "k2")
LARGE = (CANARY + b" ") * 200_000


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    yield tmp_path / "var"


def sent(id: str, body: bytes, content: bytes) -> ParcelRow:
    return dataclasses.replace(parcel(id, content=content), body=body)


def fill(tx: Transaction, number: int, content: bytes) -> None:
    """Everything that holds content."""
    id = f"d{number}"
    tx.add_delivery(delivery(id, content), content)
    tx.add_documents([document(f"e{number}", id, body=b'{"note":"' + CANARY + b'"}')])
    tx.add_problems([ProblemRow(id, f"e{number}", "X12-E0001", "error", b'{"found":"' + CANARY + b'"}')])
    tx.add_answer(id, b"MSH|^~\\&|" + CANARY)
    tx.add_events([event(f"e{number}", id)])
    tx.add_parcel(sent(f"p{number}", b'{"x":"' + CANARY + b'"}', CANARY + b"*997"))


def filled(folder: Path, sealer: Sealer | None, number: int = 1, content: bytes = b"ISA*" + CANARY) -> None:
    ledger = open_ledger(folder, sealer=sealer)
    ledger.write(lambda tx: fill(tx, number, content)).result()
    ledger.close()


def told(ledger: SqlLedger, number: int = 1) -> tuple[object, ...]:
    """All that can be read of it."""
    id = f"d{number}"

    def look(reads: Transaction) -> tuple[object, ...]:
        content, row, out = reads.delivery_content(id), reads.document(f"e{number}"), reads.parcel(f"p{number}")
        assert content is not None and row is not None and out is not None
        return (
            content[:], row.body, [each.body for each in reads.problems(id)], reads.answer(id), out.body, out.content,
        )  # fmt: skip

    return ledger.read(look)  # type: ignore[arg-type]


def on_disk(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file())


def change(folder: Path, *statements: str) -> None:
    connection = best_driver().module.connect(folder / "ledger.db", isolation_level=None)
    for statement in statements:
        connection.execute(statement)
    connection.close()


@pytest.mark.parametrize("content", [b"ISA*" + CANARY, LARGE], ids=["in a row", "in a file"])
def test_nothing_of_it_lies_on_the_disk_and_all_of_it_is_there(folder: Path, content: bytes) -> None:
    filled(folder, None, content=content)
    plain = open_ledger(folder)
    expected = told(plain)
    plain.close()
    assert CANARY in on_disk(folder)

    other = folder.parent / "sealed"
    filled(other, ONE, content=content)
    assert CANARY not in on_disk(other)
    sealed = open_ledger(other, sealer=ONE)
    assert told(sealed) == expected
    assert [row.body for row in sealed.write(lambda tx: tx.claim_events(10)).result()] == [expected[1]]
    sealed.close()


@pytest.mark.parametrize("size", [IN_ROW, IN_ROW + 1, 2 * PIECE, 2 * PIECE + 1, 20 * PIECE + 7])
def test_content_of_any_size_comes_back(folder: Path, size: int) -> None:
    content = os.urandom(1 << 16) * (size // (1 << 16)) + b"x" * (size % (1 << 16))
    ledger = open_ledger(folder, sealer=ONE)
    ledger.keep(content)
    ledger.write(lambda tx: tx.add_delivery(delivery("d1", content), content)).result()
    found = ledger.read(lambda reads: reads.delivery_content("d1"))
    assert found is not None
    assert found[:] == content
    ledger.close()


def test_what_came_before_the_keys_can_still_be_read(folder: Path) -> None:
    filled(folder, None, 1, LARGE)
    filled(folder, ONE, 2)
    ledger = open_ledger(folder, sealer=ONE)
    assert told(ledger, 1)[0] == LARGE
    assert told(ledger, 2)[0] == b"ISA*" + CANARY
    ledger.close()


@pytest.mark.parametrize("how", [{}, {"exclusive": False}, {"read_only": True}], ids=["gateway", "beside", "reading"])
def test_a_missing_key_is_refused_at_the_start_by_its_name(folder: Path, how: dict[str, bool]) -> None:
    filled(folder, ONE)
    for sealer in (None, Sealer({"k9": K2}, "k9")):
        with pytest.raises(LedgerError, match='encrypted with the key "k1": name it in'):
            open_ledger(folder, sealer=sealer, **how)  # type: ignore[arg-type]


def test_another_key_under_the_same_name_is_refused_at_the_start(folder: Path) -> None:
    filled(folder, ONE)
    with pytest.raises(LedgerError, match='the key "k1" is not the one'):
        open_ledger(folder, sealer=Sealer({"k1": K2}, "k1"))


TABLES = {
    "contents": ("contents", "content", 0),
    "documents": ("documents", "body", 1),
    "problems": ("problems", "body", 2),
    "answers": ("answers", "content", 3),
    "parcels": ("parcels", "content", 5),
}


@pytest.mark.parametrize("place", TABLES)
def test_a_byte_that_was_changed_is_told_and_never_given(folder: Path, place: str) -> None:
    filled(folder, ONE)
    table, column, _ = TABLES[place]
    end = f"CAST(substr({column}, 1, length({column}) - 1) || x'00' AS BLOB)"
    change(folder, f"UPDATE {table} SET {column} = {end}")  # noqa: S608 - names of our own
    ledger = open_ledger(folder, sealer=ONE)
    with pytest.raises(LedgerError, match="has changed on disk"):
        told(ledger)
    ledger.close()


def other(tx: Transaction) -> None:
    tx.add_delivery(delivery("d2", b"two"), b"two")
    tx.add_documents([document("e2", "d2", body=b"{}")])
    tx.add_problems([ProblemRow("d2", "e2", "X12-E0002", "error", b"{}")])
    tx.add_answer("d2", b"MSH|other")
    tx.add_parcel(sent("p2", b"{}", b"other"))


@pytest.mark.parametrize("place", TABLES)
def test_rows_cannot_be_put_in_each_others_place(folder: Path, place: str) -> None:
    ledger = open_ledger(folder, sealer=ONE)
    ledger.write(lambda tx: fill(tx, 1, b"one")).result()
    ledger.write(other).result()
    ledger.close()
    table, column, _ = TABLES[place]
    first = f"SELECT {column} FROM {table} AS other ORDER BY other.rowid LIMIT 1"  # noqa: S608 - names of our own
    change(folder, f"UPDATE {table} SET {column} = ({first})")  # noqa: S608
    ledger = open_ledger(folder, sealer=ONE)
    told(ledger, 1)
    with pytest.raises(LedgerError, match="has changed on disk"):
        told(ledger, 2)
    ledger.close()


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_pieces_that_are_swapped_cut_off_repeated_or_changed_do_not_open(data: st.DataObject) -> None:
    content = b"".join(bytes([number]) * PIECE for number in range(3)) + b"end"
    stored = b"".join(ONE.seal_pieces(content, "c"))
    head = head_of(stored[:64])
    assert head is not None
    start, step = head.start + 32, PIECE + 16
    pieces = [stored[start + n * step : start + (n + 1) * step] for n in range(4)]
    order = data.draw(st.lists(st.integers(0, 3), max_size=5))
    joined = stored[:start] + b"".join(pieces[n] for n in order)
    opened = ONE.open_pieces(joined, "c")
    assert (opened is not None and opened[:] == content) is (order == [0, 1, 2, 3])
    assert opened is None or order == [0, 1, 2, 3]
    at = data.draw(st.integers(start, len(stored) - 1))
    assert ONE.open_pieces(stored[:at] + bytes([stored[at] ^ 1]) + stored[at + 1 :], "c") is None
    assert ONE.open_pieces(stored, "d") is None


@settings(max_examples=50, deadline=None)
@given(st.binary(max_size=300), st.text(max_size=20))
def test_every_row_comes_back_and_each_sealing_is_another(content: bytes, context: str) -> None:
    first, second = ONE.seal(content, context), ONE.seal(content, context)
    assert first != second
    assert ONE.open(first, context) == content
    assert ONE.open(first, context + "x") is None
    assert Sealer({"k1": K2}, "k1").open(first, context) is None


def test_a_partner_that_sends_what_looks_sealed_gets_what_it_sent_recorded(folder: Path) -> None:
    small = MAGIC + b"\x01\x02k9" + b"x" * 40
    large = MAGIC + b"\x02\x02k9" + b"x" * (IN_ROW + 1)
    own = ONE.seal(b"seen elsewhere", "elsewhere")
    for sealer in (None, ONE):
        at = folder / str(sealer is None)
        ledger = open_ledger(at, sealer=sealer)
        for number, content in enumerate((small, large, own)):
            ledger.write(lambda tx, n=number, c=content: tx.add_delivery(delivery(f"d{n}", c), c)).result()  # type: ignore[misc]
        found = [ledger.read(lambda reads, n=n: reads.delivery_content(f"d{n}")) for n in range(3)]  # type: ignore[misc]
        assert [each[:] for each in found if each is not None] == [small, large, own]
        ledger.close()


def rekeyed(ledger: SqlLedger, most: int = 10_000) -> bool:
    """Steps until it is done, or until so many were made."""
    for _ in range(most):
        step = ledger.write(lambda tx: tx.rekeying.step()).result()
        for sha256 in step.files:
            ledger.reseal(sha256)
        if step.done:
            ledger.write(lambda tx: tx.rekeying.finish()).result()
            return True
    return False


def test_everything_is_sealed_with_the_new_key_and_the_old_one_can_go(folder: Path) -> None:
    filled(folder, None, 1, LARGE)
    filled(folder, ONE, 2)
    filled(folder, ONE, 3, LARGE + b"3")
    ledger = open_ledger(folder, sealer=BOTH)
    before = [told(ledger, number) for number in (1, 2, 3)]
    assert not rekeyed(ledger, 2)
    ledger.close()
    # Broken off, and gone on with by the next process.
    ledger = open_ledger(folder, sealer=BOTH)
    assert rekeyed(ledger)
    ledger.close()
    assert CANARY not in on_disk(folder)
    ledger = open_ledger(folder, sealer=Sealer({"k2": K2}, "k2"))
    assert [told(ledger, number) for number in (1, 2, 3)] == before
    ledger.close()


def test_encryption_can_be_taken_back(folder: Path) -> None:
    filled(folder, ONE, 1, LARGE)
    ledger = open_ledger(folder, sealer=Sealer({"k1": K1}, None))
    assert rekeyed(ledger)
    ledger.close()
    ledger = open_ledger(folder)
    assert told(ledger)[0] == LARGE
    assert json.loads(told(ledger)[1])["note"] == CANARY.decode()  # type: ignore[arg-type]
    ledger.close()


def test_the_same_large_file_twice_is_sealed_once(folder: Path) -> None:
    ledger = open_ledger(folder, sealer=ONE)
    ledger.keep(LARGE)
    (path,) = [path for path in (folder / "blobs").rglob("*") if path.is_file()]
    assert path.name == digest(LARGE)
    first = path.read_bytes()
    ledger.keep(LARGE)
    assert path.read_bytes() == first
    path.write_bytes(first[:-1] + b"\x00")
    ledger.keep(LARGE)
    ledger.write(lambda tx: tx.add_delivery(delivery("d1", LARGE), LARGE)).result()
    found = ledger.read(lambda reads: reads.delivery_content("d1"))
    assert found is not None
    assert found[:] == LARGE
    ledger.close()
