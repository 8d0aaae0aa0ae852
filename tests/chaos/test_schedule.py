"""A schedule comes of its seed alone, and plays again from its file."""

from collections import Counter
from pathlib import Path

from gateway.crash import CRASH_POINTS
from tests.chaos.schedule import Kind, Lane, make_schedule, read_schedule, write_schedule
from tests.chaos.tiers import night

POINTS = sorted(CRASH_POINTS)


def test_the_same_seed_gives_the_same_faults_and_another_one_others() -> None:
    tier = night(30)
    one, again, other = (make_schedule(seed, tier.seconds, tier.weights, POINTS) for seed in (1, 1, 2))
    assert one == again != other


def test_half_an_hour_has_every_kind_of_fault_and_more_than_five_hundred_kills() -> None:
    tier = night(30, "postgres", 2)
    schedule = make_schedule(20261121, tier.seconds, tier.weights, POINTS)
    counts = Counter(fault.kind for faults in schedule.values() for fault in faults)
    assert set(counts) == set(Kind)
    assert counts[Kind.KILL] > 500
    assert {fault.argument.partition(":")[0] for fault in schedule[Lane.GATEWAY] if fault.kind is Kind.CRASH} == set(
        POINTS
    )


def test_a_schedule_is_the_same_from_its_file(tmp_path: Path) -> None:
    tier = night(1)
    schedule = make_schedule(7, tier.seconds, tier.weights, POINTS)
    write_schedule(tmp_path / "schedule.json", schedule)
    assert read_schedule(tmp_path / "schedule.json") == schedule
