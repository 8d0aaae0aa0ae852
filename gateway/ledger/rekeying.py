"""Content that lies in the ledger sealed anew with the current key: in small steps, each one a transaction.

How far it came is in the ledger, so that what was broken off goes on where it was.
"""

import json
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Column, Connection, Select, Table, bindparam, delete, func, null, select, update
from sqlalchemy.dialects.postgresql import insert

from gateway.ledger import key_records
from gateway.ledger.contract_rekeying import Step
from gateway.ledger.payloads import Payloads
from gateway.ledger.schema import answers, contents, deliveries, documents, meta, problems
from gateway.ledger.schema_outbound import parcels
from gateway.ledger.sealing import head_of

ROWS = 500
"""Rows looked at in one step."""
BYTES = 4 << 20
"""Bytes sealed in one step, about: the gateway's own writes wait for no longer than it takes."""
_HEAD = 64
_NAME = "encryption.rekey"


@dataclass(frozen=True, slots=True)
class _Place:
    """One column that holds content."""

    name: str
    table: Table
    id: Column[Any]
    column: Column[Any]
    order: Column[Any]
    digest: Column[Any] | None
    """None where the content has no digest of its own beside it."""
    text: str = ""
    """What stands before the digest, or the id, in what such content is bound to."""


_PLACES = (
    _Place("contents", contents, contents.c.delivery, contents.c.content, deliveries.c.position, deliveries.c.sha256),
    _Place("answers", answers, answers.c.delivery, answers.c.content, deliveries.c.position, None, "answer "),
    _Place("documents", documents, documents.c.sequence, documents.c.body, documents.c.sequence, documents.c.sha256),
    _Place(
        "problems", problems, problems.c.position, problems.c.body, problems.c.position, problems.c.sha256, "problem "
    ),
    _Place("bodies", parcels, parcels.c.id, parcels.c.body, parcels.c.position, parcels.c.body_sha256),
    _Place("parcels", parcels, parcels.c.id, parcels.c.content, parcels.c.position, parcels.c.content_sha256),
)


class Rekeying:
    """On one connection, inside its open transaction."""

    def __init__(self, connection: Connection, payloads: Payloads) -> None:
        self._connection = connection
        self._payloads = payloads

    def writes_with(self) -> str | None:
        """The key that the gateway seals with which was started last."""
        return key_records.current_key(self._connection)

    def step(self) -> Step:
        """The next few rows. LedgerError where content does not open."""
        index, after = self._progress()
        if index >= len(_PLACES):
            return Step("", 0, 0, (), True)
        place = _PLACES[index]
        rows = self._connection.execute(_asked(place), {"after": after, "most": ROWS}).all()
        wanted = self._payloads.sealer.current
        looked, sealed, size, files = 0, 0, 0, []
        for row in rows:
            looked, after = looked + 1, row.place
            if row.head is None:
                files += [row.digest] if row.digest else []
                continue
            head = head_of(row.head)
            if (head.key if head else None) != wanted:
                size += self._seal(place, row.id, row.digest)
                sealed += 1
            if size >= BYTES:
                break
        if looked < ROWS and looked == len(rows):
            index, after = index + 1, 0
        self._note(index, after)
        return Step(place.name, looked, sealed, tuple(files), False)

    def finish(self) -> tuple[str, ...]:
        """Forgets the keys that nothing is sealed with any more, and how far we came; gives their ids."""
        self._connection.execute(delete(meta).where(meta.c.name == _NAME))
        return key_records.forget_keys(self._connection, self._payloads.sealer.current)

    def _seal(self, place: _Place, id: object, digest: str | None) -> int:
        stored = self._connection.execute(select(place.column).where(place.id == id)).scalar_one()
        payloads = self._payloads
        if place.text:
            context = f"{place.text}{digest or id}"
            new = payloads.sealed_text(payloads.opened_text(stored, context), context)
        else:
            assert digest is not None  # noqa: S101 - a place without text has a column of digests
            new = payloads.sealer.seal(payloads.loaded(stored, digest), digest)
        self._connection.execute(update(place.table).where(place.id == id).values({place.column.name: new}))
        return len(new)

    def _progress(self) -> tuple[int, int]:
        found = self._connection.execute(select(meta.c.value).where(meta.c.name == _NAME)).scalar_one_or_none()
        if found is None:
            return 0, 0
        told = json.loads(found)
        # Begun for another key: from the start.
        return (told["place"], told["after"]) if told["key"] == self._payloads.sealer.current else (0, 0)

    def _note(self, index: int, after: int) -> None:
        told = json.dumps({"key": self._payloads.sealer.current, "place": index, "after": after})
        statement = insert(meta).values(name=_NAME, value=told)
        self._connection.execute(statement.on_conflict_do_update(index_elements=["name"], set_={"value": told}))


def _asked(place: _Place) -> Select[Any]:
    head = func.substr(place.column, 1, _HEAD)
    digest: Any = place.digest if place.digest is not None else null()
    asked = select(place.order.label("place"), place.id.label("id"), head.label("head"), digest.label("digest"))
    if place.order.table is not place.table:
        asked = asked.select_from(place.table).join(deliveries, deliveries.c.id == place.id)
    return asked.where(place.order > bindparam("after")).order_by(place.order).limit(bindparam("most"))
