"""The floor of TLS: whoever stands below it is refused, by every caller and at every door, and told why in words."""

import asyncio
import socket
import ssl
import subprocess
import threading
import warnings
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import NameOID

from adapters.contracts import AdapterError
from adapters.transports.mllp.link import connect as mllp_connect
from adapters.transports.soap_calls.settings import Service
from adapters.transports.soap_calls.wire import Wire
from adapters.transports.tls import ClientFiles, ServerFiles, client_context, server_context
from gateway.publishers.connection import BrokerAddress
from gateway.publishers.connection import connect as amqp_connect

Key = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey


class Certificates:
    """An authority that makes what no honest one would."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = _name("Authority")
        self.ca = self._write("ca.pem", self._made("Authority", self._key, ca=True))
        self._ca_key = self._write("ca.key", _kept(self._key))

    def files(
        self, file: str, *, name: str = "localhost", key: Key | None = None, days: tuple[int, int] = (-2, 2),
        self_signed: bool = False,
    ) -> ServerFiles:  # fmt: skip
        """A certificate with its key."""
        own = key or ec.generate_private_key(ec.SECP256R1())
        made = self._made(name, own, days=days, signer=own if self_signed else None)
        return ServerFiles(self._write(f"{file}.pem", made), self._write(f"{file}.key", _kept(own)))

    def with_sha1(self, file: str) -> ServerFiles:
        """Signed with SHA-1, as the library that makes the others refuses to."""
        files = self.files(file, self_signed=True)
        again = f"x509 -in {files.certificate} -CA {self.ca} -CAkey {self._ca_key} -sha1 -set_serial 7 -days 2"
        done = subprocess.run(["openssl", *again.split()], check=True, capture_output=True)
        files.certificate.with_suffix(".sha1").write_bytes(done.stdout)
        return ServerFiles(files.certificate.with_suffix(".sha1"), files.key)

    def _made(
        self, name: str, key: Key, *, ca: bool = False, days: tuple[int, int] = (-2, 2),
        signer: Key | None = None,
    ) -> bytes:  # fmt: skip
        now = datetime.now(UTC)
        names: list[x509.GeneralName] = [x509.DNSName(name)]
        names += [x509.IPAddress(ip_address("127.0.0.1"))] if name == "localhost" else []
        builder = (
            x509.CertificateBuilder().subject_name(_name(name)).issuer_name(_name(name) if signer else self._name)
            .public_key(key.public_key()).serial_number(x509.random_serial_number())
            .not_valid_before(now + timedelta(days=days[0])).not_valid_after(now + timedelta(days=days[1]))
            .add_extension(x509.BasicConstraints(ca, None), True)
            .add_extension(x509.SubjectAlternativeName(names), False)
        )  # fmt: skip
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            made = builder.sign(signer or self._key, hashes.SHA256())
        return made.public_bytes(serialization.Encoding.PEM)

    def _write(self, name: str, content: bytes) -> Path:
        path = self._folder / name
        path.write_bytes(content)
        return path


def _kept(key: Key) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    return Certificates(tmp_path_factory.mktemp("certificates"))


def careless(files: ServerFiles, side: int = ssl.PROTOCOL_TLS_SERVER) -> ssl.SSLContext:
    """A context of somebody who takes everything."""
    context = ssl.SSLContext(side)
    context.set_ciphers("ALL:@SECLEVEL=0")
    context.load_cert_chain(files.certificate, files.key)
    return context


def old(context: ssl.SSLContext) -> ssl.SSLContext:
    """Speaks TLS 1.1 and nothing newer."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        context.minimum_version = ssl.TLSVersion.TLSv1_1
        context.maximum_version = ssl.TLSVersion.TLSv1_1
    return context


def cbc(context: ssl.SSLContext) -> ssl.SSLContext:
    """Has ciphers with SHA-1 and without forward secrecy alone."""
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    context.set_ciphers("AES128-SHA:ECDHE-ECDSA-AES128-SHA:@SECLEVEL=0")
    return context


def static_keys(context: ssl.SSLContext) -> ssl.SSLContext:
    """Has an AEAD cipher without forward secrecy alone."""
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    context.set_ciphers("AES256-GCM-SHA384")
    return context


@contextmanager
def peer(context: ssl.SSLContext | None) -> Iterator[int]:
    """Shakes hands with whoever comes, and says nothing more."""
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve() -> None:
            while True:
                try:
                    stream, _ = listener.accept()
                except OSError:
                    return
                with closing(stream):
                    stream.settimeout(3)
                    try:
                        if context is None:
                            stream.sendall(b"220 hello\r\n")
                        else:
                            with context.wrap_socket(stream, server_side=True) as secured:
                                secured.recv(1)
                    except OSError:
                        pass

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        try:
            yield listener.getsockname()[1]
        finally:
            listener.shutdown(socket.SHUT_RDWR)
            thread.join(5)


def by_mllp(port: int, ca: Path) -> None:
    asyncio.run(mllp_connect("localhost", port, tls=client_context(ClientFiles(ca)), seconds=3))


def by_soap(port: int, ca: Path) -> None:
    Wire(Service(Path("none.wsdl"), f"https://localhost:{port}/", ca=ca, answer_seconds=3)).post(b"", {})


def by_amqp(port: int, ca: Path) -> None:
    asyncio.run(amqp_connect(BrokerAddress(f"amqps://u:hush@localhost:{port}/?cafile={ca}"), "test", 3, 3))


Weaken = Callable[[ssl.SSLContext], object]
Peer = Callable[[Certificates], ssl.SSLContext | None]
BELOW: dict[str, tuple[Peer, str]] = {
    "self-signed": (lambda made: careless(made.files("self", self_signed=True)), "it is signed by itself"),
    "other authority": (
        lambda made: careless(made.files("other", name="localhost", key=None, self_signed=True)), "not trusted",
    ),
    "wrong host": (lambda made: careless(made.files("wrong", name="other.example")), "it names another host"),
    "ended": (lambda made: careless(made.files("ended", days=(-9, -1))), "it has ended"),
    "not yet": (lambda made: careless(made.files("early", days=(1, 9))), "it is not valid yet"),
    "RSA 1024": (
        lambda made: careless(made.files("short", key=rsa.generate_private_key(65537, 1024))), "key is too short",  # noqa: S505
    ),
    "SHA-1": (lambda made: careless(made.with_sha1("sha1")), "signed with an old algorithm"),
    "TLS 1.1": (lambda made: old(careless(made.files("old"))), "an old version of TLS"),
    "old ciphers": (lambda made: cbc(careless(made.files("cbc"))), "no cipher in common"),
    "no TLS": (lambda made: None, "does not speak TLS"),  # noqa: ARG005
}  # fmt: skip


@pytest.mark.parametrize("call", [by_mllp, by_soap, by_amqp])
@pytest.mark.parametrize("flaw", BELOW)
def test_every_caller_refuses_and_says_why(made: Certificates, flaw: str, call: Callable[[int, Path], None]) -> None:
    build, words = BELOW[flaw]
    with peer(build(made)) as port, pytest.raises(AdapterError, match=words) as caught:
        call(port, made.ca)
    assert "hush" not in str(caught.value)


@pytest.mark.parametrize("call", [by_mllp, by_soap, by_amqp])
def test_the_same_callers_get_through_to_a_good_peer(made: Certificates, call: Callable[[int, Path], None]) -> None:
    """Else the test above could not fail: the handshake is done, and what then is missing is something else."""
    with peer(server_context(made.files("good"))) as port:
        try:
            call(port, made.ca)
        except AdapterError as error:
            told = str(error)
            assert "TLS" not in told
            assert "certificate" not in told


@pytest.mark.parametrize(
    "weaken", [old, cbc, static_keys],
    ids=["TLS 1.1", "SHA-1 ciphers", "no forward secrecy"],
)  # fmt: skip
def test_every_door_refuses_a_caller_below_the_floor(
    made: Certificates, weaken: Callable[[ssl.SSLContext], object]
) -> None:
    caller = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    caller.load_verify_locations(made.ca)
    caller.set_ciphers("ALL:@SECLEVEL=0")
    weaken(caller)
    with (
        peer(server_context(made.files("door"))) as port, socket.create_connection(("127.0.0.1", port), 3) as stream,
        pytest.raises((ssl.SSLError, ConnectionError)),
    ):  # fmt: skip
        caller.wrap_socket(stream, server_hostname="localhost")


def test_a_door_speaks_tls_1_3_where_the_caller_can(made: Certificates) -> None:
    caller = client_context(ClientFiles(made.ca))
    with (
        peer(server_context(made.files("new"))) as port, socket.create_connection(("127.0.0.1", port), 3) as stream,
        caller.wrap_socket(stream, server_hostname="localhost") as secured,
    ):  # fmt: skip
        assert secured.version() == "TLSv1.3"


def test_a_weak_certificate_of_our_own_is_refused_by_its_file(made: Certificates) -> None:
    files = made.files("weak", key=rsa.generate_private_key(65537, 1024))  # noqa: S505
    with pytest.raises(AdapterError, match=r"weak\.pem: its key is too short: RSA from 2048 bits"):
        server_context(files)


@pytest.mark.parametrize("parameter", ["no_verify_ssl=1", "no_verify_ssl=", "capath=/tmp", "cadata=AAAA"])
def test_a_brokers_address_cannot_switch_checks_off(parameter: str) -> None:
    with pytest.raises(ValueError, match="switches checks of TLS off"):
        BrokerAddress(f"amqps://u:hush@mq.example/?{parameter}")
