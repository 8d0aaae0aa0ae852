"""The nemesis: plays a schedule, lane by lane, and heals everything at its end."""

import contextlib
import threading
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from tests.chaos.journal import Journal
from tests.chaos.schedule import Fault, Kind, Lane

READY_SECONDS = 30.0
"""How long a fault of the gateway waits for it to be ready; then it comes all the same."""


Wait = Callable[[float], object]
"""Sleeps so many seconds, but not beyond the end of the campaign."""


class Target(Protocol):
    """What the faults of some kinds are done to."""

    def await_turn(self, fault: Fault) -> None:
        """Waits until the fault makes sense; its pause comes after that."""
        ...

    def break_it(self, fault: Fault, wait: Wait) -> str | None:
        """Does the fault and undoes it; returns why it could not be done."""
        ...

    def heal(self) -> None:
        """Undoes what may be left."""
        ...


@dataclass(frozen=True, slots=True)
class Nemesis:
    """Plays faults until it is stopped."""

    targets: Mapping[Lane, Mapping[Kind, Target]]
    journal: Journal
    stop: threading.Event
    done: Counter[str]
    """Faults by kind."""
    not_run: dict[str, str]
    """Kinds that could not be done, with the reason."""

    def play(self, schedule: Mapping[Lane, Sequence[Fault]], seconds: float) -> None:
        """All lanes, for so many seconds; then everything is healed."""
        threads = [
            threading.Thread(target=self._lane, args=(lane, faults), name=f"nemesis {lane}")
            for lane, faults in schedule.items()
        ]
        for thread in threads:
            thread.start()
        self.stop.wait(seconds)
        self.stop.set()
        for thread in threads:
            thread.join()
        for target in dict.fromkeys(target for own in self.targets.values() for target in own.values()):
            target.heal()

    def _lane(self, lane: Lane, faults: Sequence[Fault]) -> None:
        for fault in faults:
            target = self.targets.get(lane, {}).get(fault.kind)
            if target is None:
                continue
            target.await_turn(fault)
            if self.stop.wait(fault.pause):
                return
            self._one(lane, target, fault)

    def _one(self, lane: Lane, target: Target, fault: Fault) -> None:
        self.journal.write("fault", lane=lane, kind=fault.kind, argument=fault.argument, seconds=fault.seconds)
        began = time.monotonic()
        try:
            why = target.break_it(fault, self.stop.wait)
        except (OSError, AssertionError, TimeoutError) as error:
            why = f"{type(error).__name__}: {str(error)[:300]}"
            with contextlib.suppress(OSError, AssertionError):
                target.heal()
        if why is None:
            self.done[fault.kind] += 1
        else:
            self.not_run.setdefault(fault.kind, why)
        self.journal.write("healed", lane=lane, kind=fault.kind, took=round(time.monotonic() - began, 2), why=why)
