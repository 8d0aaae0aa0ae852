"""One MLLP connection of a sender: frames in, one after the other to the handler, answers out in the same order."""

import asyncio
from collections import deque
from enum import Enum, auto
from typing import cast

from adapters.contracts import Sender
from adapters.crash import crash_point
from adapters.transports.mllp.desk import Desk
from adapters.transports.mllp.framing import Decoder, Event, TooLarge, framed
from adapters.transports.tls import certificate_names

MOST_WAITING = 16
"""Messages that wait behind the one being handled; then nothing is read until there is room."""
MOST_WAITING_BYTES = 256 * 1024
END_SILENCE = 0.1
"""Seconds of silence after FS that make up for a missing CR."""
SLOWEST = 1024
"""Bytes per second that a message must keep up on average, beyond the stall time."""
MOST_JUNK = 64 * 1024
"""Bytes outside frames since the last frame; whoever sends more does not speak MLLP."""
LAST_WORD = 2.0
"""Seconds for the other side to close after we have."""
DRAIN = 10.0
"""Seconds to let a sender finish a message that is too large, so that it reads the refusal."""


class _Phase(Enum):
    TALKING = auto()
    LAST = auto()
    """The sender sends no more: what is whole is answered."""
    REFUSED = auto()
    """A message was too large and was told so: the rest of it is dropped."""
    PARTING = auto()
    """Nothing more is taken; what is under way is still answered."""
    HANGING_UP = auto()
    """We have said our last word."""


class Connection(asyncio.Protocol):
    """Never answers positively by itself: what is said is the receipt's answer, word for word."""

    def __init__(self, desk: Desk, address: str, port: int) -> None:
        self._desk = desk
        self._address = address
        self._id = desk.new_id()
        self._name = f"{address}:{port}"
        self._sender = Sender(address, desk.port)
        self._decoder = Decoder(desk.settings.max_bytes)
        self._phase = _Phase.TALKING
        self._encrypted = False
        self._eof = False
        self._lost = False
        self._left = False
        self._ordinal = 0
        self._waiting: deque[Event] = deque()
        self._waiting_bytes = 0
        self._in_hand = 0
        self._counted = 0
        self._junk_allowed = MOST_JUNK
        self._reading = True
        self._writable = asyncio.Event()
        self._writable.set()
        self._worker: asyncio.Task[None] | None = None
        self._silence: asyncio.TimerHandle | None = None
        self._began: float | None = None
        """When something began that should come to an end: a frame, or bytes that are none."""
        self._last = 0.0
        self._blocked: float | None = None
        self._deadline: float | None = None

    @property
    def unfinished(self) -> int:
        """Bytes of a message that is not whole."""
        return self._decoder.held

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """The connection is open; with TLS, after the handshake."""
        self._transport = cast("asyncio.Transport", transport)
        self._encrypted = transport.get_extra_info("sslcontext") is not None
        subject, names = certificate_names(transport.get_extra_info("peercert"))
        self._sender = Sender(self._address, self._desk.port, subject, names)
        self._desk.come(self)

    def data_received(self, data: bytes) -> None:
        """Takes bytes as they come."""
        if self._silence is not None:
            self._silence.cancel()
            self._silence = None
        if self._phase is _Phase.TALKING:
            self._take(self._decoder.feed(data))
        elif self._phase is _Phase.REFUSED:
            self._decoder.feed(data)
            if self._decoder.over:
                self._hang_up()

    def eof_received(self) -> bool:
        """The sender sends no more; true where it still gets answers."""
        self._eof = True
        if self._phase is _Phase.TALKING:
            self._phase = _Phase.LAST
            self._take(self._decoder.silence())
            self._desk.counts.stubs += self._decoder.collecting
            self._drop_unfinished()
        return self._worker is not None and not self._encrypted and self._phase is not _Phase.HANGING_UP

    def connection_lost(self, error: Exception | None) -> None:  # noqa: ARG002 - the signature of the base
        """Nothing more can be said. What came whole is still handed in: its sender may not listen for answers."""
        self._lost = True
        self._writable.set()
        if self._silence is not None:
            self._silence.cancel()
        self._desk.go(self)
        self._drop_unfinished()
        if self._worker is None:
            self._leave()

    def pause_writing(self) -> None:
        """The sender does not read its answers."""
        self._writable.clear()
        self._blocked = self._desk.monotonic()
        self._desk.watched.add(self)

    def resume_writing(self) -> None:
        """It reads again."""
        self._writable.set()
        self._blocked = None

    def check(self, now: float) -> None:
        """Ends what does not move; called now and then while it is watched."""
        stall = self._desk.settings.stall
        if self._deadline is not None:
            if now > self._deadline:
                self._transport.abort()
        elif self._blocked is not None:
            if now - self._blocked > stall:
                self._desk.counts.broken_off += 1
                self._desk.tell("a sender does not read its answers; its connection is closed", self._address)
                self._transport.abort()
        elif self._began is None or self._phase is not _Phase.TALKING:
            self._desk.watched.discard(self)
        elif self._reading and (
            now - self._last > stall or now - self._began > stall + self._decoder.held / SLOWEST
        ):  # fmt: skip
            self.break_off("a message was begun and not finished in time")

    def break_off(self, why: str) -> None:
        """Takes no more, and drops what is not whole; what is under way is still answered."""
        self._desk.counts.broken_off += 1
        self._desk.tell(f"{why}; the connection is closed", self._address, size=self._decoder.held)
        self.part()
        if self._worker is None:
            self._transport.abort()

    def abort(self) -> None:
        """Closes at once; what was not sent is gone."""
        self._transport.abort()

    def part(self) -> None:
        """Takes no more; what is under way is answered, then the connection is closed."""
        if self._lost or self._phase in (_Phase.PARTING, _Phase.HANGING_UP):
            return
        self._phase = _Phase.PARTING
        self._waiting.clear()
        self._waiting_bytes = 0
        self._drop_unfinished()
        if self._worker is None:
            self._transport.close()

    def _take(self, events: list[Event]) -> None:
        decoder, now = self._decoder, self._desk.monotonic()
        self._last = now
        for event in events:
            self._began = None
            self._junk_allowed = decoder.junk + MOST_JUNK
            if isinstance(event, TooLarge):
                self._waiting.append(event)
            elif event.strip():
                self._waiting.append(event)
                self._waiting_bytes += len(event)
        if self._waiting and self._worker is None:
            self._worker = self._desk.spawn(self._work())
        if decoder.collecting or (decoder.junk and not self._ordinal and not self._waiting):
            if self._began is None:
                self._began = now
                self._desk.watched.add(self)
            if decoder.ending:
                self._silence = asyncio.get_running_loop().call_later(END_SILENCE, self._fall_silent)
        else:
            self._began = None
        if decoder.junk or decoder.stubs:
            self._look_at_junk()
        if self._is_full():
            self._reading = False
            self._transport.pause_reading()
        self._account()

    def _fall_silent(self) -> None:
        if self._phase is _Phase.TALKING:
            self._take(self._decoder.silence())

    def _look_at_junk(self) -> None:
        if self._decoder.stubs:
            self._desk.tell("a message was begun anew before it was whole", self._address)
        if self._decoder.junk:
            self._desk.tell("bytes came outside of MLLP frames", self._address, size=self._decoder.junk)
        if self._decoder.junk > self._junk_allowed:
            self.break_off("what comes is not MLLP")

    def _is_full(self) -> bool:
        """Whether enough waits, or the last thing that this connection will say."""
        return self._phase is _Phase.TALKING and (
            len(self._waiting) > MOST_WAITING
            or self._waiting_bytes > MOST_WAITING_BYTES
            or bool(self._waiting and isinstance(self._waiting[-1], TooLarge))
        )

    async def _work(self) -> None:
        try:
            while self._waiting:
                event = self._waiting.popleft()
                if isinstance(event, TooLarge):
                    self._refuse(event)
                    break
                await self._handle(event)
                if not self._reading and not self._lost and not self._is_full():
                    self._read_on()
                await self._writable.wait()
        finally:
            self._worker = None
            self._in_hand = 0
            self._account()
            if self._lost:
                self._leave()
            elif self._phase in (_Phase.LAST, _Phase.PARTING):
                self._hang_up()

    async def _handle(self, content: bytes) -> None:
        """Hands one message in and passes the answer on; a failure ends the connection without one."""
        self._ordinal += 1
        self._waiting_bytes -= len(content)
        self._in_hand = len(content)
        place = f"{self._name} #{self._ordinal}"
        try:
            receipt = await self._desk.deliver(content, self._sender, f"{self._id}-{self._ordinal}", place)
            answer = framed(receipt.answer) if receipt.answer is not None else None
        except asyncio.CancelledError as error:
            task = asyncio.current_task()
            if task is not None and task.cancelling():
                raise
            # A client library may end a call by cancelling it; nobody cancelled this channel.
            self._fail(error)
        except Exception as error:  # noqa: BLE001 - whatever failed, this sender gets no answer and the others go on
            self._fail(error)
        else:
            self._in_hand = 0
            self._account()
            if answer is not None and not self._lost:
                crash_point("mllp.before_answer")
                self._transport.write(answer)
                crash_point("mllp.after_answer")
                self._desk.counts.answers += 1

    def _fail(self, error: BaseException) -> None:
        self._desk.tell_failure(self._address, error)
        self._waiting.clear()
        self._waiting_bytes = 0
        self._in_hand = 0
        self.part()

    def _refuse(self, event: TooLarge) -> None:
        """Says no where there is somebody to word it, and lets the sender finish, so that it reads what we said."""
        self._desk.counts.too_large += 1
        self._desk.tell("a message is too large", self._address, limit=self._desk.settings.max_bytes)
        if self._lost or self._phase not in (_Phase.TALKING, _Phase.LAST):
            return
        try:
            answer = self._desk.refuse(event.beginning)
            refusal = framed(answer) if answer is not None else None
        except Exception as error:  # noqa: BLE001 - a refusal that cannot be worded is left unsaid
            self._desk.tell_failure(self._address, error)
            refusal = None
        if refusal is None:
            self._phase = _Phase.PARTING
            return
        self._transport.write(refusal)
        if self._eof:
            return
        self._phase = _Phase.REFUSED
        self._deadline = self._desk.monotonic() + DRAIN
        self._desk.watched.add(self)
        self._read_on()

    def _read_on(self) -> None:
        self._reading = True
        self._last = self._desk.monotonic()
        self._began = self._last if self._began is not None else None
        self._transport.resume_reading()

    def _hang_up(self) -> None:
        """Closes our side and lets the other close its own: closing on unread bytes could take our answer back."""
        if self._lost:
            return
        self._phase = _Phase.HANGING_UP
        self._deadline = self._desk.monotonic() + LAST_WORD
        self._desk.watched.add(self)
        if not self._reading:
            self._read_on()
        if self._eof or not self._transport.can_write_eof():
            self._transport.close()
        else:
            self._transport.write_eof()

    def _drop_unfinished(self) -> None:
        self._desk.counts.junk += self._decoder.junk
        self._desk.counts.stubs += self._decoder.stubs
        self._decoder = Decoder(1)
        self._account()

    def _account(self) -> None:
        """Keeps the channel's count of held memory right."""
        now = self._decoder.held + self._waiting_bytes + self._in_hand
        change, self._counted = now - self._counted, now
        if change:
            self._desk.hold(change)

    def _leave(self) -> None:
        if not self._left:
            self._left = True
            self._desk.leave(self._address)
