"""The ledger's questions and changes of care: legal holds, and what can be pruned."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from types import MappingProxyType
from typing import Any, Final, Protocol

from sqlalchemy import Connection, and_, func, insert, select, update

from gateway.ledger import pruning
from gateway.ledger.blobs import IN_ROW
from gateway.ledger.care_records import BlobsOf, Candidates, Class, LegalHold
from gateway.ledger.records import DeliveryRow
from gateway.ledger.rows import maybe_microseconds, maybe_moment, microseconds, moment
from gateway.ledger.schema import deliveries, documents
from gateway.ledger.schema_care import legal_holds
from gateway.ledger.schema_outbound import parcels
from gateway.ledger.statements import ADD_DELIVERY
from gateway.ledger.values import delivery_values

_STRETCH: Final = 5000
_BLOBS: Final[Mapping[BlobsOf, tuple[Any, Any, Any]]] = MappingProxyType(
    {
        BlobsOf.DELIVERIES: (
            deliveries.c.sha256, deliveries.c.position,
            and_(deliveries.c.size > IN_ROW, deliveries.c.pruned_at.is_(None)),
        ),
        BlobsOf.DOCUMENTS: (
            documents.c.sha256, documents.c.sequence,
            and_(documents.c.body.is_(None), documents.c.pruned_at.is_(None)),
        ),
        BlobsOf.PARCEL_BODIES: (
            parcels.c.body_sha256, parcels.c.position,
            and_(parcels.c.body.is_(None), parcels.c.pruned_at.is_(None)),
        ),
        BlobsOf.PARCEL_CONTENTS: (
            parcels.c.content_sha256, parcels.c.position,
            and_(
                parcels.c.content.is_(None), parcels.c.content_sha256.is_not(None), parcels.c.pruned_at.is_(None)
            ),
        ),
    }
)  # fmt: skip
"""The digest, the order, and when the content is a file. A delivery's own table tells by its size."""


class CareReads(Protocol):
    """Questions of care."""

    def legal_holds(self, *, all: bool = False) -> list[LegalHold]:
        """Those that hold, oldest first; with ``all`` released ones too."""

    def prunable(self, of: Class, before: datetime, after: int = 0) -> Candidates:
        """Those in one stretch of rows beyond ``after`` that are older than ``before`` and that nothing keeps."""

    def blob_names(self, of: BlobsOf, after: int = 0) -> tuple[set[str], int | None]:
        """Digests of content that lies in files, from one stretch of rows, and where the next begins."""


class CareChanges(CareReads, Protocol):
    """Questions and changes of care."""

    def add_legal_hold(self, row: LegalHold) -> None: ...

    def add_unkept(self, row: DeliveryRow) -> None:
        """A delivery of which only the row is kept."""

    def release_legal_hold(self, id: str, at: datetime, by: str) -> bool:
        """Whether it held until now."""

    def prune(self, of: Class, ids: Sequence[str], before: datetime, now: datetime) -> int:
        """Prunes those of them that may be pruned still; returns how many those were."""


class SqlCareReads:
    """Questions on one connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def legal_holds(self, *, all: bool = False) -> list[LegalHold]:
        """Oldest first."""
        asked = select(legal_holds).order_by(legal_holds.c.position)
        if not all:
            asked = asked.where(legal_holds.c.released_at.is_(None))
        return [_hold(row) for row in self._connection.execute(asked)]

    def prunable(self, of: Class, before: datetime, after: int = 0) -> Candidates:
        """One stretch."""
        return pruning.candidates(self._connection, of, before, after)

    def blob_names(self, of: BlobsOf, after: int = 0) -> tuple[set[str], int | None]:
        """By the columns that are empty although nothing was pruned."""
        digest, position, in_file = _BLOBS[of]
        places = select(position).where(position > after).order_by(position).limit(_STRETCH).subquery()
        end: int | None = self._connection.execute(select(func.max(places.c[position.name]))).scalar_one()
        if end is None:
            return set(), None
        asked = select(digest).where(in_file, position > after, position <= end)
        return set(self._connection.execute(asked).scalars()), end


class SqlCareChanges(SqlCareReads):
    """Changes on one connection, inside its open transaction."""

    def add_legal_hold(self, row: LegalHold) -> None:
        """Holds from now on."""
        values: dict[str, Any] = {
            "id": row.id, "kind": row.kind, "value": row.value, "why": row.why, "by": row.by,
            "since": microseconds(row.since), "released_at": maybe_microseconds(row.released_at),
            "released_by": row.released_by,
        }  # fmt: skip
        self._connection.execute(insert(legal_holds), values)

    def add_unkept(self, row: DeliveryRow) -> None:
        """Without content."""
        self._connection.execute(ADD_DELIVERY, delivery_values(row))

    def release_legal_hold(self, id: str, at: datetime, by: str) -> bool:
        """The row stays, as proof."""
        statement = update(legal_holds).where(legal_holds.c.id == id, legal_holds.c.released_at.is_(None))
        return bool(self._connection.execute(statement.values(released_at=microseconds(at), released_by=by)).rowcount)

    def prune(self, of: Class, ids: Sequence[str], before: datetime, now: datetime) -> int:
        """In this transaction."""
        return pruning.prune(self._connection, of, ids, before, now)


def _hold(row: Any) -> LegalHold:
    return LegalHold(
        row.id, row.kind, row.value, row.why, row.by, moment(row.since), maybe_moment(row.released_at), row.released_by
    )
