"""The robot's counter on an SFTP server: what the gateway puts there are orders, what it fetches are the answers."""

from adapters.contracts import AdapterError
from adapters.transports.sftp.client import LostError, SftpClient
from adapters.transports.sftp.destination import put
from adapters.transports.sftp.legacy_ssh import LegacyPipe
from adapters.transports.sftp.packets import Attributes, Named
from adapters.transports.sftp.ripe import in_folder
from adapters.transports.sftp.server import SftpServer
from adapters.transports.sftp.ssh import SshPipe
from gateway.robot.shop import is_whole

_MOST = 10_000
"""Names that one look takes from a folder."""
_MOST_BYTES = 64 << 20


class SftpCounter:
    """Two folders of one server. A connection that is lost is opened anew, once for each call."""

    def __init__(self, server: SftpServer, orders: str, answers: str) -> None:
        self._server = server
        self._orders = orders
        self._answers = answers
        self._open: tuple[SshPipe | LegacyPipe, SftpClient] | None = None

    def waiting(self) -> list[str]:
        """Files under their final names, oldest first. Raises AdapterError."""
        listed = self._client().listing(self._orders.encode(), _MOST)
        files = [named for named in listed.names if is_whole(_text(named.name)) and _is_file(named)]
        return [
            _text(named.name) for named in sorted(files, key=lambda named: (named.attributes.mtime or 0, named.name))
        ]

    def take(self, name: str) -> bytes:
        """Reads and removes it. Raises AdapterError."""
        client, path = self._client(), in_folder(self._orders, _bytes(name))
        found = client.lstat(path)
        if (found.size or 0) > _MOST_BYTES:
            raise AdapterError(f"{name} is too large for an order")
        content = bytearray()
        client.read(path, Attributes(size=found.size, mtime=found.mtime), content.extend)
        client.remove(path)
        return bytes(content)

    def put(self, name: str, content: bytes) -> None:
        """Under a temporary name, then renamed. Raises AdapterError."""
        hidden = in_folder(self._answers, f".{name}.part".encode())
        put(self._client(), hidden, in_folder(self._answers, _bytes(name)), content)

    def close(self) -> None:
        """Ends the connection."""
        if self._open is not None:
            self._open[0].abort()
            self._open = None

    def _client(self) -> SftpClient:
        if self._open is not None and self._open[0].usable():
            return self._open[1]
        self.close()
        pipe = LegacyPipe(self._server) if self._server.legacy else SshPipe(self._server)
        try:
            pipe.open()
            self._open = (pipe, SftpClient(pipe))
        except LostError:
            pipe.abort()
            raise
        return self._open[1]


def _text(name: bytes) -> str:
    return name.decode("utf-8", "surrogateescape")


def _bytes(name: str) -> bytes:
    return name.encode("utf-8", "surrogateescape")


def _is_file(named: Named) -> bool:
    permissions = named.attributes.permissions
    return permissions is None or (permissions & 0o170000) in (0, 0o100000)
