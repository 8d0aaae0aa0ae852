"""One server for the tests of a module, and a fresh channel on it for each."""

import itertools
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.rigs.sftp import Channel, threads
from tests.rigs.sshd import Sshd, sshd

_NUMBERS = itertools.count(1)


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sshd]:
    """A server that no test harms."""
    with sshd(tmp_path_factory.mktemp("sshd") / "s") as server:
        yield server


@pytest.fixture
def own(tmp_path: Path) -> Iterator[Sshd]:
    """A server that the test may kill."""
    with sshd(tmp_path / "s") as server:
        yield server


@pytest.fixture
def channels(shared: Sshd) -> Iterator[Callable[[], Channel]]:
    """Makes channels on the shared server."""
    with threads() as pool:
        yield lambda: Channel(shared, pool, f"acme{next(_NUMBERS)}")


@pytest.fixture
def acme(channels: Callable[[], Channel]) -> Channel:
    """One of them."""
    return channels()
