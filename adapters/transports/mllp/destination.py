"""Sends parcels over MLLP, one after the other on one connection, each only after the answer to the one before."""

import asyncio
import ssl
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

import structlog

from adapters.contracts import AdapterError, Parcel, RefusedError, Verdict
from adapters.crash import crash_point
from adapters.transports.mllp.link import Link, connect
from adapters.transports.tls import ClientFiles, client_context

_MOST_REMEMBERED = 10_000

log = structlog.get_logger(__name__)


ReadsAnswer = Callable[[bytes, bytes], Verdict]
"""What the second message, which was received, says about the first, which was sent."""


TellsAnswer = Callable[[bytes], str]
"""A received message in a few words that hold nothing of a patient; empty where there is nothing to tell."""


@dataclass(frozen=True, slots=True)
class CallSettings:
    """Where to call, and how long to wait."""

    host: str
    port: int
    connect_seconds: float = 10.0
    answer_seconds: float = 30.0
    """From the first byte sent to the last word of the answer."""
    tls: ClientFiles | None = None
    """None for plain TCP."""

    def __str__(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{'mllps' if self.tls else 'mllp'}://{host}:{self.port}"


class MllpDestination:
    """Keeps one connection open and asks one thing at a time, in the order in which ``send`` was called.

    Whatever goes wrong between a message and its answer closes the connection: an answer that comes late must never be
    taken for the answer to the next message. A parcel that was accepted is not sent again by this process; after a
    restart a repeat is the same bytes under the same control id, which receivers tell from a new message.
    """

    def __init__(
        self, settings: CallSettings, reads_answer: ReadsAnswer, tells_answer: TellsAnswer = lambda _: ""
    ) -> None:
        self._settings = settings
        self._reads_answer = reads_answer
        self._tells_answer = tells_answer
        self._link: Link | None = None
        self._turn = asyncio.Lock()
        self._accepted: OrderedDict[str, None] = OrderedDict()

    async def send(self, parcel: Parcel) -> str:
        """Sends, awaits the answer and returns the address.

        Raises RefusedError where the answer is a no for good, AdapterError where another attempt may help.
        """
        async with self._turn:
            if parcel.id not in self._accepted:
                await self._exchange(parcel)
                self._accepted[parcel.id] = None
                if len(self._accepted) > _MOST_REMEMBERED:
                    self._accepted.popitem(last=False)
        return str(self._settings)

    def close(self) -> None:
        """Ends the connection; the next ``send`` makes a new one."""
        if self._link is not None:
            self._link.close()
            self._link = None

    async def _exchange(self, parcel: Parcel) -> None:
        link = await self._connected()
        settled = False
        try:
            async with asyncio.timeout(self._settings.answer_seconds):
                link.send(parcel.content)
                crash_point("mllp.parcel_sent")
                verdict, words = await self._answer(link, parcel.content)
            settled = verdict is not Verdict.STRAY
        except TimeoutError:
            raise AdapterError(f"{self._settings}: no answer within {self._settings.answer_seconds:g} s") from None
        except ValueError:
            raise RefusedError(f"{self._settings}: the content cannot be framed; it was not sent") from None
        except AdapterError as error:
            raise AdapterError(f"{self._settings}: {error}") from None
        finally:
            if not settled:
                self.close()
        if verdict is Verdict.REFUSED:
            raise RefusedError(f"{self._settings}: the other side refused it{words}")
        if verdict is Verdict.BUSY:
            raise AdapterError(f"{self._settings}: the other side cannot take it now{words}")
        if verdict is not Verdict.ACCEPTED:
            raise AdapterError(f"{self._settings}: what came was no answer to what was sent; the connection is closed")

    async def _answer(self, link: Link, sent: bytes) -> tuple[Verdict, str]:
        """The last word about what was sent; where it is a no, with what it says, as `` (AE 101)``."""
        while True:
            received = await link.receive()
            verdict = self._reads_answer(sent, received)
            if verdict is Verdict.MORE:
                continue
            told = self._tells_answer(received) if verdict in (Verdict.REFUSED, Verdict.BUSY) else ""
            return verdict, f" ({told})" if told else ""

    async def _connected(self) -> Link:
        if self._link is not None and (self._link.unread or not self._link.open):
            if self._link.unread:
                log.warning("something came that nobody asked for; the connection is closed", host=self._settings.host)
            self.close()
        if self._link is None:
            settings = self._settings
            self._link = await connect(
                settings.host,
                settings.port,
                tls=await self._context(),
                server_name=settings.tls.server_name if settings.tls else None,
                seconds=settings.connect_seconds,
            )
        return self._link

    async def _context(self) -> ssl.SSLContext | None:
        """Read anew for each connection, so that replaced certificates are used."""
        if self._settings.tls is None:
            return None
        return await asyncio.to_thread(client_context, self._settings.tls)
