"""The supervisor: keeps the gateway running as a service manager does, and notes each end and each recovery."""

import contextlib
import os
import random
import signal
import subprocess
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass, field

from gateway.caution import MARKER
from tests.chaos.journal import Journal
from tests.chaos.site import Node, Site

READY_SECONDS = 90.0
UNAWARE = 0.5
"""Of the starts know nothing of the end before: a gateway that knows takes each live message in two commits, and the
shorter way, in one, must be killed as often."""


@dataclass(slots=True)
class Counts:
    """What happened to the process."""

    starts: int = 0
    ends: dict[str, int] = field(default_factory=dict)
    """By exit code, or by signal as ``-9``."""
    recoveries: list[float] = field(default_factory=list)
    """Seconds from each start to readiness, where it came so far."""


class Supervisor:
    """Starts the gateway again whenever it ends, until it is told to rest."""

    def __init__(
        self, site: Site, node: Node, env: Mapping[str, str], journal: Journal, seed: int, control: str | None = None
    ) -> None:
        self._site = site
        self.node = node
        self._env = {**os.environ, **env, **node.env}
        self._journal = journal
        self._rng = random.Random(f"{seed}/{node.name}")
        self._control = control
        self._armed: dict[str, str] = {}
        self._process: subprocess.Popen[bytes] | None = None
        self._wanted = threading.Event()
        self._ended = threading.Event()
        self._ready_at: float | None = None
        self._thread = threading.Thread(target=self._run, name="supervisor", daemon=True)
        self._closing = False
        self._starting = threading.Lock()
        self.counts = Counts()

    def begin(self) -> None:
        """Starts the gateway, and goes on doing so."""
        self._wanted.set()
        self._thread.start()

    def arm(self, env: Mapping[str, str]) -> None:
        """The next start, and only that, has these variables too."""
        self._armed = dict(env)

    def signal(self, number: int) -> bool:
        """Sends a signal to the process; False where there is none."""
        process = self._process
        if process is None or process.poll() is not None:
            return False
        process.send_signal(number)
        return True

    def rest(self, seconds: float = 0.0) -> None:
        """Ends the process and keeps it down until ``go_on``; it has so many seconds to end by itself."""
        self._wanted.clear()
        with self._starting:
            process = self._process
        if process is not None:
            process.send_signal(signal.SIGCONT)
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(seconds)
            process.kill()
            process.wait()

    def go_on(self) -> None:
        """Starts it again."""
        self._wanted.set()

    def stop(self) -> int:
        """SIGTERM, and the exit code; it stays down."""
        self._wanted.clear()
        process = self._process
        assert process is not None
        process.send_signal(signal.SIGCONT)
        process.send_signal(signal.SIGTERM)
        return process.wait(60)

    def close(self) -> None:
        """Ends everything."""
        self.rest()
        self._closing = True
        self._wanted.set()
        if self._thread.is_alive():
            self._thread.join(10)

    def uptime(self) -> float | None:
        """Seconds since it was ready; None where it is not."""
        ready = self._ready_at
        return None if ready is None else time.monotonic() - ready

    def wait_ready(self, seconds: float = READY_SECONDS) -> bool:
        """Waits until it is ready."""
        deadline = time.monotonic() + seconds
        while self._ready_at is None:
            if time.monotonic() > deadline:
                return False
            time.sleep(0.02)
        return True

    def _run(self) -> None:
        while True:
            self._wanted.wait()
            if self._closing:
                return
            self._once()

    def _once(self) -> None:
        armed, self._armed = self._armed, {}
        ports = self.node.data / "ports.json"
        with contextlib.suppress(OSError):
            ports.unlink(missing_ok=True)
        if self._rng.random() < UNAWARE:
            with contextlib.suppress(OSError):
                (self.node.data / MARKER).unlink(missing_ok=True)
        began = time.monotonic()
        with self._starting, self.node.log.open("ab") as log:
            if not self._wanted.is_set():
                return
            process = self._process = subprocess.Popen(
                self._site.command(self._control), env={**self._env, **armed}, stdout=log, stderr=log
            )
        self.counts.starts += 1
        self._journal.write("started", node=self.node.name, armed=armed.get("WHARF_CRASH", ""))
        while process.poll() is None:
            if self._ready_at is None and ports.exists() and self._is_ready():
                self._ready_at = time.monotonic()
                self.counts.recoveries.append(self._ready_at - began)
                self._journal.write("ready", node=self.node.name, seconds=round(self._ready_at - began, 3))
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(0.05)
        self._ready_at = None
        code = str(process.returncode)
        self.counts.ends[code] = self.counts.ends.get(code, 0) + 1
        self._journal.write("ended", node=self.node.name, code=process.returncode)
        if process.returncode not in (0, -signal.SIGKILL):
            time.sleep(0.2)

    def _is_ready(self) -> bool:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.node.http}/readyz", timeout=2) as answer:
                return bool(answer.status == 200)
        except (OSError, urllib.error.URLError, ValueError):
            return False
