"""Turns: what came first is recorded first, though it is read side by side."""

import asyncio
from collections import deque


class Turn:
    """One place in the line of a key; it ends by ``Turns.leave``."""

    def __init__(self, key: str) -> None:
        self.key = key
        self._come = asyncio.Event()

    def call(self) -> None:
        """It is first in line now."""
        self._come.set()

    async def come(self) -> None:
        """Waits until everybody in front has left."""
        await self._come.wait()


class Turns:
    """One line for each key, for the tasks of one event loop; a line exists only while somebody stands in it."""

    def __init__(self) -> None:
        self._lines: dict[str, deque[Turn]] = {}

    def enter(self, key: str) -> Turn:
        """Takes the last place in the key's line. Called before anything is awaited, so that order of arrival holds."""
        turn = Turn(key)
        line = self._lines.setdefault(key, deque())
        line.append(turn)
        if line[0] is turn:
            turn.call()
        return turn

    def leave(self, turn: Turn) -> None:
        """Gives the place up, done or not; the next in line is called. A second time it does nothing."""
        line = self._lines.get(turn.key)
        if line is None or turn not in line:
            return
        line.remove(turn)
        if line:
            line[0].call()
        else:
            del self._lines[turn.key]


class InOrder:
    """A delivery's place among those of its sender, for the thread that reads it."""

    def __init__(self, loop: asyncio.AbstractEventLoop, turns: Turns, turn: Turn) -> None:
        self._loop = loop
        self._turns = turns
        self._turn = turn

    def wait(self) -> None:
        """Returns when nobody is in front."""
        asyncio.run_coroutine_threadsafe(self._turn.come(), self._loop).result()

    def leave(self) -> None:
        """Lets the next one write."""
        self._loop.call_soon_threadsafe(self._turns.leave, self._turn)
