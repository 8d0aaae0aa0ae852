"""Operations on replays: tried, done, and looked at."""

import asyncio
from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import AwareDatetime, Field
from starlette.responses import Response

from canonical.difference_words import in_words
from canonical.model import Model
from canonical.problem import Problem
from gateway.audit.deeds import replay_tried
from gateway.http.api.instructions import Instruction, instruction_of, no_filter
from gateway.http.api.look import ask, nothing
from gateway.http.api.models import ReplayedItem
from gateway.http.api.told import replayed_item
from gateway.http.api.trail import actor_of, on_record
from gateway.http.operations import Call, Parameters, answer
from gateway.http.problems import ApiError
from gateway.ledger.contract import Reads
from gateway.ledger.replay_records import Choice, ReplayRow
from gateway.problems_attention import MORE_THAN_EXPECTED
from gateway.replay.bounds import Bounds, TooMuchError
from gateway.replay.choosing import MOST, TooManyError
from gateway.replay.desk import Looked
from gateway.replay.trial import Tried

_SHOWN = 1000
"""Messages that a dry run tells one by one, those that change something first."""
_ITEMS = 1000
_NAME = r"^[a-z0-9_.]{1,64}$"


class Chosen(Instruction):
    """Which messages: by ids, or by what they have in common."""

    ids: tuple[Annotated[str, Field(pattern=r"^[A-Za-z0-9-]{1,64}$")], ...] = Field(
        default=(), max_length=1000, description="Of documents or deliveries; nothing else may be given with them."
    )
    partner: str | None = Field(default=None, pattern=_NAME)
    type: str | None = Field(default=None, pattern=_NAME)
    number: str | None = Field(default=None, min_length=1, max_length=200)
    status: Literal["accepted", "rejected"] | None = None
    since: AwareDatetime | None = Field(default=None, description="Recorded then or later.")
    until: AwareDatetime | None = Field(default=None, description="Recorded before.")
    code: str | None = Field(default=None, pattern=r"^[A-Z0-9]{2,4}-[EWI][0-9]{4}$", description="Of a problem.")
    channel: str | None = Field(default=None, pattern=_NAME, description="That they came by.")


class Ordered(Chosen):
    """Which messages, how and why."""

    reason: str = Field(min_length=1, max_length=500, description="Why; it is kept.")
    as_new: bool = Field(default=False, description="What they say today, under ids of their own.")
    most: int = Field(default=100, ge=1, le=MOST, description="Nothing is done where more messages fit.")


class ChangeItem(Model):
    """One thing that a document says differently today."""

    path: str
    then: Any = None
    today: Any = None
    words: str


class TriedItem(Model):
    """One message, then and today."""

    id: str | None = None
    delivery: str
    partner: str | None = None
    document_type: str | None = None
    number: str | None = None
    verdict: Literal["same", "changed", "newly accepted", "newly rejected", "still rejected", "not tried"]
    differences: tuple[ChangeItem, ...] = ()
    problems: tuple[Problem, ...] = Field(default=(), description="Why it is rejected today.")


class LeftOut(Model):
    """What was asked for, and is not replayed."""

    id: str
    reason: str


class Counted(Model):
    """What a replay is about."""

    messages: int
    deliveries: int
    counts: dict[str, int] = Field(description="How many of each verdict.")
    taken_along: int = Field(description="Rejected messages that are read again with others of their delivery.")
    accepted_since: int = Field(description="Rejected messages that became documents since; nothing is done with them.")
    pruned: int = Field(description="Messages that fit, and whose content is not kept any more.")
    left_out: tuple[LeftOut, ...] = ()


class TrialAnswer(Counted):
    """What would become of the messages. Nothing was changed."""

    items: tuple[TriedItem, ...] = Field(description="At most 1000, those that are not the same first.")


class ReplayAnswer(Counted):
    """What a replay began; what is read again is done within seconds."""

    id: str
    published: int = Field(description="Events that go out again under their own ids.")
    waiting: int = Field(description="Events that were still to be published anyway.")
    new: int = Field(description="Events that go out as new ones.")
    read: int = Field(description="Rejected messages that are read again.")


class ReplayItem(Model):
    """One replay."""

    id: str
    at: datetime
    by: str
    reason: str
    as_new: bool
    chosen: dict[str, Any] = Field(description="What was asked for.")


class ReplayList(Model):
    """The newest replays first."""

    items: tuple[ReplayItem, ...]


class ReplayStory(ReplayItem):
    """One replay with its messages, at most 1000."""

    items: tuple[ReplayedItem, ...]


class Replays(Parameters):
    """How many replays."""

    limit: Annotated[int, Field(ge=1, le=500, description="At most so many, 1 to 500.")] = 100


async def dry_run(call: Call) -> Response:
    """Reads the kept bytes again with the settings of today."""
    choice = _choice(call, await instruction_of(call, Chosen))
    looked = await _look(call, choice)
    await on_record(call, replay_tried(choice, list(looked.chosen.batches), len(looked.tried.tried), actor_of(call)))
    told = sorted(looked.tried.tried, key=lambda each: each.verdict == "same")
    return answer(TrialAnswer(**_counted(looked), items=tuple(_tried(each) for each in told[:_SHOWN])))


async def replay(call: Call) -> Response:
    """Does it."""
    asked = await instruction_of(call, Ordered)
    choice = _choice(call, asked)
    looked = await _look(call, choice)
    if len(looked.tried.tried) > asked.most:
        count = len(looked.tried.tried)
        raise ApiError(409, MORE_THAN_EXPECTED, more={"messages": count, "most": asked.most})
    done = await asyncio.to_thread(
        call.services.replays.do, looked, choice, by=call.caller.name, actor=actor_of(call), reason=asked.reason,
        as_new=asked.as_new,
    )  # fmt: skip
    call.services.replays.recorded()
    told = {"published": done.published, "waiting": done.waiting, "new": done.new, "read": done.read}
    return answer(
        ReplayAnswer(**_counted(looked), id=done.replay, **told), 202, {"Location": f"/api/v1/replays/{done.replay}"}
    )


async def replays(call: Call) -> Response:
    """The newest."""
    limit = call.asked(Replays).limit
    rows = await ask(call, lambda reads: reads.replays(limit))
    return answer(ReplayList(items=tuple(ReplayItem(**_told(row)) for row in rows)))


async def story(call: Call) -> Response:
    """One with its messages."""

    def work(reads: Reads) -> ReplayStory:
        row = reads.replay(call.path("id"))
        if row is None:
            raise nothing()
        items = reads.replay_items(row.id)[:_ITEMS]
        return ReplayStory(**_told(row), items=tuple(replayed_item(row, each) for each in items))

    return answer(await ask(call, work))


def _choice(call: Call, asked: Chosen) -> Choice:
    filters = Choice(
        partner=asked.partner, document_type=asked.type, number=asked.number, status=asked.status, since=asked.since,
        until=asked.until, code=asked.code, channel=asked.channel,
    )  # fmt: skip
    if (filters == Choice()) != bool(asked.ids):
        raise no_filter()
    call.partner(asked.partner)
    return Choice(ids=asked.ids) if asked.ids else filters


async def _look(call: Call, choice: Choice) -> Looked:
    try:
        return await asyncio.to_thread(call.services.replays.look, choice, call.caller.sees, Bounds())
    except TooManyError:
        raise ApiError(409, MORE_THAN_EXPECTED, more={"most": MOST}) from None
    except TooMuchError as error:
        raise ApiError(409, MORE_THAN_EXPECTED, detail=str(error)) from None


def _counted(looked: Looked) -> dict[str, Any]:
    chosen = looked.chosen
    return {
        "messages": len(looked.tried.tried),
        "deliveries": len(chosen.batches),
        "counts": looked.tried.counts,
        "taken_along": chosen.along,
        "accepted_since": chosen.accepted_since,
        "pruned": chosen.pruned,
        "left_out": tuple(LeftOut(id=id, reason=reason) for id, reason in chosen.left_out),
    }


def _tried(each: Tried) -> TriedItem:
    head, message = each.head, each.message
    body = message.body if message is not None else None
    return TriedItem(
        id=head.id if head is not None else None,
        delivery=each.delivery,
        partner=head.partner if head is not None else message.partner.name if message is not None else None,
        document_type=head.document_type if head is not None else body.document_type if body is not None else None,
        number=head.number if head is not None else body.number if body is not None else None,
        verdict=each.verdict.value,
        differences=tuple(
            ChangeItem(path=one.path, then=one.left, today=one.right, words=in_words(one, "then", "today"))
            for one in each.differences
        ),
        problems=each.problems,
    )


def _told(row: ReplayRow) -> dict[str, Any]:
    return {
        "id": row.id, "at": row.at, "by": row.by, "reason": row.reason, "as_new": row.as_new, "chosen": row.chosen,
    }  # fmt: skip
