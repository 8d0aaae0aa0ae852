"""What the settings say of somebody else's web service: for ``call`` of a channel of kind ``soap``, and for polling."""

from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, JsonValue, StringConstraints

from gateway.config.fields import FilePath, SecretPlace, Table


def http_address(value: str) -> str:
    """The value, where it is an address to call. Raises ValueError."""
    parts = urlsplit(value)
    sound = parts.scheme in ("http", "https") and parts.hostname and parts.username is None and not parts.fragment
    if not sound or parts.port == 0 or not value.isascii() or not value.isprintable() or " " in value:
        raise ValueError("not an address")
    return value


HttpAddress = Annotated[str, StringConstraints(max_length=2000), AfterValidator(http_address)]
Name = Annotated[str, StringConstraints(pattern=r"^[\w.-]+$", max_length=200)]


class OperationTable(Table):
    """One operation with its arguments."""

    operation: Name = Field(description="the name of an operation, as the WSDL has it")
    arguments: dict[str, JsonValue] = Field(
        default_factory=dict, description='a table of names and values, as { since = "{cursor}", max = 50 }'
    )


class ServiceTable(Table):
    """Where a service is, and how we show there who we are."""

    wsdl: FilePath = Field(description="a WSDL file; what it imports is beside or below it")
    address: HttpAddress = Field(description="https://… or http://…, without user and password in it")
    user: Annotated[str, StringConstraints(min_length=1, max_length=255)] | None = Field(
        default=None, description="the name that is shown to the service"
    )
    password: SecretPlace | None = Field(
        default=None, description='{ env = "…" } or { file = "…" }: the password of that name'
    )
    basic: bool = Field(
        default=False, description="true (in the HTTP header) or false (in a UsernameToken, as a digest)"
    )
    ca: FilePath | None = Field(default=None, description="a PEM file: whose certificates the service may show")
    certificate: FilePath | None = Field(default=None, description="a PEM file: the certificate that is shown to it")
    key: FilePath | None = Field(default=None, description="a PEM file: the key of the certificate, without a password")
    connect_seconds: float = Field(
        default=10.0, ge=0.1, le=60, description="seconds until a connection must be open, 0.1 to 60"
    )
    answer_seconds: float = Field(
        default=60.0, ge=0.1, le=600, description="seconds until the whole answer must be there, 0.1 to 600"
    )
    max_bytes: int = Field(
        default=16 << 20,
        ge=1024,
        le=1 << 30,
        description="a whole number of bytes from 1 KiB to 1 GiB: a larger answer is refused",
    )


class SoapCallTable(ServiceTable, OperationTable):
    """``[channels.NAME.call]``: the operation that is called with what leaves by the channel."""
