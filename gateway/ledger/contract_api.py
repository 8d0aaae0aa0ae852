"""The ledger's contract for the API: keys, lists page by page, and what waits to be collected."""

from dataclasses import dataclass
from datetime import datetime
from typing import Generic, Protocol, TypeVar

from gateway.keys import KeyRow
from gateway.ledger.records import DeliveryRow, DocumentHead, ParcelState

R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class Page(Generic[R]):
    """Rows in order, and where the next page begins."""

    rows: tuple[R, ...]
    next: int | None
    """To be given as ``after``; None where nothing follows."""


@dataclass(frozen=True, slots=True)
class ParcelHead:
    """An outbound transmission without document and bytes."""

    id: str
    partner: str
    channel: str
    kind: str
    state: ParcelState
    created_at: datetime
    delivery: str | None
    interchange: str | None
    name: str | None
    content_sha256: str | None
    control_number: str | None
    attempts: int
    next_attempt_at: datetime | None
    delivered_at: datetime | None
    repeats: str | None
    last_error: str | None
    pruned_at: datetime | None = None
    """When its bytes were pruned."""


class KeyReads(Protocol):
    """Questions about keys."""

    def keys(self) -> list[KeyRow]:
        """All that were ever made, in order; revoked ones too."""

    def key(self, digest: str) -> KeyRow | None:
        """The key with this digest, whether it is still valid or not."""

    def asks_for_keys(self) -> bool:
        """Whether any key was ever made: from then on a request must show one, also when all are revoked."""


class KeyChanges(Protocol):
    """Changes of keys."""

    def add_key(self, row: KeyRow) -> None:
        """ValueError where a key that is not revoked has the name."""

    def revoke_key(self, name_or_id: str, at: datetime) -> int:
        """Revokes it from now on; how many that were, 0 or 1."""

    def key_used(self, id: str, at: datetime) -> None:
        """Notes that it was used, at most once a minute."""


class Lists(Protocol):
    """Pages, newest first. ``after`` is the ``next`` of the page before; what is recorded meanwhile comes before it."""

    def list_deliveries(
        self, *, after: int | None = None, limit: int = 100, partner: str | None = None, outcome: str | None = None
    ) -> Page[DeliveryRow]: ...

    def list_documents(
        self, *, after: int | None = None, limit: int = 100, partner: str | None = None, delivery: str | None = None,
        document_type: str | None = None, number: str | None = None, status: str | None = None,
    ) -> Page[DocumentHead]: ...  # fmt: skip

    def list_parcels(
        self, *, after: int | None = None, limit: int = 100, partner: str | None = None, delivery: str | None = None,
        waiting: bool = False,
    ) -> Page[ParcelHead]:  # fmt: skip
        """``waiting``: only those that their destination does not have."""

    def order_documents(self, number: str, *, partner: str | None = None, limit: int = 1000) -> list[DocumentHead]:
        """The documents of one order, oldest first."""

    def parcel_head(self, id: str) -> ParcelHead | None: ...

    def parcel_content(self, id: str) -> bytes | None:
        """The bytes of a transmission, verified; None where there is none, or it is not rendered yet."""

    def feed_positions(
        self, *, after: int, limit: int, document_type: str | None = None, partner: str | None = None
    ) -> list[int]:
        """The places in the feed that ``published`` would give, without loading anything."""

    def feed_end(self) -> int:
        """The last place in the feed; 0 where it is empty."""
