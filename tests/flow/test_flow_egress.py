"""The gateway in a network of its own: it opens no connection, and asks for no name, that nobody configured."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.rigs.gateway import wharf

STORY = """
import json, sys, time
from pathlib import Path
from tests.rigs.gateway import gateway, wharf

def counts():
    found = {}
    lines = Path("/proc/net/snmp").read_text().splitlines()
    for names, values in zip(lines[::2], lines[1::2]):
        kind = names.split(":")[0]
        found |= {f"{kind}.{name}": int(value) for name, value in zip(names.split()[1:], values.split()[1:])}
    return {name: found[name] for name in ("Tcp.ActiveOpens", "Udp.OutDatagrams", "Icmp.OutMsgs")}

before = counts()
with gateway(Path(sys.argv[1]), start=False) as own:
    own.launch()
    deadline = time.monotonic() + 30
    # Readiness is not asked for: every connection in here is counted.
    while not (own.data / "ports.json").exists() and time.monotonic() < deadline:
        time.sleep(0.1)
    own.put("one.edi", Path(sys.argv[2]).read_bytes())
    while not own.answers("unlisted", "997") and time.monotonic() < deadline:
        time.sleep(0.1)
    answered = len(own.answers("unlisted", "997"))
    time.sleep(6)
    code = own.stop()
after = counts()
if len(sys.argv) > 3:
    import socket
    with socket.socket() as stream:
        stream.connect_ex(("203.0.113.9", 443))
    after = counts()
print(json.dumps({"answered": answered, "code": code, "opened": {name: after[name] - before[name] for name in after}}))
"""


def _alone(*arguments: str | Path) -> dict[str, object]:
    """Runs the story where every address leads back to this machine, so that a try is counted and reaches nobody."""
    routes = "ip link set lo up; ip route add local default dev lo; ip -6 route add local default dev lo 2>/dev/null"
    done = subprocess.run(
        ["unshare", "-n", "sh", "-c", f'{routes}; exec "$@"', "sh", sys.executable, "-c", STORY, *map(str, arguments)],
        capture_output=True, text=True, timeout=120, check=False, env=os.environ,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-3000:]
    found: dict[str, object] = json.loads(done.stdout.splitlines()[-1])
    return found


def _possible() -> bool:
    tools = shutil.which("unshare") is not None and shutil.which("ip") is not None
    return tools and subprocess.run(["unshare", "-n", "true"], capture_output=True, check=False).returncode == 0


@pytest.mark.skipif(not _possible(), reason="a network namespace needs root, unshare and ip")
def test_it_calls_nobody(tmp_path: Path) -> None:
    (tmp_path / "order.edi").write_bytes(wharf("sample", "850").stdout)
    found = _alone(tmp_path / "st", tmp_path / "order.edi")
    assert found["answered"] == 1
    assert found["code"] == 0
    assert found["opened"] == {"Tcp.ActiveOpens": 0, "Udp.OutDatagrams": 0, "Icmp.OutMsgs": 0}


@pytest.mark.skipif(not _possible(), reason="a network namespace needs root, unshare and ip")
def test_the_test_above_sees_who_calls(tmp_path: Path) -> None:
    (tmp_path / "order.edi").write_bytes(wharf("sample", "850").stdout)
    found = _alone(tmp_path / "st", tmp_path / "order.edi", "call")
    assert found["opened"] == {"Tcp.ActiveOpens": 1, "Udp.OutDatagrams": 0, "Icmp.OutMsgs": 0}
