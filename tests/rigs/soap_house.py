"""A gateway with channels for an ERP, and the plain HTTP of its calls."""

import contextlib
import http.client
import json
from collections.abc import Iterator
from pathlib import Path

from tests.rigs.gateway import Gateway, gateway
from tests.rigs.soap_messages import SOAP_11, TYPES

PASSWORD = "secret word"
CHANNELS = """
[channels.desk]
kind = "soap"
path = "/soap/desk"
partner = "erp"
max_bytes = 3000000

[channels.guarded]
kind = "soap"
path = "/soap/guarded"
partner = "erp"
user = "erp"
password = { env = "WHARF_TEST_ERP" }
"""
ERP = """
name = "erp"
identities = [ { scheme = "ISA", qualifier = "ZZ", id = "ERP" } ]
send = { channel = "desk", format = "json" }
"""


@contextlib.contextmanager
def soap_house(home: Path) -> Iterator[Gateway]:
    """Runs it: one open channel, one that asks who calls, and a partner that can be written to."""
    with gateway(home, {"WHARF_TEST_ERP": PASSWORD}, start=False) as own:
        own.config.write_text(own.config.read_text("utf-8") + CHANNELS, "utf-8")
        (home / "partners/erp.toml").write_text(ERP, "utf-8")
        acme = home / "partners/acme.toml"
        acme.write_text(acme.read_text("utf-8") + '\nsend = { channel = "suppliers" }\n', "utf-8")
        own.start()
        yield own


def port_of(own: Gateway) -> int:
    """Where it listens."""
    port: int = json.loads((own.data / "ports.json").read_text())["http"]
    return port


def post(
    own: Gateway, body: bytes, *, path: str = "/soap/desk", type: str = TYPES[SOAP_11], **headers: str
) -> tuple[int, dict[str, str], bytes]:
    """Status, headers (in lower case) and body of one call."""
    connection = http.client.HTTPConnection("127.0.0.1", port_of(own), timeout=30)
    try:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        connection.request("POST", path, body, {"Content-Type": type, **named})
        answer = connection.getresponse()
        return answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read()
    finally:
        connection.close()
