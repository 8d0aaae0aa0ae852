"""Settings that are read again while the gateway runs: taken as a whole, or not at all."""

import asyncio
import json
import os
import signal
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import structlog

from gateway.agreements import Agreements
from gateway.audit.entry import GATEWAY, Action, Entry
from gateway.audit.settings_digest import settings_digest
from gateway.config import Config, ConfigError, load_config
from gateway.ids import Clock
from gateway.ledger.lock import LOCK, holder

_FILE = "settings.json"
_FIXED = ("gateway", "ledger", "broker", "http", "logging")

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Reloaded:
    """What became of one look at the settings."""

    at: str
    """When, as ISO text."""
    ok: bool
    """Whether they hold now; else the ones before do."""
    problems: tuple[str, ...] = ()
    """What is wrong, one line each."""
    partners: int = 0
    restart: tuple[str, ...] = ()
    """Tables that differ and hold only after the next start."""

    def to_json(self) -> str:
        """As it stands in the file beside the ledger."""
        return json.dumps({
            "at": self.at, "ok": self.ok, "problems": self.problems, "partners": self.partners, "restart": self.restart,
        }, ensure_ascii=False)  # fmt: skip


class Reloader:
    """Reads the settings again when asked, and tells in a file of the data folder what came of it."""

    def __init__(
        self, config: Config, agreements: Agreements, clock: Clock, env: Mapping[str, str],
        applied: Callable[[Config], None] = lambda _: None, record: Callable[[Entry], None] = lambda _: None,
    ) -> None:  # fmt: skip
        """``record`` puts on record what came of a look."""
        self._record = record
        self._started = config
        self._agreements = agreements
        self._clock = clock
        self._env = env
        self._applied = applied
        """Called with settings that hold from now on."""
        self._asked = asyncio.Event()

    def ask(self) -> None:
        """Asks for a look; returns at once."""
        self._asked.set()

    async def run(self) -> None:
        """Looks when asked, for ever."""
        while True:
            await self._asked.wait()
            self._asked.clear()
            await asyncio.to_thread(self.look)

    def look(self) -> Reloaded:
        """Reads, checks and takes the settings, or leaves all as it is."""
        at = self._clock().isoformat()
        try:
            config = load_config(self._started.path, self._env)
        except ConfigError as error:
            done = Reloaded(at, False, tuple(f"{each.place}: {each.code} {each.kind.title}" for each in error.problems))
            log.warning("the settings are wrong; the ones before hold", problems=len(done.problems))
            self._record(self._entry(Action.SETTINGS_REFUSED, {"problems": len(done.problems)}))
        else:
            self._agreements.replace(config.partners)
            self._applied(config)
            done = Reloaded(at, True, partners=len(config.partners), restart=_differing(self._started, config))
            self._record(self._entry(Action.SETTINGS_TAKEN, {"partners": done.partners}))
            log.info("the settings were read again", partners=done.partners, after_restart=list(done.restart))
        _write(self._started.data, done)
        return done

    def _entry(self, action: Action, details: dict[str, str | int | bool]) -> Entry:
        told = {**details, "settings": settings_digest(self._started.path)}
        return Entry(action, GATEWAY, f"settings {self._started.path.name}", reason="asked by SIGHUP", details=told)


def last_look(data: Path) -> dict[str, Any] | None:
    """What came of the last look, as JSON data; None where there was none."""
    try:
        found: dict[str, Any] = json.loads((data / _FILE).read_text("utf-8"))
    except (OSError, ValueError):
        return None
    return found


def ask_running(data: Path, seconds: float = 10.0) -> bool:
    """Asks the gateway that runs on this data folder to look, and waits for what came of it; False where none does."""
    process = holder(data / LOCK)
    if process is None:
        return False
    before = last_look(data)
    try:
        os.kill(process, signal.SIGHUP)
    except OSError:
        return False
    deadline = time.monotonic() + seconds
    while last_look(data) == before:
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


def _differing(before: Config, after: Config) -> tuple[str, ...]:
    tables = [name for name in _FIXED if getattr(before, name) != getattr(after, name)]
    names = dict.fromkeys((*before.channels, *after.channels))
    channels = [f"channels.{name}" for name in names if before.channels.get(name) != after.channels.get(name)]
    return (*tables, *channels)


def _write(data: Path, done: Reloaded) -> None:
    temporary = data / f".{_FILE}.{os.getpid()}"
    temporary.write_text(done.to_json() + "\n", encoding="utf-8")
    temporary.replace(data / _FILE)
