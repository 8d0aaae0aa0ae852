"""The line between a gateway and its database: a TCP proxy that knows a COMMIT when it sees one, and may lose it.

Runs on threads of its own. Each connection goes through as it is until a test says what becomes of the next COMMIT, or
cuts or freezes the whole line.

Source: PostgreSQL documentation, "Message Formats": a simple query is ``Q``, a length, and text that ends with NUL.
"""

import contextlib
import socket
import struct
import threading
import time
from collections.abc import Iterator
from enum import Enum

_COMMIT = b"COMMIT\0"
_RESET = struct.pack("ii", 1, 0)


class Fate(Enum):
    """What becomes of a COMMIT on its way."""

    LOST = "lost"
    """The connection is cut on both sides before the server has it."""
    ANSWER_LOST = "answer lost"
    """The server has done it and said so; the connection is cut before the gateway hears."""
    LATE = "late"
    """The gateway's side is cut at once; the server has the COMMIT half a second later."""
    SWALLOWED = "swallowed"
    """The gateway's side is cut at once; the server's side stays open and hears nothing more."""


class PostgresLine:
    """Listens on a free port of loopback and calls the server for each connection."""

    def __init__(self, target: int) -> None:
        self._target = target
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.port: int = self._listener.getsockname()[1]
        self._fates: list[Fate] = []
        self._then_down = False
        self._flows = threading.Event()
        self._flows.set()
        self._down = False
        self._open: set[socket.socket] = set()
        self._lock = threading.Lock()
        self.met: list[Fate] = []
        """What COMMITs have met so far."""
        threading.Thread(target=self._accept, name="postgres-line", daemon=True).start()

    def next_commit(self, fate: Fate, *, then_down: bool = False) -> None:
        """What the next COMMIT meets; ``then_down``: nobody comes through afterwards until ``up``."""
        self._then_down = then_down
        self._fates.append(fate)

    @property
    def waits(self) -> bool:
        """Whether a fate waits for its COMMIT."""
        return bool(self._fates)

    def freeze(self) -> None:
        """All connections stay open and nothing goes through; nobody is told."""
        self._flows.clear()

    def thaw(self) -> None:
        """What was held goes on."""
        self._flows.set()

    def down(self) -> None:
        """Cuts all, and whoever calls."""
        self._down = True
        self.cut()

    def up(self) -> None:
        """Callers come through again."""
        self._down = False

    def cut(self) -> None:
        """RST to both sides of every connection."""
        with self._lock:
            every, self._open = self._open, set()
        for one in every:
            _reset(one)

    def close(self) -> None:
        """Ends everything."""
        self._listener.close()
        self._flows.set()
        self.cut()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                caller, _ = self._listener.accept()
                threading.Thread(target=self._serve, args=(caller,), daemon=True).start()

    def _serve(self, caller: socket.socket) -> None:
        self._flows.wait()
        try:
            if self._down:
                raise ConnectionRefusedError
            server = socket.create_connection(("127.0.0.1", self._target))
        except OSError:
            _reset(caller)
            return
        for one in (caller, server):
            one.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        with self._lock:
            self._open |= {caller, server}
        swallows = threading.Event()
        back = threading.Thread(target=self._carry_back, args=(server, caller, swallows), daemon=True)
        back.start()
        self._carry_on(caller, server, swallows)

    def _carry_on(self, caller: socket.socket, server: socket.socket, swallows: threading.Event) -> None:
        """From the gateway to the server."""
        with contextlib.suppress(OSError):
            while data := caller.recv(1 << 16):
                self._flows.wait()
                if data.endswith(_COMMIT) and self._fates:
                    self._meet(self._fates.pop(0), data, caller, server, swallows)
                    return
                server.sendall(data)
        self._end(server)

    def _meet(
        self, fate: Fate, commit: bytes, caller: socket.socket, server: socket.socket, swallows: threading.Event
    ) -> None:
        if self._then_down:
            self._down = True
        self.met.append(fate)
        swallows.set()
        if fate is Fate.LOST:
            _reset(server)
            _reset(caller)
        elif fate is Fate.ANSWER_LOST:
            # Its answer is what ends the way back, and then the caller is cut.
            server.sendall(commit)
        elif fate is Fate.LATE:
            _reset(caller)
            time.sleep(0.5)
            with contextlib.suppress(OSError):
                server.sendall(commit)
        else:
            _reset(caller)

    def _carry_back(self, server: socket.socket, caller: socket.socket, swallows: threading.Event) -> None:
        """From the server to the gateway."""
        with contextlib.suppress(OSError):
            while data := server.recv(1 << 16):
                self._flows.wait()
                if swallows.is_set():
                    _reset(caller)
                    continue
                caller.sendall(data)
        self._end(caller)

    def _end(self, other: socket.socket) -> None:
        with contextlib.suppress(OSError):
            other.shutdown(socket.SHUT_WR)


def _reset(one: socket.socket) -> None:
    with contextlib.suppress(OSError):
        one.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
        # Wakes whoever waits in recv: closing alone would leave him there.
        one.shutdown(socket.SHUT_RD)
    with contextlib.suppress(OSError):
        one.close()


@contextlib.contextmanager
def postgres_line(target: int) -> Iterator[PostgresLine]:
    """A line to a port of loopback; gone with the block."""
    line = PostgresLine(target)
    try:
        yield line
    finally:
        line.close()
