"""A private PostgreSQL server: own port on loopback, own folder, own process; it can be stopped hard and frozen.

The server refuses to run as root: then it runs as the user ``postgres``, or ``nobody`` where there is none.
"""

import contextlib
import os
import pwd
import secrets
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import quote

import psycopg

from tests.rigs.rabbitmq import free_port

PACKAGE = "postgresql"
START_SECONDS = 60.0
_MEMORY = Path("/dev/shm")  # noqa: S108 - a folder of its own is made there
ADMIN = "admin"
USER = "wharf"
PASSWORD = "p@ss/w:rd"
"""Has what an address must escape."""


def binaries() -> Path | None:
    """The folder of the newest installed server; None where there is none."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"), key=lambda path: int(path.parts[4]))
    if found:
        return found[-1].parent
    beside = shutil.which("postgres")
    return Path(beside).parent if beside else None


class PostgresServer:
    """One server, begun with ``start`` and ended with ``stop``."""

    def __init__(self, folder: Path, home: Path) -> None:
        """``folder`` is empty and this server's alone; ``home`` holds the binaries."""
        self.folder = folder
        self.port = free_port()
        self._home = home
        self._process: subprocess.Popen[bytes] | None = None
        self._user = _other_user() if os.geteuid() == 0 else None

    def start(self) -> None:
        """Makes the cluster and the role, and waits until the server answers."""
        word = self.folder / "word"
        word.write_text(f"{PASSWORD}\n")
        if self._user is not None:
            os.chown(self.folder, self._user.pw_uid, self._user.pw_gid)
            os.chown(word, self._user.pw_uid, self._user.pw_gid)
        self._run(
            "initdb", "-D", str(self._data), "-U", ADMIN, f"--pwfile={word}", "--auth=scram-sha-256",
            "--encoding=UTF8", "--locale=C", "--no-sync",
        )  # fmt: skip
        self.restart()
        self.execute(f"CREATE ROLE {USER} LOGIN CREATEDB PASSWORD '{PASSWORD}'")

    def restart(self, *settings: str, standby: bool = False) -> None:
        """Starts the server on the same folder and port; ``settings`` as ``name=value``.

        ``standby``: it takes questions only, until ``pg_promote()``.
        """
        if standby:
            (self._data / "standby.signal").touch()
        options = [f"port={self.port}", "listen_addresses=127.0.0.1", "unix_socket_directories=", "max_connections=60",
                   "shared_buffers=32MB", "logging_collector=off", *settings]  # fmt: skip
        with (self.folder / "console.txt").open("ab") as console:
            self._process = subprocess.Popen(
                [str(self._home / "postgres"), "-D", str(self._data), *(f"-c{each}" for each in options)],
                cwd=self.folder, stdin=subprocess.DEVNULL, stdout=console, stderr=console, start_new_session=True,
                env={"PATH": os.environ.get("PATH", "/usr/bin:/bin"), "LANG": "C.UTF-8"}, **self._identity(),  # type: ignore[call-overload]
            )  # fmt: skip
        self._wait(self.answers)

    def crash(self) -> None:
        """As ``pg_ctl stop -m immediate``: no last word, recovery at the next start."""
        self._end(signal.SIGQUIT)

    def shut_down(self) -> None:
        """As ``pg_ctl stop -m fast``: connections are ended, and told so."""
        self._end(signal.SIGINT)

    def answers(self) -> bool:
        """Whether the server takes connections."""
        try:
            self.execute("SELECT 1")
        except psycopg.OperationalError:
            return False
        return True

    def running(self) -> bool:
        """Whether the server's process is there."""
        return self._process is not None and self._process.poll() is None

    def execute(self, sql: str, database: str = "postgres") -> list[tuple[object, ...]]:
        """Runs a statement as the administrator; its rows."""
        with psycopg.connect(self._url(ADMIN, database), autocommit=True, connect_timeout=5) as connection:
            cursor = connection.execute(sql.encode())
            return cursor.fetchall() if cursor.description else []

    def add_database(self, template: str = "template0") -> str:
        """A database for one test, as the template; its name."""
        name = f"t{secrets.token_hex(6)}"
        self.execute(f"CREATE DATABASE {name} OWNER {USER} TEMPLATE {template} ENCODING 'UTF8'")
        return name

    def drop_database(self, name: str) -> None:
        """Whoever is connected to it."""
        self.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")

    def url_of(self, database: str, *, port: int | None = None, user: str = USER, password: str = PASSWORD) -> str:
        """The address of a database, with the password in it."""
        return self._url(user, database, port, password)

    def stop(self) -> None:
        """Ends the server, in whatever state it is."""
        if self.running():
            with contextlib.suppress(OSError):
                self._signal(signal.SIGCONT)
            self._end(signal.SIGQUIT)

    @property
    def _data(self) -> Path:
        return self.folder / "data"

    def _url(self, user: str, database: str, port: int | None = None, password: str = PASSWORD) -> str:
        return f"postgresql://{user}:{quote(password, safe='')}@127.0.0.1:{port or self.port}/{database}"

    def _end(self, number: int) -> None:
        self._signal(number)
        assert self._process is not None
        try:
            self._process.wait(timeout=30)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def _signal(self, number: int) -> None:
        assert self._process is not None
        os.kill(self._process.pid, number)

    def _run(self, name: str, *arguments: str) -> None:
        done = subprocess.run(
            [str(self._home / name), *arguments], cwd=self.folder, capture_output=True, text=True, timeout=60,
            env={"PATH": os.environ.get("PATH", "/usr/bin:/bin"), "LANG": "C.UTF-8"}, **self._identity(),  # type: ignore[call-overload]
        )  # fmt: skip
        if done.returncode:
            raise AssertionError(f"{name} failed: {done.stdout}{done.stderr}")

    def _identity(self) -> dict[str, object]:
        if self._user is None:
            return {}
        return {"user": self._user.pw_uid, "group": self._user.pw_gid, "extra_groups": []}

    def _wait(self, done: Callable[[], bool]) -> None:
        deadline = time.monotonic() + START_SECONDS
        while not done():
            if not self.running() or time.monotonic() > deadline:
                tail = (self.folder / "console.txt").read_text(errors="replace")[-2000:]
                self.stop()
                raise AssertionError(f"the database does not answer; its console ends with:\n{tail}")
            time.sleep(0.05)


def _other_user() -> pwd.struct_passwd:
    for name in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            return pwd.getpwnam(name)
    raise AssertionError("there is no user that the database could run as")


def _roomy() -> bool:
    return _MEMORY.is_dir() and shutil.disk_usage(_MEMORY).free > 1 << 30


@contextlib.contextmanager
def postgres_server(home: Path) -> Iterator[PostgresServer]:
    """A running server, ended in every case with all that it wrote."""
    # Not in the folder of the tests: it is for their user alone, and the server may run as another one. In memory where
    # there is room: every new database flushes all others, and no test cuts the power of this one.
    folder = Path(tempfile.mkdtemp(prefix="wharf-postgres-", dir=_MEMORY if _roomy() else None))
    server = PostgresServer(folder, home)
    try:
        server.start()
        yield server
    finally:
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)
