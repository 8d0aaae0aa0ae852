"""Messages whose senders wait, recorded many in one work, so that what the writing thread does once serves them all.

A work takes what waits when the writer comes to it, in the order in which it came.
"""

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Final, Generic, TypeVar

from gateway.ledger.contract import Ledger, LedgerError, Transaction

T = TypeVar("T")
R = TypeVar("R")

MOST: Final = 64
"""Messages in one work: bounds how long the first of them waits for the last."""
ENOUGH: Final = 16
"""Messages that are worth a work while more are being read."""


@dataclass(slots=True)
class _Place(Generic[T, R]):
    item: T
    result: asyncio.Future[R]


@dataclass(slots=True)
class _Turn(Generic[T, R]):
    """One work, and what it took."""

    begun: bool = False
    places: list[_Place[T, R]] = field(default_factory=list)


class Lane(Generic[T, R]):
    """Records items, each all or nothing: one that fails harms no other."""

    def __init__(
        self, ledger: Ledger, record: Callable[[Transaction, T], R], prepare: Callable[[Transaction, Sequence[T]], None]
    ) -> None:
        """``prepare`` is called once for those that are recorded together. Both run on the writer's thread; where
        one item fails, ``record`` runs once more for each of those that were together with it, alone."""
        self._ledger = ledger
        self._record = record
        self._prepare = prepare
        self._waiting: deque[_Place[T, R]] = deque()
        self._asked = False
        """Whether there is a work that has taken nothing yet, or will be soon."""
        self._soon: asyncio.Handle | None = None

    async def record(self, item: T) -> R:
        """Returns when the item is on disk. Raises LedgerError, and what recording raises."""
        loop = asyncio.get_running_loop()
        place: _Place[T, R] = _Place(item, loop.create_future())
        self._waiting.append(place)
        if not self._asked:
            self._asked = True
            # Not at once: what else is ready on this loop comes along.
            self._soon = loop.call_soon(self._ask)
        elif self._soon is not None and len(self._waiting) >= ENOUGH:
            self._soon.cancel()
            self._ask()
        return await place.result

    def _ask(self) -> None:
        self._soon = None
        turn: _Turn[T, R] = _Turn()
        try:
            asked = self._ledger.write(partial(self._work, turn))
        except LedgerError as error:
            self._begin(turn)
            _fail(turn, error)
        else:
            asyncio.wrap_future(asked).add_done_callback(partial(self._settle, turn))

    def _begin(self, turn: _Turn[T, R]) -> None:
        # First: whoever comes from now on asks for a work of its own, and whoever came before is taken here.
        self._asked = False
        turn.begun = True
        while self._waiting and len(turn.places) < MOST:
            place = self._waiting.popleft()
            if not place.result.cancelled():
                turn.places.append(place)

    def _work(self, turn: _Turn[T, R], tx: Transaction) -> list[R]:
        self._begin(turn)
        self._prepare(tx, [place.item for place in turn.places])
        return [self._record(tx, place.item) for place in turn.places]

    def _settle(self, turn: _Turn[T, R], done: asyncio.Future[list[R]]) -> None:
        error = done.exception()
        if not turn.begun:
            self._begin(turn)
        if error is None:
            for place, result in zip(turn.places, done.result(), strict=True):
                _answer(place.result, result)
        elif isinstance(error, LedgerError) or len(turn.places) == 1:
            _fail(turn, error)
        else:
            for place in turn.places:
                alone = self._ledger.write(partial(self._alone, place.item))
                asyncio.wrap_future(alone).add_done_callback(partial(_pass_on, place.result))
        if self._waiting and not self._asked:
            self._asked = True
            self._ask()

    def _alone(self, item: T, tx: Transaction) -> R:
        return self._record(tx, item)


def _answer(result: asyncio.Future[R], value: R) -> None:
    if not result.done():
        result.set_result(value)


def _fail(turn: _Turn[T, R], error: BaseException) -> None:
    for place in turn.places:
        if not place.result.done():
            place.result.set_exception(error)


def _pass_on(result: asyncio.Future[R], done: asyncio.Future[R]) -> None:
    if result.done():
        return
    error = done.exception()
    if error is None:
        result.set_result(done.result())
    else:
        result.set_exception(error)
