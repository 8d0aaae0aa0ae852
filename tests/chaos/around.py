"""What is around the gateways: broker, disk, SFTP server, database, proxies; set up, and taken down in every case."""

import contextlib
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

from tests.chaos.schedule import Kind
from tests.chaos.site import SQLITE, Site, make_site
from tests.chaos.targets import BrokerTarget
from tests.chaos.tiers import Tier
from tests.rigs.gateway import wharf
from tests.rigs.postgres import PostgresServer, binaries, postgres_server
from tests.rigs.powercut import Disk, not_possible
from tests.rigs.rabbitmq import RabbitNode, rabbit_node
from tests.rigs.sshd import sshd
from tests.rigs.tcp_proxy import TcpProxy, tcp_proxy


@dataclass(slots=True)
class Around:
    """All of it, running."""

    site: Site
    queues: BrokerTarget
    broker_url: str
    """Straight to the broker, for those who are not disturbed on the way."""
    declared: float
    """When the queues were declared, by the monotonic clock."""
    proxies: dict[str, list[TcpProxy]]
    env: dict[str, str]
    """For the gateways: the addresses that lead through proxies."""
    disk: Disk | None
    database: PostgresServer | None
    not_run: dict[str, str] = field(default_factory=dict)

    @property
    def mllp_ports(self) -> list[int]:
        """Where senders of messages call, for each gateway."""
        return [proxy.port for proxy in self.proxies["mllp"]]


@contextlib.contextmanager
def around(folder: Path, tier: Tier, node: RabbitNode | None) -> Iterator[Around]:
    """Everything for one campaign, gone with the block. ``node`` is a broker that runs already."""
    with ExitStack() as stack:
        not_run: dict[str, str] = {}
        broker = node or stack.enter_context(rabbit_node(_made(folder / "rabbit")))
        url = broker.add_vhost()
        proxy = stack.enter_context(tcp_proxy(broker.port))
        proxies = {"broker": [proxy]}
        env = {"CHAOS_BROKER": url.replace(f":{broker.port}/", f":{proxy.port}/")}
        disk = _disk(stack, folder, tier, not_run)
        server = stack.enter_context(sshd(folder / "partner"))
        database, ledger = None, SQLITE
        if tier.ledger != SQLITE:
            database = stack.enter_context(_postgres())
            name = database.add_database()
            ledger = database.url_of(name)
            proxies["ledger"] = [stack.enter_context(tcp_proxy(database.port))]
            env["CHAOS_LEDGER"] = database.url_of(name, port=proxies["ledger"][0].port)
        site = make_site(folder / "site", disk.folder if disk else _made(folder / "disk"), server, ledger, tier.nodes)
        proxies["mllp"] = [stack.enter_context(tcp_proxy(each.mllp)) for each in site.nodes]
        assert wharf("broker", "setup", "--url", url, "--no-queues").returncode == 0
        queues = BrokerTarget(broker, url)
        queues.bind()
        yield Around(site, queues, url, time.monotonic(), proxies, env, disk, database, not_run)


def _made(folder: Path) -> Path:
    folder.mkdir(parents=True)
    return folder


def _disk(stack: ExitStack, folder: Path, tier: Tier, not_run: dict[str, str]) -> Disk | None:
    """A disk of the gateway's own, where this machine can make one."""
    why = not_possible()
    if why is not None:
        not_run |= {Kind.POWER: why, Kind.DISK_FULL: why}
        return None
    disk = Disk(folder / "mount", tier.disk_megabytes)
    stack.callback(disk.close)
    return disk


def _postgres() -> contextlib.AbstractContextManager[PostgresServer]:
    home = binaries()
    assert home is not None, "a ledger on PostgreSQL needs the package postgresql"
    return postgres_server(home)
