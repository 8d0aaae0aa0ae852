"""What the operations do. Each takes the values of a call and gives those of its answer, or a fault."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeVar

from lxml import etree

from adapters.contracts import Delivery, Handler, Sender
from adapters.formats.xml.reader import Limits
from adapters.translate import digest
from adapters.transports.soap import problems as kinds
from adapters.transports.soap.calls import Call
from adapters.transports.soap.faults import Blame, Fault, fault
from canonical.problem import Problem, problem_of
from gateway.crash import crash_point
from gateway.ids import Clock, NewId
from gateway.keyed_locks import KeyedLocks
from gateway.ledger.contract import Ledger, Reads
from gateway.ledger.records import DeliveryRow, DeliveryState, ParcelRow
from gateway.problems_submission import KEY_USED_BEFORE
from gateway.soap.content import given
from gateway.soap.shelf import Shelf, Waiting
from gateway.submission import Submission, Submissions

MOST_PROBLEMS: Final = 100
"""Told in one answer."""
MOST_DOCUMENTS: Final = 100
USUAL_DOCUMENTS: Final = 10
MOST_BYTES: Final = 32 << 20
"""Given in one answer, after its first document."""
LONGEST_WAIT: Final = 60
LOOK: Final = 0.5
"""Seconds between two looks for something to give."""

Answer = Mapping[str, Any]
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Caller:
    """Who calls, and what came beside the envelope."""

    sender: Sender
    attachments: Mapping[str, bytes]
    limits: Limits


class SoapDesk:
    """The operations of one channel. They raise LedgerError where nothing can be kept or read."""

    def __init__(
        self, channel: str, *, handle: Handler, submissions: Submissions, shelf: Shelf, ledger: Ledger, clock: Clock,
        new_id: NewId,
    ) -> None:  # fmt: skip
        self._channel = channel
        self._handle = handle
        self._submissions = submissions
        self._shelf = shelf
        self._ledger = ledger
        self._clock = clock
        self._new_id = new_id
        self._keys = KeyedLocks()

    async def __call__(self, call: Call, caller: Caller) -> Answer | Fault:
        """Does what the call asks."""
        match call.operation.name:
            case "SubmitInterchange":
                return await self._submit_interchange(call.values, caller)
            case "SubmitDocument":
                return await self._submit_document(call.values, caller)
            case "GetStatus":
                return await self._get_status(call.values)
            case "GetDocuments":
                return await self._get_documents(call.values)
            case _:
                return await self._confirm_documents(call.values)

    async def _submit_interchange(self, values: Answer, caller: Caller) -> Answer | Fault:
        content: bytes = values["content"]
        if not content:
            return fault(kinds.PARAMETER, path="content", expected="at least one byte")
        id, key = self._new_id(), values.get("idempotencyKey")
        name = values.get("name") or f"soap-{id}"
        origin, sha256 = f"key:{key}" if key else f"call:{id}", digest(content)
        async with self._keys.hold(origin):
            if key:
                first = await self._read(lambda reads: reads.delivery_by_origin(self._channel, origin))
                if first is not None and first.sha256 != sha256:
                    return Fault(Blame.SENDER, (problem_of(KEY_USED_BEFORE, path="idempotencyKey"),))
                # The key goes on standing for the first call.
                origin = f"call:{id}" if first is not None else origin
            delivery = Delivery(id, self._channel, name, origin, content, sha256, self._clock(), caller.sender)
            crash_point("soap.after_receive")
            receipt = await self._handle(delivery)
            crash_point("soap.before_answer")

        def kept(reads: Reads) -> list[Answer] | None:
            row = reads.delivery(receipt.delivery)
            if row is None or row.state is not DeliveryState.RECORDED:
                # Not kept; or kept, and the ledger failed before it was read to its end, which comes later.
                return None
            return _problems(reads, row)

        problems = await self._read(kept)
        if problems is None:
            # The answer of its format, if there is one, says so too; but who reads the fault needs no other.
            return fault(kinds.NOT_KEPT, Blame.RECEIVER)
        return {
            "id": receipt.delivery, "outcome": receipt.outcome.value, "accepted": receipt.accepted,
            "rejected": receipt.rejected, "summary": receipt.summary, "problems": problems, "answer": receipt.answer,
        }  # fmt: skip

    async def _submit_document(self, values: Answer, caller: Caller) -> Answer | Fault:
        element: etree._Element = values["content"]
        document_type: str = values["documentType"]
        handed = await asyncio.to_thread(given, element, document_type, caller.attachments, caller.limits)
        if not handed.content:
            return Fault(Blame.SENDER, handed.problems)
        key = values.get("idempotencyKey")
        crash_point("soap.after_receive")
        answer = await self._submissions.submit(
            Submission(
                channel=self._channel, name=key or f"{document_type} by SOAP", content=handed.content,
                partner=values["partner"], document=handed.document, problems=handed.problems, key=key,
            )
        )  # fmt: skip
        crash_point("soap.before_answer")
        if not answer.accepted:
            return Fault(Blame.SENDER, answer.problems[:MOST_PROBLEMS])
        summary = "taken before; it is sent once" if answer.repeated else f"to be sent to {values['partner']}"
        outcome = "duplicate" if answer.repeated else answer.outcome.value
        return {"id": answer.delivery, "outcome": outcome, "summary": summary, "problems": _told(answer.problems)}

    async def _get_status(self, values: Answer) -> Answer | Fault:
        id, key = values.get("id"), values.get("key")
        if (id is None) == (key is None):
            return fault(kinds.PARAMETER, path="id", expected="either id or key")

        def find(reads: Reads) -> tuple[DeliveryRow, list[Answer], list[Answer]] | None:
            row = reads.delivery(id) if id else reads.delivery_by_origin(self._channel, f"key:{key}")
            if row is None or row.channel != self._channel:
                return None
            sent = reads.parcels(delivery=row.id, limit=MOST_DOCUMENTS)
            return row, _problems(reads, row), [_transmission(each) for each in sent]

        found = await self._read(find)
        if found is None:
            return fault(kinds.UNKNOWN_ID, path="id" if id else "key")
        row, problems, sent = found
        return {
            "id": row.id, "state": row.state.value, "outcome": row.outcome, "partner": row.partner,
            "accepted": row.accepted, "rejected": row.rejected, "summary": row.summary,
            "receivedAt": row.received_at.isoformat(), "problems": problems, "sent": sent,
        }  # fmt: skip

    async def _get_documents(self, values: Answer) -> Answer | Fault:
        most, wait = values.get("max", USUAL_DOCUMENTS), values.get("wait", 0)
        if not 1 <= most <= MOST_DOCUMENTS:
            return fault(kinds.PARAMETER, path="max", expected=f"1 to {MOST_DOCUMENTS}")
        if not 0 <= wait <= LONGEST_WAIT:
            return fault(kinds.PARAMETER, path="wait", expected=f"0 to {LONGEST_WAIT}")
        loop = asyncio.get_running_loop()
        end = loop.time() + wait
        while True:
            found = await self._shelf.waiting(self._channel, most)
            left = end - loop.time()
            if found or left <= 0:
                return {"documents": [_document(each) for each in _portion(found)]}
            await asyncio.sleep(min(LOOK, left))

    async def _confirm_documents(self, values: Answer) -> Answer:
        confirmed = await self._shelf.confirm(self._channel, values["ids"])
        return {"confirmed": confirmed.known, "unknown": confirmed.unknown}

    async def _read(self, question: Callable[[Reads], T]) -> T:
        return await asyncio.to_thread(self._ledger.read, question)


def _portion(found: Sequence[Waiting]) -> list[Waiting]:
    """As many as fit into one answer, and at least one."""
    given_out: list[Waiting] = []
    size = 0
    for each in found:
        size += len(each.content)
        if given_out and size > MOST_BYTES:
            break
        given_out.append(each)
    return given_out


def _document(waiting: Waiting) -> Answer:
    return {
        "id": waiting.id, "name": waiting.name, "kind": waiting.kind, "partner": waiting.partner,
        "content": waiting.content,
    }  # fmt: skip


def _transmission(row: ParcelRow) -> Answer:
    return {
        "partner": row.partner, "kind": row.kind, "name": row.name, "state": row.state.value,
        "deliveredAt": row.delivered_at.isoformat() if row.delivered_at else None,
    }  # fmt: skip


def _problems(reads: Reads, row: DeliveryRow) -> list[Answer]:
    """The problems of a delivery; those of the first one where the same bytes came before."""
    found = reads.problems(row.repeats or row.id)[:MOST_PROBLEMS]
    return _told([Problem.model_validate_json(each.body) for each in found])


def _told(problems: Sequence[Problem]) -> list[Answer]:
    return [
        {
            "code": each.code, "severity": each.severity.value, "message": each.message, "path": each.path,
            "line": each.line, "found": each.found, "expected": each.expected, "help": each.help,
        }
        for each in problems
    ]  # fmt: skip
