"""A connection to an SFTP server through paramiko: pinned host keys, our own key or password, and nothing else.

No agent, no keys from the home folder, no known_hosts file. Each step has a time limit; calls of paramiko that have
none (the start of the subsystem) end when another thread calls ``abort``.
"""

import contextlib
import io
import socket
from collections.abc import Iterable, Sequence
from typing import Final

import paramiko
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
    load_ssh_private_key,
)

from adapters.transports.sftp.client import LostError
from adapters.transports.sftp.host_keys import HostKey, fingerprint, is_pinned, type_of
from adapters.transports.sftp.server import LoginError, SftpServer, words, wrong_key

WINDOW: Final = 8 << 20
"""Bytes that may be on the way to us: more than all requests under way together ask for, so that none waits."""
_PACKET: Final = 32 * 1024
_KEEPALIVE: Final = 15
_CHUNK: Final = 256 * 1024
_WEAK: Final = ("cbc", "md5", "sha1", "3des", "ssh-rsa")
_ABOUT_ALGORITHMS: Final = "no algorithm in common; an old server may need legacy = true"


class SshPipe:
    """One connection; ``open`` and the calls after it belong to one thread at a time, ``abort`` to any."""

    def __init__(self, server: SftpServer) -> None:
        self._server = server
        self._socket: socket.socket | None = None
        self._transport: paramiko.Transport | None = None
        self._channel: paramiko.Channel | None = None
        self._aborted = False

    def open(self) -> None:
        """Connects, compares the host key, logs in. Raises HostKeyError, LoginError, LostError."""
        server = self._server
        key = private_key(server) if server.key is not None else None
        try:
            self._socket = socket.create_connection((server.host, server.port), timeout=server.connect_seconds)
            self._transport = transport = paramiko.Transport(self._socket, default_window_size=WINDOW)
            self._prepare(transport)
            if self._aborted:
                raise LostError(f"cannot connect to {server}: given up")
            # Its own limits for greeting and handshake come first, and say which it was.
            transport.start_client(timeout=2 * server.connect_seconds)
            self._compare(transport)
            self._log_in(transport, key)
            transport.set_keepalive(_KEEPALIVE)
            self._channel = channel = transport.open_session(WINDOW, _PACKET, timeout=server.connect_seconds)
            channel.settimeout(server.answer_seconds)
            channel.invoke_subsystem("sftp")
        except paramiko.ssh_exception.IncompatiblePeer:
            raise LostError(f"cannot connect to {server}: {_ABOUT_ALGORITHMS}") from None
        except (paramiko.SSHException, EOFError) as error:
            raise LostError(f"cannot connect to {server}: {_phrase(error)}") from None
        except OSError as error:
            raise LostError(f"cannot connect to {server}: {words(error, server.connect_seconds)}") from None

    def send(self, data: bytes) -> None:
        """Sends all of it. Raises LostError."""
        try:
            self._opened().sendall(data)
        except (OSError, EOFError, paramiko.SSHException):
            raise self._lost() from None

    def receive(self) -> bytes:
        """Some bytes. Raises LostError, also at the end."""
        try:
            data = self._opened().recv(_CHUNK)
        except (OSError, EOFError, paramiko.SSHException):
            raise self._lost() from None
        if not data:
            raise self._lost()
        return data

    def abort(self) -> None:
        """Breaks the connection off; whoever waits on it is told."""
        self._aborted = True
        if self._socket is None:
            return
        # The transport's own thread sees the end, tells all who wait, and closes the socket.
        with contextlib.suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        if self._transport is None or not self._transport.is_alive():
            self._socket.close()

    def usable(self) -> bool:
        """Whether it is open, as far as is known."""
        channel = self._channel
        return (
            channel is not None and not (self._aborted or channel.closed or channel.eof_received) and self._is_active()
        )

    def _is_active(self) -> bool:
        return self._transport is not None and self._transport.is_active()

    def _opened(self) -> paramiko.Channel:
        if self._channel is None:
            raise self._lost()
        return self._channel

    def _lost(self) -> LostError:
        what = "nothing moved for too long" if self._is_active() and not self._aborted else "the connection was lost"
        return LostError(f"{self._server}: {what}")

    def _prepare(self, transport: paramiko.Transport) -> None:
        transport.banner_timeout = transport.handshake_timeout = self._server.connect_seconds
        transport.auth_timeout = transport.channel_timeout = self._server.connect_seconds
        options = transport.get_security_options()
        options.ciphers = _strong(options.ciphers)
        options.digests = _strong(options.digests)
        options.kex = _strong(options.kex)
        pinned = {key.type for key in self._server.host_keys}
        # Servers have several keys and show the one that we name first: that must be the pinned one.
        known = _strong(options.key_types)
        options.key_types = sorted(known, key=lambda name: ("ssh-rsa" if "rsa" in name else name) not in pinned)

    def _compare(self, transport: paramiko.Transport) -> None:
        blob = transport.get_remote_server_key().asbytes()
        if not is_pinned(blob, self._server.host_keys):
            raise wrong_key(self._server, HostKey(fingerprint(blob), type_of(blob)))

    def _log_in(self, transport: paramiko.Transport, key: paramiko.PKey | None) -> None:
        server = self._server
        try:
            more: Sequence[str] = []
            if key is not None:
                more = transport.auth_publickey(server.user, key)
            if key is None or more:
                # Some servers ask for both, and list what they still want.
                transport.auth_password(server.user, server.password or "")
        except paramiko.AuthenticationException:
            if not transport.is_active():
                raise LostError(f"{server}: the connection was lost while logging in") from None
            shown = "the key" if key is not None else "the password"
            raise LoginError(f"{server} does not accept {shown} for the user {server.user!r}") from None
        if not transport.is_authenticated():
            raise LoginError(f"{server} asks for more than we have for the user {server.user!r}")


def private_key(server: SftpServer) -> paramiko.PKey:
    """Our key, read from its text. Raises LoginError.

    It is read by cryptography: paramiko's own reader refuses every other ECDSA key that has no comment.
    """
    loaded = _loaded(server)
    if isinstance(loaded, rsa.RSAPrivateKey):
        return paramiko.RSAKey(key=loaded)
    if isinstance(loaded, ec.EllipticCurvePrivateKey):
        return paramiko.ECDSAKey(vals=(loaded, loaded.public_key()))
    if isinstance(loaded, ed25519.Ed25519PrivateKey):
        text = loaded.private_bytes(Encoding.PEM, PrivateFormat.OpenSSH, NoEncryption()).decode()
        return paramiko.Ed25519Key.from_private_key(io.StringIO(text))
    raise LoginError(f"{server}: the key is no Ed25519, ECDSA or RSA key")


def _loaded(server: SftpServer) -> object:
    text = (server.key or "").encode()
    phrases = [server.passphrase.encode(), None] if server.passphrase is not None else [None]
    locked = False
    for load in (load_ssh_private_key, load_pem_private_key):
        for phrase in phrases:
            try:
                return load(text, phrase)
            except TypeError:
                # A passphrase for a key that has none, or none for one that has.
                locked = locked or phrase is None
            except (ValueError, UnsupportedAlgorithm):
                continue
    if locked and server.passphrase is None:
        raise LoginError(f"{server}: the key has a passphrase, and none is set")
    hint = ", or the passphrase is wrong" if server.passphrase is not None else ""
    raise LoginError(f"{server}: the key cannot be read; it is no Ed25519, ECDSA or RSA key{hint}")


def _strong(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(name for name in names if not any(weak in name for weak in _WEAK))


def _phrase(error: Exception) -> str:
    """Why not. The library's own text may repeat what the server sent, so only its kind is told."""
    text = str(error).lower()
    if "banner" in text:
        return "no greeting of an SSH server"
    return "the server closed the connection" if isinstance(error, EOFError) else "the SSH handshake failed"
