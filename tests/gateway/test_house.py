"""The gateway as a whole, from its start to a clean end."""

import asyncio
import socket
from dataclasses import replace
from pathlib import Path

import pytest

from adapters.contracts import Handler, Parcel
from gateway.assembly import assemble
from gateway.caution import MARKER
from gateway.config import load_config
from gateway.house import House
from gateway.ledger.records import ExceptionRow
from gateway.problems_running import PART_FAILED
from tests.rigs.gateway import wharf

SETTINGS = """
[gateway]
name = "st"
[http]
listen = "127.0.0.1:0"
[channels.ehr]
kind = "mllp"
listen = "127.0.0.1:0"
"""


class Line:
    """A destination with something open."""

    def __init__(self) -> None:
        self.open = True

    async def send(self, parcel: Parcel) -> str:
        return parcel.name

    def close(self) -> None:
        self.open = False


@pytest.mark.failure("P2")
def test_a_clean_end_closes_the_lines_and_leaves_no_mark(tmp_path: Path) -> None:
    (tmp_path / "wharf.toml").write_text(SETTINGS)
    mark = tmp_path / "var" / MARKER
    line, marked = Line(), asyncio.Event()

    async def story() -> None:
        parts = replace(assemble(load_config(tmp_path / "wharf.toml", {})), destinations=(line,))
        stop = asyncio.Event()

        def up(_: int) -> None:
            if mark.exists() and line.open:
                marked.set()
            stop.set()

        await House(parts, up).run(stop)

    asyncio.run(story())
    assert marked.is_set()
    assert not line.open
    assert not mark.exists()


class Stumbling:
    """A channel that ends by a fault the first time, and then stands."""

    name = "clumsy"

    def __init__(self) -> None:
        self.starts = 0

    def listening(self) -> bool:
        return self.starts > 1

    async def run(self, handle: Handler) -> None:  # noqa: ARG002 - the signature of all channels
        self.starts += 1
        if self.starts == 1:
            raise KeyError("a fault of our own, with SMITH^JOHN in it")
        await asyncio.Event().wait()


@pytest.mark.failure("P6")
def test_a_channel_that_fails_is_started_again_and_a_person_is_told(tmp_path: Path) -> None:
    (tmp_path / "wharf.toml").write_text(SETTINGS)
    channel = Stumbling()
    told: list[ExceptionRow] = []
    words: list[str] = []

    async def story() -> None:
        parts = assemble(load_config(tmp_path / "wharf.toml", {}))
        parts = replace(parts, sources=(*parts.sources, channel))
        stop = asyncio.Event()
        house = House(parts)
        running = asyncio.create_task(house.run(stop))
        async with asyncio.timeout(30):
            while channel.starts < 2 or not told:
                words.append((await house.status()).word)
                told[:] = await asyncio.to_thread(parts.ledger.read, lambda reads: reads.exceptions())
                await asyncio.sleep(0.01)
        stop.set()
        await running
        metrics = parts.metrics.text().decode()
        assert 'wharf_part_failures_total{part="channel.clumsy"} 1.0' in metrics

    asyncio.run(story())
    assert "ok" not in words
    assert [(row.code, row.kind) for row in told] == [(PART_FAILED.code, "technical")]
    assert "channel clumsy" in told[0].message
    assert "SMITH" not in told[0].message


def test_a_port_that_is_taken_is_told_at_once(tmp_path: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        (tmp_path / "wharf.toml").write_text(
            SETTINGS.replace('listen = "127.0.0.1:0"\n[ch', f'listen = "127.0.0.1:{port}"\n[ch')
        )
        ended = wharf("run", "-c", tmp_path / "wharf.toml")
    assert ended.returncode not in (0, 75)
    assert str(port).encode() in ended.stderr
    assert b"Traceback" not in ended.stderr
