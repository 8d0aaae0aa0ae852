"""What building a channel takes, and what it gives."""

from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import dataclass
from pathlib import Path

from adapters.contracts import Destination, Source, Unkept, nobody
from gateway.alarms import Alarms
from gateway.doors import Doors
from gateway.ids import Clock, NewId
from gateway.ledger.contract import Ledger


@dataclass(frozen=True, slots=True)
class Site:
    """What all channels are built with."""

    doors: Doors
    clock: Clock
    new_id: NewId
    data: Path
    """The data folder."""
    alarms: Alarms
    threads: Executor
    """For calls that block, of all channels together."""
    ledger: Ledger
    random: Callable[[], float]
    """From 0 up to 1."""
    intake: Callable[[], bool] = lambda: True
    """Whether anything new is taken: while it is not, files stay where they are."""

    unkept: Unkept = nobody
    """Writes down what was too large to be taken."""

    refused: Callable[[str, str], None] = lambda _channel, _address: None
    """Counts whoever may not call a channel."""

    @property
    def spool(self) -> Path:
        """Where copies of large files stand while they are read."""
        return self.data / "spool"


@dataclass(frozen=True, slots=True)
class Built:
    """The two ends of a channel; None where it has no such end."""

    source: Source | None = None
    destination: Destination | None = None
