"""What systemd is told of the process: ready, alive, stopping (sd_notify(3), sd_watchdog_enabled(3)).

Without systemd the variables are not set, and nothing is said.
"""

import asyncio
import contextlib
import os
import socket
from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Notifier:
    """Says words to whoever supervises the process."""

    address: str | None = None
    """A Unix datagram socket; ``@`` begins an abstract one."""
    watchdog: float | None = None
    """Seconds within which a word has to come, else the process is taken for stuck and killed."""

    @classmethod
    def of(cls, env: Mapping[str, str]) -> "Notifier":
        """As NOTIFY_SOCKET, WATCHDOG_USEC and WATCHDOG_PID say."""
        for_us = env.get("WATCHDOG_PID", str(os.getpid())) == str(os.getpid())
        micros = env.get("WATCHDOG_USEC", "")
        watchdog = int(micros) / 1e6 if for_us and micros.isdigit() and int(micros) > 0 else None
        return cls(env.get("NOTIFY_SOCKET") or None, watchdog)

    def say(self, word: str) -> None:
        """``READY=1``, ``STOPPING=1`` or ``WATCHDOG=1``; nobody listening is no failure."""
        if self.address is None:
            return
        address = "\0" + self.address[1:] if self.address.startswith("@") else self.address
        with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as to:
            to.sendto(word.encode(), address)

    async def keep_alive(self) -> None:
        """Says that the event loop turns, twice in each period; for ever."""
        while True:
            if self.watchdog is not None:
                self.say("WATCHDOG=1")
            await asyncio.sleep(self.watchdog / 2 if self.watchdog is not None else 3600)
