"""Whether a ledger is whole: a list of checks, each a function from the ledger to what it found wrong.

Rows are asked by statements that SQLite and PostgreSQL both take; only the check of the database's own pages is
SQLite's. Nothing is written.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Connection, Select, and_, func, literal_column, not_, or_, select
from sqlalchemy.exc import DBAPIError

from gateway.audit.entry import Head
from gateway.audit.sidecar import FILE as TRAIL_END
from gateway.audit.verify import verify as verify_trail
from gateway.ledger.audit_book import SqlAuditReads
from gateway.ledger.blobs import IN_ROW, digest
from gateway.ledger.care_book import SqlCareReads
from gateway.ledger.care_records import BlobsOf
from gateway.ledger.contract import LedgerError
from gateway.ledger.identity import read_identity, sidecar_of
from gateway.ledger.migrations import HEAD, revision_of
from gateway.ledger.payloads import LargeContent, Payloads
from gateway.ledger.records import DeliveryState, EventState, ParcelState
from gateway.ledger.schema import contents, counters, deliveries, documents, events, exceptions, metadata, numbers
from gateway.ledger.schema_outbound import OUTSTANDING, parcels
from gateway.ledger.sealed_blobs import sealed_payloads
from gateway.ledger.sealing import Sealer, head_of
from gateway.ledger.sqlite import fault_words
from gateway.ledger.store import FILE

MOST: Final = 20
"""Faults of one kind that are named; the rest is counted."""
_STRETCH: Final = 500


class Gravity(StrEnum):
    """How bad it is."""

    BAD = "bad"
    NOTE = "note"
    """Worth a word; nothing is lost by it."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is not as it must be."""

    check: str
    detail: str
    """In words, with ids and digests, without content."""
    gravity: Gravity = Gravity.BAD


@dataclass(frozen=True, slots=True)
class Bench:
    """What the checks look at."""

    connection: Connection
    data: Path
    large: LargeContent
    size: Callable[[str], int | None]
    """Of content that is not in its row, by its digest; None where it is not there."""
    files: Callable[[], Iterable[Path]]
    """The files of such content, where it lies in files."""
    deep: bool = False
    """Whether every file is read, and every page of the database."""
    tell: Callable[[str, int, int], None] = field(default=lambda _check, _done, _all: None)
    """Called with the check, and how far it is."""
    sealer: Sealer | None = None
    """The keys of what is encrypted, where there are any."""
    trail_end: Head | str | None = None
    """Where the audit trail was seen to end before the ledger was looked at, or why that is not known."""


Check = Callable[[Bench], Iterator[Fault]]


def pages(bench: Bench) -> Iterator[Fault]:
    """The database's own view of its pages and indexes."""
    if bench.connection.dialect.name != "sqlite":
        return
    pragma = "integrity_check" if bench.deep else "quick_check"
    for (found,) in bench.connection.exec_driver_sql(f"PRAGMA {pragma}({MOST})"):
        if found != "ok":
            yield Fault("pages", str(found)[:200])


def identity(bench: Bench) -> Iterator[Fault]:
    """Which ledger it is, and of which version."""
    if bench.connection.dialect.name == "sqlite":
        sidecar = sidecar_of(bench.data / FILE)
        beside = sidecar.read_text("ascii", "replace").strip() if sidecar.exists() else None
        if beside != read_identity(bench.connection):
            yield Fault("identity", f"{sidecar.name} does not name this ledger")
    found = revision_of(bench.connection)
    if found != HEAD:
        yield Fault("identity", f"its form is {found}; this version writes {HEAD}", Gravity.NOTE)


def references(bench: Bench) -> Iterator[Fault]:
    """Rows that name a row that is not there, by every foreign key of the tables."""
    for table in metadata.sorted_tables:
        for key in table.foreign_keys:
            own, other = key.parent, key.column.table.alias("other")
            there = select(literal_column("1")).where(other.c[key.column.name] == own).correlate(table).exists()
            missing = select(func.count()).select_from(table).where(own.is_not(None), not_(there))
            if count := _number(bench, missing):
                named = key.column.table.name
                yield Fault("references", f"{count} rows of {table.name} name a row of {named} that is gone")


def whole(bench: Bench) -> Iterator[Fault]:
    """Deliveries without their bytes, and bytes that should be gone."""
    has = select(literal_column("1")).where(contents.c.delivery == deliveries.c.id).correlate(deliveries).exists()
    yield from _named(
        bench, "contents", "has no content", select(deliveries.c.id).where(deliveries.c.pruned_at.is_(None), not_(has))
    )
    yield from _named(
        bench, "contents", "was pruned and has content",
        select(deliveries.c.id).where(deliveries.c.pruned_at.is_not(None), has), Gravity.NOTE,
    )  # fmt: skip


_PAYLOADS: Final[Sequence[tuple[str, Any, Any, Any, Any]]] = (
    ("delivery", deliveries.c.position, deliveries.c.id, contents.c.content, deliveries.c.sha256),
    ("document", documents.c.sequence, documents.c.id, documents.c.body, documents.c.sha256),
    ("document of parcel", parcels.c.position, parcels.c.id, parcels.c.body, parcels.c.body_sha256),
    ("parcel", parcels.c.position, parcels.c.id, parcels.c.content, parcels.c.content_sha256),
)


def digests(bench: Bench) -> Iterator[Fault]:
    """Every content against its digest. Files are read where that is asked for; else that they are there."""
    payloads, closed = sealed_payloads(bench.large, bench.sealer, bench.data), 0
    for kind, position, id, content, sha256 in _PAYLOADS:
        table = position.table
        asked = select(position, id, content, sha256).where(table.c.pruned_at.is_(None), sha256.is_not(None))
        if kind == "delivery":
            asked = asked.join(contents, contents.c.delivery == deliveries.c.id)
        total, done, after = _number(bench, select(func.count()).select_from(table)), 0, 0
        while rows := bench.connection.execute(asked.where(position > after).order_by(position).limit(_STRETCH)).all():
            for place, of, stored, expected in rows:
                after = place
                if _closed(payloads, stored):
                    closed += 1
                elif fault := _wrong(payloads, bench, stored, expected):
                    yield Fault("digests", f"{kind} {of}: {fault}")
            done += len(rows)
            bench.tell(f"digests of {kind}", done, total)
    if closed:
        detail = f"{closed} contents are encrypted with a key that is not at hand, and were not looked at"
        yield Fault("digests", detail, Gravity.NOTE)


def _closed(payloads: Payloads, stored: bytes | None) -> bool:
    """Whether it is sealed with a key that we do not have."""
    head = head_of(stored) if stored is not None else None
    return head is not None and head.key not in payloads.sealer.ids


def _wrong(payloads: Payloads, bench: Bench, stored: bytes | None, sha256: str) -> str | None:
    if stored is not None and head_of(stored) is None:
        return None if digest(stored) == sha256 else f"its content is not {sha256}"
    if stored is None and not bench.deep:
        size = bench.size(sha256)
        return f"its file {sha256} is missing or cut" if size is None or size <= IN_ROW else None
    try:
        payloads.mapped(stored, sha256)
    except LedgerError as error:
        return str(error)
    return None


def files(bench: Bench) -> Iterator[Fault]:
    """Files that no row names: harmless, and removed in time."""
    care, named = SqlCareReads(bench.connection), set[str]()
    for of in BlobsOf:
        after: int | None = 0
        while after is not None:
            names, after = care.blob_names(of, after)
            named |= names
    spare = [path.name for path in bench.files() if path.name not in named]
    if spare:
        yield Fault("files", f"{len(spare)} files of content are named by no row; they go in time", Gravity.NOTE)


def states(bench: Bench) -> Iterator[Fault]:
    """States that cannot be."""
    for table, known in ((deliveries, DeliveryState), (events, EventState), (parcels, ParcelState)):
        words = [each.value for each in known]
        yield from _named(bench, "states", "has no known state", select(table.c.id).where(table.c.state.not_in(words)))
    unplaced = and_(
        events.c.state == "published", or_(events.c.feed_position.is_(None), events.c.published_at.is_(None))
    )
    yield from _named(bench, "states", "is published without a place in the feed", select(events.c.id).where(unplaced))
    unready = and_(events.c.state == "ready", events.c.ready_at.is_(None))
    yield from _named(bench, "states", "is ready since never", select(events.c.id).where(unready))
    first = and_(events.c.is_first, events.c.state != "ready")
    yield from _named(bench, "states", "comes first and is not ready", select(events.c.id).where(first))
    fronts = func.count().filter(events.c.is_first)
    stuck = select(events.c.ordering_key).where(events.c.state == "ready").group_by(events.c.ordering_key)
    if keys := bench.connection.execute(stuck.having(fronts != 1)).all():
        yield Fault("states", f"{len(keys)} queues of events have no first: nothing of them is published")
    bare = and_(
        parcels.c.state.in_(["ready", "sending", "retrying", "delivered", "acknowledged"]),
        parcels.c.content_sha256.is_(None),
    )
    yield from _named(bench, "states", "is past rendering and has no bytes", select(parcels.c.id).where(bare))


def totals(bench: Bench) -> Iterator[Fault]:
    """What the running totals say waits, against the rows."""
    counted = {
        "waiting.deliveries": select(func.count()).where(deliveries.c.state == "received"),
        "waiting.events": select(func.count()).where(events.c.state == "ready"),
        "events.held": select(func.count()).where(events.c.state == "held"),
        "waiting.parcels": select(func.count()).select_from(parcels).where(OUTSTANDING),
        "waiting.exceptions": select(func.count()).where(exceptions.c.resolved_at.is_(None)),
    }
    told = {row.name: row.value for row in bench.connection.execute(select(counters))}
    for name, asked in counted.items():
        found = _number(bench, asked)
        if found != told.get(name, 0):
            yield Fault("totals", f"{name} says {told.get(name, 0)}, the rows are {found}")


def control_numbers(bench: Bench) -> Iterator[Fault]:
    """Places in the feed and control numbers that were used must not be given again."""
    given = {row.scope: row.value for row in bench.connection.execute(select(numbers))}
    end = _number(bench, select(func.coalesce(func.max(events.c.feed_position), 0)))
    if end > given.get("wharf.feed", 0):
        yield Fault("numbers", f"the feed is at {end}, and the next place is {given.get('wharf.feed', 0) + 1}")
    used = bench.connection.execute(
        select(parcels.c.control_number)
        .where(parcels.c.control_number.is_not(None), parcels.c.kind != "HL7")
        .order_by(parcels.c.position.desc())
        .limit(10_000)
    ).scalars()
    highest = max((int(each) for each in used if each.isdigit()), default=0)
    furthest = max((value for scope, value in given.items() if scope.startswith(("ISA ", "HL7 "))), default=0)
    if highest > furthest:
        yield Fault("numbers", f"control number {highest} was used, and numbers are given from {furthest + 1} on")


def trail(bench: Bench) -> Iterator[Fault]:
    """Whether the audit trail is whole."""
    known = {TRAIL_END: bench.trail_end} if isinstance(bench.trail_end, Head) else {}
    if isinstance(bench.trail_end, str):
        yield Fault("trail", bench.trail_end)
    reads = SqlAuditReads(bench.connection)
    flaws = verify_trail(reads.all(), reads.beginning(), known).flaws
    yield from (Fault("trail", flaw.text) for flaw in flaws[:MOST])
    if len(flaws) > MOST:
        yield Fault("trail", "and more: wharf audit verify")


CHECKS: Final[tuple[Check, ...]] = (
    pages, identity, references, whole, digests, files, states, totals, control_numbers, trail,
)  # fmt: skip
"""In order: what others rest on comes first."""


def verify(bench: Bench, checks: Sequence[Check] = CHECKS) -> Iterator[Fault]:
    """All that is found. Where the pages are damaged, the rows are not asked: nothing could be believed."""
    for check in checks:
        damaged = False
        try:
            for fault in check(bench):
                damaged = damaged or check is pages
                yield fault
        except DBAPIError as error:
            damaged = True
            yield Fault(check.__name__, f"the ledger {fault_words(error)}")
        if damaged:
            return


def _number(bench: Bench, asked: Select[Any]) -> int:
    return int(bench.connection.execute(asked).scalar_one())


def _named(bench: Bench, check: str, what: str, asked: Select[Any], gravity: Gravity = Gravity.BAD) -> Iterator[Fault]:
    table = next(iter(asked.get_final_froms())).name  # type: ignore[attr-defined]
    ids = list(bench.connection.execute(asked.limit(MOST + 1)).scalars())
    for id in ids[:MOST]:
        yield Fault(check, f"{table} {id} {what}", gravity)
    if len(ids) > MOST:
        yield Fault(check, f"more of {table} {what}", gravity)
