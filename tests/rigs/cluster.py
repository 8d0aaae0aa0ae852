"""Several gateways on one ledger, each as its users run it: one home of settings, a data folder for each."""

import contextlib
import os
import signal
from collections.abc import Iterator, Mapping
from pathlib import Path

from tests.rigs.gateway import Gateway, wharf

LEASE = 3.0
"""Seconds: as short as makes sense on a busy machine."""


class Node(Gateway):
    """One of them."""

    def __init__(self, home: Path, name: str, env: Mapping[str, str]) -> None:
        self.name = name
        own = {
            "WHARF__GATEWAY__NODE": name,
            "WHARF__GATEWAY__DATA": str(home / "nodes" / name),
            "WHARF__GATEWAY__LEASE": str(LEASE),
        }
        super().__init__(home, {**own, **env})
        self._log = home / f"{name}.log"

    def freeze(self) -> None:
        """SIGSTOP: it does nothing, and does not know it."""
        assert self._process is not None
        os.kill(self._process.pid, signal.SIGSTOP)

    def wake(self) -> None:
        """SIGCONT."""
        assert self._process is not None
        os.kill(self._process.pid, signal.SIGCONT)

    def close(self) -> None:
        """Ends the process, frozen or not."""
        if self._process is not None and self._process.poll() is None:
            self.wake()
        super().close()


@contextlib.contextmanager
def cluster(home: Path, env: Mapping[str, Mapping[str, str]]) -> Iterator[dict[str, Node]]:
    """A fresh folder of `wharf init` with a node for each name, none of which runs yet."""
    done = wharf("init", home)
    assert done.returncode == 0, done.stderr.decode()
    nodes = {name: Node(home, name, own) for name, own in env.items()}
    for node in nodes.values():
        node.data.mkdir(parents=True)
    try:
        yield nodes
    finally:
        for node in nodes.values():
            node.close()
