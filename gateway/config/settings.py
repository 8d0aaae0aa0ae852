"""The settings as frozen values: one model for each table of ``wharf.toml``.

The description of a field says, for a person, which values it takes; it is shown when a value is refused.
"""

import ipaddress
import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit, urlunsplit

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, SecretStr

from adapters.partner import Acknowledgments, Duplicates, Identity, Partner, Slug
from canonical.event import TYPE_PREFIX
from gateway.config.errors import ConfigProblem
from gateway.config.secrets import Secret

EMBEDDED = "embedded"


class _Table(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)


class Listen(_Table):
    """An address to listen on; port 0 takes any free port."""

    host: str
    port: int

    @property
    def loopback(self) -> bool:
        """Whether only this machine can reach the address."""
        if self.host == "localhost":
            return True
        try:
            return ipaddress.ip_address(self.host).is_loopback
        except ValueError:
            return False

    def __str__(self) -> str:
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"


def _listen(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    found = re.fullmatch(r"(?:\[([0-9A-Fa-f:.]+)\]|([A-Za-z0-9.-]+)):([0-9]{1,5})", value)
    if not found or int(found[3]) > 65535:
        raise ValueError("not an address")
    return Listen(host=found[1] or found[2], port=int(found[3]))


def _called(value: Any) -> Any:
    address = _listen(value)
    if isinstance(address, Listen) and not address.port:
        raise ValueError("not an address")
    return address


def _network(value: Any) -> Any:
    if isinstance(value, IPv4Network | IPv6Network):
        return value
    if isinstance(value, str):
        with suppress(ValueError):
            return ipaddress.ip_network(value)
    raise ValueError("not an address")


def _secret(value: Any) -> Any:
    """``{ env = "…" }`` or ``{ file = "…" }`` becomes the place of a secret; text stays hidden from here on."""
    if isinstance(value, str):
        return Secret(inline=SecretStr(value))
    if isinstance(value, Mapping) and len(value) == 1:
        ((source, name),) = value.items()
        if isinstance(name, str) and _path(name):
            if source == "env":
                return Secret(env=name)
            if source == "file":
                return Secret(file=Path(name))
    if isinstance(value, Secret):
        return value
    raise ValueError("not a secret")


def _path(value: Any) -> Any:
    if isinstance(value, str) and (not value.strip() or not value.isprintable() or len(value) > 1024):
        raise ValueError("not a path")
    return value


Network = IPv4Network | IPv6Network
FilePath = Annotated[Path, BeforeValidator(_path)]
ListenAddress = Annotated[Listen, BeforeValidator(_listen)]
CalledAddress = Annotated[Listen, BeforeValidator(_called)]
SecretPlace = Annotated[Secret, BeforeValidator(_secret)]


class GatewayTable(_Table):
    """``[gateway]``: who we are and where our data lies."""

    name: str = Field(
        pattern=r"^[a-z0-9][a-z0-9_-]*$", max_length=64, description="a short name of a-z, 0-9, - and _, as st-example"
    )
    data: FilePath = Field(default=Path("var"), description="a folder, relative to the one of wharf.toml")
    identities: tuple[Identity, ...] = Field(
        default=(), description='a list as [ { scheme = "ISA", qualifier = "ZZ", id = "OUR_ID" } ]'
    )
    event_prefix: str = Field(
        default=TYPE_PREFIX,
        pattern=r"^[a-z0-9]+(\.[a-z0-9_-]+)*$",
        max_length=100,
        description=f"a reverse domain name in lower case, as {TYPE_PREFIX}",
    )
    patient_key: SecretPlace | None = Field(
        default=None, description='{ env = "…" } or { file = "…" }: the key of the tokens that stand for patients'
    )


class LedgerTable(_Table):
    """``[ledger]``: the durable book."""

    url: Literal["sqlite"] = Field(default="sqlite", description='"sqlite", a file in the data folder')


class BrokerTable(_Table):
    """``[broker]``: where events go. The address may hold a password, so it is a secret altogether."""

    url: SecretPlace = Field(
        default=Secret(inline=SecretStr(EMBEDDED)),
        description='"embedded", amqp://host, amqps://host, or { env = "…" } or { file = "…" } that holds one of them',
    )
    window: int = Field(default=256, ge=1, le=1000, description="a whole number from 1 to 1000: publishes in flight")


class HttpTable(_Table):
    """``[http]``: health, metrics and schemas."""

    listen: ListenAddress = Field(
        default=Listen(host="127.0.0.1", port=8080),
        description="host:port, as 127.0.0.1:8080; port 0 takes any free one",
    )
    token: SecretPlace | None = Field(
        default=None, description='{ env = "…" } or { file = "…" }: asked for as "Authorization: Bearer …"'
    )


class DropChannel(_Table):
    """``[channels.NAME]`` of kind ``drop``: a folder that others write into."""

    kind: Literal["drop"]
    path: FilePath = Field(description="the folder to watch, relative to the one of wharf.toml")
    poll: float = Field(
        default=1.0, ge=0.05, le=3600, description="seconds between two looks at the folder, 0.05 to 3600"
    )
    settle: float = Field(
        default=1.0, ge=0.01, le=3600, description="seconds for which a file must not change to be whole, 0.01 to 3600"
    )
    workers: int = Field(default=8, ge=1, le=64, description="a whole number from 1 to 64: files taken at a time")
    max_bytes: int = Field(
        default=2 << 30, ge=1, le=1 << 40, description="a whole number of bytes: a larger file is not taken"
    )
    partner: Slug | None = Field(
        default=None, description="the name of a partner, when only that one may use the folder"
    )


class TlsTable(_Table):
    """``[channels.NAME.tls]``: PEM files, read anew when they change."""

    certificate: FilePath = Field(description="a PEM file: the certificate, then those between it and its root")
    key: FilePath = Field(description="a PEM file: the key of the certificate, without a password")
    client_ca: FilePath | None = Field(
        default=None, description="a PEM file: whose certificates clients must show; without it none is asked for"
    )


class CallTlsTable(_Table):
    """``[channels.NAME.connect_tls]``: PEM files, read anew for each connection. An empty table trusts what the system
    trusts, and shows no certificate."""

    ca: FilePath | None = Field(default=None, description="a PEM file: whose certificates the other side may show")
    certificate: FilePath | None = Field(
        default=None, description="a PEM file: the certificate that is shown, then those between it and its root"
    )
    key: FilePath | None = Field(default=None, description="a PEM file: the key of the certificate, without a password")
    server_name: str | None = Field(
        default=None,
        pattern=r"^[A-Za-z0-9.:_-]+$",
        max_length=253,
        description="the name that the other side's certificate bears, where it is not the host that is called",
    )


class MllpChannel(_Table):
    """``[channels.NAME]`` of kind ``mllp``: an address on which others call and send HL7 messages, one that is called
    to send them, or both."""

    kind: Literal["mllp"]
    listen: ListenAddress | None = Field(
        default=None, description="host:port, as 127.0.0.1:2575; port 0 takes any free one"
    )
    partner: Slug | None = Field(
        default=None, description="the name of a partner, when only that one may use the channel"
    )
    allow: tuple[Annotated[Network, BeforeValidator(_network)], ...] = Field(
        default=(), description='a list of addresses and networks, as ["10.1.2.3", "10.8.0.0/16"]'
    )
    max_bytes: int = Field(
        default=16 << 20,
        ge=1,
        le=1 << 30,
        description="a whole number of bytes up to 1 GiB: a larger message is refused",
    )
    connections: int = Field(
        default=1000, ge=1, le=100_000, description="a whole number from 1 to 100000: connections at a time"
    )
    per_peer: int = Field(
        default=100, ge=1, le=100_000, description="a whole number from 1 to 100000: connections from one address"
    )
    stall: float = Field(
        default=30.0,
        ge=0.1,
        le=3600,
        description="seconds for which nothing may move in the middle of a message, 0.1 to 3600",
    )
    tls: TlsTable | None = Field(default=None, description='a table as { certificate = "…", key = "…" }')
    connect: CalledAddress | None = Field(default=None, description="host:port, as lab.example:2575")
    connect_seconds: float = Field(
        default=10.0, ge=0.1, le=60, description="seconds until a connection must be open, 0.1 to 60"
    )
    answer_seconds: float = Field(
        default=30.0, ge=0.1, le=600, description="seconds until a message must be answered, 0.1 to 600"
    )
    connect_tls: CallTlsTable | None = Field(
        default=None, description='a table as { ca = "…" }; {} trusts what the system trusts'
    )


Channel = DropChannel | MllpChannel
"""One door, told apart by its kind."""


class LoggingTable(_Table):
    """``[logging]``: what is written about our own running."""

    level: Literal["debug", "info", "warning", "error"] = "info"
    format: Literal["auto", "console", "json"] = "auto"


@dataclass(frozen=True, slots=True)
class Config:
    """All settings, checked as a whole. Every path is absolute."""

    path: Path
    """The ``wharf.toml`` that was read."""
    gateway: GatewayTable
    ledger: LedgerTable
    broker: BrokerTable
    http: HttpTable
    channels: Mapping[str, Channel]
    logging: LoggingTable
    acknowledgments: Acknowledgments
    """What partners inherit that say nothing of their own."""
    duplicates: Duplicates
    partners: tuple[Partner, ...]
    warnings: tuple[ConfigProblem, ...] = ()

    @property
    def data(self) -> Path:
        """The data folder."""
        return self.gateway.data

    def drops(self) -> dict[str, DropChannel]:
        """The channels of kind ``drop``."""
        return {name: channel for name, channel in self.channels.items() if isinstance(channel, DropChannel)}

    def listeners(self) -> dict[str, MllpChannel]:
        """The channels of kind ``mllp`` that listen."""
        return {
            name: channel
            for name, channel in self.channels.items()
            if isinstance(channel, MllpChannel) and channel.listen is not None
        }

    def callers(self) -> dict[str, MllpChannel]:
        """The channels of kind ``mllp`` that call."""
        return {
            name: channel
            for name, channel in self.channels.items()
            if isinstance(channel, MllpChannel) and channel.connect is not None
        }

    def broker_url(self) -> SecretStr:
        """``embedded`` or the whole address of the broker; raises SecretNotFoundError."""
        return self.broker.url.reveal()

    def embedded(self) -> bool:
        """Whether events stay in the embedded feed; raises SecretNotFoundError."""
        return self.broker_url().get_secret_value() == EMBEDDED

    def patient_key(self) -> bytes | None:
        """The key of the tokens that stand for patients, where the settings have one; raises SecretNotFoundError."""
        key = self.gateway.patient_key
        return key.reveal().get_secret_value().encode() if key else None

    def http_token(self) -> SecretStr | None:
        """What callers over HTTP must show; raises SecretNotFoundError."""
        return self.http.token.reveal() if self.http.token else None


def is_broker_url(url: str) -> bool:
    """Whether it is ``embedded`` or an AMQP address with a host."""
    if url == EMBEDDED:
        return True
    try:
        parts = urlsplit(url)
        return parts.scheme in ("amqp", "amqps") and bool(parts.hostname) and (parts.port is None or parts.port > 0)
    except ValueError:
        return False


def without_password(url: str) -> str:
    """The address as it may be shown: no user, no password, no query."""
    if url == EMBEDDED:
        return url
    try:
        parts = urlsplit(url)
        return urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], parts.path, "", ""))
    except ValueError:
        return "(not an address)"


def has_password(url: str) -> bool:
    """Whether the address carries a password."""
    try:
        return bool(urlsplit(url).password)
    except ValueError:
        return False
