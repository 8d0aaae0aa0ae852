"""The whole story on one machine: an OpenSSH server of the supplier, the gateway, the robot, the ERP and a ward.

Run it as `make story`. Everything is in a temporary folder, listens on loopback alone, and is gone at the end.
"""

import contextlib
import getpass
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

HERE = Path(__file__).resolve().parent
WHARF = [sys.executable, "-m", "gateway"]
SSHD = Path("/usr/sbin/sshd")
PATIENCE = 60.0


@contextlib.contextmanager
def supplier_server(home: Path) -> Iterator[dict[str, str]]:
    """The supplier's SFTP server; gives the settings that lead there."""
    for folder in ("out", "in"):
        (home / folder).mkdir(parents=True)
    for name in ("host", "client"):
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "", "-f", home / name], check=True)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    if os.geteuid() == 0:
        Path("/run/sshd").mkdir(mode=0o755, exist_ok=True)
    (home / "sshd_config").write_text(
        f"ListenAddress 127.0.0.1\nPort {port}\nHostKey {home}/host\nPidFile none\nStrictModes no\nUsePAM no\n"
        f"AuthorizedKeysFile {home}/client.pub\nPasswordAuthentication no\nPermitRootLogin yes\n"
        "Subsystem sftp internal-sftp\n"
    )
    server = subprocess.Popen(
        [SSHD, "-D", "-f", home / "sshd_config"], stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        wait(lambda: listens(port), "the supplier's server listens")
        channel = "WHARF__CHANNELS__ACME__"
        yield {
            f"{channel}PORT": str(port),
            f"{channel}USER": getpass.getuser(),
            f"{channel}HOST_KEY": (home / "host.pub").read_text().strip(),
            f"{channel}INBOX": str(home / "out"),
            f"{channel}OUTBOX": str(home / "in"),
            "STORY_KEY": (home / "client").read_text(),
        }
    finally:
        server.terminate()
        server.wait(10)


@contextlib.contextmanager
def running_gateway(home: Path, env: dict[str, str]) -> Iterator[dict[str, int]]:
    """The gateway in its folder; gives its ports."""
    for name in ("wharf.toml", "partners", "xref"):
        copy = shutil.copytree if (HERE / name).is_dir() else shutil.copy
        copy(HERE / name, home / name)
    with (home / "gateway.log").open("wb") as log:
        gateway = subprocess.Popen([*WHARF, "run"], cwd=home, env=env, stdout=log, stderr=log)
    try:
        ports = home / "var" / "ports.json"
        wait(lambda: ports.exists() or gateway.poll() is not None, "the gateway runs")
        if gateway.poll() is not None:
            sys.exit((home / "gateway.log").read_text())
        yield json.loads(ports.read_text())
    finally:
        gateway.terminate()
        gateway.wait(30)


def tell(home: Path, env: dict[str, str], ports: dict[str, int]) -> None:
    """The story itself, told by what its commands print."""
    erp = [sys.executable, str(HERE / "erp.py"), f"http://127.0.0.1:{ports['http']}/soap/erp"]
    robot = [*WHARF, "robot", "--partner", "acme", "--every", "0.1"]

    step("The ERP orders by SOAP")
    run([*erp, "order", "4500012345"], home, env)
    step("The supplier finds the 850 on its server, and answers with 997, 855, 856 and 810")
    run([*robot, "--orders", "1"], home, env)
    step("The ERP fetches what the supplier answered")
    run([*erp, "fetch", "3"], home, env)
    step("Where does the order stand?")
    run([*WHARF, "orders", "show", "4500012345"], home, env)

    step("A ward asks by HL7 for what it needs; the rule makes an order of it")
    message = HERE.parent / "hl7-oms-stock" / "input.hl7"
    run([*WHARF, "send", "mllp", f"127.0.0.1:{ports['ehr']}", str(message)], home, env)
    step("This time the supplier has half of the second line, and raises a price")
    run([*robot, "--orders", "1", "--misbehave", "backorder=2", "--misbehave", "price=1:+5%"], home, env)
    run([*erp, "fetch", "3"], home, env)
    run([*WHARF, "orders", "show", "RQG-5511"], home, env)


def step(words: str) -> None:
    """A heading."""
    print(f"\n── {words}", flush=True)


def run(command: list[str], home: Path, env: dict[str, str]) -> None:
    """One command, shown as a person would type it."""
    shown = ["wharf", *command[3:]] if command[1:3] == ["-m", "gateway"] else ["python", "erp.py", *command[2:]]
    print("$ " + " ".join(shown), flush=True)
    subprocess.run(command, cwd=home, env=env, check=True, timeout=PATIENCE * 2)


def wait(done: Callable[[], bool], what: str) -> None:
    """Until something is so."""
    deadline = time.monotonic() + PATIENCE
    while not done():
        if time.monotonic() > deadline:
            sys.exit(f"never came: {what}")
        time.sleep(0.05)


def listens(port: int) -> bool:
    """Whether somebody takes a call there."""
    with socket.socket() as caller:
        return caller.connect_ex(("127.0.0.1", port)) == 0


def main() -> None:
    """Sets the stage and tells the story."""
    if not SSHD.exists():
        sys.exit("The story needs an SFTP server: install the package openssh-server.")
    with (
        tempfile.TemporaryDirectory(prefix="wharf-story-") as folder,
        supplier_server(Path(folder, "acme")) as settings,
    ):
        home = Path(folder, "st-example")
        home.mkdir()
        env = {**os.environ, **settings, "WHARF__LOGGING__LEVEL": "warning"}
        env["PYTHONPATH"] = os.pathsep.join(filter(None, (str(HERE.parents[1]), env.get("PYTHONPATH"))))
        with running_gateway(home, env) as ports:
            tell(home, env, ports)


if __name__ == "__main__":
    main()
