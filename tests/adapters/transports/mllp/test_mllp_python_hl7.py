"""python-hl7's MLLP client, written by others, talks to our listener."""

import asyncio
from typing import Any

import pytest

from tests.rigs.mllp import Answering, listening

client = pytest.importorskip("hl7.client", reason="python-hl7 is not installed")

MESSAGE = "MSH|^~\\&|EHR|ST|WHARF|ST|20261121||OMS^O05|%d|P|2.5\rRQD|1|GLOVE^^L\r"


def test_an_independent_client_gets_each_answer() -> None:
    """One connection for ten messages; the client reads a frame as it understands it."""

    def talk(port: int) -> list[Any]:
        with client.MLLPClient("127.0.0.1", port) as own:
            return [own.send_message(MESSAGE % number) for number in range(10)]

    async def story() -> None:
        handle = Answering()
        async with listening(handle) as door:
            answers = await asyncio.to_thread(talk, door.port)
        assert answers == [b"\x0bMSA|AA|" + (MESSAGE % number).encode()[:20] + b"\x1c\r" for number in range(10)]
        assert [delivery.content for delivery in handle.seen] == [(MESSAGE % number).encode() for number in range(10)]

    asyncio.run(story())
