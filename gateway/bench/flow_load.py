"""Senders for ``wharf bench flow``: HL7 messages over MLLP, several to an order, and files of orders."""

import asyncio
import itertools
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from adapters.transports.mllp.framing import END, framed
from gateway.bench.orders import orders

HOST = "127.0.0.1"
_LINES = 3
_ACCEPTED = b"MSA|AA|"
_FILE_LINES = 5


@dataclass(slots=True)
class Answers:
    """What senders were answered."""

    seconds: float = 0.0
    latencies: list[float] = field(default_factory=list)
    """Seconds from the message to its answer."""

    @property
    def count(self) -> int:
        """How many messages were accepted."""
        return len(self.latencies)


class NotAccepted(Exception):  # noqa: N818 - a state, told as such
    """The gateway did not accept a message, so that the figures would not be of what they say."""


class Numbers:
    """Numbers of messages, each used once; ``keys`` orders share them."""

    def __init__(self, keys: int) -> None:
        self._next = itertools.count(1)
        self._keys = keys

    def message(self) -> bytes:
        """A framed stock requisition (OMS^O05) of about half a kilobyte."""
        number = next(self._next)
        order = f"RQG-{number % self._keys:06d}"
        rows = [f"MSH|^~\\&|EHR|BENCH|WHARF|BENCH|20261121073000||OMS^O05^OMS_O05|F{number:09d}|P|2.5.1"]
        for line in range(1, _LINES + 1):
            rows.append(f"ORC|NW|{number}-{line}^EHR||{order}^EHR|||||20261121073000")
            rows.append(f"RQD|{line}|GLV-N-{line}^GLOVE, EXAM, NITRILE^L|||{line}|BX^BOX^ISO|4711|6100|OR-3|20261124")
        return framed(("\r".join(rows) + "\r").encode())


async def send(
    port: int, connections: int, numbers: Numbers, *, seconds: float = 0.0, count: int = 0, interval: float = 0.0
) -> Answers:
    """Each connection sends its next message after the answer to the one before, and no sooner than ``interval``.

    Ends after so many seconds, or so many messages in all, whatever is given and comes later. Raises NotAccepted.
    """
    began = time.perf_counter()
    answers = Answers()
    started = 0

    def more() -> bool:
        nonlocal started
        if started >= count and time.perf_counter() - began >= seconds:
            return False
        started += 1
        return True

    lines = [_line(port, numbers, answers, more, interval, interval * at / connections) for at in range(connections)]
    await asyncio.gather(*lines)
    answers.seconds = time.perf_counter() - began
    return answers


async def _line(
    port: int, numbers: Numbers, answers: Answers, more: Callable[[], bool], interval: float, offset: float
) -> None:
    reader, writer = await asyncio.open_connection(HOST, port)
    due = time.perf_counter() + offset
    try:
        while more():
            if interval:
                await asyncio.sleep(max(0.0, due - time.perf_counter()))
            sent = due if interval else time.perf_counter()
            writer.write(numbers.message())
            if _ACCEPTED not in await reader.readuntil(END):
                raise NotAccepted("a message was not accepted")
            answers.latencies.append(time.perf_counter() - sent)
            due += interval
    except (asyncio.IncompleteReadError, ConnectionError):
        raise NotAccepted("the gateway broke a connection off") from None
    finally:
        writer.close()


def files(folder: Path, count: int, each: int) -> Iterator[Path]:
    """Drops so many files of ``each`` orders, one after the other, under a temporary name first."""
    content = orders(each, _FILE_LINES).decode()
    for number in range(1, count + 1):
        own = (
            content.replace("*000000001*0*P", f"*{number:09d}*0*P").replace("IEA*1*000000001", f"IEA*1*{number:09d}")
            .replace("*PO45", f"*PO{number:04d}45")
        )  # fmt: skip
        temporary = folder / f".{number}.tmp"
        temporary.write_text(own)
        yield temporary.rename(folder / f"orders-{number:04d}.edi")
