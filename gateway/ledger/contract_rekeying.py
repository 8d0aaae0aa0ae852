"""The ledger's contract for content that is sealed anew."""

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Step:
    """What one step came to."""

    place: str
    looked_at: int
    sealed: int
    files: tuple[str, ...]
    """Digests of large content in what was looked at, to be sealed anew outside of the transaction."""
    done: bool


class RekeyingChanges(Protocol):
    """Content sealed with the current key, a few rows at a time."""

    def writes_with(self) -> str | None:
        """The key that the gateway seals with which was started last; None where it seals nothing."""

    def step(self) -> Step:
        """The next few rows, from where the step before came to. LedgerError where content does not open."""

    def finish(self) -> tuple[str, ...]:
        """After the last step: forgets the keys that nothing is sealed with any more, and gives their ids."""
