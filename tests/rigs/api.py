"""A whole gateway in this process, asked over a real socket."""

import asyncio
import contextlib
import http.client
import json
import os
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from gateway.assembly import Parts, assemble
from gateway.config import load_config
from gateway.house import House
from gateway.keys import KeyRow, Scope, digest_of, new_key

SETTINGS = """
[gateway]
name = "st-example"
identities = [ { scheme = "ISA", qualifier = "01", id = "987654321" }, { scheme = "GS", id = "987654321" } ]
[http]
listen = "127.0.0.1:0"
{http}
[channels.suppliers]
kind = "drop"
path = "var/drop/in"
[channels.erp2]
kind = "http"
partner = "erp"
max_bytes = 200000
[logging]
level = "error"
"""
PARTNERS = {
    "acme": """
name = "acme"
identities = [ { scheme = "ISA", qualifier = "01", id = "088391206" }, { scheme = "GS", id = "088391206" } ]
send = { channel = "suppliers" }
""",
    "northwind": """
name = "northwind"
identities = [
  { scheme = "ISA", qualifier = "ZZ", id = "STEXAMPLE-ERP" }, { scheme = "MSH", id = "EHR|STEX" },
]
""",
    "erp": """
name = "erp"
identities = [ { scheme = "ISA", qualifier = "ZZ", id = "ERPTWO" } ]
send = { channel = "erp2", format = "json" }
""",
    "mute": """
name = "mute"
identities = [ { scheme = "ISA", qualifier = "ZZ", id = "MUTE" } ]
""",
    "unlisted": """
name = "unlisted"
catch_all = true
""",
}


@dataclass(frozen=True, slots=True)
class Told:
    """An answer."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        """The body as JSON."""
        return json.loads(self.body)

    @property
    def code(self) -> str | None:
        """The code of a problem, once the answer was seen to be one."""
        if self.headers.get("content-type") != "application/problem+json":
            return None
        told = self.json
        assert told["status"] == self.status
        assert told["type"] == f"/problems/{told['code']}"
        return str(told["code"])


@dataclass
class Api:
    """A gateway that runs."""

    home: Path
    port: int
    parts: Parts
    keys: dict[str, str] = field(default_factory=dict)

    def call(
        self, method: str, path: str, body: bytes | None = None, *, key: str | None = None,
        headers: Mapping[str, str] | None = None, address: str = "127.0.0.1",
    ) -> Told:  # fmt: skip
        """One request on a connection of its own, from one of this machine's own addresses."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30, source_address=(address, 0))
        sent = dict(headers or {})
        if key is not None:
            sent["Authorization"] = f"Bearer {key}"
        try:
            connection.request(method, path, body, sent)
            answer = connection.getresponse()
            shown = {name.lower(): value for name, value in answer.getheaders()}
            return Told(answer.status, shown, answer.read())
        finally:
            connection.close()

    def get(
        self, path: str, *, key: str | None = None, headers: Mapping[str, str] | None = None,
        address: str = "127.0.0.1",
    ) -> Told:  # fmt: skip
        """A GET."""
        return self.call("GET", path, key=key, headers=headers, address=address)

    def submit(
        self, data: object, *, type: str = "purchase_order", partner: str | None = "acme", key: str | None = None,
        idempotency: str | None = None, raw: bytes | None = None,
    ) -> Told:  # fmt: skip
        """Hands a document in."""
        headers = {"Content-Type": "application/json"}
        if idempotency is not None:
            headers["Idempotency-Key"] = idempotency
        asked = f"?partner={partner}" if partner is not None else ""
        body = raw if raw is not None else json.dumps(data).encode()
        return self.call("POST", f"/api/v1/documents/{type}{asked}", body, key=key, headers=headers)

    def interchange(self, content: bytes, *, key: str | None = None, type: str = "application/edi-x12") -> Told:
        """Hands bytes in."""
        return self.call("POST", "/api/v1/interchanges?name=a.edi", content, key=key, headers={"Content-Type": type})

    def make_key(
        self, name: str, *scopes: Scope, partner: str | None = None, channel: str | None = None,
        expires_in: timedelta | None = None,
    ) -> str:  # fmt: skip
        """Makes a key beside the running gateway."""
        key, now = new_key(os.urandom), datetime.now(UTC)
        row = KeyRow(
            id=f"key-{name}", name=name, digest=digest_of(key), scopes=frozenset(scopes), created_at=now,
            partner=partner, channel=channel, expires_at=now + expires_in if expires_in is not None else None,
        )  # fmt: skip
        self.parts.ledger.write(lambda tx: tx.add_key(row)).result()
        return key


@contextlib.contextmanager
def api_gateway(home: Path, *, http: str = "", env: Mapping[str, str] | None = None) -> Iterator[Api]:
    """A fresh gateway with partners; ended cleanly."""
    (home / "partners").mkdir(parents=True)
    (home / "wharf.toml").write_text(SETTINGS.replace("{http}", http))
    for name, text in PARTNERS.items():
        (home / "partners" / f"{name}.toml").write_text(text)
    up = threading.Event()
    found: dict[str, Any] = {}

    async def main() -> None:
        found["loop"], found["stop"] = asyncio.get_running_loop(), asyncio.Event()
        found["parts"] = assemble(load_config(home / "wharf.toml", env or {}))

        def announce(port: int) -> None:
            found["port"] = port
            up.set()

        await House(found["parts"], announce).run(found["stop"])

    def run() -> None:
        try:
            asyncio.run(main())
        except BaseException as error:  # noqa: BLE001 - told to whoever waits
            found["error"] = error
            up.set()

    thread = threading.Thread(target=run)
    thread.start()
    try:
        assert up.wait(60)
        if "error" in found:
            raise found["error"]
        yield Api(home, found["port"], found["parts"])
    finally:
        if "stop" in found and thread.is_alive():
            found["loop"].call_soon_threadsafe(found["stop"].set)
        thread.join(30)
        assert not thread.is_alive(), "a stop ends it"
