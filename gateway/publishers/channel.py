"""The channel that events go through: frames of many messages in one write, answers settled by delivery tag.

It is the client library's own channel but for publishing: a future, a lock and a queue for each message cost more
than the message. Opening, closing, heartbeats and errors are the library's.
"""

import asyncio
import contextlib
from collections.abc import Callable, Iterable, Iterator, Sequence

from aiormq.abc import ConfirmationFrameType
from aiormq.channel import Channel
from aiormq.connection import Connection
from pamqp.commands import Basic
from pamqp.header import ContentHeader

from gateway.publishers.confirms import Batch, ConfirmError, Confirms


class ConfirmChannel(Channel):
    """One channel in confirm mode, on a connection that stands."""

    def __init__(self, connection: Connection, writer: asyncio.StreamWriter) -> None:
        """Takes the next number; ``writer`` is the connection's own."""
        super().__init__(connection, max(connection.channels, default=0) + 1, publisher_confirms=True)
        self._writer = writer
        self._batches: set[Batch] = set()
        self._cramped: set[Batch] = set()
        self.confirms = Confirms()
        self.frame_max = connection.connection_tune.frame_max
        connection.channels[self.number] = self
        self.closing.add_done_callback(lambda _: self._tell(self._batches))

    @contextlib.contextmanager
    def batch(self, news: Callable[[], None]) -> Iterator[Batch]:
        """A batch of messages to send. ``news`` is called when all that was sent of it is answered, when there is more
        room after ``crowded``, and when the channel is closed."""
        batch = Batch(news)
        self._batches.add(batch)
        try:
            yield batch
        finally:
            self._batches.discard(batch)
            self._cramped.discard(batch)

    def send(self, messages: Sequence[tuple[str, bytes]], batch: Batch) -> None:
        """Writes the frames of messages, each under its id, in one piece. They are open from now on.

        ConnectionError, and nothing is open, where the socket is gone.
        """
        if self._writer.transport.is_closing():
            raise ConnectionResetError("the connection is closed")
        for id, frames in messages:
            self.confirms.sent(id, batch, len(frames))
        self._writer.write(b"".join([frames for _, frames in messages]))

    async def drain(self) -> None:
        """Waits while the socket takes no more; ConnectionError where it is gone."""
        await self._writer.drain()

    def crowded(self, batch: Batch) -> None:
        """This batch waits for others to be answered."""
        self._cramped.add(batch)

    async def _on_confirm_frame(self, frame: ConfirmationFrameType) -> None:
        self.confirms.answered(
            frame.delivery_tag or 0, multiple=getattr(frame, "multiple", False), positive=isinstance(frame, Basic.Ack)
        )
        if self._cramped:
            self._tell(self._cramped)
            self._cramped.clear()

    async def _on_return_frame(self, frame: Basic.Return) -> None:
        header = await self._get_frame()
        if not isinstance(header, ContentHeader):
            raise ConfirmError("a returned message has no header")
        message = await self._read_content(frame, header)
        self.confirms.returned(message.header.properties.message_id)

    @staticmethod
    def _tell(batches: Iterable[Batch]) -> None:
        for batch in batches:
            batch.news()
