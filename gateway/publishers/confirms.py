"""Which message the broker's answers mean: delivery tags, returns and cumulative answers. No I/O.

A return names no delivery tag. It comes before the answer to its message, and no id is ever open twice: so the one
open tag of its message id is the one that it means. Source: RabbitMQ, Consumer Acknowledgements and Publisher
Confirms, "When Will Published Messages Be Confirmed by the Broker?".
"""

from collections.abc import Callable, Iterable
from enum import Enum


class Answer(Enum):
    """What the broker said to one message."""

    CONFIRMED = "confirmed"
    NACK = "nack"
    RETURNED = "returned"
    """No queue took it, and no alternate exchange kept it; the confirm that follows only says that it is gone."""


class ConfirmError(Exception):
    """An answer that fits nothing that was sent: what is open cannot be told apart any more."""


class Batch:
    """Messages that one caller sent, and what became of them."""

    def __init__(self, news: Callable[[], None]) -> None:
        """``news`` is called when all that is open is answered."""
        self.news = news
        self.answers: dict[str, Answer] = {}
        self.open: set[str] = set()


class Confirms:
    """The open messages of one channel. Tags count from 1, in the order of sending."""

    def __init__(self) -> None:
        self._open: dict[int, tuple[str, Batch, int]] = {}
        """By tag, ascending: message id, whose it is, its bytes."""
        self._tags: dict[str, int] = {}
        self._returned: set[int] = set()
        self._last = 0
        self.bytes = 0
        """Of all that is open."""

    def __len__(self) -> int:
        return len(self._open)

    def __contains__(self, id: str) -> bool:
        return id in self._tags

    def sent(self, id: str, batch: Batch, size: int) -> int:
        """Opens the next tag for a message that is written now; ValueError where its id is open already."""
        if id in self._tags:
            raise ValueError("an id would be in flight twice")
        self._last += 1
        self._open[self._last] = (id, batch, size)
        self._tags[id] = self._last
        self.bytes += size
        batch.open.add(id)
        return self._last

    def returned(self, id: str | None) -> None:
        """A message came back; its answer is still to come."""
        tag = self._tags.get(id) if id is not None else None
        if tag is None or tag in self._returned:
            raise ConfirmError("a message came back that is not open")
        self._returned.add(tag)

    def answered(self, tag: int, *, multiple: bool, positive: bool) -> None:
        """Settles a tag; with ``multiple`` all open ones up to it, 0 meaning all. ConfirmError where it is not open."""
        if tag > self._last or (not multiple and tag not in self._open):
            raise ConfirmError("an answer came to a message that is not open")
        for each in self._up_to(tag) if multiple else (tag,):
            id, batch, size = self._open.pop(each)
            del self._tags[id]
            self.bytes -= size
            batch.answers[id] = self._judged(each, positive)
            batch.open.discard(id)
            if not batch.open:
                batch.news()

    def _up_to(self, tag: int) -> Iterable[int]:
        tags: list[int] = []
        for each in self._open:
            if tag and each > tag:
                break
            tags.append(each)
        return tags

    def _judged(self, tag: int, positive: bool) -> Answer:
        if self._returned and tag in self._returned:
            self._returned.remove(tag)
            return Answer.RETURNED
        return Answer.CONFIRMED if positive else Answer.NACK
