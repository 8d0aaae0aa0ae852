"""What every ledger does for nodes that share it: leases with fencing tokens, and who reads what."""

from collections.abc import Callable
from functools import partial

import pytest

from gateway.ledger.contract import LeaseLost, Ledger, Transaction
from gateway.ledger.node_records import Lease, NodeRow, life
from tests.rigs.ledger_rows import NOW, delivery

LONG = 600.0
PAST = -1.0
"""A lease that ran out before it began: no test waits for a clock."""


def claim(ledger: Ledger, name: str, node: str, seconds: float = LONG) -> Lease | None:
    """One claim, committed."""
    return ledger.write(lambda tx: tx.nodes.claim(name, node, seconds)).result()


def required(ledger: Ledger, lease: Lease) -> bool:
    """Whether a write under the lease is taken."""
    try:
        ledger.write(lambda tx: tx.nodes.require(lease)).result()
    except LeaseLost:
        return False
    return True


def _enter(row: NodeRow, tx: Transaction) -> None:
    tx.nodes.enter(row)


def _accept(name: str, tx: Transaction) -> None:
    tx.add_delivery(delivery(name, name.encode()), name.encode())


def a_lease_has_one_owner(ledger: Ledger) -> None:
    assert claim(ledger, "relay", "a") == Lease("relay", "a", 1)
    assert claim(ledger, "relay", "b") is None
    assert claim(ledger, "clocks", "b") == Lease("clocks", "b", 1)
    found = {row.name: (row.node, row.alive) for row in ledger.write(lambda tx: tx.nodes.leases()).result()}
    assert found == {"relay": ("a", True), "clocks": ("b", True)}


def one_that_ran_out_goes_to_the_next_with_a_greater_token(ledger: Ledger) -> None:
    first = claim(ledger, "relay", "a", PAST)
    assert first is not None
    second = claim(ledger, "relay", "b")
    assert second is not None
    assert second.token > first.token
    assert not required(ledger, first)
    assert required(ledger, second)
    assert ledger.write(lambda tx: tx.nodes.renew([first], "a", LONG)).result() == set()
    assert claim(ledger, "relay", "a") is None


def one_that_ran_out_and_nobody_took_is_still_the_owners(ledger: Ledger) -> None:
    lease = claim(ledger, "relay", "a", PAST)
    assert lease is not None
    assert required(ledger, lease)
    assert ledger.write(lambda tx: tx.nodes.renew([lease], "a", LONG)).result() == {"relay"}
    assert claim(ledger, "relay", "b") is None


def a_node_that_starts_anew_gets_its_own_at_once_and_its_earlier_self_is_refused(ledger: Ledger) -> None:
    before, after = claim(ledger, "relay", "a"), claim(ledger, "relay", "a")
    assert before is not None
    assert after is not None
    assert after.token > before.token
    assert not required(ledger, before)
    assert ledger.write(lambda tx: tx.nodes.renew([before], "a", LONG)).result() == set()


def one_that_is_given_back_is_free_and_its_token_is_never_used_again(ledger: Ledger) -> None:
    lease = claim(ledger, "relay", "a")
    assert lease is not None
    assert ledger.write(lambda tx: tx.nodes.release(lease)).result()
    assert not ledger.write(lambda tx: tx.nodes.release(lease)).result()
    assert not required(ledger, lease)
    assert claim(ledger, "relay", "b") == Lease("relay", "b", 2)


def a_late_write_takes_back_all_of_its_transaction(ledger: Ledger) -> None:
    late = claim(ledger, "relay", "a", PAST)
    assert late is not None
    claim(ledger, "relay", "b")

    def work(tx: Transaction) -> None:
        tx.add_delivery(delivery("d1"), b"ISA*00*")
        tx.nodes.require(late)

    with pytest.raises(LeaseLost, match="relay"):
        ledger.write(work).result()
    assert ledger.read(lambda reads: reads.delivery("d1")) is None


def many_are_renewed_in_one_statement(ledger: Ledger) -> None:
    leases = [claim(ledger, f"lane p{number} edi", "a", PAST) for number in range(50)]
    held = [lease for lease in leases if lease is not None]
    assert len(held) == 50
    taken = claim(ledger, "lane p7 edi", "b")
    assert taken is not None
    kept = ledger.write(lambda tx: tx.nodes.renew(held, "a", LONG)).result()
    assert kept == {lease.name for lease in held} - {"lane p7 edi"}
    assert ledger.write(lambda tx: tx.nodes.renew([], "a", LONG)).result() == set()


def a_node_lives_while_its_own_lease_holds(ledger: Ledger) -> None:
    def node(name: str) -> NodeRow:
        return NodeRow(id=name, name=f"host-{name}", version="1", address="", started=NOW, seen=NOW)

    for each in "ab":
        ledger.write(partial(_enter, node(each))).result()
    claim(ledger, life("a"), "a")
    claim(ledger, life("b"), "b", PAST)
    assert {row.name: row.alive for row in ledger.write(lambda tx: tx.nodes.all()).result()} == {
        "host-a": True, "host-b": False,
    }  # fmt: skip
    assert ledger.write(lambda tx: [tx.nodes.alive(each) for each in "abc"]).result() == [True, False, False]


def a_delivery_is_read_by_one_node(ledger: Ledger) -> None:
    for each in ("d1", "d2", "d3"):
        ledger.write(partial(_accept, each)).result()
    ledger.write(lambda tx: [tx.begin_reading("d1", "a"), tx.begin_reading("d2", "b")]).result()
    unread = ledger.read(lambda reads: [row.id for row in reads.unread_deliveries(besides=("b",))])
    assert unread == ["d1", "d3"]
    assert ledger.read(lambda reads: len(reads.unread_deliveries())) == 3
    ledger.write(lambda tx: tx.nodes.require_reader("d1", "a")).result()
    # b takes a for dead, and begins anew: what a makes of it is refused from now on.
    assert ledger.write(lambda tx: tx.begin_reading("d1", "b")).result() == 2
    with pytest.raises(LeaseLost):
        ledger.write(lambda tx: tx.nodes.require_reader("d1", "a")).result()
    ledger.write(lambda tx: tx.forgive_reading(reader="b")).result()
    attempts = ledger.read(lambda reads: {row.id: row.attempts for row in reads.unread_deliveries()})
    assert attempts == {"d1": 0, "d2": 0, "d3": 0}
    ledger.write(lambda tx: tx.begin_reading("d3", "a")).result()
    ledger.write(lambda tx: tx.forgive_reading(reader="b")).result()
    assert ledger.read(lambda reads: reads.delivery("d3")).attempts == 1  # type: ignore[union-attr]


NODE_CHECKS: tuple[Callable[[Ledger], None], ...] = (
    a_lease_has_one_owner,
    one_that_ran_out_goes_to_the_next_with_a_greater_token,
    one_that_ran_out_and_nobody_took_is_still_the_owners,
    a_node_that_starts_anew_gets_its_own_at_once_and_its_earlier_self_is_refused,
    one_that_is_given_back_is_free_and_its_token_is_never_used_again,
    a_late_write_takes_back_all_of_its_transaction,
    many_are_renewed_in_one_statement,
    a_node_lives_while_its_own_lease_holds,
    a_delivery_is_read_by_one_node,
)
