"""A connection to an old server that knows only algorithms with SHA-1 or CBC, through asyncssh.

The library is an extra (``legacy-ssh``), loaded when such a channel first connects. Each connection has an event loop
of its own, which runs while a call waits.
"""

import asyncio
import threading
from collections.abc import Coroutine
from typing import TYPE_CHECKING, Any, Final, TypeVar

from adapters.transports.sftp.client import LostError
from adapters.transports.sftp.host_keys import HostKey, fingerprint, is_pinned, type_of
from adapters.transports.sftp.server import HostKeyError, LoginError, NotAvailableError, SftpServer, words, wrong_key

if TYPE_CHECKING:
    import asyncssh

T = TypeVar("T")

_CHUNK: Final = 256 * 1024
_WINDOW: Final = 8 << 20
_HOST_KEYS: Final = ("ssh-ed25519", "ecdsa-sha2-nistp256", "rsa-sha2-512", "rsa-sha2-256", "ssh-rsa")
_SIGNATURES: Final = ("ssh-ed25519", "ecdsa-sha2-nistp256", "rsa-sha2-256", "rsa-sha2-512", "ssh-rsa")
_KEX: Final = (
    "curve25519-sha256", "ecdh-sha2-nistp256", "diffie-hellman-group14-sha256", "diffie-hellman-group-exchange-sha256",
    "diffie-hellman-group14-sha1", "diffie-hellman-group-exchange-sha1", "diffie-hellman-group1-sha1",
)  # fmt: skip
_CIPHERS: Final = ("aes256-gcm@openssh.com", "aes256-ctr", "aes128-ctr", "aes256-cbc", "aes128-cbc", "3des-cbc")
_MACS: Final = ("hmac-sha2-256-etm@openssh.com", "hmac-sha2-256", "hmac-sha2-512", "hmac-sha1")


class LegacyPipe:
    """One connection; ``open`` and the calls after it belong to one thread at a time, ``abort`` to any."""

    def __init__(self, server: SftpServer) -> None:
        self._server = server
        self._loop = asyncio.new_event_loop()
        self._connection: asyncssh.SSHClientConnection | None = None
        self._streams: tuple[asyncssh.SSHWriter[bytes], asyncssh.SSHReader[bytes]] | None = None
        self._running: asyncio.Task[Any] | None = None
        self._losses: tuple[type[Exception], ...] = (OSError, EOFError, asyncio.TimeoutError)
        """What a lost connection looks like; the library's own kind is known once it is loaded."""
        self._aborted = False
        self._ending = threading.Lock()
        self._turn = threading.Lock()
        """Held while the loop runs: a loop belongs to one thread at a time."""

    def open(self) -> None:
        """Connects, compares the host key, logs in. Raises HostKeyError, LoginError, LostError, NotAvailableError."""
        try:
            import asyncssh
        except ModuleNotFoundError:
            raise NotAvailableError(
                f"{self._server}: legacy = true needs the library asyncssh; install wharf-gateway[legacy-ssh]"
            ) from None
        self._losses = (*self._losses, asyncssh.Error)
        server = self._server
        refused: list[HostKeyError] = []

        class Client(asyncssh.SSHClient):
            def validate_host_public_key(self, host: str, addr: str, port: int, key: asyncssh.SSHKey) -> bool:  # noqa: ARG002
                blob = key.public_data
                if is_pinned(blob, server.host_keys):
                    return True
                refused.append(wrong_key(server, HostKey(fingerprint(blob), type_of(blob))))
                return False

        try:
            key = [asyncssh.import_private_key(server.key, server.passphrase)] if server.key is not None else []
        except (asyncssh.KeyImportError, asyncssh.KeyEncryptionError):
            raise LoginError(f"{server}: the key cannot be read, or its passphrase is wrong") from None
        try:
            self._connection, self._streams = self._run(_connected(server, Client, key), 2 * server.connect_seconds)
        except asyncssh.HostKeyNotVerifiable:
            raise refused[0] if refused else HostKeyError(f"{server}: its host key cannot be verified") from None
        except asyncssh.PermissionDenied:
            raise LoginError(f"{server} does not let the user {server.user!r} in") from None
        except OSError as error:
            raise LostError(f"cannot connect to {server}: {words(error, server.connect_seconds)}") from None
        except asyncssh.KeyExchangeFailed:
            raise LostError(f"cannot connect to {server}: no algorithm in common, not even an old one") from None
        except self._losses:
            raise LostError(f"cannot connect to {server}: the SSH handshake failed") from None

    def send(self, data: bytes) -> None:
        """Sends all of it. Raises LostError."""
        writer, _ = self._opened()

        async def send() -> None:
            writer.write(data)
            await writer.drain()

        self._call(send())

    def receive(self) -> bytes:
        """Some bytes. Raises LostError, also at the end."""
        _, reader = self._opened()
        data = self._call(reader.read(_CHUNK))
        if not data:
            raise LostError(f"{self._server}: the connection was lost")
        return data

    def abort(self) -> None:
        """Breaks the connection off; whoever waits on it is told."""
        with self._ending:
            first, self._aborted = not self._aborted, True
        if first:
            threading.Thread(target=self._end, name="legacy-ssh-end", daemon=True).start()

    def usable(self) -> bool:
        """Whether it is open, as far as is known."""
        return self._connection is not None and not self._aborted and not self._connection.is_closed()

    def _end(self) -> None:
        """Ends what waits, then the connection, then the loop, which is nobody's else by then."""
        self._loop.call_soon_threadsafe(lambda: self._running.cancel() if self._running is not None else None)
        with self._turn:
            if self._connection is not None:
                self._connection.abort()
                self._loop.run_until_complete(asyncio.sleep(0))
            self._loop.close()

    def _call(self, what: Coroutine[Any, Any, T]) -> T:
        try:
            return self._run(what, self._server.answer_seconds)
        except self._losses:
            raise LostError(f"{self._server}: the connection was lost, or nothing moved for too long") from None

    def _run(self, what: Coroutine[Any, Any, T], seconds: float) -> T:
        with self._turn:
            if self._aborted:
                what.close()
                raise LostError(f"{self._server}: the connection was lost")
            task: asyncio.Task[T] = self._loop.create_task(asyncio.wait_for(what, seconds))
            self._running = task
            try:
                return self._loop.run_until_complete(task)
            except asyncio.CancelledError:
                raise LostError(f"{self._server}: the connection was lost") from None
            finally:
                self._running = None

    def _opened(self) -> "tuple[asyncssh.SSHWriter[bytes], asyncssh.SSHReader[bytes]]":
        if self._streams is None:
            raise LostError(f"{self._server}: the connection was lost")
        return self._streams


async def _connected(
    server: SftpServer, client: "type[asyncssh.SSHClient]", key: "list[asyncssh.SSHKey]"
) -> "tuple[asyncssh.SSHClientConnection, tuple[asyncssh.SSHWriter[bytes], asyncssh.SSHReader[bytes]]]":
    import asyncssh

    connection, _ = await asyncssh.create_connection(
        client, server.host, server.port, username=server.user, password=server.password, client_keys=key,
        agent_path=None, config=None, known_hosts=([], [], []), server_host_key_algs=_HOST_KEYS, kex_algs=_KEX,
        encryption_algs=_CIPHERS, mac_algs=_MACS, login_timeout=server.connect_seconds,
        connect_timeout=server.connect_seconds, keepalive_interval=15, signature_algs=_SIGNATURES,
    )  # fmt: skip
    writer, reader, _ = await connection.open_session(subsystem="sftp", encoding=None, window=_WINDOW)
    return connection, (writer, reader)
