"""MLLP from the outside: raw sockets that send what they like, a listener in front of them, and certificates."""

import asyncio
import contextlib
import itertools
import ssl
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from adapters.contracts import Delivery, Handler, Outcome, Receipt
from adapters.transports.mllp.framing import framed
from adapters.transports.mllp.settings import MllpSettings
from adapters.transports.mllp.source import MllpSource
from tests.conformance_transport import REFUSED, running

END = b"\x1c\r"


class Caller:
    """A sender on a raw socket."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader = reader
        self.writer = writer

    async def send(self, stream: bytes) -> None:
        """Bytes as they are."""
        self.writer.write(stream)
        await self.writer.drain()

    async def answer(self, seconds: float = 10) -> bytes:
        """The next whole frame's content."""
        async with asyncio.timeout(seconds):
            frame = await self.reader.readuntil(END)
        assert frame.startswith(b"\x0b"), frame
        return frame[1 : -len(END)]

    async def ask(self, content: bytes) -> bytes:
        """Sends one message and awaits its answer."""
        await self.send(framed(content))
        return await self.answer()

    async def rest(self, seconds: float = 10) -> bytes:
        """All that comes until the other side closes, or breaks off."""
        async with asyncio.timeout(seconds):
            try:
                return await self.reader.read()
            except ConnectionError:
                return b""

    def close(self) -> None:
        """Goes away."""
        self.writer.close()


@dataclass
class Answering:
    """A handler that accepts, notes what it was given, and answers with the message's own first bytes."""

    seen: list[Delivery] = field(default_factory=list)
    before: Callable[[Delivery], object] = lambda _: None
    """Called first; may raise."""
    gate: asyncio.Event | None = None
    """Awaited first, where there is one."""

    async def __call__(self, delivery: Delivery) -> Receipt:
        self.seen.append(delivery)
        self.before(delivery)
        if self.gate is not None:
            await self.gate.wait()
        return Receipt(delivery.id, Outcome.ACCEPTED, answer=b"MSA|AA|" + bytes(delivery.content[:20]))


def source_of(settings: MllpSettings | None = None, **more: object) -> MllpSource:
    """A listener on a free port of loopback."""
    numbers = itertools.count(1)
    return MllpSource(
        "ehr",
        settings or MllpSettings("127.0.0.1", 0),
        clock=lambda: datetime.now(UTC),
        new_id=lambda: f"id-{id(numbers)}-{next(numbers)}",
        **more,  # type: ignore[arg-type]
    )


@dataclass
class Door:
    """A listener that runs."""

    source: MllpSource
    port: int

    async def call(self, tls: ssl.SSLContext | None = None, host: str = "127.0.0.1") -> Caller:
        """A fresh connection to it."""
        reader, writer = await asyncio.open_connection(
            host, self.port, ssl=tls, server_hostname="gateway.example" if tls else None
        )
        return Caller(reader, writer)


@contextlib.asynccontextmanager
async def listening(handle: Handler, settings: MllpSettings | None = None, **more: object) -> AsyncIterator[Door]:
    """Runs a listener."""
    source = source_of(settings, **more)
    async with running(source, handle):
        yield Door(source, await source.port())


class MllpRig:
    """A listener under examination, with a caller for each message."""

    keeps = False

    def __init__(self) -> None:
        self._source: MllpSource | None = None
        self._callers: dict[str, tuple[Caller, asyncio.Task[bytes]]] = {}

    def source(self) -> MllpSource:
        """A fresh one."""
        self._source = source_of()
        return self._source

    async def send(self, name: str, content: bytes) -> None:
        """One connection for each message."""
        assert self._source is not None
        caller = await Door(self._source, await self._source.port()).call()
        await caller.send(framed(content))
        self._callers[name] = caller, asyncio.create_task(caller.answer(60))

    async def answer(self, name: str) -> str | None:
        """What the caller has been told."""
        _, answer = self._callers[name]
        await asyncio.wait({answer}, timeout=0.05)
        if not answer.done() or answer.exception() is not None:
            return None
        return "refused" if Outcome(answer.result().decode()) in REFUSED else "taken"


@dataclass(frozen=True)
class Party:
    """A certificate with its key, as files."""

    certificate: Path
    key: Path


class Authority:
    """Makes certificates in a folder, all signed by its own."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Test Authority")])
        builder = _builder(self._name, self._name, self._key).add_extension(x509.BasicConstraints(True, None), True)
        self.file = folder / "authority.pem"
        self.file.write_bytes(builder.sign(self._key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM))

    def issue(self, name: str, *, file: str | None = None, valid: timedelta = timedelta(days=1)) -> Party:
        """A certificate made out to a name, for servers and clients alike."""
        key = ec.generate_private_key(ec.SECP256R1())
        subject = x509.Name(
            [
                x509.NameAttribute(NameOID.ORGANIZATION_NAME, "St Example, Inc"),
                x509.NameAttribute(NameOID.COMMON_NAME, name),
            ]
        )
        names = x509.SubjectAlternativeName(
            [x509.DNSName(name), x509.DNSName("*." + name), x509.IPAddress(ip_address("127.0.0.1"))]
        )
        made = _builder(subject, self._name, key, valid).add_extension(names, False).sign(self._key, hashes.SHA256())
        party = Party(self._folder / f"{file or name}.pem", self._folder / f"{file or name}.key")
        party.key.write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            )
        )
        party.certificate.write_bytes(made.public_bytes(serialization.Encoding.PEM))
        return party


def _builder(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePrivateKey, valid: timedelta = timedelta(days=1)
) -> x509.CertificateBuilder:
    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=2))
        .not_valid_after(now + valid)
    )
