"""Levels of a disk: in order, with a memory, and fit for small disks."""

from hypothesis import given
from hypothesis import strategies as st

from gateway.disk.levels import Level, Room, Thresholds, size_words

GIB = 1 << 30
USUAL = Thresholds(512 << 20, 5.0, 16 << 20)


def test_a_large_disk_stops_by_bytes_and_a_small_one_by_percent() -> None:
    assert USUAL.stop(Room(0, 1000 * GIB)) == 512 << 20
    assert USUAL.stop(Room(0, 8 << 20)) == int((8 << 20) * 0.05)


def test_the_warning_comes_well_before_and_intake_goes_on_later_than_it_stopped() -> None:
    total, level, seen = 100 * GIB, Level.PLENTY, []
    for free in (2000, 1500, 600, 520, 500, 520, 600, 700, 1500, 2000):
        level = USUAL.level(Room(free << 20, total), level)
        seen.append(level.name)
    assert seen == ["PLENTY", "LOW", "LOW", "LOW", "STOPPED", "STOPPED", "STOPPED", "LOW", "LOW", "PLENTY"]


@given(st.integers(0, 1 << 50), st.integers(1, 1 << 50), st.sampled_from(list(Level)))
def test_less_room_is_never_a_better_level(free: int, total: int, before: Level) -> None:
    """Whatever the disk: with one byte less the level is the same or worse, and the ballast never stops intake."""
    assert USUAL.level(Room(max(0, free - 1), total), before) >= USUAL.level(Room(free, total), before)
    assert USUAL.ballast(Room(free, total)) * 4 <= USUAL.stop(Room(free, total)) + 3


def test_sizes_in_words() -> None:
    assert [size_words(size) for size in (0, 1023, 1536, 20 << 20, 3 << 40)] == [
        "0 bytes", "1023 bytes", "1.5 KiB", "20 MiB", "3.0 TiB",
    ]  # fmt: skip
