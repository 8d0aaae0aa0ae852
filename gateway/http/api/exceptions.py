"""Operations on exceptions: found, grouped, shown, assigned, noted and resolved."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Annotated, Literal

from pydantic import AwareDatetime, Field
from starlette.responses import Response

from canonical.model import Model
from gateway.exceptions import LONGEST_NAME, LONGEST_NOTE, add_note, resolve_all, story
from gateway.exceptions import assign as assign_ids
from gateway.exceptions import resolve as resolve_ids
from gateway.http.api.cursors import place_of
from gateway.http.api.instructions import Instruction, instruction_of, no_filter
from gateway.http.api.look import ask, nothing
from gateway.http.api.models import ExceptionItem, ExceptionList
from gateway.http.api.parameters import After, Limit, PartnerName
from gateway.http.api.told import exception_item, next_page
from gateway.http.api.trail import actor_of
from gateway.http.operations import Call, Parameters, answer
from gateway.ledger.contract import Transaction
from gateway.ledger.exception_records import Standing, Wanted

Code = Annotated[str | None, Field(pattern=r"^[A-Z0-9]{2,4}-[EWI][0-9]{4}$", description="Only this problem code.")]
Kind = Annotated[Literal["technical", "business"] | None, Field(description="Only those.")]
Text = Annotated[str, Field(min_length=1, max_length=LONGEST_NOTE)]
Person = Annotated[str, Field(min_length=1, max_length=LONGEST_NAME)]


class Groups(Parameters):
    """Which exceptions."""

    kind: Kind = None
    code: Code = None
    partner: PartnerName = None
    since: Annotated[AwareDatetime | None, Field(description="Opened then or later, as 2026-11-20T07:30:00Z.")] = None
    assigned: Annotated[
        str | None, Field(min_length=1, max_length=LONGEST_NAME, description="Only those of this person.")
    ] = None
    standing: Annotated[Standing, Field(description="Open ones alone, resolved ones alone, or all.")] = Standing.OPEN

    def wanted(self, partner: str | None) -> Wanted:
        """The same for the ledger."""
        return Wanted(self.standing, self.kind, self.code, partner, self.since, self.assigned)


class Exceptions(Groups):
    """Which exceptions, page by page."""

    after: After = None
    limit: Limit = 100
    all: Annotated[Literal["true", "false"], Field(description="The same as `standing=all`.")] = "false"


class GroupItem(Model):
    """Exceptions of one code and partner."""

    kind: str
    code: str
    partner: str | None = None
    count: int
    oldest: datetime
    newest: datetime
    example: ExceptionItem = Field(description="The newest one.")


class GroupList(Model):
    """The largest groups first, at most 200."""

    items: tuple[GroupItem, ...]


class NoteItem(Model):
    """What somebody wrote, or did."""

    at: datetime
    by: str
    text: str


class ExceptionAnswer(ExceptionItem):
    """An exception with all that is known around it."""

    title: str | None = Field(default=None, description="What the code means.")
    help: str | None = Field(default=None, description="What to do.")
    notes: tuple[NoteItem, ...] = ()
    earlier: tuple[ExceptionItem, ...] = Field(
        default=(), description="The same trouble, resolved before; the newest first, at most 10."
    )


class Assignment(Instruction):
    """To whom."""

    to: Person | None = Field(default=None, description="Nobody where it is left out.")


class Note(Instruction):
    """What to write."""

    text: Text


class Resolution(Instruction):
    """What was done."""

    note: Annotated[str, Field(max_length=LONGEST_NOTE)] = ""


class ManyResolution(Instruction):
    """Which open exceptions, by what they have in common, and what was done. At least one filter."""

    note: Text
    kind: Kind = None
    code: Code = None
    partner: PartnerName = None
    since: AwareDatetime | None = None
    assigned: Person | None = None


class Settled(Model):
    """How many were changed; what was so before does not count."""

    done: int


async def exceptions(call: Call) -> Response:
    """A page of exceptions."""
    asked = call.asked(Exceptions)
    wanted, after = asked.wanted(call.partner(asked.partner)), place_of("exceptions", asked.after)
    if asked.all == "true":
        wanted = replace(wanted, standing=Standing.ALL)
    page = await ask(call, lambda reads: reads.list_exceptions(wanted, after=after, limit=asked.limit))
    items = tuple(exception_item(row) for row in page.rows)
    return answer(ExceptionList(items=items, next=next_page(call, "exceptions", page.next)))


async def groups(call: Call) -> Response:
    """Counted by code and partner."""
    asked = call.asked(Groups)
    wanted = asked.wanted(call.partner(asked.partner))
    found = await ask(call, lambda reads: reads.exception_groups(wanted, limit=200))
    items = tuple(
        GroupItem(
            kind=each.kind, code=each.code, partner=each.partner, count=each.count, oldest=each.oldest,
            newest=each.newest, example=exception_item(each.example),
        )
        for each in found
    )  # fmt: skip
    return answer(GroupList(items=items))


async def exception(call: Call) -> Response:
    """One with its notes."""
    found = await ask(call, lambda reads: story(reads, call.path("id")))
    if found is None or not call.caller.sees(found.row.partner):
        raise nothing()
    return answer(
        ExceptionAnswer(
            **dict(exception_item(found.row)),
            title=found.title,
            help=found.help,
            notes=tuple(NoteItem(at=each.at, by=each.by, text=each.text) for each in found.notes),
            earlier=tuple(exception_item(row) for row in found.earlier),
        )
    )


async def assign(call: Call) -> Response:
    """To somebody, or to nobody."""
    to, now, by = (await instruction_of(call, Assignment)).to, call.services.clock(), call.caller.name
    return await _settle(call, lambda tx, own: assign_ids(tx, [own], to, by, now, actor_of(call)))


async def note(call: Call) -> Response:
    """One line more of its log."""
    text, now, by = (await instruction_of(call, Note)).text, call.services.clock(), call.caller.name
    return await _settle(call, lambda tx, own: int(add_note(tx, own, text, by, now, actor_of(call))))


async def resolve(call: Call) -> Response:
    """Done."""
    text, now, by = (await instruction_of(call, Resolution)).note, call.services.clock(), call.caller.name
    return await _settle(call, lambda tx, own: resolve_ids(tx, [own], text, by, now, actor_of(call)))


async def resolve_many(call: Call) -> Response:
    """All open ones that fit."""
    asked = await instruction_of(call, ManyResolution)
    wanted = Wanted(Standing.OPEN, asked.kind, asked.code, call.partner(asked.partner), asked.since, asked.assigned)
    now, by = call.services.clock(), call.caller.name
    if wanted == Wanted():
        raise no_filter()
    actor = actor_of(call)
    work = call.services.ledger.write(lambda tx: resolve_all(tx, wanted, asked.note, by, now, actor))
    return answer(Settled(done=await asyncio.wrap_future(work)))


async def _settle(call: Call, change: Callable[[Transaction, str], int]) -> Response:
    """Changes the exception of the address. Raises ApiError where there is none, or it is not this caller's."""
    id = call.path("id")

    def work(tx: Transaction) -> int:
        row = tx.exception(id)
        if row is None or not call.caller.sees(row.partner):
            raise nothing()
        return change(tx, id)

    return answer(Settled(done=await asyncio.wrap_future(call.services.ledger.write(work))))
