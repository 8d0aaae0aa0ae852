"""Publishing over ``amqps://`` to a real broker that asks for certificates on both sides."""

import asyncio
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from gateway.publishers.connection import BrokerAddress, connect
from gateway.publishers.contract import PublisherError
from gateway.publishers.rabbitmq import RabbitPublisher
from gateway.publishers.setup import Step, set_up
from tests.rigs.collector import bind_queue, drain
from tests.rigs.events import event_row
from tests.rigs.ledger_rows import NOW
from tests.rigs.mllp import Authority
from tests.rigs.rabbitmq import RabbitNode, free_port, installed

pytestmark = [pytest.mark.broker, pytest.mark.skipif(not installed(), reason="a real broker is needed")]


class SecureNode(RabbitNode):
    """A broker that listens with TLS, too, and asks who comes for a certificate."""

    def __init__(self, folder: Path, authority: Authority) -> None:
        super().__init__(folder)
        self.authority = authority
        self.tls_port = free_port()

    def address(self, files: Mapping[str, Path], host: str = "127.0.0.1") -> str:
        """With the files that the gateway shows and trusts."""
        query = "&".join(f"{name}={path}" for name, path in files.items())
        return f"amqps://guest:guest@{host}:{self.tls_port}/%2F?{query}"

    def _write_files(self) -> None:
        super()._write_files()
        own = self.authority.issue("broker.example")
        with (self.folder / "rabbitmq.conf").open("a") as conf:
            conf.write(
                f"listeners.ssl.1 = 127.0.0.1:{self.tls_port}\nssl_options.cacertfile = {self.authority.file}\n"
                f"ssl_options.certfile = {own.certificate}\nssl_options.keyfile = {own.key}\n"
                "ssl_options.verify = verify_peer\nssl_options.fail_if_no_peer_cert = true\n"
                "ssl_options.versions.1 = tlsv1.3\nssl_options.versions.2 = tlsv1.2\n"
            )


@pytest.fixture(scope="module")
def node(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SecureNode]:
    made = SecureNode(tmp_path_factory.mktemp("broker"), Authority(tmp_path_factory.mktemp("authority")))
    try:
        made.start()
        yield made
    finally:
        made.stop()


def files(node: SecureNode) -> dict[str, Path]:
    own = node.authority.issue("gateway.example")
    return {"cafile": node.authority.file, "certfile": own.certificate, "keyfile": own.key}


def refused(address: str) -> str:
    with pytest.raises(PublisherError) as caught:
        asyncio.run(connect(BrokerAddress(address), "test", 10, 10))
    return str(caught.value)


def test_events_go_over_tls_and_are_confirmed(node: SecureNode) -> None:
    address = node.address(files(node))
    done = asyncio.run(set_up(address, queues=False))
    assert all(each.step is not Step.FAILED for each in done)

    async def life() -> tuple[str, ...]:
        publisher = RabbitPublisher(address, now=lambda: NOW)
        await publisher.open()
        try:
            await asyncio.to_thread(bind_queue, node.url, "erp.orders", "supply.purchase_order.#")
            return (await publisher.publish([event_row(1)])).confirmed
        finally:
            await publisher.close()

    assert asyncio.run(life()) == (event_row(1).id,)
    assert [each.message_id for each in drain(node.url, "erp.orders")] == [event_row(1).id]


def test_a_broker_whose_authority_is_not_known_is_refused(node: SecureNode, tmp_path: Path) -> None:
    mine = files(node) | {"cafile": Authority(tmp_path).file}
    assert "its certificate is not trusted" in refused(node.address(mine))


def test_a_broker_under_another_name_is_refused(node: SecureNode) -> None:
    assert "it names another host" in refused(node.address(files(node), "localhost"))


def test_a_broker_that_wants_a_certificate_says_so(node: SecureNode) -> None:
    told = refused(node.address({"cafile": node.authority.file}))
    # In TLS 1.3 the broker's refusal may come after the handshake, as a connection that breaks off.
    assert "it asks for a certificate of ours" in told or "reach" in told
    assert "guest" not in told


def test_a_file_that_is_not_there_is_named(node: SecureNode, tmp_path: Path) -> None:
    assert f"{tmp_path / 'none.pem'}: no such file" in refused(node.address({"cafile": tmp_path / "none.pem"}))


def test_a_door_without_tls_is_refused(node: SecureNode) -> None:
    address = node.address(files(node)).replace(str(node.tls_port), str(node.port))
    assert "secure connection" in refused(address)
