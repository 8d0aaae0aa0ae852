"""The main job over SFTP: files on a partner's server become events, and the 997 goes into the partner's folder."""

import getpass
import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.rigs.gateway import Gateway, gateway, wharf
from tests.rigs.sshd import Sshd, sshd
from tests.rigs.x12_bytes import group, interchange, order, transaction_set

INVOICE = (
    "BIG*20261120*INV-77*20261101*4500012345",
    "N1*ST*St. Example*UL*9501101530003",
    "IT1*1*12*BX*13.45**VN*GLV-M-200",
    "TDS*16140",
)
Make = Callable[..., Gateway]


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Sshd]:
    with sshd(tmp_path / "partner") as own:
        yield own


@pytest.fixture
def make(tmp_path: Path, server: Sshd) -> Iterator[Make]:
    """Makes a gateway with a channel to the server; more lines of its table may be given."""
    with ExitStack() as stack:

        def make(extra: str = "", host_key: str | None = None) -> Gateway:
            own = stack.enter_context(gateway(tmp_path / "st", start=False))
            with own.config.open("a") as file:
                file.write(
                    f'\n[channels.acme]\nkind = "sftp"\nhost = "127.0.0.1"\nport = {server.port}\n'
                    f'user = "{getpass.getuser()}"\nkey = {{ file = "{server.client_key}" }}\n'
                    f'host_key = "{host_key or server.pinned}"\ninbox = "{server.inbox}"\noutbox = "{server.outbox}"\n'
                    f'partner = "acme"\npoll = 0.2\nsettle = 0.1\n{extra}'
                )
            return own

        yield make


def outbox(server: Sshd) -> list[bytes]:
    return [path.read_bytes() for path in sorted(server.outbox.iterdir()) if not path.name.startswith(".")]


def test_an_order_and_an_invoice_come_out_and_their_997s_go_back(server: Sshd, make: Make) -> None:
    invoice = interchange(group(transaction_set(INVOICE, set_id="810"), functional_id="IN"), number="000000124")
    (server.inbox / "order.edi").write_bytes(order())
    (server.inbox / "invoice.edi").write_bytes(invoice)
    (server.inbox / "half.edi.part").write_bytes(b"ISA*00*")
    house = make()
    house.start()
    house.wait(lambda: len(outbox(server)) == 2, "both 997s")
    house.wait(lambda: len(house.tap()) == 2, "both events")
    assert {event["type"].split(".")[3] for event in house.tap()} == {"purchase_order", "invoice"}
    assert all(event["partnerid"] == "acme" for event in house.tap())
    assert all(b"AK5*A~" in answer or b"AK9*A*1*1*1~" in answer for answer in outbox(server))
    house.wait(lambda: len(list((server.inbox / "done").iterdir())) == 2, "both files in done/")
    assert {path.name for path in server.inbox.iterdir()} == {"done", "half.edi.part"}
    assert house.stop() == 0


def test_what_is_rejected_is_moved_and_answered(server: Sshd, make: Make) -> None:
    house = make()
    house.start()
    (server.inbox / "broken.edi").write_bytes(order()[: len(order()) // 2])
    house.wait((server.inbox / "rejected" / "broken.edi").exists, "the file in rejected/")
    listed = wharf("exceptions", "list", "--json", "-c", house.config)
    assert [json.loads(line)["code"] for line in listed.stdout.splitlines()] == ["X12-E0104"]


@pytest.mark.failure("F3")
def test_killed_between_commit_and_rename_it_is_published_once(server: Sshd, make: Make) -> None:
    house = make()
    house.arm("inbound.after_record:1")
    (server.inbox / "order.edi").write_bytes(order())
    house.launch()
    house.ended(30)
    assert (server.inbox / "order.edi").exists()
    house.arm(None)
    house.start()
    house.wait((server.inbox / "done" / "order.edi").exists, "the file in done/")
    house.wait(lambda: len(outbox(server)) == 1, "the 997")
    assert len(house.tap()) == 1
    assert len(house.messages()) == 1


@pytest.mark.failure("L4")
def test_another_host_key_is_an_exception_and_all_else_goes_on(server: Sshd, make: Make) -> None:
    stranger = server.make_key("stranger", "ed25519").with_suffix(".pub").read_text().strip()
    house = make(host_key=stranger)
    (server.inbox / "order.edi").write_bytes(order())
    house.start()
    listed: list[dict[str, str]] = []

    def told() -> bool:
        done = wharf("exceptions", "list", "--json", "-c", house.config)
        listed[:] = [json.loads(line) for line in done.stdout.splitlines()]
        return bool(listed)

    house.wait(told, "the exception")
    assert listed[0]["code"] == "NET-E0601"
    assert listed[0]["message"].startswith("channel acme: sftp://127.0.0.1:")
    status, body = house.get("/readyz")
    assert status == 200, "the partner's server is no reason to take us out of service"
    assert json.loads(body)["status"] == "degraded"
    house.put("order.edi", order())
    house.wait((house.drop / "done" / "order.edi").exists, "the same order by the folder")
    house.stop()
    house.start()
    house.wait(lambda: house.get("/readyz")[0] == 200, "the second start")
    done = wharf("exceptions", "list", "--json", "-c", house.config)
    assert len(done.stdout.splitlines()) == 1, "told once while it is open"
    assert wharf("doctor", "-c", house.config).returncode == 1


def test_the_doctor_logs_in_and_looks_into_the_folders(server: Sshd, make: Make) -> None:
    house = make()
    env = {"WHARF__HTTP__LISTEN": "127.0.0.1:0", "WHARF__CHANNELS__EHR__LISTEN": "127.0.0.1:0", "NO_COLOR": "1"}
    done = wharf("doctor", "-c", house.config, env=env)
    text = done.stdout.decode()
    assert done.returncode == 0, text
    assert f"sftp://127.0.0.1:{server.port} shows the pinned key and lets {getpass.getuser()} in" in text
    assert f"inbox {server.inbox} is there" in text
    server.outbox.rmdir()
    done = wharf("doctor", "-c", house.config, env=env)
    assert done.returncode == 1
    assert f"outbox {server.outbox}: no such file or folder" in done.stdout.decode()
    assert list(server.inbox.iterdir()) == []
