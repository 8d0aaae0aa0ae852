"""Keeps the parts of a gateway running: one that ends is started again after a pause, or ends the process.

The ledger holds everything, so that starting again is always safe; what must not happen is that a part is gone and
nobody notices.
"""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Protocol

import structlog

from adapters.contracts import AdapterError
from gateway.ledger.contract import LedgerError, LedgerUnavailable

FIRST_PAUSE: Final = 0.5
LONGEST_PAUSE: Final = 60.0
"""Seconds before a part that ended is started again: the first, doubled each time up to the longest."""
WELL_AFTER: Final = 600.0
"""Seconds that a part has to run until its earlier failures are forgotten."""
MOST_FAILURES: Final = 5
"""Failures in a row of a part that all depend on; the next one ends the process, for whoever supervises that."""

log = structlog.get_logger(__name__)


class Told(Protocol):
    """Whoever wants to know that a part ended."""

    def __call__(self, part: str, error: BaseException) -> None:
        """It is started again after a pause."""


@dataclass(frozen=True, slots=True)
class Part:
    """One loop of the gateway, for ever."""

    name: str
    run: Callable[[], Coroutine[Any, Any, None]]
    """Called anew for each start."""
    apart: bool = False
    """Whether only its own senders miss it, as a channel's: it is started again for ever, and ends nothing else."""


@dataclass(frozen=True, slots=True)
class World:
    """Clock, sleep and randomness; seconds."""

    monotonic: Callable[[], float]
    sleep: Callable[[float], Awaitable[None]]
    random: Callable[[], float]
    """Between 0 and 1."""


@dataclass(slots=True)
class _History:
    failures: int = 0
    starts: int = 0
    down: bool = False


@dataclass(slots=True)
class Supervisor:
    """Runs parts until it is cancelled, or until one fails in a way that no new start would mend."""

    world: World
    told: Told
    _histories: dict[str, _History] = field(default_factory=dict)

    def down(self) -> tuple[str, ...]:
        """The parts that ended and are not started again yet."""
        return tuple(name for name, history in self._histories.items() if history.down)

    async def run(self, parts: Sequence[Part]) -> None:
        """Raises what ended the whole: LedgerError, what cannot begin because the world is not as the settings say,
        and what fails again and again. Cancelled, it ends after all of its parts have."""
        tasks = [asyncio.create_task(self._keep(part), name=part.name) for part in parts]
        try:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
        for task in tasks:
            if not task.cancelled() and (error := task.exception()) is not None:
                log.error("a part failed", component=task.get_name(), exc_info=error)
                raise error

    async def _keep(self, part: Part) -> None:
        history = self._histories.setdefault(part.name, _History())
        while True:
            began = self.world.monotonic()
            history.starts += 1
            error = await _end_of(part)
            if self.world.monotonic() - began >= WELL_AFTER:
                history.failures = 0
            history.failures += 1
            if (fatal := _fatal(part, history, error)) is not None:
                raise fatal
            history.down = True
            log.error("a part failed and is started again", component=part.name, exc_info=error)
            self.told(part.name, error)
            bound = min(LONGEST_PAUSE, FIRST_PAUSE * 2.0 ** min(history.failures - 1, 32))
            await self.world.sleep(bound * (0.5 + self.world.random() / 2))
            history.down = False


def _fatal(part: Part, history: _History, error: BaseException) -> BaseException | None:
    """What is to be raised where starting again would not help."""
    for cause in _causes(error):
        if isinstance(cause, LedgerError) and not isinstance(cause, LedgerUnavailable):
            return cause
        if isinstance(cause, AdapterError) and history.starts == 1:
            # A port that is taken or a folder that cannot be made is told at once to whoever started the gateway.
            return cause
    return error if not part.apart and history.failures > MOST_FAILURES else None


async def _end_of(part: Part) -> BaseException:
    """Why a part ended. Libraries raise CancelledError of their own: only one that is meant for us goes through."""
    try:
        await part.run()
    except asyncio.CancelledError:
        task = asyncio.current_task()
        if task is not None and task.cancelling():
            raise
        return RuntimeError(f"{part.name} was cancelled from within")
    except KeyboardInterrupt:
        raise
    except SystemExit:
        return RuntimeError(f"{part.name} asked for the end of the process")
    except BaseException as error:  # noqa: BLE001 - this is where every end of a part is judged
        return error
    return RuntimeError(f"{part.name} ended by itself")


def _causes(error: BaseException) -> Iterator[BaseException]:
    """The errors themselves, out of the groups that they may come in."""
    if isinstance(error, BaseExceptionGroup):
        for each in error.exceptions:
            yield from _causes(each)
    else:
        yield error
