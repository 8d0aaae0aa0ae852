"""This node, as it joins those that share its ledger."""

import time
from collections.abc import Callable
from importlib.metadata import PackageNotFoundError, version

import structlog

from gateway.config.settings import SQLITE, Config
from gateway.ids import Clock
from gateway.ledger.contract import Ledger
from gateway.ledger.node_records import NodeRow
from gateway.nodes.identity import node_id, node_name
from gateway.nodes.keeper import Keeper
from gateway.nodes.problems import NO_PATIENT_KEY
from gateway.nodes.tenure import Terms

log = structlog.get_logger(__name__)


def steady() -> float:
    """Seconds that never go back, and go on while the machine sleeps: a lease runs out meanwhile too."""
    clock = getattr(time, "CLOCK_BOOTTIME", None)
    return time.monotonic() if clock is None else time.clock_gettime(clock)


def join(config: Config, ledger: Ledger, clock: Clock, new_id: Callable[[], str]) -> Keeper:
    """The keeper of this node's leases. Raises LedgerError where the data folder
    cannot keep its id."""
    now = clock()
    node = NodeRow(
        id=node_id(config.data, new_id), name=node_name(config.gateway.node), version=_version(), address="",
        started=now, seen=now,
    )  # fmt: skip
    sole = config.ledger_url().get_secret_value() == SQLITE
    if not sole and config.gateway.patient_key is None:
        log.warning(NO_PATIENT_KEY.title, code=NO_PATIENT_KEY.code, help=NO_PATIENT_KEY.help)
    return Keeper(ledger, node, Terms(config.gateway.lease), sole=sole, clock=clock, monotonic=steady)


def _version() -> str:
    try:
        return version("wharf-gateway")
    except PackageNotFoundError:
        return ""
