"""Mailboxes: what waits for a system that collects it over HTTP, and what it has collected."""

import asyncio
import base64

from pydantic import ValidationError
from starlette.responses import Response

from canonical.problem import Problem
from gateway import problems_http as kinds
from gateway.http.api import models, parameters
from gateway.http.api.look import ask, nothing
from gateway.http.bodies import body_of
from gateway.http.operations import JSON, Call, answer
from gateway.http.problems import ApiError
from gateway.ledger.contract import Transaction

_MOST_BYTES = 16 << 20
"""Of all that is shown at once; the first is shown whatever its size."""
_MOST_CONFIRMED = 64 << 10


async def mailbox(call: Call) -> Response:
    """What waits, oldest first. It waits until it is confirmed, so that an answer that gets lost loses nothing."""
    channel, limit = _channel(call), call.asked(parameters.Mailboxes).limit
    rows = await ask(call, lambda reads: reads.waiting_for(channel, limit + 1))
    items: list[models.MailItem] = []
    size = 0
    for row in rows[:limit]:
        content = row.content or b""
        size += len(content)
        if items and size > _MOST_BYTES:
            break
        items.append(
            models.MailItem(
                id=row.id, partner=row.partner, kind=row.kind, name=row.name or row.id,
                control_number=row.control_number or None, created_at=row.created_at,
                content=base64.b64encode(content).decode(),
            )
        )  # fmt: skip
    return answer(models.Mailbox(channel=channel, items=tuple(items), more=len(rows) > len(items)))


async def confirm(call: Call) -> Response:
    """Marks what was collected; it waits no longer. What was confirmed before counts as confirmed."""
    channel = _channel(call)
    content = await body_of(call.request, (JSON,), _MOST_CONFIRMED)
    try:
        ids = list(dict.fromkeys(models.Confirmation.model_validate_json(content).ids))
    except ValidationError as error:
        if error.errors(include_input=False)[0]["type"] == "json_invalid":
            raise ApiError(400, kinds.NOT_JSON) from None
        kind = kinds.WRONG_PARAMETER
        problem = Problem(
            code=kind.code, severity=kind.severity, message=kind.title, path="ids", expected="1 to 1000 ids"
        )
        raise ApiError(422, kind, problems=[problem]) from None
    now = call.services.clock()

    def work(tx: Transaction) -> int:
        for id in ids:
            row = tx.parcel_head(id)
            if row is None or row.channel != channel:
                raise ApiError(422, kinds.NOT_ALL_WAITING)
        tx.confirm_collected(ids, now)
        return len(ids)

    done = await asyncio.wrap_future(call.services.ledger.write(work))
    return answer(models.Confirmed(confirmed=done))


def _channel(call: Call) -> str:
    """The mailbox that is asked for. Raises ApiError where there is none, or it is not this caller's."""
    name = call.path("channel")
    channel = call.services.channels.get(name)
    if channel is None or not call.caller.sees(channel.partner):
        raise nothing()
    return name
