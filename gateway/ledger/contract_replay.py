"""The ledger's contract for replays."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

from gateway.ledger.records import DocumentHead
from gateway.ledger.replay_records import Choice, ReplayItem, ReplayRow


class ReplayReads(Protocol):
    """Questions about replays."""

    def choose_documents(self, choice: Choice, limit: int) -> list[DocumentHead]:
        """The messages that fit a choice without ids, oldest first; none that stands for another one."""

    def document_heads(self, delivery: str) -> list[DocumentHead]:
        """All messages of a delivery, in its order; none that stands for another one."""

    def replay(self, id: str) -> ReplayRow | None: ...

    def replays(self, limit: int = 100) -> list[ReplayRow]:
        """Newest first."""

    def replay_items(self, replay: str) -> list[ReplayItem]:
        """By delivery and place."""

    def replays_of(self, document: str) -> list[tuple[ReplayRow, ReplayItem]]:
        """Those that a message was part of, or came of, oldest first."""

    def undone_items(self, delivery: str) -> list[ReplayItem]:
        """What waits for this delivery to be read again."""


class ReplayChanges(Protocol):
    """Changes of replays."""

    def add_replay(self, row: ReplayRow) -> None:
        """One that is there already stays as it is."""

    def add_replay_items(self, rows: Sequence[ReplayItem]) -> None:
        """One that is there already stays as it is."""

    def settle_items(self, delivery: str, became: Mapping[int, str], at: datetime) -> int:
        """The delivery was read again: what waited for it is done. ``became`` is the id of what is accepted now, by
        its place. Returns how many waited."""
