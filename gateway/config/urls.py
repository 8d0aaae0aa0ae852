"""The addresses of ledger and broker, each a secret altogether because it may hold a password."""

from collections.abc import Callable
from importlib.util import find_spec

from gateway import problems_config as kinds
from gateway.config.checks import Origin
from gateway.config.errors import ConfigProblem
from gateway.config.places import Location
from gateway.config.secrets import Secret
from gateway.config.settings import (
    SQLITE,
    BrokerTable,
    LedgerTable,
    has_password,
    is_broker_url,
    is_ledger_url,
    unchecked,
    without_password,
)
from gateway.problems_protection import UNCHECKED_TLS

BROKER: Location = ("broker", "url")
LEDGER: Location = ("ledger", "url")


def broker_url_problems(url: str, secret: Secret, origin: Origin) -> list[ConfigProblem]:
    """What is wrong with the broker's address."""
    expected = BrokerTable.model_fields["url"].description
    problems = _problems(url, secret, BROKER, is_broker_url, expected, origin)
    if unchecked(url):
        problems.append(origin.problem(UNCHECKED_TLS, BROKER, found=f'"{without_password(url)}"'))
    return problems


def ledger_url_problems(url: str, secret: Secret, origin: Origin) -> list[ConfigProblem]:
    """What is wrong with the ledger's address, or with what it takes to use it."""
    expected = LedgerTable.model_fields["url"].description
    problems = _problems(url, secret, LEDGER, is_ledger_url, expected, origin)
    if is_ledger_url(url) and url != SQLITE and find_spec("psycopg") is None:
        help = "Install the extra: pip install wharf-gateway[postgres]."
        found = f'"{without_password(url)}", and psycopg is not installed'
        problems.append(origin.problem(kinds.LIBRARY_MISSING, LEDGER, found=found, help=help))
    return problems


def _problems(
    url: str, secret: Secret, at: Location, valid: Callable[[str], bool], expected: str | None, origin: Origin
) -> list[ConfigProblem]:
    if not valid(url):
        found = f'"{without_password(url)}"' if "://" in url else "(hidden)"
        return [origin.problem(kinds.WRONG_VALUE, at, found=found, expected=expected)]
    if secret.inline is not None and has_password(url) and at not in origin.variables:
        return [origin.problem(kinds.PASSWORD_IN_FILE, at, found=f'"{without_password(url)}" with a password')]
    return []
