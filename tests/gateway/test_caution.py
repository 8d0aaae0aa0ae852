"""Care after an end that was not clean: for an hour, longer each time, and none after a clean one."""

from pathlib import Path

from gateway.caution import FIRST, LONGEST, MARKER, Caution


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def start(folder: Path, clock: Clock) -> Caution:
    own = Caution(folder, clock)
    own.begin()
    return own


def care(folder: Path) -> float:
    """Seconds for which a gateway that starts now is careful, to the nearest of the doublings."""
    clock = Clock()
    own = start(folder, clock)
    lasted = 0.0
    while own.careful():
        lasted = lasted * 2 or FIRST
        clock.now = 1000.0 + lasted
        if lasted > LONGEST:
            break
    return lasted


def test_a_clean_end_leaves_no_care(tmp_path: Path) -> None:
    clock = Clock()
    assert not start(tmp_path, clock).careful()
    first = start(tmp_path, clock)
    assert first.careful()
    first.end()
    assert not (tmp_path / MARKER).exists()
    assert not start(tmp_path, clock).careful()


def test_each_further_end_doubles_the_care_up_to_a_week(tmp_path: Path) -> None:
    assert [care(tmp_path) for _ in range(5)] == [0, FIRST, 2 * FIRST, 4 * FIRST, 8 * FIRST]
    for _ in range(40):
        care(tmp_path)
    clock = Clock()
    own = start(tmp_path, clock)
    clock.now = 1000.0 + LONGEST - 1
    assert own.careful()
    clock.now = 1000.0 + LONGEST
    assert not own.careful()


def test_a_marker_that_says_nothing_is_an_end_that_was_not_clean(tmp_path: Path) -> None:
    for content in (b"", b"\xff\xfe", b"many"):
        (tmp_path / MARKER).write_bytes(content)
        clock = Clock()
        own = start(tmp_path, clock)
        assert own.careful()
        clock.now += FIRST
        assert not own.careful()


def test_where_the_marker_cannot_be_written_the_gateway_runs_all_the_same(tmp_path: Path) -> None:
    own = start(tmp_path / "gone", Clock())
    assert not own.careful()
    own.end()
