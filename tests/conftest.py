"""What all tests share: the flag that renews golden files, and the fixtures of broker, database and ledger."""

from pathlib import Path

import pytest

_RIGS = Path(__file__).parent / "rigs"
pytest_plugins = [
    f"tests.rigs.{name}"
    for name in ("fixtures_broker", "fixtures_postgres", "fixtures_ledger")
    if (_RIGS / f"{name}.py").is_file()
]


def pytest_addoption(parser: pytest.Parser) -> None:
    """Adds ``--update-golden``."""
    parser.addoption("--update-golden", action="store_true", help="write the expected files anew, then read the diff")


@pytest.fixture
def update_golden(request: pytest.FixtureRequest) -> bool:
    """Whether golden files are to be written anew."""
    return bool(request.config.getoption("--update-golden"))
