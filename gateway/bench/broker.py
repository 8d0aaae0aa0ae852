"""A private RabbitMQ for measurements: own ports and folder, on loopback, ended with the measurement.

It takes the scripts where Debian's package puts them and starts no service.
"""

import os
import secrets
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory

SCRIPTS = Path("/usr/lib/rabbitmq/bin")
"""Those in /usr/sbin change to another user."""
_HOST = "127.0.0.1"
_START_SECONDS = 90.0
_END_SECONDS = 30.0
_NOWHERE = subprocess.DEVNULL


class BrokerMissing(Exception):  # noqa: N818 - a state, told as such
    """There is no RabbitMQ to start here."""


class PrivateBroker:
    """One node; made by ``private_broker``."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._port, self._nodes_port, self._epmd_port = _free_ports(3)
        self._name = f"wharf_{secrets.token_hex(4)}@{_HOST}"
        self._server: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"amqp://guest:guest@{_HOST}:{self._port}/"

    def start(self) -> None:
        """Starts it, or starts it again with what it held, and waits until it listens."""
        console = self._folder / "console.txt"
        with console.open("ab") as output:
            self._server = subprocess.Popen(
                [SCRIPTS / "rabbitmq-server"], env=self._environment(), cwd=self._folder,
                stdin=_NOWHERE, stdout=output, stderr=output, start_new_session=True,
            )  # fmt: skip
        deadline = time.monotonic() + _START_SECONDS
        while not self._listens():
            if self._server.poll() is not None or time.monotonic() > deadline:
                raise BrokerMissing(f"RabbitMQ does not start: {console.read_text(errors='replace')[-500:]}")
            time.sleep(0.2)

    def stop(self) -> None:
        """Ends it; what is durable stays."""
        server, self._server = self._server, None
        if server is None or server.poll() is not None:
            return
        with suppress(OSError, ValueError):
            os.kill(int((self._folder / "pid").read_text()), signal.SIGTERM)
            with suppress(subprocess.TimeoutExpired):
                server.wait(_END_SECONDS)
                return
        os.killpg(server.pid, signal.SIGKILL)
        server.wait()

    @contextmanager
    def names(self) -> Iterator[None]:
        """The port mapper that every node needs, of its own."""
        command = ["epmd", "-port", str(self._epmd_port), "-address", _HOST]
        with subprocess.Popen(command, stdin=_NOWHERE, stdout=_NOWHERE, stderr=_NOWHERE) as epmd:
            try:
                yield
            finally:
                epmd.kill()

    def prepare(self) -> None:
        """Its folders and settings."""
        for name in ("home", "mnesia", "log"):
            (self._folder / name).mkdir()
        cookie = self._folder / "home" / ".erlang.cookie"
        cookie.write_text(secrets.token_hex(16).upper())
        cookie.chmod(0o400)
        (self._folder / "enabled_plugins").write_text("[].\n")
        (self._folder / "rabbitmq.conf").write_text(
            f"listeners.tcp.1 = {_HOST}:{self._port}\ndisk_free_limit.absolute = 50MB\n"
        )

    def _listens(self) -> bool:
        with suppress(OSError), socket.create_connection((_HOST, self._port), 1) as connection:
            connection.settimeout(3)
            # A node that is starting takes connections some time before it speaks. Source: AMQP 0-9-1, section 4.2.2.
            connection.sendall(b"AMQP\x00\x00\x09\x01")
            return connection.recv(1) == b"\x01"
        return False

    def _environment(self) -> dict[str, str]:
        folder = self._folder
        return {
            "PATH": os.environ.get("PATH", "/usr/bin:/bin"),
            "LANG": "C.UTF-8",
            "HOME": str(folder / "home"),
            "ERL_EPMD_PORT": str(self._epmd_port),
            "ERL_EPMD_ADDRESS": _HOST,
            "RABBITMQ_NODENAME": self._name,
            "RABBITMQ_USE_LONGNAME": "true",
            "RABBITMQ_NODE_IP_ADDRESS": _HOST,
            "RABBITMQ_NODE_PORT": str(self._port),
            "RABBITMQ_DIST_PORT": str(self._nodes_port),
            "RABBITMQ_MNESIA_BASE": str(folder / "mnesia"),
            "RABBITMQ_LOG_BASE": str(folder / "log"),
            "RABBITMQ_PID_FILE": str(folder / "pid"),
            "RABBITMQ_ENABLED_PLUGINS_FILE": str(folder / "enabled_plugins"),
            "RABBITMQ_CONFIG_FILE": str(folder / "rabbitmq.conf"),
            "RABBITMQ_CONF_ENV_FILE": str(folder / "none.conf"),
            # Schedulers that wait for work in a loop take the cores that the measurement needs.
            "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": (
                "+sbwt none +sbwtdcpu none +sbwtdio none -kernel inet_dist_use_interface {127,0,0,1}"
            ),
        }


@contextmanager
def private_broker(data: Path | None = None) -> Iterator[PrivateBroker]:
    """A running node in a folder of its own under ``data``. BrokerMissing where none is installed."""
    if not (SCRIPTS / "rabbitmq-server").exists() or shutil.which("epmd") is None:
        raise BrokerMissing("RabbitMQ is not installed here: install rabbitmq-server, or name a broker with --url")
    with ExitStack() as stack:
        folder = stack.enter_context(TemporaryDirectory(prefix="wharf-rabbitmq-", dir=data, ignore_cleanup_errors=True))
        broker = PrivateBroker(Path(folder))
        broker.prepare()
        stack.enter_context(broker.names())
        stack.callback(broker.stop)
        broker.start()
        yield broker


def _free_ports(count: int) -> list[int]:
    """Ports that were free a moment ago, below those that outgoing connections take."""
    found: set[int] = set()
    while len(found) < count:
        port = 20_000 + secrets.randbelow(12_000)
        with socket.socket() as probe, suppress(OSError):
            probe.bind((_HOST, port))
            found.add(port)
    return list(found)
