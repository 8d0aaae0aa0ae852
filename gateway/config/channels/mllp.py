"""``[channels.NAME]`` of kind ``mllp``."""

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from gateway.config.channels.base import ChannelTable
from gateway.config.fields import CalledAddress, FilePath, ListenAddress, Network, Table, network


class TlsTable(Table):
    """``[channels.NAME.tls]``: PEM files, read anew when they change."""

    certificate: FilePath = Field(description="a PEM file: the certificate, then those between it and its root")
    key: FilePath = Field(description="a PEM file: the key of the certificate, without a password")
    client_ca: FilePath | None = Field(
        default=None, description="a PEM file: whose certificates clients must show; without it none is asked for"
    )


class CallTlsTable(Table):
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


class MllpChannel(ChannelTable):
    """``[channels.NAME]`` of kind ``mllp``: an address on which others call and send HL7 messages, one that is called
    to send them, or both."""

    kind: Literal["mllp"]
    listen: ListenAddress | None = Field(
        default=None, description="host:port, as 127.0.0.1:2575; port 0 takes any free one"
    )
    allow: tuple[Annotated[Network, BeforeValidator(network)], ...] = Field(
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

    @property
    def sends(self) -> bool:
        """Where it calls."""
        return self.connect is not None

    @property
    def waited_on(self) -> bool:
        """Where it is called."""
        return self.listen is not None

    @property
    def keeps_order(self) -> bool:
        """One message after the other (HL7 2.9.3.1): what failed goes first."""
        return self.connect is not None
