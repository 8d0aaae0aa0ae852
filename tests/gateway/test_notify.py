"""What systemd hears of the process."""

import asyncio
import os
import socket
from pathlib import Path

from gateway.notify import Notifier


def test_words_reach_the_socket_and_the_watchdog_is_kept_awake(tmp_path: Path) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as systemd:
        systemd.bind(str(tmp_path / "notify"))
        systemd.settimeout(5)
        notifier = Notifier.of({"NOTIFY_SOCKET": str(tmp_path / "notify"), "WATCHDOG_USEC": "20000"})
        notifier.say("READY=1")
        assert systemd.recv(64) == b"READY=1"

        async def story() -> None:
            alive = asyncio.create_task(notifier.keep_alive())
            for _ in range(3):
                assert await asyncio.to_thread(systemd.recv, 64) == b"WATCHDOG=1"
            alive.cancel()

        asyncio.run(story())


def test_an_abstract_socket_is_understood() -> None:
    name = f"wharf-test-{os.getpid()}"
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as systemd:
        systemd.bind(f"\0{name}")
        systemd.settimeout(5)
        Notifier(f"@{name}").say("STOPPING=1")
        assert systemd.recv(64) == b"STOPPING=1"


def test_without_systemd_nothing_is_said_and_a_watchdog_of_another_process_is_not_ours(tmp_path: Path) -> None:
    assert Notifier.of({}) == Notifier(None, None)
    assert Notifier.of({"WATCHDOG_USEC": "20000", "WATCHDOG_PID": "1"}).watchdog is None
    Notifier(str(tmp_path / "nobody")).say("READY=1")
