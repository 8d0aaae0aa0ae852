"""The gateway dies at each named place in turn, comes back each time, and leaves what an untouched one leaves.

For each place: it ends at the first pass, the next start at the second of what is left, and so on, until a run comes
to its end untouched. Senders send until they are answered; the same again must get the same answer.
"""

import contextlib
import re
import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from adapters.translate import digest
from canonical.event import event_id
from gateway.bench.orders import orders
from gateway.crash import CRASH_POINTS
from tests.flow.test_flow_soap_calls import CHANNELS as POLLED
from tests.flow.test_flow_soap_calls import CONFIRM
from tests.rigs.crash_loop import crashed_until_untouched
from tests.rigs.forking import Nursery, nursery
from tests.rigs.gateway import gateway
from tests.rigs.soap_partner import soap_partner
from tests.rigs.sshd import sshd
from tests.rigs.traffic import Api, Ear, Lines, Outcome, OutLine, Polled, Sftp, Soap, Traffic

ROOT = Path(__file__).parents[2]
DOORS = {
    "drop": (
        "drop.after_take", "drop.before_move", "drop.after_note", "drop.after_move", "drop.after_sync",
        "drop.parcel_written", "drop.parcel_named",
        "inbound.after_accept", "inbound.before_record", "inbound.after_record", "inbound.after_reopen",
        "ledger.before_commit", "ledger.after_commit", "ledger.after_blob",
        "ledger.migration_step", "ledger.migrated", "ledger.identity_given",
        "relay.before_publish", "relay.before_mark", "relay.marked",
        "outbound.rendered", "outbound.before_send", "outbound.after_send", "outbound.before_mark",
    ),
    "mllp": (
        "mllp.after_receive", "mllp.before_answer", "mllp.after_answer", "inbound.after_read",
        "inbound.answer_rendered", "ledger.before_commit", "ledger.after_commit",
    ),
    "api": ("api.after_receive", "api.before_answer", "ledger.after_commit", "outbound.after_send"),
    "soap": ("soap.after_receive", "soap.before_answer", "ledger.after_commit"),
    "sftp": ("sftp.after_fetch", "sftp.before_move", "sftp.after_move", "sftp.parcel_written", "sftp.parcel_named"),
    "mllp-out": ("mllp.parcel_sent",),
    "soap_poll": ("soap_poll.before_confirm", "soap_poll.after_confirm"),
}  # fmt: skip
"""Where the gateway dies, by the door at which something is going on."""


@pytest.fixture(scope="module")
def forks() -> Iterator[Nursery]:
    with nursery() as own:
        yield own


@pytest.fixture(scope="module")
def make(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], Traffic]]:
    """Makes a fresh traffic for a door."""
    with contextlib.ExitStack() as stack:
        servers = {}

        def made(door: str) -> Traffic:
            if door == "sftp":
                if door not in servers:
                    servers[door] = stack.enter_context(sshd(tmp_path_factory.mktemp("sshd") / "partner"))
                return Sftp(servers[door])
            if door == "mllp-out":
                ear = Ear()
                stack.callback(ear.close)
                return OutLine(ear)
            if door == "soap_poll":
                partner = stack.enter_context(soap_partner())
                return Polled(partner, POLLED.format(address=partner.address, more=CONFIRM))
            return {"drop": Traffic, "mllp": Lines, "api": Api, "soap": Soap}[door]()

        yield made


@pytest.fixture(scope="module")
def untouched(
    forks: Nursery, make: Callable[[str], Traffic], tmp_path_factory: pytest.TempPathFactory
) -> Callable[[str], Outcome]:
    """What an undisturbed gateway leaves, by door."""
    known: dict[str, Outcome] = {}

    def outcome(door: str) -> Outcome:
        if door not in known:
            traffic = make(door)
            with gateway(tmp_path_factory.mktemp(door) / "st", traffic.env, start=False, forks=forks) as own:
                traffic.prepare(own)
                assert crashed_until_untouched(own, traffic, None) == 0
                known[door] = traffic.outcome(own)
                assert len(known[door]["events"]) == traffic.events
                assert set(known[door]["events"].values()) == {1}
        return known[door]

    return outcome


@pytest.mark.parametrize(("door", "point"), [(door, point) for door, points in DOORS.items() for point in points])
@pytest.mark.failure("P1", "F3", "M1", "X5", "X6")
def test_whatever_dies_there_nothing_is_lost_or_doubled(
    tmp_path: Path, forks: Nursery, make: Callable[[str], Traffic], untouched: Callable[[str], Outcome],
    door: str, point: str,
) -> None:  # fmt: skip
    expected, traffic = untouched(door), make(door)
    with gateway(tmp_path / "st", traffic.env, start=False, forks=forks) as own:
        if point == "inbound.after_reopen":
            # Something must have been left unread before there is anything to reopen.
            own.arm("inbound.before_record:1")
            traffic.prepare(own)
            own.launch()
            assert own.ended(30) == -signal.SIGKILL
        else:
            traffic.prepare(own)
        died = crashed_until_untouched(own, traffic, point)
        assert died, f"nothing passed {point}"
        if traffic.asks:
            own.kill()
            own.arm(None)
            own.start()
        assert traffic.outcome(own) == expected


def test_every_place_in_the_source_is_known_and_exercised() -> None:
    """A place that nobody dies at proves nothing."""
    source = {
        name
        for folder in ("adapters", "gateway")
        for path in (ROOT / folder).rglob("*.py")
        for name in re.findall(r"crash_point\(\s*\"([a-z_.]+)\"", path.read_text("utf-8"))
    }
    assert source == CRASH_POINTS
    told = "\n".join(path.read_text("utf-8") for path in (ROOT / "tests").rglob("test_*.py"))
    assert [name for name in sorted(CRASH_POINTS) if not re.search(rf'"{re.escape(name)}[":]', told)] == []


@pytest.mark.parametrize(("point", "nth"), [("ledger.after_commit", 4), ("inbound.before_record", 1)])
@pytest.mark.failure("P1", "F13")
def test_a_large_interchange_that_is_half_in_the_ledger_is_seen_only_when_it_is_whole(
    tmp_path: Path, forks: Nursery, point: str, nth: int
) -> None:
    """It is written in slices that nobody sees; after a crash between them it is read again, and comes out once."""
    count = 1600
    content = orders(count, 20)
    with gateway(tmp_path / "st", start=False, forks=forks) as house:
        house.arm(f"{point}:{nth}")
        house.put("large.edi", content)
        house.launch()
        assert house.ended(60) == -signal.SIGKILL
        assert house.tap() == []
        house.arm(None)
        house.start()
        house.wait((house.drop / "done" / "large.edi").exists, "the file in done/", 90)
        house.wait(lambda: len(house.tap()) == count, "all events", 60)
        events = house.tap()
        assert [event["id"] for event in events] == [event_id(digest(content), place + 1) for place in range(count)]
        (answer,) = house.answers("acme", "997")
        assert f"AK9*A*{count}*{count}*{count}~".encode() in answer.read_bytes()
