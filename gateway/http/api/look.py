"""Operations that look: documents, deliveries, transmissions, orders, exceptions and partners."""

import asyncio
import json
from collections.abc import Callable
from typing import TypeVar

from starlette.responses import Response

from gateway import problems_http as kinds
from gateway.care.problems import PRUNED
from gateway.http.api import models, parameters
from gateway.http.api.cursors import place_of
from gateway.http.api.told import (
    delivery_item,
    document_item,
    next_page,
    parcel_item,
    problem_of_row,
    replayed_item,
)
from gateway.http.api.trail import view_on_record
from gateway.http.operations import Call, answer
from gateway.http.problems import ApiError
from gateway.ledger.contract import Reads
from gateway.ledger.contract_api import ParcelHead
from gateway.ledger.records import DeliveryRow

T = TypeVar("T")
BYTES = "application/octet-stream"
_MOST = 1000
_MOST_PROBLEMS = 1000


async def ask(call: Call, work: Callable[[Reads], T]) -> T:
    """Asks the ledger beside the event loop."""
    return await asyncio.to_thread(call.services.ledger.read, work)


def nothing() -> ApiError:
    """What is not there, and what is not this caller's."""
    return ApiError(404, kinds.NOT_THERE)


async def documents(call: Call) -> Response:
    """A page of documents."""
    asked = call.asked(parameters.Documents)
    partner, after = call.partner(asked.partner), place_of("documents", asked.after)
    page = await ask(
        call,
        lambda reads: reads.list_documents(
            after=after, limit=asked.limit, partner=partner, delivery=asked.delivery, document_type=asked.type,
            number=asked.number, status=asked.status,
        ),
    )  # fmt: skip
    items = tuple(document_item(row) for row in page.rows)
    return answer(models.DocumentList(items=items, next=next_page(call, "documents", page.next)))


async def document(call: Call) -> Response:
    """One document with its problems and its data."""

    def work(reads: Reads) -> models.DocumentAnswer:
        row = reads.document(call.path("id"))
        if row is None or not call.caller.sees(row.partner):
            raise nothing()
        event = reads.event(row.id)
        problems = [problem_of_row(each) for each in reads.problems(row.delivery) if each.document == row.id]
        return models.DocumentAnswer(
            **dict(document_item(row)),
            event=event.state if event else None,
            problems=tuple(problems[:_MOST_PROBLEMS]),
            replays=tuple(replayed_item(*each) for each in reads.replays_of(row.id)),
            data=json.loads(row.body) if row.pruned_at is None else None,
        )

    found = await ask(call, work)
    await view_on_record(call, f"document {found.id}", found.partner, "document")
    return answer(found)


async def deliveries(call: Call) -> Response:
    """A page of deliveries."""
    asked = call.asked(parameters.Deliveries)
    partner, after = call.partner(asked.partner), place_of("deliveries", asked.after)
    page = await ask(
        call,
        lambda reads: reads.list_deliveries(after=after, limit=asked.limit, partner=partner, outcome=asked.outcome),
    )
    items = tuple(delivery_item(row) for row in page.rows)
    return answer(models.DeliveryList(items=items, next=next_page(call, "deliveries", page.next)))


async def delivery(call: Call) -> Response:
    """One delivery with its documents, problems and answers."""

    def work(reads: Reads) -> models.DeliveryAnswer:
        row = _delivery(call, reads)
        return models.DeliveryAnswer(
            **dict(delivery_item(row)),
            documents=tuple(document_item(each) for each in reads.documents(delivery=row.id, limit=_MOST)),
            problems=tuple(problem_of_row(each) for each in reads.problems(row.id)[:_MOST_PROBLEMS]),
            parcels=tuple(parcel_item(each) for each in reads.list_parcels(delivery=row.id, limit=_MOST).rows),
            answer=answer_of(reads, row),
        )

    return answer(await ask(call, work))


def answer_of(reads: Reads, row: DeliveryRow) -> str | None:
    """Where the HL7 acknowledgment of a delivery is; None where there is none."""
    told = reads.answer(row.repeats or row.id)
    return f"/api/v1/deliveries/{row.id}/answer" if told is not None and told.startswith(b"MSH") else None


async def delivery_content(call: Call) -> Response:
    """The bytes as they came."""

    def work(reads: Reads) -> tuple[DeliveryRow, bytes]:
        row = _delivery(call, reads)
        content = reads.delivery_content(row.id)
        if content is None:
            raise ApiError(410, PRUNED) if row.pruned_at is not None else nothing()
        return row, content[:]

    row, content = await ask(call, work)
    await view_on_record(call, f"delivery {row.id}", row.partner, "bytes")
    return Response(content, media_type=BYTES, headers=_attached(call))


async def delivery_answer(call: Call) -> Response:
    """What the sender was told in its own tongue."""

    def work(reads: Reads) -> tuple[DeliveryRow, bytes]:
        row = _delivery(call, reads)
        if answer_of(reads, row) is None:
            raise nothing()
        return row, reads.answer(row.repeats or row.id) or b""

    row, content = await ask(call, work)
    await view_on_record(call, f"delivery {row.id}", row.partner, "answer")
    return Response(content, media_type=BYTES, headers=_attached(call))


def _delivery(call: Call, reads: Reads) -> DeliveryRow:
    row = reads.delivery(call.path("id"))
    if row is None or not call.caller.sees(row.partner):
        raise nothing()
    return row


def _attached(call: Call) -> dict[str, str]:
    """A browser saves it, under a name that is ours."""
    return {"Content-Disposition": f'attachment; filename="{call.path("id")}"'}


async def parcels(call: Call) -> Response:
    """A page of transmissions."""
    asked = call.asked(parameters.Parcels)
    partner, after = call.partner(asked.partner), place_of("parcels", asked.after)
    page = await ask(
        call,
        lambda reads: reads.list_parcels(
            after=after, limit=asked.limit, partner=partner, delivery=asked.delivery, waiting=asked.waiting == "true"
        ),
    )
    items = tuple(parcel_item(row) for row in page.rows)
    return answer(models.ParcelList(items=items, next=next_page(call, "parcels", page.next)))


async def parcel(call: Call) -> Response:
    """One transmission."""
    row = await ask(call, lambda reads: reads.parcel_head(call.path("id")))
    if row is None or not call.caller.sees(row.partner):
        raise nothing()
    return answer(parcel_item(row))


async def parcel_content(call: Call) -> Response:
    """The bytes as they leave."""

    def work(reads: Reads) -> tuple[ParcelHead, bytes]:
        row = reads.parcel_head(call.path("id"))
        if row is None or not call.caller.sees(row.partner):
            raise nothing()
        content = reads.parcel_content(row.id)
        if content is None:
            if row.pruned_at is not None:
                raise ApiError(410, PRUNED)
            raise ApiError(409, kinds.NOT_WRITTEN_YET, headers={"Retry-After": "1"})
        return row, content

    row, content = await ask(call, work)
    await view_on_record(call, f"parcel {row.id}", row.partner, "bytes")
    return Response(content, media_type=BYTES, headers=_attached(call))


async def order(call: Call) -> Response:
    """The documents of one order."""
    number, partner = call.path("number"), call.partner(call.asked(parameters.Order).partner)
    rows = await ask(call, lambda reads: reads.order_documents(number, partner=partner))
    if not rows:
        raise nothing()
    return answer(models.OrderAnswer(number=number, documents=tuple(document_item(row) for row in rows)))


async def partners(call: Call) -> Response:
    """The partners of the settings."""
    shown = [
        models.PartnerItem(
            name=partner.name,
            identities=tuple(
                models.IdentityItem(scheme=each.scheme, qualifier=each.qualifier, id=each.id)
                for each in partner.identities
            ),
            catch_all=partner.catch_all,
            channel=partner.send.channel if partner.send else None,
        )
        for partner in sorted(call.services.partners.all(), key=lambda partner: partner.name)
        if call.caller.sees(partner.name)
    ]
    return answer(models.PartnerList(items=tuple(shown)))
