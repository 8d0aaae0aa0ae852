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

SETTINGS: Final = """
[gateway]
name = "chaos"
data = "{disk}/var"
identities = [ {{ scheme = "ISA", qualifier = "01", id = "{receiver}" }}, {{ scheme = "GS", id = "{receiver}" }} ]
[ledger]
url = {ledger}
[broker]
url = {{ env = "CHAOS_BROKER" }}
[http]
listen = "127.0.0.1:{http}"
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
listen = "127.0.0.1:{mllp}"
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
class Site:
    """Where everything of one gateway lies, and which ports it takes."""

    home: Path
    """Settings and log."""
    disk: Path
    """The folder, or the disk of its own, that holds ledger and drop folders."""
    server: Sshd
    http: int
    mllp: int
    ledger: str

    @property
    def config(self) -> Path:
        """The settings file."""
        return self.home / "wharf.toml"

    @property
    def data(self) -> Path:
        """The folder of the ledger."""
        return self.disk / "var"

    @property
    def drop(self) -> Path:
        """The folder that holds ``in``, ``done``, ``rejected`` and ``out``."""
        return self.disk / "drop"

    @property
    def log(self) -> Path:
        """All that the gateway wrote."""
        return self.home / "gateway.log"

    def command(self, control: str | None) -> list[str]:
        """How it is started; with a defect in it where a control is asked for."""
        own = ["-m", "gateway"] if control is None else ["-m", "tests.chaos.broken", control]
        return [sys.executable, *own, "run", "-c", str(self.config)]


def make_site(home: Path, disk: Path, server: Sshd, ledger: str = '"sqlite"') -> Site:
    """Writes settings and partners, and makes the folders."""
    site = Site(home, disk, server, free_port(), free_port(), ledger)
    (home / "partners").mkdir(parents=True)
    for folder in (site.data, site.drop / "in"):
        folder.mkdir(parents=True, exist_ok=True)
    site.config.write_text(
        SETTINGS.format(
            disk=disk, receiver=RECEIVER, ledger=ledger, http=site.http, mllp=site.mllp, ssh=server.port,
            user=getpass.getuser(), key=server.client_key, host_key=server.pinned, inbox=server.inbox,
            outbox=server.outbox,
        )
    )  # fmt: skip
    for door in (door for door in DOORS if door != "documents"):
        channel = {"sftp": "server", "mllp": "ehr"}.get(door, "drop")
        text = PARTNER.format(door=door, upper=door.upper(), channel=channel)
        if door == "mllp":
            text = text.replace('send = { channel = "ehr" }\n', "")
        (home / "partners" / f"{door}.toml").write_text(text)
    return site
