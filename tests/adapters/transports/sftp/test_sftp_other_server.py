"""A server that is not OpenSSH's, with a password: asyncssh in a thread of its own."""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import asyncssh
import pytest

from adapters.contracts import AdapterError
from adapters.transports.sftp import host_keys
from adapters.transports.sftp.server import SftpServer
from tests.conformance_transport import eventually, running
from tests.rigs.sftp import Channel, threads
from tests.rigs.sshd import Sshd


class Login(asyncssh.SSHServer):
    """Lets the hospital in with its password."""

    def begin_auth(self, username: str) -> bool:  # noqa: ARG002
        return True

    def password_auth_supported(self) -> bool:
        return True

    def validate_password(self, username: str, password: str) -> bool:
        return (username, password) == ("hospital", "open sesame")


class Stingy(asyncssh.SFTPServer):
    """Gives half of what is asked for, as servers may."""

    async def read(self, file_obj: object, offset: int, size: int) -> bytes:
        found = super().read(file_obj, offset, max(1, size // 2))
        return found if isinstance(found, bytes) else await found


@contextmanager
def other_server(factory: type[asyncssh.SFTPServer]) -> Iterator[SftpServer]:
    """A server on a free port, ended in every case."""
    key = asyncssh.generate_private_key("ssh-ed25519")
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    acceptor = asyncio.run_coroutine_threadsafe(_listening(key, factory), loop).result(10)
    try:
        pinned = host_keys.parse(key.export_public_key().decode())
        yield SftpServer(
            "127.0.0.1", "hospital", (pinned,), acceptor.get_port(), password="open sesame", answer_seconds=10.0
        )
    finally:
        asyncio.run_coroutine_threadsafe(_closed(acceptor), loop).result(10)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(10)
        loop.close()


async def _listening(key: asyncssh.SSHKey, factory: type[asyncssh.SFTPServer]) -> asyncssh.SSHAcceptor:
    return await asyncssh.listen("127.0.0.1", 0, server_factory=Login, server_host_keys=[key], sftp_factory=factory)


async def _closed(acceptor: asyncssh.SSHAcceptor) -> None:
    acceptor.close()
    await acceptor.wait_closed()
    await asyncio.sleep(0.1)


@pytest.fixture
def folders(tmp_path: Path) -> Sshd:
    """Folders without a server of their own."""
    return Sshd(tmp_path / "s")


@pytest.mark.parametrize("factory", [asyncssh.SFTPServer, Stingy])
@pytest.mark.parametrize("legacy", [False, True])
def test_another_server_is_served_with_a_password(
    folders: Sshd, factory: type[asyncssh.SFTPServer], legacy: bool
) -> None:
    content = bytes(range(256)) * 9000
    with other_server(factory) as server, threads() as pool:
        acme = Channel(folders, pool, server=replace(server, legacy=legacy))
        acme.put("a.edi", content)
        acme.put("b.edi", b"small")

        async def story() -> None:
            async with running(acme.source(), acme.handle):
                await eventually(lambda: acme.done() == {"a.edi": content, "b.edi": b"small"}, "both files")

        asyncio.run(story())
        assert sorted(bytes(delivery.content[:]) for delivery in acme.seen) == sorted([content, b"small"])


def test_a_wrong_password_is_told_without_showing_it(folders: Sshd) -> None:
    with other_server(asyncssh.SFTPServer) as server, threads() as pool:
        acme = Channel(folders, pool, server=replace(server, password="my other secret"))

        async def look() -> None:
            line = acme.line()
            try:
                await line.use(lambda client: client.listing(b".", 1))
            finally:
                line.close()

        with pytest.raises(AdapterError, match="does not accept the password") as told:
            asyncio.run(look())
        assert "secret" not in str(told.value)
        assert [code for code, _ in acme.alarms] == ["NET-E0602"]
