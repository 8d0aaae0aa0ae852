"""The rows of care: legal holds, what can be pruned, what was."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Literal


class Class(StrEnum):
    """What is pruned by an age of its own."""

    PAYLOADS = "payloads"
    """Bytes of deliveries."""
    DOCUMENTS = "documents"
    """Contents of documents, and with them what their events would be published with again."""
    PARCELS = "parcels"
    """Bytes of business documents that were sent. Acknowledgments stay as long as what they answer may come again."""
    EXCEPTIONS = "exceptions"
    """Resolved ones, as rows."""
    HISTORY = "history"
    """Deliveries with all that came of them, as rows: from then on the same bytes are new."""


HoldKind = Literal["order", "partner", "delivery"]


@dataclass(frozen=True, slots=True)
class LegalHold:
    """Something that must be kept."""

    id: str
    kind: HoldKind
    value: str
    """An order's number, a partner's name, a delivery's id."""
    why: str
    by: str
    since: datetime
    released_at: datetime | None = None
    released_by: str | None = None


@dataclass(frozen=True, slots=True)
class Candidates:
    """Some of what can be pruned, from one stretch of rows."""

    ids: tuple[str, ...]
    bytes: int
    """What their contents take."""
    next: int | None
    """Where the next stretch begins; None at the end."""


class BlobsOf(StrEnum):
    """Columns whose content may lie in files."""

    DELIVERIES = "deliveries"
    DOCUMENTS = "documents"
    PARCEL_BODIES = "parcel bodies"
    PARCEL_CONTENTS = "parcel contents"
