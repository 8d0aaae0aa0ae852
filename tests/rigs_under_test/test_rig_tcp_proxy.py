"""The proxy does to connections what a test asks for."""

import contextlib
import socket
import threading
import time
from collections.abc import Iterator

import pytest

from tests.rigs.tcp_proxy import CLEAR, TcpProxy, Way, tcp_proxy


@contextlib.contextmanager
def echo() -> Iterator[int]:
    """A server that says everything again."""

    def serve(connection: socket.socket) -> None:
        with connection, contextlib.suppress(OSError):
            while data := connection.recv(65536):
                connection.sendall(data)

    def accept() -> None:
        with contextlib.suppress(OSError):
            while True:
                connection, _ = listener.accept()
                threading.Thread(target=serve, args=(connection,), daemon=True).start()

    with socket.create_server(("127.0.0.1", 0)) as listener:
        threading.Thread(target=accept, daemon=True).start()
        yield int(listener.getsockname()[1])
        listener.shutdown(socket.SHUT_RDWR)


@pytest.fixture
def proxy() -> Iterator[TcpProxy]:
    with echo() as port, tcp_proxy(port) as own:
        yield own


def call(proxy: TcpProxy, seconds: float = 5) -> socket.socket:
    return socket.create_connection(("127.0.0.1", proxy.port), seconds)


def exactly(line: socket.socket, size: int) -> bytes:
    got = b""
    while len(got) < size:
        part = line.recv(65536)
        if not part:
            break
        got += part
    return got


def test_a_clear_way_changes_nothing(proxy: TcpProxy) -> None:
    with call(proxy) as line:
        content = bytes(range(256)) * 4096
        threading.Thread(target=line.sendall, args=(content,)).start()
        assert exactly(line, len(content)) == content
        line.shutdown(socket.SHUT_WR)
        assert line.recv(1) == b""


def test_a_cut_is_a_reset_on_both_sides(proxy: TcpProxy) -> None:
    with call(proxy) as one, call(proxy) as two:
        for line in (one, two):
            line.sendall(b"x")
            assert line.recv(1) == b"x"
        assert proxy.cut() == 2
        for line in (one, two):
            with pytest.raises(ConnectionResetError):
                line.recv(1)
    assert (proxy.open, proxy.resets) == (0, 2)


def test_a_frozen_connection_stands_and_goes_on_later(proxy: TcpProxy) -> None:
    with call(proxy, 0.3) as line:
        proxy.go(Way(frozen=True))
        line.sendall(b"hello")
        with pytest.raises(TimeoutError):
            line.recv(5)
        with call(proxy, 0.2) as late, pytest.raises(TimeoutError):
            late.recv(1)
        proxy.go(CLEAR)
        line.settimeout(5)
        assert exactly(line, 5) == b"hello"


@pytest.mark.parametrize(("way", "least", "most"), [(Way(drop_up=7), 0, 7), (Way(drop_down=4), 4, 4)])
def test_it_drops_after_so_many_bytes(proxy: TcpProxy, way: Way, least: int, most: int) -> None:
    proxy.go(way)
    with call(proxy) as line:
        line.sendall(b"0123456789")
        got = b""
        with pytest.raises(ConnectionResetError):
            while True:
                part = line.recv(100)
                assert part, "it was closed, not reset"
                got += part
        assert b"0123456789"[:most].startswith(got)
        assert len(got) >= least


def test_it_trickles_and_delays(proxy: TcpProxy) -> None:
    proxy.go(Way(rate=200))
    with call(proxy) as line:
        began = time.monotonic()
        line.sendall(bytes(40))
        assert len(exactly(line, 40)) == 40
        assert 0.2 < time.monotonic() - began < 3
        proxy.go(Way(latency=0.2))
        began = time.monotonic()
        line.sendall(b"x")
        assert line.recv(1) == b"x"
        assert 0.4 < time.monotonic() - began < 3


def test_who_connects_may_be_refused_or_find_nobody(proxy: TcpProxy) -> None:
    proxy.change(refused=True)
    with pytest.raises(ConnectionResetError), call(proxy) as line:
        line.recv(1)
    with socket.create_server(("127.0.0.1", 0)) as gone:
        proxy.target = gone.getsockname()[1]
    proxy.go(CLEAR)
    with pytest.raises(ConnectionResetError), call(proxy) as line:
        line.recv(1)
