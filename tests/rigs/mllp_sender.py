"""A sender as the protocol wants it: one message at a time, sent again on a new connection until it is answered."""

import contextlib
import json
import socket
import time
from collections.abc import Callable
from pathlib import Path

_BEGIN, _END = b"\x0b", b"\x1c\r"


class MllpSender:
    """A blocking client of one channel, which may be away for a while."""

    def __init__(self, ports: Path, channel: str, patience: float = 60.0) -> None:
        self._ports = ports
        self._channel = channel
        self._patience = patience
        self._connection: socket.socket | None = None
        self.attempts = 0

    def ask(self, content: bytes, stop: Callable[[], bool] = lambda: False) -> bytes | None:
        """Sends until there is an answer; None where ``stop`` said so first."""
        deadline = time.monotonic() + self._patience
        while not stop():
            assert time.monotonic() < deadline, "no answer"
            try:
                return self._once(content)
            except (OSError, ValueError, KeyError):
                self.close()
                time.sleep(0.02)
        return None

    def _once(self, content: bytes) -> bytes:
        if self._connection is None:
            port = json.loads(self._ports.read_text())[self._channel]
            self._connection = socket.create_connection(("127.0.0.1", port), 10)
        self.attempts += 1
        self._connection.sendall(_BEGIN + content + _END)
        answer = b""
        while not answer.endswith(_END):
            part = self._connection.recv(65536)
            if not part:
                raise ConnectionResetError
            answer += part
        return answer[1:-2]

    def close(self) -> None:
        """Closes the connection; the next message opens another."""
        if self._connection is not None:
            with contextlib.suppress(OSError):
                self._connection.close()
        self._connection = None
