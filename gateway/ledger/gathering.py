"""A transaction that keeps new rows back and writes those of many deliveries together.

Nobody notices: whatever asks the database finds all rows written, because ``_connection`` writes them first. Only what
can be told without the database is told without it.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from itertools import groupby
from typing import Any

from sqlalchemy import Connection, bindparam, select

from adapters.contracts import Content
from gateway.ledger import events as outbox
from gateway.ledger import statements as sql
from gateway.ledger.blobs import digest
from gateway.ledger.bulk import Sized, adding, among, filled, portions
from gateway.ledger.changes import SqlTransaction
from gateway.ledger.payloads import Payloads
from gateway.ledger.records import (
    DeliveryRow,
    DeliveryState,
    DocumentRow,
    InterchangeRow,
    NewEvent,
    ProblemRow,
)
from gateway.ledger.rows import microseconds
from gateway.ledger.schema import answers, contents, deliveries, documents, interchanges, problems
from gateway.ledger.values import delivery_values, interchange_values, problem_values

Key = tuple[str, str, str, str]
"""Sender, receiver, control number, usage."""
Values = dict[str, Any]

_ADD_DELIVERIES = adding(deliveries, "id")
_ADD_CONTENTS = adding(contents, "delivery")
_ADD_ANSWERS = adding(answers, "delivery")
_ADD_INTERCHANGES = adding(interchanges, "id")
_ADD_DOCUMENTS = adding(documents, "id")
_ADD_PROBLEMS = adding(problems, "delivery", "sha256")
_WITH_CONTENT = among(select(contents.c.delivery), contents.c.delivery)
_DELIVERIES_LIKE = among(
    select(deliveries.c.sha256).where(deliveries.c.channel == bindparam("channel")), deliveries.c.sha256
)
_INTERCHANGES_LIKE = among(
    select(interchanges.c.control_number).where(
        interchanges.c.sender == bindparam("sender"),
        interchanges.c.receiver == bindparam("receiver"),
        interchanges.c.usage == bindparam("usage"),
    ),
    interchanges.c.control_number,
)


class _Rows:
    """What is kept back, table by table."""

    def __init__(self) -> None:
        self.deliveries: dict[str, Values] = {}
        self.contents: list[Values] = []
        self.answers: dict[str, bytes] = {}
        self.interchanges: list[Values] = []
        self.documents: list[DocumentRow] = []
        self.problems: list[Values] = []
        self.events: list[NewEvent] = []


class GatheringTransaction(SqlTransaction):
    """One work's transaction; its writer calls ``flush`` when the work is done."""

    def __init__(
        self, connection: Connection, payloads: Payloads, counts: Counter[str], clock: Callable[[], datetime]
    ) -> None:
        self._rows = _Rows()
        self._kept = False
        """Whether anything is kept back."""
        self._failed: Exception | None = None
        self._new_deliveries: set[tuple[str, str]] = set()
        """Channel and digest of what the ledger has no delivery of."""
        self._new_keys: set[Key] = set()
        """Keys for which the ledger has no interchange."""
        self._numbers: dict[str, int] = {}
        """The last number given of each scope."""
        self._advanced: set[str] = set()
        """Scopes whose last number is not written yet."""
        super().__init__(connection, payloads, counts, clock)

    @property
    def _connection(self) -> Connection:
        if self._kept:
            self.flush()
        return self._direct

    @_connection.setter
    def _connection(self, connection: Connection) -> None:
        self._direct = connection

    def look_ahead(self, deliveries: Iterable[tuple[str, str]], interchanges: Iterable[Key]) -> None:
        """Notes which of them the ledger does not know."""
        connection = self._connection
        for channel, pairs in groupby(sorted(set(deliveries)), lambda pair: pair[0]):
            digests = [sha256 for _, sha256 in pairs]
            found = _found(_DELIVERIES_LIKE, connection, digests, channel=channel)
            self._new_deliveries.update((channel, sha256) for sha256 in digests if sha256 not in found)
        for (sender, receiver, usage), keys in groupby(sorted(set(interchanges), key=_parties), _parties):
            numbers = [key[2] for key in keys]
            found = _found(_INTERCHANGES_LIKE, connection, numbers, sender=sender, receiver=receiver, usage=usage)
            self._new_keys.update((sender, receiver, number, usage) for number in numbers if number not in found)

    def first_delivery(self, channel: str, sha256: str) -> DeliveryRow | None:
        """The first arrival of these bytes."""
        return None if (channel, sha256) in self._new_deliveries else super().first_delivery(channel, sha256)

    def interchange(
        self, sender: str, receiver: str, control_number: str, usage: str, since: datetime, **others: Any
    ) -> InterchangeRow | None:
        """The newest one that stands for this control number."""
        if (sender, receiver, control_number, usage) in self._new_keys:
            return None
        return super().interchange(sender, receiver, control_number, usage, since, **others)

    def interchanges_of(self, delivery: str) -> list[InterchangeRow]:
        """Those of one delivery: a new one has none but what was added."""
        if delivery in self._rows.deliveries and not any(
            values["delivery"] == delivery for values in self._rows.interchanges
        ):
            return []
        return super().interchanges_of(delivery)

    def add_delivery(self, row: DeliveryRow, content: Content) -> None:
        """A delivery with its bytes."""
        if digest(content) != row.sha256:
            raise ValueError("the delivery's digest is not that of its content")
        rows = self._rows
        if row.id in rows.deliveries:
            raise ValueError(f"delivery {row.id} is in the ledger already")
        rows.contents.append({"delivery": row.id, "content": self._payloads.stored(content, row.sha256)})
        rows.deliveries[row.id] = delivery_values(row)
        self._kept = True
        self._new_deliveries.discard((row.channel, row.sha256))
        self._count_delivery(row)

    def finish_delivery(
        self, delivery: str, *, partner: str | None, outcome: str, accepted: int, rejected: int, summary: str
    ) -> None:
        """From ``received`` to ``recorded``."""
        values = self._rows.deliveries.get(delivery)
        if values is None or values["state"] != DeliveryState.RECEIVED.value:
            self._new_deliveries.clear()
            super().finish_delivery(
                delivery, partner=partner, outcome=outcome, accepted=accepted, rejected=rejected, summary=summary
            )
            return
        values.update(
            state=DeliveryState.RECORDED.value, partner=partner, outcome=outcome, accepted=accepted,
            rejected=rejected, summary=summary,
        )  # fmt: skip
        self._count_finished(outcome)

    def add_answer(self, delivery: str, content: bytes) -> None:
        """What its sender is told; one that is there already stays."""
        if delivery in self._rows.deliveries:
            self._rows.answers.setdefault(delivery, self._payloads.sealed_text(content, f"answer {delivery}"))
        else:
            super().add_answer(delivery, content)

    def add_interchange(self, row: InterchangeRow) -> None:
        """One interchange with its verdict."""
        self._rows.interchanges.append(interchange_values(row))
        self._kept = True
        self._new_keys.discard((row.sender, row.receiver, row.control_number, row.usage))

    def set_verdict(self, interchange: str, verdict: str) -> None:
        """An interchange may stand for its key from now on."""
        self._new_keys.clear()
        super().set_verdict(interchange, verdict)

    def add_documents(self, rows: Sequence[DocumentRow]) -> None:
        """Documents in order."""
        self._rows.documents.extend(rows)
        self._kept = self._kept or bool(rows)

    def add_problems(self, rows: Sequence[ProblemRow]) -> None:
        """Problems in order."""
        self._rows.problems.extend(problem_values(row, self._payloads) for row in rows)
        self._kept = self._kept or bool(rows)

    def add_events(self, rows: Sequence[NewEvent]) -> None:
        """Events in order."""
        self._rows.events.extend(rows)
        self._kept = self._kept or bool(rows)

    def release_events(self, delivery: str) -> int:
        """Held ones become ready: a new delivery has none but what was added."""
        rows = self._rows
        if delivery in rows.deliveries and not any(row.held and row.delivery == delivery for row in rows.events):
            return 0
        return super().release_events(delivery)

    def next_number(self, scope: str) -> int:
        """The next of a scope; how far it came is written once."""
        last = self._numbers.get(scope)
        if last is None:
            # Asked without what is kept back, which has no numbers.
            number: int = self._direct.execute(sql.NEXT_NUMBER, {"scope": scope}).scalar_one()
        else:
            number = last % sql.LAST_NUMBER + 1
            self._advanced.add(scope)
        self._numbers[scope] = number
        return number

    def flush(self) -> None:
        """Writes what is kept back. Raises what adding it row by row would have raised, and goes on to raise it: a work
        that passes over it would lose rows."""
        if self._failed is not None:
            raise self._failed
        rows, self._rows, self._kept = self._rows, _Rows(), False
        try:
            self._write_all(rows)
        except Exception as error:
            self._failed, self._kept = error, True
            raise

    def _write_all(self, rows: _Rows) -> None:
        connection = self._direct
        _write(_ADD_DELIVERIES, connection, list(rows.deliveries.values()), _already)
        _write(_ADD_CONTENTS, connection, rows.contents)
        _write(_ADD_ANSWERS, connection, [{"delivery": of, "content": told} for of, told in rows.answers.items()])
        _write(_ADD_INTERCHANGES, connection, rows.interchanges)
        kinds = self._add_documents(rows.documents)
        _write(_ADD_PROBLEMS, connection, rows.problems)
        if rows.events:
            self._add_events(rows.events, kinds)
        for scope in self._advanced:
            connection.execute(sql.SET_NUMBER, {"of": scope, "to": self._numbers[scope]})
        self._advanced.clear()

    def _add_documents(self, rows: Sequence[DocumentRow]) -> dict[str, tuple[str, str]]:
        """Adds them; type and partner of those that surely were new, by id."""
        kinds: dict[str, tuple[str, str]] = {}
        for (document_type, status), same in groupby(rows, lambda row: (row.document_type, row.status)):
            for part in portions(list(same)):
                values = [self._document_values(row) for row in part]
                added = _ADD_DOCUMENTS.run(self._direct, values).rowcount
                self._counts[f"documents.{document_type}.{status}"] += added
                if added == len(part):
                    kinds.update((row.id, (row.document_type, row.partner)) for row in part)
        return kinds

    def _add_events(self, rows: Sequence[NewEvent], kinds: dict[str, tuple[str, str]]) -> None:
        if not all(row.document in kinds for row in rows):
            super().add_events(rows)
            return
        now = microseconds(self._clock())
        for held, same in groupby(rows, lambda row: row.held):
            for part in portions(list(same)):
                added = outbox.add_together(self._direct, part, kinds, held, now)
                self._counts["events.held" if held else "waiting.events"] += added


def _write(
    statement: Sized, connection: Connection, rows: Sequence[Values],
    otherwise: Callable[[Connection, Sequence[Values]], None] | None = None,
) -> None:  # fmt: skip
    """Adds rows; ``otherwise`` is called where some of them are there already."""
    for part in portions(rows):
        added = statement.run(connection, part).rowcount
        if added != len(part) and otherwise is not None:
            otherwise(connection, part)


def _already(connection: Connection, rows: Sequence[Values]) -> None:
    """Tells which delivery is known: the bytes of a new one are not written yet."""
    known = _found(_WITH_CONTENT, connection, [row["id"] for row in rows])
    raise ValueError(f"delivery {', '.join(sorted(known))} is in the ledger already")


def _found(asked: Sized, connection: Connection, values: Sequence[str], **others: object) -> set[str]:
    """Which of the values a question finds."""
    found: set[str] = set()
    for part in filled(values):
        found.update(asked.run(connection, [{"v": value} for value in part], **others).scalars())
    return found


def _parties(key: Key) -> tuple[str, str, str]:
    return key[0], key[1], key[3]
