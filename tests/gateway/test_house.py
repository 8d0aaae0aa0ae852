"""The gateway as a whole, from its start to a clean end."""

import asyncio
from dataclasses import replace
from pathlib import Path

from adapters.contracts import Parcel
from gateway.assembly import assemble
from gateway.caution import MARKER
from gateway.config import load_config
from gateway.house import House

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
