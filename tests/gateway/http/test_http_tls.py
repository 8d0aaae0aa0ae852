"""HTTP over TLS: our certificate, the caller's where one is asked for, and files that are replaced."""

import socket
import ssl
import time
from http.client import HTTPException
from pathlib import Path

import pytest

from gateway import serving
from gateway.config import ConfigError
from tests.rigs.api import api_gateway
from tests.rigs.mllp import Authority, Party


def ask(port: int, authority: Authority, shown: Party | None = None) -> tuple[int, int]:
    """The status of a request, and the serial number of the certificate that answered."""
    context = ssl.create_default_context(cafile=authority.file)
    if shown is not None:
        context.load_cert_chain(shown.certificate, shown.key)
    plain = socket.create_connection(("127.0.0.1", port), timeout=10)
    with plain, context.wrap_socket(plain, server_hostname="127.0.0.1") as connection:
        serial = int(str((connection.getpeercert() or {})["serialNumber"]), 16)
        connection.sendall(b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n")
        found = b""
        while part := connection.recv(4096):
            found += part
    if not found:
        raise ConnectionError("it was closed without an answer")
    return int(found.split(b" ", 2)[1]), serial


def test_it_speaks_tls_and_takes_new_certificates(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(serving, "_LOOK", 0.1)
    authority = Authority(tmp_path)
    own = authority.issue("gateway", file="own")
    tls = f'tls = {{ certificate = "{own.certificate}", key = "{own.key}" }}'
    own.key.chmod(0o600)
    with api_gateway(tmp_path / "home", http=tls) as api:
        status, first = ask(api.port, authority)
        assert status == 200
        authority.issue("gateway", file="own")
        deadline = time.monotonic() + 10
        while (second := ask(api.port, authority)[1]) == first:
            assert time.monotonic() < deadline
            time.sleep(0.05)
        own.key.write_text("no key")
        time.sleep(0.3)
        assert ask(api.port, authority) == (200, second), "files that do not serve change nothing"
        with pytest.raises((OSError, HTTPException)):
            api.get("/healthz")


def test_callers_show_a_certificate_where_asked_to(tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    authority = Authority(tmp_path)
    own, caller = authority.issue("gateway"), authority.issue("caller")
    stranger = Authority(tmp_path / "other").issue("stranger")
    tls = f'tls = {{ certificate = "{own.certificate}", key = "{own.key}", client_ca = "{authority.file}" }}'
    with api_gateway(tmp_path / "home", http=tls) as api:
        assert ask(api.port, authority, caller)[0] == 200
        for shown in (None, stranger):
            with pytest.raises((ssl.SSLError, ConnectionError)):
                ask(api.port, authority, shown)


def test_files_that_do_not_serve_are_told_before_it_starts(tmp_path: Path) -> None:
    own = Authority(tmp_path).issue("gateway")
    tls = f'tls = {{ certificate = "{own.key}", key = "{own.key}" }}'
    with pytest.raises(ConfigError, match=r"http\.tls"), api_gateway(tmp_path / "home", http=tls):
        pass
