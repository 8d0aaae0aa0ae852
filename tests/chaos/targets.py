"""What is broken: the gateway's process, its disk, the broker, and the network between them."""

import contextlib
import os
import signal
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import pika
import pika.exceptions

from tests.chaos.collector import QUEUE, UNROUTED
from tests.chaos.nemesis import READY_SECONDS, Wait
from tests.chaos.schedule import Fault, Kind
from tests.chaos.supervisor import Supervisor
from tests.rigs.fsync_fault import Fault as SyncFault
from tests.rigs.fsync_fault import FaultLibrary
from tests.rigs.postgres import PostgresServer
from tests.rigs.powercut import Disk
from tests.rigs.rabbitmq import RabbitNode
from tests.rigs.tcp_proxy import CLEAR, TcpProxy, Way

EVENTS: Final = "supply.events"
ALL: Final = "supply.#"
EXIT_SECONDS: Final = 5.0
"""In which a gateway whose disk fails ends by itself."""


class GatewayTarget:
    """The process."""

    def __init__(self, supervisor: Supervisor, faults: FaultLibrary | None, data: Path) -> None:
        self._supervisor = supervisor
        self._faults = faults
        self._data = data

    def await_turn(self, fault: Fault) -> None:
        """It is ready; some faults come while it is still starting."""
        if fault.argument != "early":
            self._supervisor.wait_ready(READY_SECONDS)

    def break_it(self, fault: Fault, wait: Wait) -> str | None:
        """Ends, freezes or arms it."""
        own = self._supervisor
        match fault.kind:
            case Kind.KILL:
                return None if own.signal(signal.SIGKILL) else "it was not running"
            case Kind.TERM:
                return None if own.signal(signal.SIGTERM) else "it was not running"
            case Kind.FREEZE:
                if not own.signal(signal.SIGSTOP):
                    return "it was not running"
                wait(fault.seconds)
                own.signal(signal.SIGCONT)
            case Kind.CRASH:
                self._next_start({"WHARF_CRASH": fault.argument}, fault, wait)
            case Kind.SYNC:
                if self._faults is None:
                    return "needs gcc"
                plan = self._faults.plan(SyncFault.EIO, int(fault.argument), self._data)
                self._next_start(plan.env, fault, wait)
        return None

    def heal(self) -> None:
        """Lets it go on."""
        self._supervisor.arm({})
        self._supervisor.signal(signal.SIGCONT)

    def _next_start(self, env: Mapping[str, str], fault: Fault, wait: Wait) -> None:
        self._supervisor.arm(env)
        self._supervisor.signal(signal.SIGKILL)
        time.sleep(0.1)
        self._supervisor.wait_ready(READY_SECONDS)
        wait(fault.seconds)


class DiskTarget:
    """The disk that holds ledger and drop folders; it is full, or its power goes."""

    def __init__(self, disk: Disk, supervisors: Sequence[Supervisor]) -> None:
        self._disk = disk
        self._supervisors = supervisors
        self._turn = threading.Lock()

    def await_turn(self, fault: Fault) -> None:
        """Who loses its power has begun to work."""
        if fault.kind is Kind.POWER:
            for own in self._supervisors:
                own.wait_ready(READY_SECONDS)

    def break_it(self, fault: Fault, wait: Wait) -> str | None:
        """One at a time."""
        with self._turn:
            if fault.kind is Kind.POWER:
                self._cut(fault.seconds)
            else:
                self._fill(fault, wait)
        return None

    def heal(self) -> None:
        """Gives the room back."""
        self._ballast.unlink(missing_ok=True)

    @property
    def _ballast(self) -> Path:
        return self._disk.folder / "ballast"

    def _cut(self, seconds: float) -> None:
        self._disk.cut()
        deadline = time.monotonic() + EXIT_SECONDS + seconds
        for own in self._supervisors:
            own.rest(max(0.0, deadline - time.monotonic()))
        self._disk.restore()
        for own in self._supervisors:
            own.go_on()

    def _fill(self, fault: Fault, wait: Wait) -> None:
        with contextlib.suppress(OSError):
            ballast = os.open(self._ballast, os.O_WRONLY | os.O_CREAT, 0o600)
            try:
                free = os.statvfs(self._disk.folder)
                os.posix_fallocate(ballast, 0, max(4096, free.f_bavail * free.f_frsize - 65536))
                while os.write(ballast, bytes(4096)):
                    os.lseek(ballast, 0, os.SEEK_END)
            finally:
                os.close(ballast)
        wait(fault.seconds)
        self.heal()


class BrokerTarget:
    """The node, and the queues in it."""

    def __init__(self, node: RabbitNode, url: str) -> None:
        self._node = node
        self._url = url

    def await_turn(self, fault: Fault) -> None:
        """The fault before has ended when the broker confirmed again."""

    def break_it(self, fault: Fault, wait: Wait) -> str | None:
        """Returns when the broker confirms again."""
        node = self._node
        match fault.kind:
            case Kind.BROKER_KILL:
                node.kill()
                node.restart()
            case Kind.BROKER_STOP:
                node.ctl("stop_app")
                wait(fault.seconds)
                node.ctl("start_app")
            case Kind.BROKER_CLOSE:
                node.ctl("close_all_connections", "chaos")
            case Kind.BROKER_ALARM:
                node.alarm(True)
                wait(fault.seconds)
                node.alarm(False)
            case Kind.BROKER_FREEZE:
                node.suspend()
                wait(fault.seconds)
                node.resume()
            case Kind.UNBIND:
                self._unbound(fault, wait, nowhere=False)
            case Kind.UNROUTABLE:
                self._unbound(fault, wait, nowhere=True)
        return None if self._confirms() else "the broker confirms nothing after it"

    def heal(self) -> None:
        """Undoes everything that may be left."""
        if not self._node.running():
            self._node.restart()
        with contextlib.suppress(OSError, ValueError):
            self._node.resume()
        self._node.ctl("start_app")
        self._node.alarm(False)
        self.bind()

    def bind(self) -> None:
        """Everything that is published goes to the collector's queue, and what nobody binds to the other one."""
        self._on_channel(_bind)

    def _unbound(self, fault: Fault, wait: Wait, *, nowhere: bool) -> None:
        def unbind(channel: Any) -> None:
            channel.queue_unbind(QUEUE, EVENTS, ALL)
            if nowhere:
                channel.queue_unbind(UNROUTED, UNROUTED, "")

        self._on_channel(unbind)
        wait(fault.seconds)
        self.bind()

    def _on_channel(self, work: Callable[[Any], None]) -> None:
        deadline = time.monotonic() + 60
        while True:
            try:
                parameters = pika.URLParameters(self._url)
                parameters.socket_timeout = parameters.stack_timeout = parameters.blocked_connection_timeout = 10
                with contextlib.closing(pika.BlockingConnection(parameters)) as connection:
                    work(connection.channel())
            except (pika.exceptions.AMQPError, OSError):
                if time.monotonic() > deadline:
                    raise TimeoutError("the broker takes no declarations") from None
                time.sleep(0.5)
            else:
                return

    def _confirms(self) -> bool:
        deadline = time.monotonic() + 60
        while not self._node.confirms():
            if time.monotonic() > deadline:
                return False
            time.sleep(0.5)
        return True


def _bind(channel: Any) -> None:
    channel.queue_declare(QUEUE, durable=True, arguments={"x-queue-type": "quorum", "x-delivery-limit": 1_000_000_000})
    channel.queue_bind(QUEUE, EVENTS, ALL)
    channel.queue_bind(UNROUTED, UNROUTED, "")


class DatabaseTarget:
    """The database that gateways share, and the way to it."""

    def __init__(self, server: PostgresServer, proxy: TcpProxy) -> None:
        self._server = server
        self._proxy = proxy

    def await_turn(self, fault: Fault) -> None:
        """The fault before has ended when the database answered again."""

    def break_it(self, fault: Fault, wait: Wait) -> str | None:
        """Commits under way lose their answers."""
        match fault.kind:
            case Kind.DATABASE_CRASH:
                self._server.crash()
                self._server.restart()
            case Kind.DATABASE_SILENT:
                self._proxy.go(Way(frozen=True))
                wait(fault.seconds)
                self._proxy.go(CLEAR)
                self._proxy.cut()
            case _:
                self._proxy.cut()
        return None

    def heal(self) -> None:
        """It runs, and the way is clear."""
        if not self._server.running():
            self._server.restart()
        self._proxy.go(CLEAR)


class NetworkTarget:
    """What stands between the gateway and its broker, and between senders and the gateway."""

    def __init__(self, proxies: Mapping[str, Sequence[TcpProxy]]) -> None:
        self._proxies = proxies

    def await_turn(self, fault: Fault) -> None:
        """Any time is right."""

    def break_it(self, fault: Fault, wait: Wait) -> str | None:
        """Connections break at the end of a fault that froze them."""
        ways = {Kind.HALF_OPEN: Way(frozen=True), Kind.TRICKLE: Way(rate=2000.0), Kind.LATENCY: Way(latency=0.2)}
        proxies = self._proxies[fault.argument]
        if fault.kind in ways:
            for proxy in proxies:
                proxy.go(ways[fault.kind])
            wait(fault.seconds)
        for proxy in proxies:
            proxy.go(CLEAR)
            if fault.kind in (Kind.RESET, Kind.HALF_OPEN):
                proxy.cut()
        return None

    def heal(self) -> None:
        """The way is clear."""
        for proxies in self._proxies.values():
            for proxy in proxies:
                proxy.go(CLEAR)
