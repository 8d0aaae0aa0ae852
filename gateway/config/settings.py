"""The settings as frozen values: one model for each table of ``wharf.toml``.

The description of a field says, for a person, which values it takes; it is shown when a value is refused.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal
from urllib.parse import parse_qs, urlsplit, urlunsplit

from pydantic import Field, SecretStr

from adapters.partner import Acknowledgments, Duplicates, Identity, Partner
from canonical.event import TYPE_PREFIX
from gateway.config.channels import Channel, DropChannel, MllpChannel, SftpChannel, SoapChannel, TlsTable
from gateway.config.errors import ConfigProblem
from gateway.config.fields import FilePath, Listen, ListenAddress, SecretPlace, Table
from gateway.config.limits import LimitsTable
from gateway.config.outbound import OutboundTable
from gateway.config.protection import AuditTable, EncryptionTable
from gateway.config.retention import RetentionTable
from gateway.config.routes import Route
from gateway.config.secrets import Secret
from gateway.xref.entries import Entry

EMBEDDED = "embedded"
SQLITE = "sqlite"


class GatewayTable(Table):
    """``[gateway]``: who we are and where our data lies."""

    name: str = Field(
        pattern=r"^[a-z0-9][a-z0-9_-]*$", max_length=64, description="a short name of a-z, 0-9, - and _, as st-example"
    )
    data: FilePath = Field(default=Path("var"), description="a folder, relative to the one of wharf.toml")
    node: str | None = Field(
        default=None,
        pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*$",
        max_length=64,
        description="a short name of this machine, of letters, digits, ., - and _; without one, the host's name",
    )
    lease: float = Field(
        default=10.0, ge=1, le=300, description="seconds, 1 to 300: how soon the work of a node that died goes on"
    )
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


class LedgerTable(Table):
    """``[ledger]``: the durable book. The address may hold a password, so it is a secret altogether."""

    url: SecretPlace = Field(
        default=Secret(inline=SecretStr(SQLITE)),
        description='"sqlite", a file in the data folder, postgresql://host/database, '
        'or { env = "…" } or { file = "…" } that holds one of them',
    )


class BrokerTable(Table):
    """``[broker]``: where events go. The address may hold a password, so it is a secret altogether."""

    url: SecretPlace = Field(
        default=Secret(inline=SecretStr(EMBEDDED)),
        description='"embedded", amqp://host, amqps://host, or { env = "…" } or { file = "…" } that holds one of them',
    )
    window: int = Field(default=256, ge=1, le=1000, description="a whole number from 1 to 1000: publishes in flight")


class HttpTable(Table):
    """``[http]``: health, metrics, schemas and the API."""

    listen: ListenAddress = Field(
        default=Listen(host="127.0.0.1", port=8080),
        description="host:port, as 127.0.0.1:8080; port 0 takes any free one",
    )
    token: SecretPlace | None = Field(
        default=None, description='{ env = "…" } or { file = "…" }: asked for as "Authorization: Bearer …"'
    )
    auth: Literal["auto", "keys"] = Field(
        default="auto", description='"auto", to ask for a key once there is a token or a key, or "keys", to ask always'
    )
    tls: TlsTable | None = Field(default=None, description='a table as { certificate = "…", key = "…" }')


class LoggingTable(Table):
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
    outbound: OutboundTable
    limits: LimitsTable
    retention: RetentionTable
    acknowledgments: Acknowledgments
    """What partners inherit that say nothing of their own."""
    duplicates: Duplicates
    partners: tuple[Partner, ...]
    routes: tuple[Route, ...] = ()
    """The rules of routing, in order."""
    references: tuple[Entry, ...] = ()
    """The cross references of the files in ``xref/``."""
    audit: AuditTable = field(default_factory=AuditTable)
    encryption: EncryptionTable = field(default_factory=EncryptionTable)
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

    def servers(self) -> dict[str, SftpChannel]:
        """The channels of kind ``sftp``."""
        return {name: channel for name, channel in self.channels.items() if isinstance(channel, SftpChannel)}

    def soap(self) -> dict[str, SoapChannel]:
        """The channels of kind ``soap`` that are called."""
        return {
            name: channel
            for name, channel in self.channels.items()
            if isinstance(channel, SoapChannel) and channel.path is not None
        }

    def broker_url(self) -> SecretStr:
        """``embedded`` or the whole address of the broker; raises SecretNotFoundError."""
        return self.broker.url.reveal()

    def ledger_url(self) -> SecretStr:
        """``sqlite`` or the whole address of the database; raises SecretNotFoundError."""
        return self.ledger.url.reveal()

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


def broker_files(url: str) -> dict[str, Path]:
    """The PEM files that a broker's address names, by the name of their parameter."""
    try:
        found = parse_qs(urlsplit(url).query)
    except ValueError:
        return {}
    return {name: Path(found[name][0]) for name in ("cafile", "certfile", "keyfile") if name in found}


def unchecked(url: str) -> bool:
    """Whether the address asks for checks of TLS to be left out."""
    try:
        asked = parse_qs(urlsplit(url).query, keep_blank_values=True)
        return any(name in asked for name in ("no_verify_ssl", "capath", "cadata"))
    except ValueError:
        return False


def open_way(url: str) -> bool:
    """Whether the address leads to another machine without TLS."""
    try:
        parts = urlsplit(url)
        return parts.scheme == "amqp" and not Listen(host=parts.hostname or "", port=0).loopback
    except ValueError:
        return False


def is_ledger_url(url: str) -> bool:
    """Whether it is ``sqlite`` or an address of PostgreSQL with a database. Several hosts may stand in it."""
    if url == SQLITE:
        return True
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme in ("postgresql", "postgres") and bool(parts.path.strip("/"))


def without_password(url: str) -> str:
    """The address as it may be shown: no user, no password, no query."""
    if url in (EMBEDDED, SQLITE):
        return url
    try:
        parts = urlsplit(url)
        return urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], parts.path, "", ""))
    except ValueError:
        return "(not an address)"


def has_password(url: str) -> bool:
    """Whether the address carries a password."""
    try:
        parts = urlsplit(url)
        return bool(parts.password) or "password=" in parts.query
    except ValueError:
        return False
