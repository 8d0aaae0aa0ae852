"""A private OpenSSH server: its own port, keys and settings, on loopback, as the user that runs the tests.

Files are under ``root``; our user sees them by absolute paths. As root it needs the folder of privilege separation,
which Debian's package has made in /run for the service.
"""

import contextlib
import getpass
import os
import secrets
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from adapters.transports.sftp import host_keys
from adapters.transports.sftp.server import SftpServer
from tests.rigs.rabbitmq import free_port

SSHD = Path("/usr/sbin/sshd")
PACKAGE = "openssh-server"
START_SECONDS = 20.0


def need_sshd() -> None:
    """Skips where there is no server to start; fails where all tests must run."""
    if not SSHD.exists() or shutil.which("ssh-keygen") is None:
        message = f"a real SFTP server is needed: install the package {PACKAGE}"
        if os.environ.get("CI") == "true":
            pytest.fail(message)
        pytest.skip(message)


class Sshd:
    """One server, which may be killed, frozen and started again."""

    def __init__(self, folder: Path, *, extra: str = "", limit: int | None = None, host_key: str = "ed25519") -> None:
        """``folder`` is empty and this server's alone; ``extra`` lines of sshd_config; ``limit`` of KiB to a file."""
        self.folder = folder
        self.root = folder / "root"
        self.inbox = self.root / "out"
        self.outbox = self.root / "in"
        self.port = free_port()
        self.extra = extra + "\n"
        """More lines of its settings, from the next start on."""
        self._limit = limit
        self._process: subprocess.Popen[bytes] | None = None
        for each in (self.inbox, self.outbox, folder / "keys"):
            each.mkdir(parents=True)
        self.new_host_key(host_key)
        self.client_key = self.make_key("client", "ed25519")
        self.allow(self.client_key)

    def new_host_key(self, kind: str = "ed25519") -> None:
        """The server gets another key, which it shows after the next start."""
        self.host_key = self.make_key(f"host-{secrets.token_hex(4)}", kind)

    def make_key(self, name: str, kind: str, passphrase: str = "", form: str = "") -> Path:
        """Makes a key pair and returns the path of the private half."""
        path = self.folder / "keys" / name
        form_of = ["-m", form] if form else []
        subprocess.run(
            ["ssh-keygen", "-q", "-t", kind, "-N", passphrase, "-C", "", *form_of, "-f", str(path)], check=True
        )
        return path

    def allow(self, key: Path) -> None:
        """Whoever has the key may log in."""
        with (self.folder / "authorized_keys").open("a") as file:
            file.write(key.with_suffix(".pub").read_text())

    @property
    def pinned(self) -> str:
        """The host key as it is written in the settings."""
        return self.host_key.with_suffix(".pub").read_text().strip()

    def server(self, **changes: object) -> SftpServer:
        """How to reach it; quick to give up."""
        return SftpServer(
            **{
                "host": "127.0.0.1", "port": self.port, "user": getpass.getuser(), "key": self.client_key.read_text(),
                "host_keys": (host_keys.parse(self.pinned),), "connect_seconds": 10.0, "answer_seconds": 10.0,
                **changes,
            }  # type: ignore[arg-type]
        )  # fmt: skip

    def start(self) -> None:
        """Starts it and waits until it greets."""
        if os.geteuid() == 0:
            Path("/run/sshd").mkdir(mode=0o755, exist_ok=True)
        config = self.folder / "sshd_config"
        config.write_text(
            f"ListenAddress 127.0.0.1\nPort {self.port}\nHostKey {self.host_key}\nPidFile none\n"
            f"AuthorizedKeysFile {self.folder}/authorized_keys\nStrictModes no\nUsePAM no\nPasswordAuthentication no\n"
            "KbdInteractiveAuthentication no\nPermitRootLogin yes\nMaxStartups 100\nUseDNS no\nLogLevel VERBOSE\n"
            f"Subsystem sftp internal-sftp\n{self.extra}\n"
        )
        command = [str(SSHD), "-D", "-e", "-f", str(config)]
        if self._limit is not None:
            command = ["bash", "-c", f'trap "" XFSZ; ulimit -f {self._limit}; exec "$0" "$@"', *command]
        with (self.folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True
            )
        deadline = time.monotonic() + START_SECONDS
        while not self._greets():
            assert self._process.poll() is None, f"sshd ended: {(self.folder / 'log').read_text()[-2000:]}"
            assert time.monotonic() < deadline, "sshd does not greet"
            time.sleep(0.05)

    def kill(self) -> None:
        """Ends the server and all its connections at once, without a last word."""
        process, self._process = self._process, None
        if process is None:
            return
        for pid in [*_descendants(process.pid), process.pid]:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        process.wait(10)

    def freeze(self, on: bool) -> None:
        """SIGSTOP or SIGCONT to the server and all its connections: they stand, and nobody answers."""
        assert self._process is not None
        for pid in [*_descendants(self._process.pid), self._process.pid]:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGSTOP if on else signal.SIGCONT)

    def connections(self) -> int:
        """How many are open."""
        log = (self.folder / "log").read_text(errors="replace")
        return log.count("Accepted ")

    def _greets(self) -> bool:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self.port), 1) as probe:
            return probe.recv(4) == b"SSH-"
        return False


def _descendants(pid: int) -> list[int]:
    """All processes below one; sshd gives each connection a session of its own, so a group does not hold them."""
    parents: dict[int, list[int]] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError, ValueError):
            parent = int(stat.read_text().rpartition(")")[2].split()[1])
            parents.setdefault(parent, []).append(int(stat.parent.name))
    found: list[int] = []
    todo = [pid]
    while todo:
        children = parents.get(todo.pop(), [])
        found += children
        todo += children
    return found


@contextlib.contextmanager
def sshd(folder: Path, *, extra: str = "", limit: int | None = None, host_key: str = "ed25519") -> Iterator[Sshd]:
    """A running server, ended in every case; skips where there is none to start."""
    need_sshd()
    folder.mkdir(parents=True, exist_ok=True)
    own = Sshd(folder, extra=extra, limit=limit, host_key=host_key)
    try:
        own.start()
        yield own
    finally:
        own.kill()


@contextlib.contextmanager
def silent_server() -> Iterator[int]:
    """The port of a server that takes connections and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.listen(64)
        yield int(listener.getsockname()[1])
