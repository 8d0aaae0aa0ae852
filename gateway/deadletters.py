"""What cannot go on by itself, from all places where such things lie, in one list; and the ways back.

Nothing is thrown away: what is dropped is marked, with who, when and why, and can be sent on its way all the same.
"""

import asyncio
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from gateway.audit.deeds import dead_letter
from gateway.audit.entry import Actor
from gateway.audit.record import audit
from gateway.deadletters_found import BACK, MOST, DeadLetter, Kind, in_ledger, letter_of, of_letter
from gateway.ids import Clock
from gateway.ledger.contract import Ledger, Transaction
from gateway.ledger.dead_letter_records import Action, LetterRow, Mark
from gateway.ledger.exception_records import Wanted
from gateway.ledger.outbound_records import ParcelMove
from gateway.ledger.parcel_states import IllegalStepError, ParcelStep
from gateway.publishers.letters import Letter, Letters

LONGEST_REASON: Final = 500


@dataclass(frozen=True, slots=True)
class Settled:
    """What became of one that was to be retried or dropped."""

    id: str
    done: bool
    told: str


@dataclass(frozen=True, slots=True)
class DeadLetters:
    """All of one gateway. Where the broker cannot be reached, PublisherError is raised."""

    ledger: Ledger
    letters: Letters | None
    """None where there is no broker."""
    clock: Clock
    recorded: Callable[[], None] = lambda: None
    """Called where something is ready to be read, sent or published."""

    async def find_all(self, *, dropped: bool = False, kinds: Iterable[Kind] = Kind) -> list[DeadLetter]:
        """All that wait for a person; with ``dropped`` also what was set aside."""
        wanted = set(kinds)
        found = await asyncio.to_thread(self.ledger.read, in_ledger)
        if self.letters is not None and wanted & {Kind.UNROUTED, Kind.COMMAND, Kind.CONSUMER}:
            found += [of_letter(letter) for letter in await self.letters.look()]
        return [each for each in found if each.kind in wanted and (dropped or not each.dropped)]

    async def find(self, id: str) -> DeadLetter | None:
        """One, set aside or not."""
        return next((each for each in await self.find_all(dropped=True) if each.id == id), None)

    async def retry(self, ids: Sequence[str], why: str, by: str, actor: Actor) -> list[Settled]:
        """Sends each on its way."""
        found = {each.id: each for each in await self.find_all(dropped=True)}
        done: list[Settled] = []
        at_broker = [id for id in ids if id in found and _at_broker(found[id])]
        sent = (
            {letter.id for letter in await self.letters.send_back(at_broker)} if self.letters and at_broker else set()
        )
        for id in dict.fromkeys(ids):
            each = found.get(id)
            if each is None:
                done.append(Settled(id, False, "there is no dead letter of this id"))
            elif _at_broker(each):
                took = id in sent
                done.append(Settled(id, took, BACK[each.kind] if took else "no queue takes it back"))
                if took:
                    await self._marked(each, Action.RETRIED, why, by, actor)
            elif each.kind in (Kind.UNROUTED, Kind.COMMAND, Kind.CONSUMER):
                done.append(await self._put_back(each, why, by, actor))
            else:
                done.append(await asyncio.to_thread(self._retry, each, why, by, actor))
        self.recorded()
        return done

    async def drop(self, ids: Sequence[str], why: str, by: str, actor: Actor) -> list[Settled]:
        """Sets each aside; it is kept."""
        found = {each.id: each for each in await self.find_all(dropped=True)}
        at_broker = [id for id in ids if id in found and _at_broker(found[id])]
        taken: set[str] = set()
        if self.letters is not None and at_broker:
            taken = {letter.id for letter in await self.letters.take_off(at_broker, self._keep)}
        done: list[Settled] = []
        for id in dict.fromkeys(ids):
            each = found.get(id)
            if each is None:
                done.append(Settled(id, False, "there is no dead letter of this id"))
            elif each.dropped:
                done.append(Settled(id, False, "it was dropped before"))
            elif _at_broker(each) and id not in taken:
                done.append(Settled(id, False, "it is gone from its queue"))
            else:
                done.append(await asyncio.to_thread(self._drop, each, why, by, actor))
        self.recorded()
        return done

    async def _keep(self, letter: Letter) -> None:
        facts = {
            "origin": letter.origin, "exchange": letter.exchange, "routingKey": letter.routing_key,
            "reason": letter.reason, "messageId": letter.message_id,
            "since": letter.since.isoformat() if letter.since else None, "headers": letter.headers,
        }  # fmt: skip
        row = LetterRow(letter.id, letter.queue, facts, letter.body, self.clock())
        await asyncio.to_thread(self.ledger.keep, row.body)
        await asyncio.wrap_future(self.ledger.write(lambda tx: tx.add_letter(row)))

    async def _put_back(self, each: DeadLetter, why: str, by: str, actor: Actor) -> Settled:
        """One that was taken off its queue."""
        row = await asyncio.to_thread(self.ledger.read, lambda reads: reads.letter(each.id))
        if row is None or not each.dropped:
            return Settled(each.id, False, "it was sent back before")
        if self.letters is None:
            return Settled(each.id, False, "there is no broker in the settings")
        await self.letters.put_back(letter_of(row))
        await self._marked(each, Action.RETRIED, why, by, actor)
        return Settled(each.id, True, BACK[each.kind])

    async def _marked(self, each: DeadLetter, action: Action, why: str, by: str, actor: Actor) -> None:
        mark = Mark(each.kind.value, each.id, action, why, by, self.clock())
        await asyncio.wrap_future(self.ledger.write(lambda tx: _mark(tx, mark, each, actor)))

    def _retry(self, each: DeadLetter, why: str, by: str, actor: Actor) -> Settled:
        now = self.clock()

        def work(tx: Transaction) -> str | None:
            if (problem := _sent_on(tx, each, why, by, now)) is not None:
                return problem
            _mark(tx, Mark(each.kind.value, each.id, Action.RETRIED, why, by, now), each, actor)
            _resolve(tx, each, f"sent on its way: {why}" if why else "sent on its way", by, now)
            return None

        problem = self.ledger.write(work).result()
        return Settled(each.id, problem is None, problem or BACK[each.kind])

    def _drop(self, each: DeadLetter, why: str, by: str, actor: Actor) -> Settled:
        now = self.clock()

        def work(tx: Transaction) -> bool:
            if each.kind is Kind.EVENT and not tx.drop_event(each.id):
                return False
            _mark(tx, Mark(each.kind.value, each.id, Action.DROPPED, why, by, now), each, actor)
            _resolve(tx, each, f"dropped: {why}", by, now)
            return True

        done = self.ledger.write(work).result()
        return Settled(each.id, done, "dropped; it is kept" if done else "it was published meanwhile")


def _mark(tx: Transaction, mark: Mark, each: DeadLetter, actor: Actor) -> None:
    """In the list, and on record."""
    tx.mark(mark)
    audit(tx, dead_letter(mark.action, mark.kind, mark.of, each.partner, actor, mark.why))


def _sent_on(tx: Transaction, each: DeadLetter, why: str, by: str, now: datetime) -> str | None:
    """Sends one of the ledger's on its way; why not, where that cannot be."""
    match each.kind:
        case Kind.DELIVERY:
            row = tx.delivery(each.id)
            if row is None or not row.held:
                return "it is being read already"
            tx.reopen_delivery(each.id)
        case Kind.PARCEL:
            try:
                tx.move_parcel(ParcelMove(each.id, ParcelStep.RESENT, now, why, by))
            except (IllegalStepError, LookupError) as error:
                return str(error)
        case Kind.EVENT:
            document = tx.document(each.id) if each.dropped else None
            if document is not None and document.pruned_at is not None:
                return f"its content was pruned on {document.pruned_at:%Y-%m-%d}: it cannot be published any more"
            if each.dropped and not tx.recover_event(each.id):
                return "it is not dropped any more"
        case _:
            return "only the broker has it"
    return None


def _resolve(tx: Transaction, each: DeadLetter, note: str, by: str, now: datetime) -> None:
    """What was told of it is settled."""
    match each.kind:
        case Kind.DELIVERY:
            wanted = Wanted(delivery=each.id)
        case Kind.PARCEL:
            wanted = Wanted(parcel=each.id)
        case Kind.EVENT:
            wanted = Wanted(document=each.id)
        case _:
            return
    rows = tx.list_exceptions(wanted, limit=MOST).rows
    own = [row.id for row in rows if each.kind is not Kind.DELIVERY or (row.parcel is None and row.document is None)]
    tx.resolve_exceptions(own, now, note, by)


def _at_broker(each: DeadLetter) -> bool:
    return each.more is not None and each.more.get("at") == "broker"
