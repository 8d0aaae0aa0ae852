"""Sending beside a model: destinations go up and down, persons hold and release, the gateway is started anew."""

import shutil
import tempfile
from pathlib import Path

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from gateway.ledger.outbound_records import ParcelMove
from gateway.ledger.parcel_states import IllegalStepError, ParcelStep
from gateway.ledger.records import ParcelState
from tests.rigs.outbound import Place, Sending, partner

PARTNERS = {"acme": "line", "bolt": "line", "care": "shelf"}
"""Partner to channel; ``line`` keeps order."""


class SendingMachine(RuleBasedStateMachine):
    """Everything that can happen to what is sent, in any order."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="wharf-sending-"))
        self.places = {"line": Place(), "shelf": Place()}
        known = [partner(name, channel, str(place)) for place, (name, channel) in enumerate(PARTNERS.items(), 1)]
        self.house = Sending(self.folder / "d", known, self.places, in_order=("line",))
        self.ids: dict[str, list[str]] = {name: [] for name in PARTNERS}
        self.touched: set[str] = set()
        """Partners of which a person held something back: their order is the person's."""

    def teardown(self) -> None:
        """All comes right in the end: everything arrives, once, and in order."""
        for place in self.places.values():
            place.up = True
        for ids in self.ids.values():
            for id in ids:
                if self.house.state(id) is ParcelState.HELD:
                    self.move(id, ParcelStep.RELEASED)
        self.house.settle()
        try:
            for name, channel in PARTNERS.items():
                arrived = [parcel.id for parcel in self.places[channel].taken if parcel.partner == name]
                assert sorted(arrived) == sorted(self.ids[name])
                if channel == "line" and name not in self.touched:
                    assert arrived == self.ids[name]
            assert [code for code in self.house.codes() if code != "NET-E0502"] == []
            assert self.house.ledger.read(lambda reads: reads.backlog()).parcels == 0
        finally:
            self.house.loop.close()
            self.house.ledger.close()
            shutil.rmtree(self.folder)

    def move(self, id: str, step: ParcelStep) -> bool:
        """One step by a person, if it is possible."""
        try:
            self.house.ledger.write(lambda tx: tx.move_parcel(ParcelMove(id, step, self.house.now))).result()
        except IllegalStepError:
            return False
        return True

    @rule(name=st.sampled_from(sorted(PARTNERS)))
    def submit(self, name: str) -> None:
        """A document is handed in."""
        id = self.house.submit(name, f"{name}-{len(self.ids[name])}").parcel
        assert id is not None
        self.ids[name].append(id)

    @rule(channel=st.sampled_from(["line", "shelf"]), up=st.booleans())
    def switch(self, channel: str, up: bool) -> None:
        """A destination goes away, or comes back."""
        self.places[channel].up = up

    @rule(seconds=st.sampled_from([1, 5, 60, 700]))
    def turn(self, seconds: int) -> None:
        """The sender looks, and time passes."""
        self.house.turn()
        self.house.later(seconds)

    @rule(name=st.sampled_from(sorted(PARTNERS)), at=st.integers(0, 99), hold=st.booleans())
    def person(self, name: str, at: int, hold: bool) -> None:
        """A person holds or releases one."""
        if self.ids[name]:
            id = self.ids[name][at % len(self.ids[name])]
            if self.move(id, ParcelStep.HELD if hold else ParcelStep.RELEASED):
                self.touched.add(name)

    @rule()
    def restart(self) -> None:
        """The gateway is stopped and started."""
        self.house.ledger.close()
        self.house.start()

    @invariant()
    def nothing_arrives_twice_or_from_nowhere(self) -> None:
        """What arrived was handed in, and once."""
        for place in self.places.values():
            arrived = [parcel.id for parcel in place.taken]
            assert len(arrived) == len(set(arrived))
            assert set(arrived) <= {id for ids in self.ids.values() for id in ids}

    @invariant()
    def the_ledger_says_what_arrived(self) -> None:
        """Delivered in the ledger is what the destination has."""
        taken = {parcel.id for place in self.places.values() for parcel in place.taken}
        rows = self.house.ledger.read(lambda reads: reads.parcels(limit=1000))
        assert {row.id for row in rows if row.state is ParcelState.DELIVERED} == taken


TestSending = SendingMachine.TestCase
TestSending.settings = settings(
    max_examples=15, stateful_step_count=25, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
