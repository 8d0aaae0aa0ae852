"""What is needed to reach one SFTP server, and the errors that a person must see to."""

import os
import socket
from dataclasses import dataclass, field

from adapters.contracts import AdapterError
from adapters.transports.sftp.host_keys import HostKey


class HostKeyError(AdapterError):
    """The server did not show a pinned key: it is not the one that was meant, or its key was changed."""


class LoginError(AdapterError):
    """The server does not let us in with what we show, or what we would show cannot be used."""


class NotAvailableError(AdapterError):
    """A library is needed that is not installed."""


@dataclass(frozen=True, slots=True)
class SftpServer:
    """One account on one server. Raises ValueError, with a text for a person, where something is missing."""

    host: str
    user: str
    host_keys: tuple[HostKey, ...]
    """The keys that it may show; another one ends the connection before anything is said."""
    port: int = 22
    key: str | None = field(default=None, repr=False)
    """Our private key, as its file holds it (OpenSSH or PEM)."""
    passphrase: str | None = field(default=None, repr=False)
    """Of the private key."""
    password: str | None = field(default=None, repr=False)
    connect_seconds: float = 15.0
    """For each step until the server lets us in."""
    answer_seconds: float = 60.0
    """For which nothing may move in the middle of a call."""
    legacy: bool = False
    """Whether the server knows only algorithms with SHA-1 or CBC, which are refused elsewhere."""

    def __post_init__(self) -> None:
        if not self.host_keys:
            raise ValueError("no host key is pinned; a server is never trusted at first sight")
        if self.key is None and self.password is None:
            raise ValueError("neither a key nor a password")

    def __str__(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"sftp://{host}:{self.port}"


def wrong_key(server: SftpServer, shown: HostKey) -> HostKeyError:
    """Tells both fingerprints, so that a person can compare them with what the partner says on the telephone."""
    expected = " or ".join(str(key) for key in server.host_keys)
    return HostKeyError(f"{server}: its host key is {shown}, expected {expected}; nothing was sent")


def words(error: OSError, seconds: float) -> str:
    """Why there is no connection, in the system's words."""
    if isinstance(error, TimeoutError):
        return f"nothing within {seconds:g} s"
    if isinstance(error, socket.gaierror):
        return (error.strerror or "unknown host").lower()
    # Of a name with several addresses, asyncio tells all failures at once and no number.
    return os.strerror(error.errno).lower() if error.errno else "not possible"
