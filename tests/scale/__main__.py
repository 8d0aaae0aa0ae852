"""Measures HL7 messages answered in a second by one, two and three nodes on one PostgreSQL ledger.

    python -m tests.scale [SECONDS] [CONNECTIONS]

Everything runs on this machine: the database, the nodes and the senders share its cores, so the figures tell what one
more node costs and brings here, and not what further machines would bring.
"""

import asyncio
import json
import sys
import tempfile
import time
from pathlib import Path

from tests.rigs.cluster import Node, cluster
from tests.rigs.hl7_messages import message
from tests.rigs.postgres import binaries, postgres_server

WARM = 2.0


def _message(number: int) -> bytes:
    return message(
        "OMS^O05", f"ORC|NW|R{number}", "RQD|1|104412^GLOVE^IM|GLV-N-M||12|BX|4711||DOCK 2|20261125",
        control=f"M{number}",
    )  # fmt: skip


async def _send(port: int, first: int, step: int, begin: float, end: float) -> list[float]:
    """One connection, one message after the other; how long each answer took, of those after the warm-up."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    took, number = [], first
    while (now := time.monotonic()) < end:
        writer.write(b"\x0b" + _message(number) + b"\x1c\r")
        answer = await reader.readuntil(b"\x1c\r")
        assert b"MSA|AA" in answer, answer
        if now >= begin:
            took.append(time.monotonic() - now)
        number += step
    writer.close()
    return took


async def _load(nodes: list[Node], seconds: float, connections: int, base: int) -> list[float]:
    ports = [json.loads((node.data / "ports.json").read_text())["ehr"] for node in nodes]
    begin = time.monotonic() + WARM
    done = await asyncio.gather(
        *(_send(ports[at % len(ports)], base + at, connections, begin, begin + seconds) for at in range(connections))
    )
    return sorted(second for each in done for second in each)


def main(seconds: float = 8.0, senders: float = 24) -> None:
    """Prints one line for each number of nodes."""
    connections = int(senders)
    home = binaries()
    assert home is not None, "PostgreSQL is not installed"
    print(f"{connections} connections, {seconds:g} s each; nodes: messages/s, p50, p99")
    with postgres_server(home) as server, tempfile.TemporaryDirectory() as folder:
        for count in (1, 2, 3):
            database = server.add_database()
            env = {name: {"WHARF__LEDGER__URL": server.url_of(database)} for name in "abc"[:count]}
            with cluster(Path(folder) / f"n{count}", env) as nodes:
                for node in nodes.values():
                    node.start()
                took = asyncio.run(_load(list(nodes.values()), seconds, connections, count * 10_000_000))
            p50, p99 = took[len(took) // 2], took[int(len(took) * 0.99)]
            print(f"{count}: {len(took) / seconds:.0f}/s, {p50 * 1000:.0f} ms, {p99 * 1000:.0f} ms", flush=True)


if __name__ == "__main__":
    main(*(float(each) for each in sys.argv[1:3]))
