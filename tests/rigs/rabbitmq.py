"""A private RabbitMQ node: own ports, own folders, own epmd, all on loopback; it can be killed, frozen and alarmed.

A quorum queue that is killed within about two seconds of its declaration can come back without a leader on
RabbitMQ 3.10 (rabbitmq-server issue 10070). Tests that kill the node call ``settle`` after the queues are declared.
"""

import contextlib
import os
import secrets
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pika
import pika.exceptions

HOME = Path("/usr/lib/rabbitmq/bin")
"""Debian's scripts; those in /usr/sbin change to another user."""
PACKAGE = "rabbitmq-server"
START_SECONDS = 90.0
SETTLE_SECONDS = 25.0


def installed() -> bool:
    """Whether there is a broker to start."""
    return (HOME / "rabbitmq-server").exists() and shutil.which("epmd") is not None


def free_port() -> int:
    """A port of loopback that was free a moment ago, below those that outgoing connections take."""
    while True:
        port = 20_000 + secrets.randbelow(12_000)
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port


class RabbitNode:
    """One broker, started by the constructor's caller with ``start`` and ended with ``stop``."""

    def __init__(self, folder: Path) -> None:
        """``folder`` is empty and this node's alone."""
        self.folder = folder
        self.port = free_port()
        self.name = f"wharf_{secrets.token_hex(4)}@127.0.0.1"
        self._epmd_port = free_port()
        self._dist_port = free_port()
        self._epmd: subprocess.Popen[bytes] | None = None
        self._server: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """The address of the default virtual host."""
        return self.url_of("/")

    def url_of(self, vhost: str) -> str:
        """The address of a virtual host."""
        return f"amqp://guest:guest@127.0.0.1:{self.port}/{vhost.replace('/', '%2F')}"

    def start(self) -> None:
        """Starts epmd and broker, and waits until the broker confirms a publish."""
        self._write_files()
        self._epmd = subprocess.Popen(
            ["epmd", "-port", str(self._epmd_port), "-address", "127.0.0.1"],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        self.restart()

    def restart(self) -> None:
        """Starts the broker again on the same folders and ports, and waits as ``start`` does."""
        with (self.folder / "console.txt").open("ab") as console:
            self._server = subprocess.Popen(
                [str(HOME / "rabbitmq-server")], env=self._env(), cwd=self.folder,
                stdin=subprocess.DEVNULL, stdout=console, stderr=console, start_new_session=True,
            )  # fmt: skip
        self._wait(self.confirms, "confirm a publish")

    def kill(self) -> None:
        """SIGKILL: the broker has no last word."""
        os.kill(self._pid(), signal.SIGKILL)
        self._ended()

    def suspend(self) -> None:
        """SIGSTOP: connections stand, nobody answers."""
        os.kill(self._pid(), signal.SIGSTOP)

    def resume(self) -> None:
        """SIGCONT."""
        os.kill(self._pid(), signal.SIGCONT)

    def alarm(self, on: bool) -> None:
        """The memory alarm: publishers are blocked while it is on."""
        self.ctl("set_vm_memory_high_watermark", *(("absolute", "1") if on else ("0.4",)))

    def settle(self) -> None:
        """Waits until quorum queues that were declared just now survive a kill."""
        time.sleep(SETTLE_SECONDS)

    def add_vhost(self) -> str:
        """A new virtual host for one test; returns its address."""
        name = f"t{secrets.token_hex(4)}"
        self.evaluate(
            f'rabbit_vhost:add(<<"{name}">>, <<"test">>), rabbit_auth_backend_internal:set_permissions('
            f'<<"guest">>, <<"{name}">>, <<".*">>, <<".*">>, <<".*">>, <<"test">>).'
        )
        return self.url_of(name)

    def evaluate(self, erlang: str) -> str:
        """Runs an Erlang expression in the node."""
        return self.ctl("eval", erlang)

    def ctl(self, *arguments: str) -> str:
        """Runs rabbitmqctl against this node."""
        done = subprocess.run(
            [str(HOME / "rabbitmqctl"), "-n", self.name, "-q", *arguments],
            env=self._env(), cwd=self.folder, capture_output=True, text=True, timeout=60,
        )  # fmt: skip
        if done.returncode:
            raise AssertionError(f"rabbitmqctl {arguments[0]} failed: {done.stdout}{done.stderr}")
        return done.stdout.strip()

    def confirms(self) -> bool:
        """Whether the broker confirms a publish now: a port that listens is not yet a broker that works."""
        parameters = pika.URLParameters(self.url)
        parameters.socket_timeout = parameters.stack_timeout = parameters.blocked_connection_timeout = 3
        try:
            with contextlib.closing(pika.BlockingConnection(parameters)) as connection:
                channel = connection.channel()
                channel.confirm_delivery()
                queue = channel.queue_declare("", exclusive=True).method.queue
                channel.basic_publish("", queue, b"probe", mandatory=True)
        except (pika.exceptions.AMQPError, OSError):
            return False
        return True

    def running(self) -> bool:
        """Whether the broker's process is there."""
        return self._server is not None and self._server.poll() is None

    def stop(self) -> None:
        """Ends broker and epmd, in whatever state they are."""
        if self.running():
            with contextlib.suppress(OSError, ValueError):
                self.resume()
                self.kill()
        if self._epmd is not None:
            self._epmd.terminate()
            try:
                self._epmd.wait(timeout=10)
            except subprocess.TimeoutExpired:
                self._epmd.kill()
                self._epmd.wait()

    def _pid(self) -> int:
        return int((self.folder / "pid").read_text())

    def _ended(self) -> None:
        if self._server is not None:
            self._server.wait(timeout=30)
        (self.folder / "pid").unlink(missing_ok=True)

    def _wait(self, done: Callable[[], bool], what: str) -> None:
        deadline = time.monotonic() + START_SECONDS
        while not done():
            if not self.running() or time.monotonic() > deadline:
                tail = (self.folder / "console.txt").read_text(errors="replace")[-2000:]
                self.stop()
                raise AssertionError(f"the broker does not {what}; its console ends with:\n{tail}")
            time.sleep(0.2)

    def _write_files(self) -> None:
        for name in ("home", "mnesia", "log"):
            (self.folder / name).mkdir(parents=True, exist_ok=True)
        cookie = self.folder / "home" / ".erlang.cookie"
        cookie.write_text(secrets.token_hex(16).upper())
        cookie.chmod(0o400)
        (self.folder / "enabled_plugins").write_text("[].\n")
        (self.folder / "rabbitmq.conf").write_text(
            f"listeners.tcp.1 = 127.0.0.1:{self.port}\ndisk_free_limit.absolute = 50MB\nlog.file.level = info\n"
        )

    def _env(self) -> dict[str, str]:
        folder = self.folder
        return {
            "PATH": os.environ.get("PATH", "/usr/bin:/bin"),
            "LANG": "C.UTF-8",
            "HOME": str(folder / "home"),
            "ERL_EPMD_PORT": str(self._epmd_port),
            "ERL_EPMD_ADDRESS": "127.0.0.1",
            "RABBITMQ_NODENAME": self.name,
            # A name that needs no resolver: a bare system may not even know localhost.
            "RABBITMQ_USE_LONGNAME": "true",
            "RABBITMQ_NODE_IP_ADDRESS": "127.0.0.1",
            "RABBITMQ_NODE_PORT": str(self.port),
            "RABBITMQ_DIST_PORT": str(self._dist_port),
            "RABBITMQ_MNESIA_BASE": str(folder / "mnesia"),
            "RABBITMQ_LOG_BASE": str(folder / "log"),
            "RABBITMQ_PID_FILE": str(folder / "pid"),
            "RABBITMQ_ENABLED_PLUGINS_FILE": str(folder / "enabled_plugins"),
            "RABBITMQ_CONFIG_FILE": str(folder / "rabbitmq.conf"),
            "RABBITMQ_CONF_ENV_FILE": str(folder / "none.conf"),
            "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": (
                "+sbwt none +sbwtdcpu none +sbwtdio none -kernel inet_dist_use_interface {127,0,0,1}"
            ),
        }


@contextlib.contextmanager
def rabbit_node(folder: Path) -> Iterator[RabbitNode]:
    """A running node, ended in every case."""
    node = RabbitNode(folder)
    try:
        node.start()
        yield node
    finally:
        node.stop()
