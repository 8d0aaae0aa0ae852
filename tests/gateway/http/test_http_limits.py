"""What a stranger can send is bounded: size, time, headers, and how many at once."""

import json
import socket
import time
from pathlib import Path

import pytest

from gateway import serving
from gateway.http import bodies, door
from gateway.keys import Scope
from tests.gateway.http.test_api_submit import GOOD
from tests.rigs.api import Api, api_gateway


def exchange(port: int, sent: bytes, seconds: float = 10) -> bytes:
    """Sends bytes and gives all that comes back until the other side closes, or nothing comes for a while."""
    with socket.create_connection(("127.0.0.1", port), timeout=seconds) as connection:
        connection.sendall(sent)
        found = b""
        try:
            while part := connection.recv(65536):
                found += part
        except (TimeoutError, ConnectionResetError):
            pass
        return found


def head(api: Api, path: str, *headers: str) -> bytes:
    """The head of a POST."""
    lines = [f"POST {path} HTTP/1.1", f"Host: 127.0.0.1:{api.port}", *headers]
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


@pytest.mark.failure("P3", "W5")
def test_a_body_that_is_too_large_is_refused_before_it_comes(api: Api) -> None:
    told = exchange(
        api.port,
        head(api, "/api/v1/interchanges", "Content-Type: application/edi-x12", "Content-Length: 99999999999"),
        5,
    )
    assert told.startswith(b"HTTP/1.1 413 ")
    body = json.loads(told.partition(b"\r\n\r\n")[2])
    assert (body["code"], body["maxBytes"]) == ("NET-E0807", 16 << 20)


def test_a_body_without_a_length_is_refused_where_it_becomes_too_large(tmp_path: Path) -> None:
    with api_gateway(tmp_path / "home") as api:
        key = api.make_key("erp", Scope.SUBMIT, Scope.READ, partner="erp", channel="erp2")
        chunk = b"x" * 50_000
        sent = head(
            api, "/api/v1/interchanges", "Content-Type: application/edi-x12", "Transfer-Encoding: chunked",
            f"Authorization: Bearer {key}",
        )  # fmt: skip
        with socket.create_connection(("127.0.0.1", api.port), timeout=10) as connection:
            connection.sendall(sent)
            for _ in range(4):
                connection.sendall(b"%x\r\n%b\r\n" % (len(chunk), chunk))
            connection.sendall(b"1\r\nx\r\n")
            assert connection.recv(4096).startswith(b"HTTP/1.1 413 ")
        assert api.get("/api/v1/deliveries", key=key).json["items"] == []


def test_a_body_that_stalls_is_given_up(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bodies.body_of, "__defaults__", (0.3,))
    began = time.monotonic()
    told = exchange(
        api.port,
        head(api, "/api/v1/interchanges", "Content-Type: application/edi-x12", f"Content-Length: {len(GOOD)}")
        + GOOD[:100],
    )
    assert told.startswith(b"HTTP/1.1 408 ")
    assert b"NET-E0808" in told
    assert time.monotonic() - began < 5


@pytest.mark.failure("W5")
def test_a_body_that_trickles_is_given_up(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bodies.body_of, "__defaults__", (0.3,))
    with socket.create_connection(("127.0.0.1", api.port), timeout=10) as connection:
        connection.sendall(
            head(api, "/api/v1/interchanges", "Content-Type: application/edi-x12", "Content-Length: 100000")
        )
        began = time.monotonic()
        connection.settimeout(0.1)
        told = b""
        while not told:
            assert time.monotonic() - began < 8, "it goes on for ever"
            connection.sendall(b"x")
            try:
                told = connection.recv(4096)
            except TimeoutError:
                continue
        assert told.startswith(b"HTTP/1.1 408 ")


def test_who_never_finishes_its_headers_is_let_go(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(serving, "HEADER_SECONDS", 0.4)
    with api_gateway(tmp_path / "home") as api:
        for sent in (b"", b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\nX-A: "):
            began = time.monotonic()
            assert exchange(api.port, sent) == b""
            assert 0.2 < time.monotonic() - began < 5
        # One that asks, and then begins to ask again and never ends.
        whole = b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
        told = exchange(api.port, whole + b"GET /healthz HTTP/1.1\r\nX-A: ")
        assert told.startswith(b"HTTP/1.1 200 OK")
        assert told.count(b"HTTP/1.1") == 1


def test_headers_are_bounded(api: Api) -> None:
    many = b"".join(b"X-%d: y\r\n" % number for number in range(20_000))
    told = exchange(api.port, b"GET /api/v1/documents HTTP/1.1\r\nHost: 127.0.0.1\r\n" + many, 5)
    assert told.startswith(b"HTTP/1.1 400 ") or told == b""
    assert api.get("/healthz").status == 200


@pytest.mark.failure("W5")
def test_what_is_no_http_is_refused(api: Api) -> None:
    for sent in (
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\x00" * 50 + b"\r\n\r\n",
        b"MSH|^~\\&|A|B\r\n\r\n",
    ):
        assert exchange(api.port, sent, 5).startswith(b"HTTP/1.1 400 ")
        assert json.loads(exchange(api.port, sent, 5).partition(b"\r\n\r\n")[2])["code"] == "NET-E0801"
    assert api.get("/healthz").status == 200


@pytest.mark.failure("P3")
def test_too_many_at_once_are_told_to_come_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(door.Door.__init__, "__defaults__", (1, door.MOST_BYTES))
    with api_gateway(tmp_path / "home") as api:
        slow = socket.create_connection(("127.0.0.1", api.port), timeout=10)
        slow.sendall(head(api, "/api/v1/interchanges", "Content-Type: application/edi-x12", "Content-Length: 10"))
        deadline = time.monotonic() + 10
        while (told := api.get("/api/v1/partners")).status == 200:
            assert time.monotonic() < deadline
        assert (told.status, told.code, told.headers["retry-after"]) == (503, "NET-E0810", "1")
        assert api.get("/healthz").status == 200
        slow.close()
        while api.get("/api/v1/partners").status != 200:
            assert time.monotonic() < deadline


@pytest.mark.parametrize(
    "path", ["/api/v1/documents/../../x", "/api//v1/documents", "/%00", "/api/v1/orders/%ff", "/a" * 5000]
)
def test_odd_addresses_are_answered(api: Api, path: str) -> None:
    assert api.get(path).status in (400, 404)
