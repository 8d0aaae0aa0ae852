"""How fast a whole gateway is: files and messages in, confirmed events out; the broker there, away, and back again.

Gateway, broker and senders are processes of one machine and share its cores.
"""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import aio_pika

from gateway.bench.broker import private_broker
from gateway.bench.flow_gateway import GatewayFailed, Look, RunningGateway, running_gateway
from gateway.bench.flow_load import Answers, Numbers, files, send
from gateway.bench.publish import QUEUE, bind

CONNECTIONS = 64
_ORDERS = 100
"""In a file."""
_PATIENCE = 60.0


@dataclass(frozen=True, slots=True)
class Plan:
    """How much of each."""

    files: int
    seconds: float
    """For each load of messages."""
    backlog: int
    """Messages that are taken while the broker is away."""
    minutes: float
    """How long the broker is away at least; the backlog comes evenly over this time, or as fast as it can."""
    keys: int = 2000
    """Orders that the messages belong to."""


@dataclass(frozen=True, slots=True)
class Figure:
    """One phase."""

    name: str
    count: int
    seconds: float
    p50: float | None = None
    """Seconds from handing in to the confirm; None where that is not the question."""
    p99: float | None = None
    answer_p50: float | None = None
    """Seconds from a message to its answer."""
    answer_p99: float | None = None

    @property
    def per_second(self) -> float:
        """Of the phase."""
        return self.count / self.seconds


@dataclass(frozen=True, slots=True)
class Drained:
    """What a consumer found in the queue in the end."""

    messages: int
    distinct: int
    keys: int
    out_of_order: int
    """Events that came for the first time after a later one of their key."""


@dataclass(frozen=True, slots=True)
class Result:
    """Everything that was measured."""

    figures: list[Figure]
    accepted: int
    """Documents that were handed in and accepted."""
    reconnected: float
    """Seconds from when the broker was back to the first event."""
    drained: Drained


FILES = "files of 100 orders, to the queue"
FULL = "MLLP to the queue, full load"
HALF = "MLLP to the queue, half load"
AWAY = "MLLP, broker away"
BACK = "the backlog, broker back"


def measure(plan: Plan, data: Path | None = None, say: Callable[[str], None] = lambda _: None) -> Result:
    """All phases in turn, with a private broker. BrokerMissing, GatewayFailed, NotAccepted where it cannot be done."""
    with TemporaryDirectory(prefix="wharf-bench-", dir=data) as folder, private_broker(data) as broker:
        asyncio.run(bind(broker.url))
        numbers = Numbers(plan.keys)
        with running_gateway(Path(folder) / "gateway", broker.url) as gateway, gateway.looking() as look:
            port = gateway.port()
            say(FILES)
            in_files = _files(gateway, look, plan.files)
            marks = [look.published()]
            say(FULL)
            full = asyncio.run(send(port, CONNECTIONS, numbers, seconds=plan.seconds))
            look.until(marks[-1] + full.count, _PATIENCE)
            marks.append(look.published())
            say(HALF)
            interval = 2 * CONNECTIONS * full.seconds / full.count
            half = asyncio.run(send(port, CONNECTIONS, numbers, seconds=plan.seconds, interval=interval))
            look.until(marks[-1] + half.count, _PATIENCE)
            marks.append(look.published())
            say(AWAY)
            broker.stop()
            lasting = plan.minutes * 60
            pace = CONNECTIONS * lasting / plan.backlog
            away = asyncio.run(send(port, CONNECTIONS, numbers, seconds=lasting, count=plan.backlog, interval=pace))
            say(BACK)
            broker.start()
            reconnected = look.until(marks[-1] + 1, _PATIENCE)
            already = look.published() - marks[-1]
            drain_seconds = look.until(marks[-1] + away.count, _PATIENCE)
            gateway.stop()
        latencies = [gateway.latencies(after, until) for after, until in zip([0, *marks], marks, strict=False)]
        drained = asyncio.run(_drained(broker.url))
    figures = [
        Figure(FILES, marks[0], in_files, *_both(latencies[0])),
        _answered(FULL, full, latencies[1]),
        _answered(HALF, half, latencies[2]),
        _answered(AWAY, away, []),
        Figure(BACK, away.count - already, drain_seconds),
    ]
    return Result(figures, marks[0] + full.count + half.count + away.count, reconnected, drained)


def _files(gateway: RunningGateway, look: Look, count: int) -> float:
    began = time.perf_counter()
    for _ in files(gateway.inbox, count, _ORDERS):
        pass
    dropped = time.perf_counter() - began
    return dropped + look.until(count * _ORDERS, _PATIENCE)


def _answered(name: str, answers: Answers, latencies: list[float]) -> Figure:
    confirmed: tuple[float | None, float | None] = _both(latencies) if latencies else (None, None)
    return Figure(name, answers.count, answers.seconds, *confirmed, *_both(answers.latencies))


def _both(values: list[float]) -> tuple[float, float]:
    """The middle, and what 99 of 100 do not exceed."""
    ordered = sorted(values)
    return ordered[len(ordered) // 2], ordered[int(len(ordered) * 0.99)]


async def _drained(url: str) -> Drained:
    """Takes everything out of the queue, and looks at the order of each key's first arrivals."""
    seen: set[str] = set()
    last: dict[str, int] = {}
    messages = out_of_order = 0
    async with await aio_pika.connect(url) as connection:
        channel = await connection.channel()
        await channel.set_qos(prefetch_count=500)
        queue = await channel.declare_queue(QUEUE, passive=True)
        left = queue.declaration_result.message_count or 0
        if left == 0:
            raise GatewayFailed("nothing is in the queue")
        async with queue.iterator(timeout=_PATIENCE) as arriving:
            async for message in arriving:
                messages += 1
                id = message.message_id or ""
                if id not in seen:
                    seen.add(id)
                    key = str(message.headers.get("cloudEvents_correlationid"))
                    sequence = int(str(message.headers["cloudEvents_sequence"]))
                    out_of_order += sequence < last.get(key, 0)
                    last[key] = max(sequence, last.get(key, 0))
                await message.ack()
                if messages == left:
                    break
    return Drained(messages, len(seen), len(last), out_of_order)
