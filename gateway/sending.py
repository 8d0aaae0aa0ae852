"""Sends messages over MLLP as a test client: several connections, at a pace, with what came back and how soon."""

import asyncio
import re
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass, field

from adapters.contracts import AdapterError
from adapters.transports.mllp.framing import VT, Decoder
from adapters.transports.mllp.link import Link

POSITIVE = ("AA", "CA")
_MOST_IN_FILE = 1 << 30
_ACKNOWLEDGMENT = re.compile(rb"(?:^|[\r\n])MSA.(A[AER]|C[AER])")
"""The code of MSA-1 (HL7 table 0008), whatever the separator."""

Connect = Callable[[], Awaitable[Link]]


@dataclass(frozen=True, slots=True)
class Item:
    """One message to send."""

    file: str
    number: int
    """In its file, from 1."""
    content: bytes


@dataclass(frozen=True, slots=True)
class Answered:
    """What became of one message."""

    item: Item
    seconds: float
    answer: bytes | None
    failure: str | None = None
    """Why there is no answer."""

    @property
    def code(self) -> str | None:
        """``AA``, ``AE`` and so on; None where there is no acknowledgment."""
        found = _ACKNOWLEDGMENT.search(self.answer or b"")
        return found[1].decode() if found else None

    @property
    def positive(self) -> bool:
        """Whether the message was taken."""
        return self.code in POSITIVE


@dataclass(slots=True)
class Score:
    """All that came back."""

    positive: int = 0
    negative: int = 0
    unanswered: int = 0
    seconds: float = 0.0
    latencies: list[float] = field(default_factory=list)

    def add(self, answered: Answered) -> None:
        """Counts one."""
        if answered.answer is None:
            self.unanswered += 1
            return
        self.latencies.append(answered.seconds)
        if answered.positive:
            self.positive += 1
        else:
            self.negative += 1

    def quantile(self, share: float) -> float:
        """The seconds within which this share of all answers came."""
        ordered = sorted(self.latencies)
        return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else 0.0


def messages_in(content: bytes) -> list[bytes]:
    """The messages of a file: the frames where it is MLLP-framed, else the file as it is."""
    if VT not in content:
        return [content] if content.strip() else []
    decoder = Decoder(_MOST_IN_FILE)
    events = [*decoder.feed(content), *decoder.silence()]
    return [event for event in events if isinstance(event, bytes) and event.strip()]


async def send_all(
    items: Sequence[Item], connect: Connect, *, connections: int, rate: float | None, seconds: float,
    tell: Callable[[Answered], None],
) -> Score:  # fmt: skip
    """Sends all, each connection one message at a time; waits ``seconds`` for each answer.

    ``rate`` is the most messages in a second over all connections. Whoever gets no answer calls anew for the next one;
    who cannot even connect gives up.
    """
    score = Score()
    queue = iter(enumerate(items))
    began = time.monotonic()

    def settle(answered: Answered) -> None:
        score.add(answered)
        tell(answered)

    async with asyncio.TaskGroup() as tasks:
        for _ in range(min(connections, len(items)) or 1):
            tasks.create_task(_caller(queue, connect, rate, began, seconds, settle))
    score.seconds = time.monotonic() - began
    for _, item in queue:
        settle(Answered(item, 0.0, None, "not sent"))
    return score


async def _caller(
    queue: Iterator[tuple[int, Item]], connect: Connect, rate: float | None, began: float, seconds: float,
    settle: Callable[[Answered], None],
) -> None:  # fmt: skip
    link: Link | None = None
    try:
        for position, item in queue:
            if rate is not None:
                await asyncio.sleep(max(0.0, began + position / rate - time.monotonic()))
            if link is None or not link.open:
                try:
                    link = await connect()
                except AdapterError as error:
                    settle(Answered(item, 0.0, None, str(error)))
                    return
            answered = await _ask(link, item, seconds)
            if answered.answer is None:
                link.close()
            settle(answered)
    finally:
        if link is not None:
            link.close()


async def _ask(link: Link, item: Item, seconds: float) -> Answered:
    sent = time.monotonic()
    try:
        async with asyncio.timeout(seconds):
            link.send(item.content)
            answer = await link.receive()
    except TimeoutError:
        return Answered(item, time.monotonic() - sent, None, f"no answer within {seconds:g} s")
    except ValueError as error:
        return Answered(item, 0.0, None, f"not sent: {error}")
    except AdapterError as error:
        return Answered(item, time.monotonic() - sent, None, str(error))
    return Answered(item, time.monotonic() - sent, answer)
