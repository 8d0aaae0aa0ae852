"""``[channels.NAME]`` of kind ``sftp``."""

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field

from adapters.transports.sftp.host_keys import parse
from gateway.config.channels.base import ChannelTable
from gateway.config.fields import SecretPlace


def _host_keys(value: Any) -> Any:
    """One key or a list of them becomes a list; each must be one."""
    keys = [value] if isinstance(value, str) else value
    if not isinstance(keys, list | tuple) or not keys or not all(isinstance(key, str) for key in keys):
        raise ValueError("not a host key")
    for key in keys:
        parse(key)
    return tuple(keys)


Folder = Annotated[str, Field(min_length=1, max_length=1024, pattern=r"^[^\x00-\x1f\x7f]+$")]
"""A folder on the server."""
Name = Annotated[str, Field(min_length=1, max_length=255, pattern=r"^[^/\x00-\x1f\x7f]+$")]
"""A pattern of names."""


class SftpChannel(ChannelTable):
    """``[channels.NAME]`` of kind ``sftp``: a partner's server, from which files are fetched and to which they go."""

    kind: Literal["sftp"]
    host: str = Field(
        pattern=r"^[A-Za-z0-9._:-]+$", max_length=253, description="a name or an address, as sftp.acme.example"
    )
    port: int = Field(default=22, ge=1, le=65535, description="a whole number from 1 to 65535")
    user: str = Field(
        min_length=1,
        max_length=255,
        pattern=r"^[^\x00-\x1f\x7f]+$",
        description="the name of our account on the server",
    )
    key: SecretPlace | None = Field(default=None, description='{ file = "…" } or { env = "…" }: our private key')
    passphrase: SecretPlace | None = Field(
        default=None, description='{ file = "…" } or { env = "…" }: the passphrase of the key'
    )
    password: SecretPlace | None = Field(
        default=None, description='{ env = "…" } or { file = "…" }: the password of the account'
    )
    host_key: Annotated[tuple[str, ...], BeforeValidator(_host_keys)] = Field(
        description='the server\'s key as "ssh-ed25519 AAAA…", its fingerprint as "SHA256:…", or a list of them'
    )
    inbox: Folder | None = Field(default=None, description="the folder on the server to fetch from, as /out")
    outbox: Folder | None = Field(default=None, description="the folder on the server to put files into, as /in")
    poll: float = Field(default=30.0, ge=0.1, le=86_400, description="seconds between two looks, 0.1 to 86400")
    settle: float = Field(
        default=5.0, ge=0.01, le=3600, description="seconds for which a file must not change to be whole, 0.01 to 3600"
    )
    after: Literal["rename", "delete"] = Field(default="rename", description='"rename" or "delete"')
    done: Folder = Field(default="done", description="a folder, in the inbox where relative, or a suffix as .taken")
    rejected: Folder = Field(
        default="rejected", description="a folder, in the inbox where relative, or a suffix as .refused"
    )
    pattern: tuple[Name, ...] = Field(default=(), description='a list of names to take, as ["*.edi", "*.x12"]')
    ignore: tuple[Name, ...] = Field(default=(), description='a list of names to leave, as ["README*"]')
    max_bytes: int = Field(
        default=2 << 30, ge=1, le=1 << 40, description="a whole number of bytes: a larger file is not fetched"
    )
    workers: int = Field(default=4, ge=1, le=16, description="a whole number from 1 to 16: files fetched at a time")
    temporary: str = Field(
        default=".{name}.part",
        pattern=r"^(?:[^/{}]+\{name\}[^/{}]*|[^/{}]*\{name\}[^/{}]+)$",
        max_length=64,
        description="what a file is called until it is whole, with {name} in it, as .{name}.part",
    )
    connect_seconds: float = Field(
        default=15.0, ge=0.1, le=120, description="seconds for each step until we are logged in, 0.1 to 120"
    )
    answer_seconds: float = Field(
        default=60.0, ge=0.1, le=600, description="seconds for which nothing may move, 0.1 to 600"
    )
    legacy: bool = Field(default=False, description="true where the server knows only algorithms with SHA-1 or CBC")

    @property
    def shared(self) -> bool:
        """It is somebody else's, and there once."""
        return True

    @property
    def sends(self) -> bool:
        """Where it has an outbox."""
        return self.outbox is not None
