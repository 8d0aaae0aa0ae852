"""The processes beside the gateway: generators and collector, started, ended, and watched for an end of their own."""

import contextlib
import json
import signal
import subprocess
import sys
from dataclasses import asdict
from pathlib import Path

from tests.chaos import collector, generator


class Actors:
    """Processes that survive everything."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        folder.mkdir(parents=True)
        self._generators: list[subprocess.Popen[bytes]] = []
        self._collector: subprocess.Popen[bytes] | None = None

    def generate(self, settings: generator.Settings) -> None:
        """Starts one generator."""
        self._generators.append(self._start("generator", settings.door, asdict(settings)))

    def collect(self, settings: collector.Settings) -> None:
        """Starts the collector."""
        self._collector = self._start("collector", "collector", asdict(settings))

    def sending(self) -> bool:
        """Whether a generator still runs."""
        return any(process.poll() is None for process in self._generators)

    def stop_sending(self) -> None:
        """Asks the generators to end what they have begun."""
        for process in self._generators:
            with contextlib.suppress(ProcessLookupError):
                process.send_signal(signal.SIGTERM)

    def failed(self) -> list[str]:
        """Actors that ended by a fault of their own: their evidence is not whole."""
        everyone = [*self._generators, *([self._collector] if self._collector is not None else [])]
        return [
            f"an actor ended with {process.returncode}: {process.args!r}"
            for process in everyone
            if process.poll() not in (None, 0)
        ]

    def close(self) -> None:
        """Ends everyone."""
        for process in [*self._generators, *([self._collector] if self._collector is not None else [])]:
            if process.poll() is None:
                process.terminate()
                with contextlib.suppress(subprocess.TimeoutExpired):
                    process.wait(5)
                process.kill()
                process.wait()

    def _start(self, module: str, name: str, settings: dict[str, object]) -> subprocess.Popen[bytes]:
        path = self._folder / f"{name}.json"
        path.write_text(json.dumps(settings))
        with (self._folder / f"{name}.log").open("ab") as log:
            return subprocess.Popen([sys.executable, "-m", f"tests.chaos.{module}", str(path)], stdout=log, stderr=log)
