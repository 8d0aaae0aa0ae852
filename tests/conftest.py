"""What all tests share: the flag that renews golden files, and the fixtures of the broker."""

from pathlib import Path

import pytest

_BROKER_FIXTURES = "tests.rigs.fixtures_broker"
pytest_plugins = [_BROKER_FIXTURES] if (Path(__file__).parent / "rigs" / "fixtures_broker.py").is_file() else []


def pytest_addoption(parser: pytest.Parser) -> None:
    """Adds ``--update-golden``."""
    parser.addoption("--update-golden", action="store_true", help="write the expected files anew, then read the diff")


@pytest.fixture
def update_golden(request: pytest.FixtureRequest) -> bool:
    """Whether golden files are to be written anew."""
    return bool(request.config.getoption("--update-golden"))
