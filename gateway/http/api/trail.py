"""The audit trail over HTTP: what is on record, and putting on record what is shown."""

import asyncio

from starlette.responses import Response

from gateway.audit.entry import Action, Actor, Entry
from gateway.audit.export import as_data
from gateway.audit.record import audit, key_actor, viewed
from gateway.http.api import models, parameters
from gateway.http.api.cursors import place_of
from gateway.http.api.told import next_page
from gateway.http.operations import Call, answer
from gateway.ledger.contract import Reads


def address_of(call: Call) -> str | None:
    """Where a request came from."""
    return call.request.client.host if call.request.client else None


def actor_of(call: Call) -> Actor:
    """Who asks."""
    return key_actor(call.caller, address_of(call))


async def view_on_record(call: Call, what: str, partner: str | None, part: str) -> None:
    """Records that the caller is shown content. LedgerError where it cannot be: then it is not shown."""
    await on_record(call, viewed(what, actor_of(call), partner, part))


async def on_record(call: Call, entry: Entry) -> None:
    """The same, for what has no transaction of its own."""
    await asyncio.wrap_future(call.services.ledger.write(lambda tx: audit(tx, entry)))


async def trail(call: Call) -> Response:
    """A page of the trail, oldest first."""
    asked = call.asked(parameters.Audit)
    after = place_of("audit", asked.after) or 0

    def work(reads: Reads) -> list[models.AuditItem]:
        rows = reads.trail.rows(after=after, limit=asked.limit + 1, action=asked.action)
        return [models.AuditItem.model_validate(as_data(row)) for row in rows]

    items = await asyncio.to_thread(call.services.ledger.read, work)
    shown = items[: asked.limit]
    if shown:
        what = f"audit {shown[0].position} to {shown[-1].position}"
        await on_record(call, Entry(Action.AUDIT_VIEWED, actor_of(call), what))
    place = shown[-1].position if len(items) > asked.limit else None
    return answer(models.AuditList(items=tuple(shown), next=next_page(call, "audit", place)))
