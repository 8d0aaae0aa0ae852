"""Many partners at once, each with a server account of its own: all are polled, and none waits for the others.

``WHARF_PARTNERS`` says how many; docs/performance.md tells what 200 took.
"""

import getpass
import os
import time
from pathlib import Path

import pytest

from tests.rigs.gateway import Gateway, gateway
from tests.rigs.sshd import Sshd, need_sshd, sshd
from tests.rigs.x12_bytes import order

COUNT = int(os.environ.get("WHARF_PARTNERS", "20"))


def settle(house: Gateway, server: Sshd) -> None:
    """Writes a profile and a channel for each partner."""
    text = house.config.read_text()
    key = house.home / "key"
    key.write_text(server.client_key.read_text())
    key.chmod(0o600)
    for number in range(COUNT):
        name = f"p{number:03d}"
        for folder in (server.inbox / name, server.outbox / name):
            folder.mkdir()
        text += (
            f'\n[channels.{name}]\nkind = "sftp"\nhost = "127.0.0.1"\nport = {server.port}\n'
            f'user = "{getpass.getuser()}"\nkey = {{ file = "key" }}\nhost_key = "{server.pinned}"\n'
            f'inbox = "{server.inbox / name}"\noutbox = "{server.outbox / name}"\npartner = "{name}"\npoll = 1.0\n'
            "settle = 0.1\nworkers = 1\n"
        )
        (house.home / "partners" / f"{name}.toml").write_text(
            f'name = "{name}"\nidentities = [ {{ scheme = "ISA", qualifier = "01", id = "{900000000 + number}" }} ]\n'
            f'send = {{ channel = "{name}" }}\n'
        )
    house.config.write_text(text)


def memory(house: Gateway) -> int:
    """MiB that the gateway's process holds."""
    pid = int((house.data / "ledger.lock").read_text())
    status = Path(f"/proc/{pid}/status").read_text()
    return int(status.partition("VmRSS:")[2].split()[0]) // 1024


@pytest.mark.failure("F9")
def test_all_are_polled_side_by_side(tmp_path: Path) -> None:
    need_sshd()
    with (
        sshd(tmp_path / "server", extra="MaxStartups 500\nMaxSessions 500") as server,
        gateway(tmp_path / "st", start=False) as house,
    ):
        settle(house, server)
        began = time.monotonic()
        house.launch()
        house.wait(lambda: house.data.joinpath("ports.json").exists() and house.get("/readyz")[0] == 200, "ready", 60)
        started = time.monotonic() - began
        began = time.monotonic()
        for number in range(COUNT):
            content = order(f"{number:09d}").replace(b"*01*123456789 ", f"*01*{900000000 + number} ".encode())
            path = server.inbox / f"p{number:03d}" / ".order"
            path.write_bytes(content)
            path.rename(path.with_name("order.edi"))
        house.wait(lambda: len(list(server.inbox.glob("*/done/order.edi"))) == COUNT, "all taken", 120)
        taken = time.monotonic() - began
        house.wait(lambda: len(list(server.outbox.glob("*/997*"))) == COUNT, "all answered", 120)
        answered = time.monotonic() - began
        print(
            f"{COUNT} partners: ready in {started:.1f} s, a file of each taken in {taken:.1f} s, answered in "
            f"{answered:.1f} s, {memory(house)} MiB"
        )
        assert {event["partnerid"] for event in house.tap()} == {f"p{number:03d}" for number in range(COUNT)}
