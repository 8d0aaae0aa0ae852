"""MLLP over TLS with real certificates: who gets in, what is told of them, and certificates replaced while it runs."""

import asyncio
import shutil
import socket
import ssl
import warnings
from collections.abc import Callable, Coroutine
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from structlog.testing import capture_logs

from adapters.contracts import AdapterError
from adapters.transports.mllp.peers import Peers, Seldom, Turned, plain_address
from adapters.transports.mllp.settings import MllpSettings
from adapters.transports.tls import ClientFiles, ServerFiles, certificate_names, client_context, server_context
from tests.conformance_transport import eventually
from tests.rigs.mllp import Answering, Authority, listening

HOST = "gateway.example"


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture(scope="module")
def files(authority: Authority) -> ServerFiles:
    own = authority.issue(HOST)
    return ServerFiles(own.certificate, own.key, authority.file)


@pytest.fixture(scope="module")
def client(authority: Authority) -> ClientFiles:
    own = authority.issue("ehr.example")
    return ClientFiles(authority.file, own.certificate, own.key)


def play(story: Callable[[], Coroutine[Any, Any, None]]) -> None:
    asyncio.run(story())


def settings(files: ServerFiles) -> MllpSettings:
    return MllpSettings("127.0.0.1", 0, tls=files)


def test_a_sender_with_a_certificate_is_answered_and_named(files: ServerFiles, client: ClientFiles) -> None:
    handle = Answering()

    async def story() -> None:
        async with listening(handle, settings(files)) as door:
            caller = await door.call(client_context(client))
            for number in range(20):
                content = b"%d|" % number + b"x" * (40_000 * number)
                assert await caller.ask(content) == b"MSA|AA|" + content[:20]
            caller.close()
            await eventually(lambda: door.source.connected() == 0, "the end of the connection")

    play(story)
    sender = handle.seen[0].sender
    assert sender is not None
    assert sender.subject == r"CN=ehr.example,O=St Example\, Inc"
    assert sender.names == ("ehr.example", "*.ehr.example", "127.0.0.1")


@pytest.mark.failure("M10", "L3")
def test_a_sender_without_a_good_certificate_never_gets_to_speak(
    files: ServerFiles, client: ClientFiles, tmp_path: Path
) -> None:
    handle = Answering()
    (tmp_path / "other").mkdir()
    stranger = Authority(tmp_path / "other").issue("ehr.example")
    late = Authority(tmp_path)
    expired = late.issue("ehr.example", valid=timedelta(days=-1))
    both = tmp_path / "both.pem"
    assert files.client_ca is not None
    both.write_bytes(files.client_ca.read_bytes() + late.file.read_bytes())

    strangers: list[str] = []

    async def story() -> None:
        async with listening(handle, settings(replace(files, client_ca=both)), stranger=strangers.append) as door:
            for party in (None, stranger, expired):
                own = ClientFiles(client.ca, party.certificate, party.key) if party else ClientFiles(client.ca)
                with pytest.raises((ConnectionError, ssl.SSLError, asyncio.IncompleteReadError)):
                    await (await door.call(client_context(own))).ask(b"x")
            with pytest.raises((ConnectionError, asyncio.IncompleteReadError)):
                await (await door.call()).ask(b"no TLS at all")
            old = client_context(client)
            with warnings.catch_warnings(action="ignore"):
                old.minimum_version = ssl.TLSVersion.TLSv1
                old.maximum_version = ssl.TLSVersion.TLSv1_1
            with pytest.raises((ConnectionError, ssl.SSLError)):
                await door.call(old)
            await eventually(lambda: door.source.connected() == 0, "the end of them all")
            assert await (await door.call(client_context(client))).ask(b"x")

    with capture_logs() as logs:
        play(story)
    assert len(handle.seen) == 1
    assert any("not made" in entry["event"] for entry in logs)
    assert strangers == ["127.0.0.1"] * 3, "those that showed no certificate of ours, and not who spoke no TLS of today"


@pytest.mark.failure("M7")
def test_a_caller_that_never_shakes_hands_counts_and_holds_up_nobody(files: ServerFiles, client: ClientFiles) -> None:
    async def story() -> None:
        async with listening(Answering(), replace(settings(files), connections=21)) as door:
            silent = [await door.call() for _ in range(20)]
            await eventually(lambda: door.source.connected() == 20, "all of them")
            assert await (await door.call(client_context(client))).ask(b"x")
            extra = socket.create_connection(("127.0.0.1", door.port))
            extra.setblocking(False)
            assert await asyncio.get_running_loop().sock_recv(extra, 1) == b""
            extra.close()
            for caller in silent:
                caller.close()

    play(story)


def test_a_replaced_certificate_is_used_for_new_connections(
    authority: Authority, files: ServerFiles, client: ClientFiles, tmp_path: Path
) -> None:
    """One that does not serve is told once, and the one before stays; connections that are open stay open."""
    own = ServerFiles(tmp_path / "own.pem", tmp_path / "own.key", files.client_ca)
    newer = authority.issue(HOST, file="newer")

    def install(certificate: Path, key: Path) -> None:
        for source, target in ((certificate, own.certificate), (key, own.key)):
            shutil.copyfile(source, tmp_path / "new")
            (tmp_path / "new").replace(target)

    async def serial(door: Any) -> Any:
        caller = await door.call(client_context(client))
        assert await caller.ask(b"x")
        found = caller.writer.get_extra_info("peercert")["serialNumber"]
        caller.close()
        return found

    install(files.certificate, files.key)

    async def story() -> None:
        async with listening(Answering(), settings(own), reload=0.05) as door:
            first = await serial(door)
            stays = await door.call(client_context(client))
            own.key.write_bytes(newer.key.read_bytes())
            await asyncio.sleep(0.2)
            assert await serial(door) == first
            install(newer.certificate, newer.key)

            async def replaced() -> bool:
                return bool(await serial(door) != first)

            await eventually(replaced, "the new certificate")
            assert await stays.ask(b"y")

    with capture_logs() as logs:
        play(story)
    told = [entry for entry in logs if "does not serve" in entry["event"]]
    assert [entry["reason"] for entry in told] == [
        f"{own.key}: the key does not belong to the certificate {own.certificate}"
    ]
    assert sum("read anew" in entry["event"] for entry in logs) == 1


def test_files_that_do_not_serve_are_named(files: ServerFiles, authority: Authority, tmp_path: Path) -> None:
    empty = tmp_path / "empty.pem"
    empty.write_bytes(b"")
    with pytest.raises(AdapterError, match=r"gone\.pem: no such file or directory"):
        server_context(replace(files, certificate=tmp_path / "gone.pem"))
    with pytest.raises(AdapterError, match=r"gone\.key: no such file"):
        server_context(replace(files, key=tmp_path / "gone.key"))
    with pytest.raises(AdapterError, match=r"empty\.pem: not a certificate with its key in PEM form"):
        server_context(replace(files, certificate=empty))
    with pytest.raises(AdapterError, match=r"empty\.pem: not certificates in PEM form"):
        server_context(replace(files, client_ca=empty))
    with pytest.raises(AdapterError, match="does not belong to the certificate"):
        server_context(replace(files, key=authority.issue("other.example").key))


def test_a_key_with_a_password_is_refused_and_nobody_is_asked(files: ServerFiles, tmp_path: Path) -> None:
    from cryptography.hazmat.primitives import serialization

    key = serialization.load_pem_private_key(files.key.read_bytes(), None)
    locked = tmp_path / "locked.key"
    locked.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.BestAvailableEncryption(b"x")
        )
    )
    with pytest.raises(AdapterError, match=r"locked\.key: the key is encrypted"):
        server_context(replace(files, key=locked))


def test_no_certificate_gives_no_names() -> None:
    assert certificate_names(None) == certificate_names({}) == (None, ())


@pytest.mark.parametrize(
    ("address", "allowed"),
    [
        ("10.1.2.3", True),
        ("::ffff:10.1.2.3", True),
        ("11.1.2.3", False),
        ("fe80::1%eth0", True),
        ("2001:db8::1", False),
    ],
)
def test_who_may_come(address: str, allowed: bool) -> None:
    from ipaddress import ip_network

    peers = Peers((ip_network("10.0.0.0/8"), ip_network("fe80::/10")), 5, 5)
    assert peers.enter(address) is (None if allowed else Turned.NOT_ALLOWED)
    assert len(peers) == allowed


@pytest.mark.failure("M8")
def test_one_peer_cannot_take_all_places() -> None:
    peers = Peers((), 4, 2)
    assert [peers.enter("10.0.0.1") for _ in range(3)] == [None, None, Turned.PEER_FULL]
    assert [peers.enter(f"2001:db8::{number}") for number in range(3)] == [None, None, Turned.PEER_FULL]
    assert peers.enter("10.0.0.2") is Turned.FULL
    peers.leave("::ffff:10.0.0.1")
    assert peers.enter("10.0.0.2") is None
    assert str(plain_address("::ffff:10.0.0.1")) == "10.0.0.1"


def test_the_same_is_said_once_in_a_while() -> None:
    times = iter((0.0, 1.0, 2.0, 10.0, 11.0, 30.0, 30.0))
    seldom = Seldom(lambda: next(times), every=10)
    assert [seldom.due("x") for _ in range(6)] == [1, 0, 0, 3, 0, 2]
    assert seldom.due("y") == 1
