"""The gateway under test: its folder, settings and partners, and how its process is started."""

import getpass
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tests.chaos.generator import DOORS
from tests.chaos.messages import RECEIVER
from tests.rigs.rabbitmq import free_port
from tests.rigs.sshd import Sshd

SQLITE: Final = "sqlite"
LEASE: Final = 3
"""Seconds after which another node takes over what a dead one did."""
SETTINGS: Final = """
[gateway]
name = "chaos"
data = "{disk}/var1"
patient_key = {{ env = "CHAOS_PATIENT_KEY" }}
{lease}
identities = [ {{ scheme = "ISA", qualifier = "01", id = "{receiver}" }}, {{ scheme = "GS", id = "{receiver}" }} ]
[ledger]
url = {ledger}
[broker]
url = {{ env = "CHAOS_BROKER" }}
[http]
listen = "127.0.0.1:0"
[channels.drop]
kind = "drop"
path = "{disk}/drop/in"
poll = 0.2
settle = 0.1
[channels.server]
kind = "sftp"
host = "127.0.0.1"
port = {ssh}
user = "{user}"
key = {{ file = "{key}" }}
host_key = "{host_key}"
inbox = "{inbox}"
outbox = "{outbox}"
poll = 0.3
settle = 0.1
[channels.ehr]
kind = "mllp"
listen = "127.0.0.1:0"
[channels.erp]
kind = "soap"
path = "/soap/erp"
[logging]
level = "info"
format = "json"
"""
PARTNER: Final = """
name = "chaos{door}"
identities = [
  {{ scheme = "ISA", qualifier = "ZZ", id = "CHAOS{upper}" }}, {{ scheme = "GS", id = "CHAOS{upper}" }},
  {{ scheme = "MSH", id = "CHAOS{upper}|STEX" }},
]
send = {{ channel = "{channel}" }}
"""


@dataclass(frozen=True, slots=True)
class Node:
    """One gateway: what is its own where several share a ledger."""

    name: str
    data: Path
    log: Path
    """All that it wrote."""
    http: int
    mllp: int

    @property
    def env(self) -> dict[str, str]:
        """Settings that differ from node to node."""
        return {
            "WHARF__GATEWAY__DATA": str(self.data),
            "WHARF__HTTP__LISTEN": f"127.0.0.1:{self.http}",
            "WHARF__CHANNELS__EHR__LISTEN": f"127.0.0.1:{self.mllp}",
        }


@dataclass(frozen=True, slots=True)
class Site:
    """Where everything lies, and which gateways there are."""

    home: Path
    """Settings and logs."""
    disk: Path
    """The folder, or the disk of its own, that holds data and drop folders."""
    server: Sshd
    ledger: str
    """``sqlite``, or the address of a database."""
    nodes: tuple[Node, ...]

    @property
    def config(self) -> Path:
        """The settings file."""
        return self.home / "wharf.toml"

    @property
    def drop(self) -> Path:
        """The folder that holds ``in``, ``done``, ``rejected`` and ``out``."""
        return self.disk / "drop"

    def command(self, control: str | None) -> list[str]:
        """How a gateway is started; with a defect in it where a control is asked for."""
        own = ["-m", "gateway"] if control is None else ["-m", "tests.chaos.broken", control]
        return [sys.executable, *own, "run", "-c", str(self.config)]


def make_site(home: Path, disk: Path, server: Sshd, ledger: str, nodes: int) -> Site:
    """Writes settings and partners, and makes the folders."""
    each = tuple(
        Node(f"node{number}", disk / f"var{number}", home / f"gateway{number}.log", free_port(), free_port())
        for number in range(1, nodes + 1)
    )
    site = Site(home, disk, server, ledger, each)
    (home / "partners").mkdir(parents=True)
    for folder in (*(node.data for node in each), site.drop / "in"):
        folder.mkdir(parents=True, exist_ok=True)
    site.config.write_text(
        SETTINGS.format(
            disk=disk, receiver=RECEIVER, ledger='"sqlite"' if ledger == SQLITE else '{ env = "CHAOS_LEDGER" }',
            lease=f"lease = {LEASE}" if nodes > 1 else "", ssh=server.port, user=getpass.getuser(),
            key=server.client_key, host_key=server.pinned, inbox=server.inbox, outbox=server.outbox,
        )
    )  # fmt: skip
    for door in (door for door in DOORS if door != "documents"):
        channel = {"sftp": "server", "mllp": "ehr"}.get(door, "drop")
        text = PARTNER.format(door=door, upper=door.upper(), channel=channel)
        if door == "mllp":
            text = text.replace('send = { channel = "ehr" }\n', "")
        (home / "partners" / f"{door}.toml").write_text(text)
    return site
