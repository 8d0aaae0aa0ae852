"""Operations on dead letters: what cannot go on by itself, and its way back."""

from collections.abc import Awaitable
from datetime import datetime
from typing import Annotated, Any, Literal, TypeVar

from pydantic import Field
from starlette.responses import Response

from canonical.model import Model
from gateway import problems_http as kinds
from gateway.deadletters import LONGEST_REASON, Settled
from gateway.deadletters_found import BACK, DeadLetter, Kind
from gateway.http.api.instructions import Instruction, instruction_of
from gateway.http.api.look import nothing
from gateway.http.api.trail import actor_of
from gateway.http.operations import Call, Parameters, answer
from gateway.http.problems import ApiError
from gateway.problems_attention import NO_WAY_BACK
from gateway.publishers.contract import PublisherError

T = TypeVar("T")


class DeadLetters(Parameters):
    """Which dead letters."""

    kind: Annotated[Kind | None, Field(description="Only those.")] = None
    all: Annotated[Literal["true", "false"], Field(description="What was dropped too.")] = "false"


class MarkItem(Model):
    """What a person did with it last."""

    action: Literal["retried", "dropped"]
    why: str
    by: str
    at: datetime


class DeadLetterItem(Model):
    """Something that cannot go on by itself."""

    id: str
    kind: Kind
    partner: str | None = None
    what: str
    reason: str
    since: datetime | None = None
    retry: str = Field(description="What a retry does, in words.")
    dropped: bool
    mark: MarkItem | None = None
    more: dict[str, Any] = Field(default={}, description="What else is known of it; that depends on its kind.")


class DeadLetterList(Model):
    """All of them; at most 1000 of each kind."""

    items: tuple[DeadLetterItem, ...]


class Retry(Instruction):
    """What changed."""

    why: Annotated[str, Field(max_length=LONGEST_REASON)] = ""


class Drop(Instruction):
    """Why it is set aside."""

    why: Annotated[str, Field(min_length=1, max_length=LONGEST_REASON)]


class SettledItem(Model):
    """What became of it."""

    id: str
    told: str


async def deadletters(call: Call) -> Response:
    """All that wait for a person."""
    asked = call.asked(DeadLetters)
    chosen = list(Kind) if asked.kind is None else [asked.kind]
    found = await _now(call.services.dead_letters.find_all(dropped=asked.all == "true", kinds=chosen))
    return answer(DeadLetterList(items=tuple(_item(each) for each in found)))


async def deadletter(call: Call) -> Response:
    """One."""
    found = await _now(call.services.dead_letters.find(call.path("id")))
    if found is None:
        raise nothing()
    return answer(_item(found))


async def retry(call: Call) -> Response:
    """Sends it on its way."""
    why = (await instruction_of(call, Retry)).why
    work = call.services.dead_letters.retry([call.path("id")], why, call.caller.name, actor_of(call))
    return await _settled(call, work)


async def drop(call: Call) -> Response:
    """Sets it aside."""
    why = (await instruction_of(call, Drop)).why
    work = call.services.dead_letters.drop([call.path("id")], why, call.caller.name, actor_of(call))
    return await _settled(call, work)


async def _settled(call: Call, work: Awaitable[list[Settled]]) -> Response:
    (done,) = await _now(work)
    if done.done:
        return answer(SettledItem(id=done.id, told=done.told))
    if await _now(call.services.dead_letters.find(call.path("id"))) is None:
        raise nothing()
    raise ApiError(409, NO_WAY_BACK, detail=done.told)


async def _now(work: Awaitable[T]) -> T:
    """What the broker is asked for. Raises ApiError where it is away."""
    try:
        return await work
    except PublisherError as error:
        raise ApiError(503, kinds.NOT_NOW, detail=error.title, headers={"Retry-After": "5"}) from None


def _item(each: DeadLetter) -> DeadLetterItem:
    mark = each.mark
    return DeadLetterItem(
        id=each.id,
        kind=each.kind,
        partner=each.partner,
        what=each.what,
        reason=each.reason,
        since=each.since,
        retry=BACK[each.kind],
        dropped=each.dropped,
        mark=MarkItem(action=mark.action.value, why=mark.why, by=mark.by, at=mark.at) if mark is not None else None,
        more=each.more or {},
    )
