"""An order from end to end: handed in by SOAP, by HL7 and by the broker, sent by SFTP, answered by the robot."""

import getpass
import json
import subprocess
import sys
from pathlib import Path

import pika
import pytest

from tests.rigs.gateway import gateway, wharf
from tests.rigs.rabbitmq import free_port
from tests.rigs.sshd import need_sshd, sshd
from tests.rigs.submissions import ORDER

ROOT = Path(__file__).parents[2]


def test_the_story_is_told_to_its_end() -> None:
    need_sshd()
    done = subprocess.run(
        [sys.executable, str(ROOT / "samples" / "story" / "story.py")], capture_output=True, timeout=240, check=False
    )
    told = done.stdout.decode()
    assert done.returncode == 0, told + done.stderr.decode()
    for kind in ("purchase_order_acknowledgment", "ship_notice", "invoice"):
        assert f"{kind} " in told
        assert told.count(" for order 4500012345\n") == 3
        assert told.count(" for order RQG-5511\n") == 3


@pytest.mark.broker
def test_a_command_from_the_broker_comes_back_as_events(tmp_path: Path, broker_url: str) -> None:
    need_sshd()
    with sshd(tmp_path / "acme") as server:
        env = {
            "WHARF__BROKER__URL": broker_url, "STORY_KEY": server.client_key.read_text(),
            "WHARF__CHANNELS__ACME__PORT": str(server.port), "WHARF__CHANNELS__ACME__USER": getpass.getuser(),
            "WHARF__CHANNELS__ACME__HOST_KEY": server.pinned, "WHARF__CHANNELS__ACME__INBOX": str(server.inbox),
            "WHARF__CHANNELS__ACME__OUTBOX": str(server.outbox), "WHARF__HTTP__LISTEN": f"127.0.0.1:{free_port()}",
        }  # fmt: skip
        with gateway(tmp_path / "st", env, start=False) as house:
            story = ROOT / "samples" / "story"
            for path in (house.home / "partners").glob("*.toml"):
                path.unlink()
            for path in [*story.glob("*.toml"), *story.glob("*/*.toml"), *story.glob("*/*.csv")]:
                target = house.home / path.relative_to(story)
                target.parent.mkdir(exist_ok=True)
                target.write_bytes(path.read_bytes())
            with house.config.open("a") as file:
                file.write('\n[channels.suppliers]\nkind = "drop"\npath = "var/drop/in"\n')
            house.start()
            house.wait(lambda: all_is_declared(broker_url), "events are published and commands read")
            with pika.BlockingConnection(pika.URLParameters(broker_url)) as connection:
                channel = connection.channel()
                channel.confirm_delivery()
                events = channel.queue_declare("", exclusive=True).method.queue
                channel.queue_bind(events, "supply.events", "supply.#")
                properties = pika.BasicProperties(message_id="m-1")
                channel.basic_publish(
                    "supply.commands", "supply.purchase_order.send.acme", json.dumps(ORDER).encode(), properties,
                    mandatory=True,
                )  # fmt: skip
                robot = wharf(
                    "robot", "--partner", "acme", "--orders", "1", "--every", "0.1", "-c", house.config, env=env
                )
                assert robot.returncode == 0, robot.stderr.decode()
                seen: list[str] = []
                for method, _, _ in channel.consume(events, inactivity_timeout=30, auto_ack=True):
                    assert method is not None, seen
                    seen.append(method.routing_key)
                    if len(seen) == 8:
                        break
        assert sorted(seen) == sorted([
            "supply.purchase_order.submitted.acme", "supply.functional_acknowledgment.received.acme",
            "supply.purchase_order_acknowledgment.received.acme", "supply.ship_notice.received.acme",
            "supply.invoice.received.acme", "supply.purchase_order_acknowledgment.submitted.erp",
            "supply.ship_notice.submitted.erp", "supply.invoice.submitted.erp",
        ])  # fmt: skip


def all_is_declared(url: str) -> bool:
    """Whether the gateway has made its exchange and its queue."""
    with pika.BlockingConnection(pika.URLParameters(url)) as connection:
        try:
            connection.channel().queue_declare("wharf.commands", passive=True)
            connection.channel().exchange_declare("supply.events", passive=True)
        except pika.exceptions.ChannelClosedByBroker:
            return False
        return True
