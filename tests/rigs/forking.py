"""Gateways that start quickly: one process loads everything once, and forks a gateway for each start.

What runs in the fork is ``wharf run`` itself, with the environment of that start. A start takes a fraction of the
time, so that tests that kill the gateway hundreds of times can be afforded. The process that forks runs one thread
and no loop, so that a fork finds nothing half done.
"""

import contextlib
import ctypes
import json
import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

LOADED = (
    "gateway.assembly", "gateway.house", "gateway.config", "gateway.logs", "gateway.cli.main", "gateway.cli.run",
    "alembic.command", "alembic.config", "alembic.script", "uvicorn", "uvicorn.lifespan.off",
    "uvicorn.protocols.http.h11_impl", "aio_pika", "gateway.channels.soap_poll", "gateway.channels.soap_calls",
    "encodings.idna",
)  # fmt: skip


class Forked:
    """One gateway; what tests use of ``subprocess.Popen``."""

    def __init__(self, nursery: "Nursery", pid: int) -> None:
        self.pid = pid
        self._nursery = nursery
        self._code: int | None = None

    def poll(self) -> int | None:
        if self._code is None:
            self._code = self._nursery.ask({"ended": self.pid})["code"]
        return self._code

    def wait(self, seconds: float) -> int:
        deadline = time.monotonic() + seconds
        while (code := self.poll()) is None:
            if time.monotonic() > deadline:
                raise subprocess.TimeoutExpired("the gateway", seconds)
            time.sleep(0.005)
        return code

    def send_signal(self, number: int) -> None:
        if self.poll() is None:
            os.kill(self.pid, number)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)


class Nursery:
    """The process that forks."""

    def __init__(self, env: Mapping[str, str] | None = None) -> None:
        """``env``: what must be there before anything is loaded, as ``LD_PRELOAD``."""
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.rigs.forking"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, env={**os.environ, **(env or {})},
        )  # fmt: skip

    def start(self, command: Sequence[str], env: Mapping[str, str], log: Path) -> Forked:
        """Runs ``wharf`` with these words in a fork; what it says goes to the log."""
        told = self.ask({"run": list(command), "env": dict(env), "log": str(log)})
        return Forked(self, told["pid"])

    def run(self, command: Sequence[str], env: Mapping[str, str], log: Path, seconds: float = 60) -> int:
        """The same to its end; its exit code."""
        return self.start(command, env, log).wait(seconds)

    def ask(self, what: Mapping[str, object]) -> Any:
        """One question, one answer."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(what).encode() + b"\n")
        self._process.stdin.flush()
        readable, _, _ = select.select([self._process.stdout], [], [], 60)
        assert readable, "the process that forks does not answer"
        return json.loads(self._process.stdout.readline())

    def close(self) -> None:
        """Ends it, and all that it forked."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(20)


@contextlib.contextmanager
def nursery(env: Mapping[str, str] | None = None) -> Iterator[Nursery]:
    """One, gone with the block."""
    own = Nursery(env)
    try:
        yield own
    finally:
        own.close()


def _serve() -> None:
    """The loop of the process that forks."""
    import importlib

    for name in LOADED:
        with contextlib.suppress(ImportError):
            importlib.import_module(name)
    alive: set[int] = set()
    answers = os.fdopen(os.dup(1), "wb", buffering=0)
    for line in sys.stdin.buffer:
        asked = json.loads(line)
        if (pid := asked.get("ended")) is not None:
            done, status = os.waitpid(pid, os.WNOHANG) if pid in alive else (0, 0)
            alive -= {done}
            told: dict[str, object] = {"code": os.waitstatus_to_exitcode(status) if done else None}
        else:
            child = os.fork()
            if child == 0:
                answers.close()
                _child(asked)
            alive.add(child)
            told = {"pid": child}
        answers.write(json.dumps(told).encode() + b"\n")
    for child in alive:
        with contextlib.suppress(ProcessLookupError):
            os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)


def _child(asked: Mapping[str, Any]) -> None:
    """Never comes back."""
    code = 70
    try:
        log = os.open(asked["log"], os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
        nothing = os.open(os.devnull, os.O_RDONLY)
        for descriptor, stream in ((nothing, 0), (log, 1), (log, 2)):
            os.dup2(descriptor, stream)
        os.environ.clear()
        os.environ.update(asked["env"])
        _again()
        from gateway.cli.main import run

        code = run(asked["run"])
        sys.stdout.flush()
        sys.stderr.flush()
    except BaseException:  # noqa: BLE001 - the fork's edge
        import traceback

        traceback.print_exc()
    finally:
        os._exit(code)


def _again() -> None:
    """What a process reads of its environment when it begins."""
    from adapters import crash
    from gateway.crash import require_known

    setting = os.environ.get(crash.VARIABLE)
    require_known(setting)
    crash.arm(setting)
    begin = getattr(ctypes.CDLL(None), "fault_begin", None)
    if begin is not None:
        begin()


if __name__ == "__main__":
    _serve()
