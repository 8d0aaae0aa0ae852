"""A gateway as its users run it: `wharf init`, then `wharf run` in a process of its own."""

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from tests.rigs.forking import Forked, Nursery

WHARF = (sys.executable, "-m", "gateway")
QUICK = {
    "WHARF__HTTP__LISTEN": "127.0.0.1:0",
    "WHARF__CHANNELS__EHR__LISTEN": "127.0.0.1:0",
    "WHARF__CHANNELS__SUPPLIERS__POLL": "0.1",
    "WHARF__CHANNELS__SUPPLIERS__SETTLE": "0.1",
}
"""Settings that make tests quick; everything else is as `wharf init` writes it."""


def wharf(*arguments: str | Path, env: Mapping[str, str] | None = None, timeout: float = 60) -> Any:
    """Runs one command to its end; stdout and stderr are bytes."""
    return subprocess.run(
        [*WHARF, *map(str, arguments)],
        capture_output=True,
        check=False,
        timeout=timeout,
        env={**os.environ, **(env or {})},
    )


class Gateway:
    """One working folder with its gateway, which may be killed and started again."""

    def __init__(self, home: Path, env: Mapping[str, str], forks: Nursery | None = None) -> None:
        self.home = home
        self.config = home / "wharf.toml"
        self.drop = home / "var" / "drop"
        self.data = Path(env.get("WHARF__GATEWAY__DATA", home / "var"))
        self._env = {**os.environ, **QUICK, **env}
        self._forks = forks
        self._log = home / "gateway.log"
        self._process: subprocess.Popen[bytes] | Forked | None = None

    def set(self, env: Mapping[str, str]) -> None:
        """More of the environment, from the next start on."""
        self._env.update(env)

    def log_to(self, path: Path) -> None:
        """From the next start on."""
        self._log = path

    def arm(self, point: str | None) -> None:
        """The next start ends at this crash point, as ``name:N``; None disarms."""
        if point is None:
            self._env.pop("WHARF_CRASH", None)
        else:
            self._env["WHARF_CRASH"] = point

    def ended(self, seconds: float) -> int:
        """Waits for the end of the process and gives its exit code."""
        assert self._process is not None
        return self._process.wait(seconds)

    def start(self) -> None:
        """Starts it and waits until it is ready."""
        self.launch()
        self.wait(self.is_ready, "it is ready", 30)

    def launch(self) -> None:
        """Starts it and waits for nothing."""
        (self.data / "ports.json").unlink(missing_ok=True)
        if self._forks is not None:
            self._process = self._forks.start(["run", "-c", str(self.config)], self._env, self._log)
            return
        with self._log.open("ab") as log:
            command = [*WHARF, "run", "-c", str(self.config)]
            self._process = subprocess.Popen(command, env=self._env, stdout=log, stderr=log)

    def kill(self) -> None:
        """SIGKILL: no chance to tidy up."""
        assert self._process is not None
        self._process.kill()
        self._process.wait(10)

    def stop(self) -> int:
        """SIGTERM, and the exit code."""
        assert self._process is not None
        self._process.send_signal(signal.SIGTERM)
        return self._process.wait(30)

    def close(self) -> None:
        """Ends the process, however it is."""
        if self._process is not None and self._process.poll() is None:
            self._process.kill()
            self._process.wait(10)

    @property
    def pid(self) -> int:
        """Of the process that was started last."""
        assert self._process is not None
        return self._process.pid

    @property
    def exit_code(self) -> int | None:
        """None while it runs."""
        return self._process.poll() if self._process else None

    @property
    def log(self) -> str:
        """All that it wrote on its streams."""
        return self._log.read_text("utf-8") if self._log.exists() else ""

    def get(self, path: str) -> tuple[int, bytes]:
        """Status and body of a GET."""
        port = json.loads((self.data / "ports.json").read_text())["http"]
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=5) as answer:
                return answer.status, answer.read()
        except urllib.error.HTTPError as error:
            return error.code, error.read()

    def put(self, name: str, content: bytes) -> None:
        """Drops a file as a careful sender does: under a temporary name, then renamed."""
        temporary = self.drop / "in" / f".{name}.tmp"
        temporary.write_bytes(content)
        temporary.rename(self.drop / "in" / name)

    def answers(self, partner: str, kind: str = "") -> list[Path]:
        """The files in the partner's out folder, oldest first."""
        folder = self.drop / "out" / partner
        return (
            sorted(path for path in folder.glob(f"{kind}*") if not path.name.startswith(".")) if folder.exists() else []
        )

    def tap(self, *arguments: str) -> list[dict[str, Any]]:
        """The published events."""
        done = wharf("tap", "-c", self.config, "--once", *arguments, env=self._env)
        assert done.returncode == 0, done.stderr.decode()
        return [json.loads(line) for line in done.stdout.splitlines()]

    def messages(self, *arguments: str) -> list[dict[str, Any]]:
        """What `wharf messages list` tells."""
        done = wharf("messages", "list", "-c", self.config, "--json", *arguments, env=self._env)
        assert done.returncode == 0, done.stderr.decode()
        return [json.loads(line) for line in done.stdout.splitlines()]

    def wait(self, done: Callable[[], bool], what: str, seconds: float = 30) -> None:
        """Waits until something is so; fails with the log where it never is."""
        deadline = time.monotonic() + seconds
        while not done():
            assert self.exit_code is None, f"the gateway ended with {self.exit_code}: {self.log[-3000:]}"
            assert time.monotonic() < deadline, f"never came: {what}\n{self.log[-3000:]}"
            time.sleep(0.02)

    @property
    def env(self) -> dict[str, str]:
        """The environment that it runs in."""
        return self._env

    def is_ready(self) -> bool:
        """Whether deliveries can be handed in now."""
        if not (self.data / "ports.json").exists():
            return False
        with contextlib.suppress(OSError):
            return self.get("/readyz")[0] == 200
        return False


@contextlib.contextmanager
def gateway(
    home: Path, env: Mapping[str, str] | None = None, *, start: bool = True, forks: Nursery | None = None
) -> Iterator[Gateway]:
    """A fresh folder of `wharf init` with a gateway that runs; forked, where there is something to fork it."""
    if forks is None:
        done = wharf("init", home)
        assert done.returncode == 0, done.stderr.decode()
    else:
        assert forks.run(["init", str(home)], os.environ, home.with_suffix(".log")) == 0
    own = Gateway(home, env or {}, forks)
    try:
        if start:
            own.start()
        yield own
    finally:
        own.close()
