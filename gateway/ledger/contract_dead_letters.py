"""The ledger's contract for what cannot go on by itself."""

from collections.abc import Collection
from datetime import datetime
from typing import Protocol

from gateway.ledger.dead_letter_records import EventTrouble, LetterRow, Mark
from gateway.ledger.records import DeliveryRow


class DeadLetterReads(Protocol):
    """Questions about dead letters."""

    def held_deliveries(self, limit: int = 100) -> list[DeliveryRow]:
        """Those that nobody could read to their end (``DeliveryRow.held``), newest first."""

    def event_troubles(self, limit: int = 100) -> list[EventTrouble]:
        """Events that the publisher does not take, dropped ones too; the newest first."""

    def marks(self, kind: str, ids: Collection[str]) -> dict[str, Mark]:
        """The newest mark of each that has any."""

    def letters(self, limit: int = 100) -> list[LetterRow]:
        """Newest first."""

    def letter(self, id: str) -> LetterRow | None: ...


class DeadLetterChanges(Protocol):
    """Changes of dead letters."""

    def mark(self, mark: Mark) -> None:
        """Remembers what a person did."""

    def add_event_trouble(self, event: str, failure: str, reason: str, at: datetime) -> bool:
        """The publisher does not take it; whether that is new."""

    def end_event_troubles(self, events: Collection[str]) -> int:
        """They were confirmed; returns how many were in trouble."""

    def drop_event(self, id: str) -> bool:
        """Sets a ready event aside; those behind it go on. False where it is not ready."""

    def recover_event(self, id: str) -> bool:
        """Makes a dropped event ready again, at its old place in the order. False where it is not dropped."""

    def add_letter(self, row: LetterRow) -> None:
        """One that is there already stays as it is."""
