"""Where replays are asked for: by a command beside the gateway, or by a request to it."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from gateway.audit.entry import Actor
from gateway.ids import Clock, NewId
from gateway.ledger.contract import Ledger, Reads
from gateway.ledger.replay_records import Choice, ReplayRow
from gateway.replay.applying import Done, apply
from gateway.replay.bounds import Bounds, Watched
from gateway.replay.choosing import Batch, Chosen, choose
from gateway.replay.trial import Reading, Trial, Tried, trial
from gateway.rows import Naming


def everybody(_: str | None) -> bool:
    """Whose messages are shown: all."""
    return True


@dataclass(frozen=True, slots=True)
class Looked:
    """What a replay would be about, and what would become of it."""

    chosen: Chosen
    tried: Trial


@dataclass(frozen=True, slots=True)
class Replays:
    """Tries replays, and does them. What is done was always tried before: it is the very same set."""

    ledger: Ledger
    reading: Reading
    naming: Naming
    clock: Clock
    new_id: NewId
    recorded: Callable[[], None] = lambda: None
    """To be called, on the loop's own thread, after something was done."""

    def look(
        self, choice: Choice, sees: Callable[[str | None], bool] = everybody, bounds: Bounds | None = None
    ) -> Looked:
        """Reads the kept bytes again with the settings of today, and changes nothing. Raises TooManyError, and
        TooMuchError where reading goes beyond ``bounds``."""
        now, watched = self.clock(), Watched(bounds)

        def tried(batch: Batch, reads: Reads) -> list[Tried]:
            return list(trial(reads, batch, self.reading, now, watched.going))

        chosen = self.ledger.read(lambda reads: choose(reads, choice, sees))
        watched.sized(sum(each.delivery.size for each in chosen.batches.values() if each.delivery.pruned_at is None))
        # A view of the ledger for each delivery: one that stays open for long keeps its log from being moved.
        found = [each for batch in chosen.batches.values() for each in self.ledger.read(partial(tried, batch))]
        return Looked(chosen, Trial(tuple(found)))

    def do(self, looked: Looked, choice: Choice, *, by: str, actor: Actor, reason: str, as_new: bool = False) -> Done:
        """Does what was looked at, and puts it on record."""
        row = ReplayRow(self.new_id(), self.clock(), by, reason, as_new, choice_data(choice))
        return apply(self.ledger, row, looked.tried, self.naming, choice, actor)


def choice_data(choice: Choice) -> dict[str, Any]:
    """What was asked for, as JSON data; the first ids of many."""
    values: dict[str, Any] = {
        "ids": list(choice.ids[:100]), "partner": choice.partner, "type": choice.document_type,
        "number": choice.number, "status": choice.status,
        "since": choice.since.isoformat() if choice.since else None,
        "until": choice.until.isoformat() if choice.until else None, "code": choice.code, "channel": choice.channel,
    }  # fmt: skip
    return {name: value for name, value in values.items() if value}
