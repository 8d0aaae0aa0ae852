"""However nodes are frozen, cut off, killed and started again: a lease never has two owners that can write.

The ledger is a real one, with a clock that the test moves; so are the state machines of the nodes. What is the test's
own is the world between them: answers that come late or never, and nodes whose monotonic clocks began at other times.
"""

import tempfile
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from gateway.ledger.contract import LeaseLost, Transaction
from gateway.ledger.node_records import Lease
from gateway.ledger.store import SqlLedger, open_ledger
from gateway.nodes.tenure import Tenures, Terms
from tests.rigs.ledger_rows import NOW

NAMES = ("relay", "clocks")
TERMS = Terms(10.0)


@dataclass
class Node:
    """One node as the test sees it."""

    id: str
    offset: float
    """What its monotonic clock shows more than the true seconds."""
    tenures: Tenures = field(default_factory=lambda: Tenures(TERMS, sole=False))
    frozen: bool = False
    believes: dict[str, Lease] = field(default_factory=dict)
    """What its work that is under way began under; a frozen node goes on believing."""


@dataclass
class Answer:
    """A committed look at the ledger whose answer is still under way."""

    node: Node
    began: float
    asked: list[Lease]
    kept: set[str]
    claimed: list[Lease]


class Cluster(RuleBasedStateMachine):
    """Three nodes and one ledger."""

    @initialize()
    def begin(self) -> None:
        self.folder = tempfile.TemporaryDirectory()
        self.seconds = 0.0
        self.ledger: SqlLedger = open_ledger(
            Path(self.folder.name), clock=lambda: NOW + timedelta(seconds=self.seconds)
        )
        self.nodes = [Node("a", 0.0), Node("b", 1e6), Node("c", -777.0)]
        self.answers: list[Answer] = []
        self.written: dict[str, list[Lease]] = {name: [] for name in NAMES}

    @rule(seconds=st.sampled_from([0.1, 1.0, 2.0, 3.3, 8.0, 10.0, 30.0]))
    def time_passes(self, seconds: float) -> None:
        self.seconds += seconds
        for node in self.nodes:
            if not node.frozen:
                self.watch(node)

    @rule(which=st.integers(0, 2), late=st.booleans())
    def a_node_looks(self, which: int, late: bool) -> None:
        """Its look is committed at once; the answer may come later, or never."""
        node = self.nodes[which]
        if node.frozen:
            return
        asked, began = node.tenures.held(), self.of(node)

        def work(tx: Transaction) -> tuple[set[str], list[Lease]]:
            kept = tx.nodes.renew(asked, node.id, TERMS.seconds)
            claims = [tx.nodes.claim(name, node.id, TERMS.seconds) for name in NAMES if name not in kept]
            return kept, [lease for lease in claims if lease is not None]

        kept, claimed = self.ledger.write(work).result()
        self.answers.append(Answer(node, began, asked, kept, claimed))
        if not late:
            self.arrive(self.answers.pop())

    @precondition(lambda self: self.answers)
    @rule(data=st.data(), lost=st.booleans())
    def an_answer_comes(self, data: st.DataObject, lost: bool) -> None:
        answer = self.answers.pop(data.draw(st.integers(0, len(self.answers) - 1)))
        if not lost and not answer.node.frozen:
            self.arrive(answer)

    @rule(which=st.integers(0, 2))
    def a_node_is_frozen_or_wakes(self, which: int) -> None:
        node = self.nodes[which]
        node.frozen = not node.frozen

    @rule(which=st.integers(0, 2))
    def a_node_is_killed_and_started(self, which: int) -> None:
        node = self.nodes[which]
        self.answers = [answer for answer in self.answers if answer.node is not node]
        self.nodes[which] = Node(node.id, node.offset + 5.0)

    @rule(which=st.integers(0, 2), seconds=st.sampled_from([7.9, 10.0, 10.5, 13.0]), frozen=st.booleans())
    def a_node_is_away_for_about_a_lease(self, which: int, seconds: float, frozen: bool) -> None:
        """Frozen, or cut off from the ledger while its clock runs on; the others look meanwhile. Then it goes on where
        it was, before it looks at anything."""
        node = self.nodes[which]
        self.a_node_looks(which, late=False)
        before, node.frozen = node.frozen, node.frozen or frozen
        self.time_passes(seconds)
        for other in range(3):
            if other != which:
                self.a_node_looks(other, late=False)
        self.two_nodes_that_run_never_work_at_once()
        for name in NAMES:
            for each in range(3):
                self.a_node_writes(each, name)
            self.a_node_writes(which, name)
        node.frozen = before
        if not node.frozen:
            self.watch(node)

    @rule(which=st.integers(0, 2), name=st.sampled_from(NAMES))
    def a_node_gives_back(self, which: int, name: str) -> None:
        node = self.nodes[which]
        lease = node.tenures.lease(name, self.of(node))
        if lease is None or node.frozen:
            return
        node.tenures.drop(lease)
        node.believes.pop(name, None)
        self.ledger.write(lambda tx: tx.nodes.release(lease)).result()

    @rule(which=st.integers(0, 2), name=st.sampled_from(NAMES))
    def a_node_writes(self, which: int, name: str) -> None:
        """Also one that was frozen and has not looked at its clock since: only the ledger can refuse it."""
        lease = self.nodes[which].believes.get(name)
        if lease is None:
            return
        try:
            self.ledger.write(lambda tx: tx.nodes.require(lease)).result()
        except LeaseLost:
            self.nodes[which].believes.pop(name)
        else:
            self.written[name].append(lease)

    @invariant()
    def each_token_is_of_one_node_and_none_writes_after_its_successor(self) -> None:
        for leases in getattr(self, "written", {}).values():
            tokens = [lease.token for lease in leases]
            assert tokens == sorted(tokens), "an owner wrote after the next one"
            assert len({lease.token for lease in leases}) == len(set(leases)), "two nodes wrote under one token"

    @invariant()
    def two_nodes_that_run_never_work_at_once(self) -> None:
        """That is by their own clocks, and without asking the ledger."""
        for name in NAMES:
            at_work = [
                node.id
                for node in getattr(self, "nodes", [])
                if not node.frozen and node.tenures.lease(name, self.of(node)) is not None
            ]
            assert len(at_work) <= 1, at_work

    def teardown(self) -> None:
        if hasattr(self, "ledger"):
            self.ledger.close()
            self.folder.cleanup()

    def of(self, node: Node) -> float:
        """The node's monotonic clock."""
        return self.seconds + node.offset

    def arrive(self, answer: Answer) -> None:
        node = answer.node
        for lease in node.tenures.renewed(answer.asked, answer.kept, answer.began):
            node.believes.pop(lease.name, None)
        for lease in answer.claimed:
            node.tenures.take(lease, answer.began)
        self.watch(node)
        for name in NAMES:
            if (held := node.tenures.lease(name, self.of(node))) is not None:
                node.believes[name] = held

    def watch(self, node: Node) -> None:
        for lease in node.tenures.lapse(self.of(node)):
            node.believes.pop(lease.name, None)


TestCluster = Cluster.TestCase
TestCluster.settings = settings(max_examples=20, stateful_step_count=25, deadline=None)
