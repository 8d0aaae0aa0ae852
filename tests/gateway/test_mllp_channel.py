"""A gateway with MLLP channels: its ports are told, its readiness counts them, and it ends cleanly."""

import asyncio
import json
from pathlib import Path

import pytest

from adapters.contracts import AdapterError
from adapters.transports.mllp.framing import framed
from gateway.assembly import assemble, utc_now
from gateway.config import load_config
from gateway.doctor import examine
from gateway.doctor_findings import Verdict
from gateway.house import House
from tests.conformance_transport import eventually
from tests.rigs.mllp import Caller

TEXT = """[gateway]
name = "st"
[http]
listen = "127.0.0.1:0"
[channels.ehr]
kind = "mllp"
listen = "127.0.0.1:{port}"
max_bytes = 1000
[channels.lab]
kind = "mllp"
listen = "127.0.0.1:0"
allow = ["10.0.0.0/8"]
[channels.suppliers]
kind = "drop"
path = "drop/in"
"""


def test_ports_are_told_when_everything_listens(tmp_path: Path) -> None:
    (tmp_path / "wharf.toml").write_text(TEXT.format(port=0))
    (tmp_path / "var").mkdir()
    config = load_config(tmp_path / "wharf.toml", {})

    async def story() -> None:
        told: list[int] = []
        house = House(parts := assemble(config), told.append)
        before = await house.status()
        assert before.channels == {"ehr": False, "lab": False, "suppliers": False}
        stop = asyncio.Event()
        running = asyncio.create_task(house.run(stop))
        await eventually(lambda: bool(told) or running.done(), "the ports")
        ports = json.loads((config.data / "ports.json").read_text())
        assert set(ports) == {"http", "ehr", "lab"}
        assert ports["http"] == told[0]

        async def ready() -> bool:
            return (await house.status()).ready

        await eventually(ready, "readiness")
        ehr = Caller(*await asyncio.open_connection("127.0.0.1", ports["ehr"]))
        await ehr.send(framed(b"x" * 1001))
        assert await ehr.rest() == b"", "the limit of the settings"
        ehr.close()

        async def gone() -> bool:
            return (await house.status()).connections == {"ehr": 0, "lab": 0}

        idle = Caller(*await asyncio.open_connection("127.0.0.1", ports["ehr"]))

        async def one() -> bool:
            return (await house.status()).connections == {"ehr": 1, "lab": 0}

        await eventually(one, "the idle connection counted")
        parts.metrics.observe(await house.status(), parts.clock())
        assert b'wharf_channel_connections{channel="ehr"} 1.0' in parts.metrics.text()
        idle.close()
        await eventually(gone, "the connections gone")
        lab = Caller(*await asyncio.open_connection("127.0.0.1", ports["lab"]))
        assert await lab.rest() == b"", "the allow-list of the settings"
        lab.close()
        doctor = [finding for finding in examine(config, parts.clock()) if finding.verdict is Verdict.BAD]
        assert doctor == []
        stop.set()
        await running

    asyncio.run(story())


def test_an_address_in_use_ends_the_gateway_with_a_clear_word(tmp_path: Path) -> None:
    async def story() -> None:
        server = await asyncio.start_server(lambda *_: None, "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        (tmp_path / "wharf.toml").write_text(TEXT.format(port=port))
        (tmp_path / "var").mkdir()
        config = load_config(tmp_path / "wharf.toml", {})
        findings = {finding.subject: finding for finding in examine(config, utc_now())}
        assert findings["port ehr"].verdict is Verdict.BAD
        assert findings["port lab"].verdict is Verdict.GOOD
        async with server:
            with pytest.raises(AdapterError, match=f"cannot listen on 127.0.0.1:{port}"):
                await House(assemble(config)).run(asyncio.Event())
        assert not (config.data / "ports.json").exists()

    asyncio.run(story())
