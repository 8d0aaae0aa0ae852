"""The options of the test run."""

from pytest import Config, Parser, fixture


def pytest_addoption(parser: Parser) -> None:
    """Expected files change only when a person asks for it, and reads the difference."""
    parser.addoption("--update-golden", action="store_true", help="write the expected files anew, then read the diff")


@fixture
def update_golden(pytestconfig: Config) -> bool:
    """Whether expected files are to be written instead of compared."""
    return bool(pytestconfig.getoption("--update-golden"))
