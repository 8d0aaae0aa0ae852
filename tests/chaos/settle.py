"""Settling: everything is healed, and what was begun must come to its end within a hard limit."""

import contextlib
import re
import time
import urllib.request
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from tests.chaos.site import Node
from tests.chaos.supervisor import Supervisor

IDLE_SECONDS: Final = 3.0
"""Nothing came to the collector for so long."""


def settle(supervisors: Sequence[Supervisor], idle: Path, sending: Callable[[], bool], limit: float) -> list[str]:
    """Waits until senders have ended, nothing waits in the gateway and nothing comes any more; else tells what does."""
    deadline = time.monotonic() + limit
    waiting: dict[str, float] = {}
    while time.monotonic() < deadline:
        if not sending() and all(own.uptime() is not None for own in supervisors):
            backlog = _backlog(supervisors[0].node)
            if backlog is not None:
                waiting = backlog
                if not any(waiting.values()) and time.time() - _last(idle) > IDLE_SECONDS:
                    return []
        time.sleep(0.3)
    stuck = [f"{count:.0f} {kind} wait" for kind, count in waiting.items() if count]
    if sending():
        stuck.append("senders wait for an answer")
    stuck += [f"{own.node.name} is not ready" for own in supervisors if own.uptime() is None]
    return [f"{one} {limit:.0f} s after all was healed" for one in stuck or ["messages still come"]]


def told_of(node: Node) -> list[tuple[str, bytes]]:
    """What anybody may ask a gateway, and no patient may stand in."""
    pages = ("/metrics", "/readyz", "/api/v1/exceptions", "/api/v1/deliveries?limit=500")
    told: list[tuple[str, bytes]] = []
    for page in pages:
        with urllib.request.urlopen(f"http://127.0.0.1:{node.http}{page}", timeout=10) as answer:
            told.append((page, answer.read()))
    return told


def _backlog(node: Node) -> dict[str, float] | None:
    """What waits in the ledger, by kind, as the metrics tell it; None where nobody answers."""
    address = f"http://127.0.0.1:{node.http}/metrics"
    with contextlib.suppress(OSError), urllib.request.urlopen(address, timeout=5) as told:
        found = re.findall(r'wharf_backlog\{kind="(\w+)"\} (\S+)', told.read().decode())
        return {kind: float(count) for kind, count in found}
    return None


def _last(idle: Path) -> float:
    with contextlib.suppress(OSError, ValueError):
        return float(idle.read_text())
    return 0.0
