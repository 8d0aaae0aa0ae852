"""A real gateway for ``wharf bench flow``: a process of its own in a folder of its own, and a look into its ledger."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

from sqlalchemy import select

from gateway.init import write_settings
from gateway.ledger.records import Backlog
from gateway.ledger.schema import deliveries, events
from gateway.ledger.sqlite import Opening, best_driver, engine_for
from gateway.ledger.store import FILE, open_ledger

_SETTINGS = {
    "WHARF__HTTP__LISTEN": "127.0.0.1:0",
    "WHARF__CHANNELS__EHR__LISTEN": "127.0.0.1:0",
    "WHARF__CHANNELS__EHR__CONNECTIONS": "200",
    "WHARF__CHANNELS__EHR__PER_PEER": "200",
    "WHARF__CHANNELS__SUPPLIERS__POLL": "0.1",
    "WHARF__CHANNELS__SUPPLIERS__SETTLE": "0.1",
    "WHARF__LOGGING__LEVEL": "error",
}
_START_SECONDS = 60.0
_STOP_SECONDS = 60.0


class GatewayFailed(Exception):  # noqa: N818 - a state, told as such
    """The gateway did not start, or ended."""


class RunningGateway:
    """One gateway; made by ``running_gateway``."""

    def __init__(self, home: Path, process: subprocess.Popen[bytes]) -> None:
        self.inbox = home / "var" / "drop" / "in"
        self._data = home / "var"
        self._log = home / "gateway.log"
        self._process = process

    def port(self) -> int:
        """Where it takes HL7 messages. GatewayFailed where it does not come up."""
        deadline = time.monotonic() + _START_SECONDS
        while True:
            self.require()
            with suppress(OSError):
                port: int = json.loads((self._data / "ports.json").read_text())["ehr"]
                return port
            if time.monotonic() > deadline:
                raise GatewayFailed("the gateway does not start")
            time.sleep(0.05)

    def require(self) -> None:
        """GatewayFailed where it does not run."""
        if self._process.poll() is not None:
            raise GatewayFailed(f"the gateway ended: {self._log.read_text(errors='replace')[-500:]}")

    def stop(self) -> None:
        """Ends it as its users do."""
        self._process.send_signal(signal.SIGTERM)
        try:
            self._process.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()

    @contextmanager
    def looking(self) -> Iterator["Look"]:
        """The ledger, to be asked."""
        with closing(open_ledger(self._data, exclusive=False, read_only=True)) as ledger:
            yield Look(lambda: ledger.read(lambda reads: reads.backlog()), self)

    def latencies(self, after: int, until: int) -> list[float]:
        """Seconds from handing in to the confirm for the events recorded after one and until another; asked when the
        gateway has ended. The end is when the relay begins to note the confirm."""
        engine = engine_for(Opening(self._data / FILE, best_driver(), read_only=True))
        asked = (
            select(deliveries.c.received_at, events.c.published_at)
            .join(deliveries, deliveries.c.id == events.c.delivery)
            .where(events.c.sequence > after, events.c.sequence <= until)
        )
        with engine.connect() as connection:
            found = connection.execute(asked).all()
        engine.dispose()
        if any(published is None for _, published in found):
            raise GatewayFailed("an event was not published")
        return [(published - received) / 1e6 for received, published in found]


class Look:
    """How much the gateway has done."""

    def __init__(self, backlog: Callable[[], Backlog], gateway: RunningGateway) -> None:
        self._backlog = backlog
        self._gateway = gateway

    def published(self) -> int:
        """Events that were published so far."""
        return self._backlog().counts.get("events.published", 0)

    def waiting(self) -> int:
        """Events that wait."""
        return self._backlog().events

    def until(self, published: int, patience: float) -> float:
        """Waits until so many events were published in all, and tells for how long; GatewayFailed where nothing moves
        for ``patience`` seconds."""
        began = moved = time.monotonic()
        last = -1
        while (now := self.published()) < published:
            self._gateway.require()
            if now != last:
                last, moved = now, time.monotonic()
            elif time.monotonic() - moved > patience:
                raise GatewayFailed(f"{now} of {published} events are published, and no more come")
            time.sleep(0.02)
        return time.monotonic() - began


@contextmanager
def running_gateway(home: Path, broker: str) -> Iterator[RunningGateway]:
    """A gateway with the settings of ``wharf init`` that publishes to this broker."""
    write_settings(home)
    (home / "gateway.log").touch()
    with (home / "gateway.log").open("ab") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "gateway", "run", "-c", str(home / "wharf.toml")],
            env={**os.environ, **_SETTINGS, "WHARF__BROKER__URL": broker}, stdout=log, stderr=log,
        )  # fmt: skip
    gateway = RunningGateway(home, process)
    try:
        gateway.port()
        yield gateway
    finally:
        if process.poll() is None:
            gateway.stop()
