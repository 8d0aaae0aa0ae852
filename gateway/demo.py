"""The demonstration: a real gateway in a temporary folder, fed with the samples as a supplier would."""

import asyncio
import json
import shutil
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from gateway.assembly import Parts, assemble
from gateway.config import load_config
from gateway.house import House
from gateway.init import write_settings
from gateway.ledger.contract import Reads
from gateway.ledger.records import DeliveryRow, DocumentRow, EventState, ParcelRow, ParcelState
from gateway.samples import demo_cases, samples_folder

PATIENCE = 30.0
"""Seconds in which one file must come out."""

_SETTINGS = {
    "WHARF__CHANNELS__EHR__LISTEN": "127.0.0.1:0",
    "WHARF__HTTP__LISTEN": "127.0.0.1:0",
    "WHARF__CHANNELS__SUPPLIERS__POLL": "0.1",
    "WHARF__CHANNELS__SUPPLIERS__SETTLE": "0.1",
    "WHARF__LOGGING__LEVEL": "error",
}


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one sample."""

    case: str
    delivery: DeliveryRow
    messages: tuple[DocumentRow, ...]
    answers: tuple[ParcelRow, ...]
    diagnosis: str
    """The text that lies beside a refused file; empty for others."""
    surprises: tuple[str, ...]
    """How it differs from what the sample says must come out."""


@dataclass(frozen=True, slots=True)
class Demo:
    """A demonstration that is running."""

    home: Path
    port: int

    @property
    def inbox(self) -> Path:
        """The folder that suppliers write into."""
        return self.home / "var" / "drop" / "in"

    @property
    def address(self) -> str:
        """Where it tells how it does."""
        return f"http://127.0.0.1:{self.port}/"


def prepare(home: Path) -> None:
    """Writes the settings of the demonstration: those of ``wharf init``, with the samples' partners."""
    write_settings(home)
    for path in (home / "partners").glob("*.toml"):
        path.unlink()
    for path in (samples_folder() / "partners").glob("*.toml"):
        shutil.copyfile(path, home / "partners" / path.name)


async def run(
    home: Path, began: Callable[[Demo], None], came: Callable[[Outcome], None], stop: asyncio.Event, *, stay: bool
) -> None:
    """Runs the gateway, feeds the samples one after the other, and stays until ``stop`` where asked to."""
    parts = await asyncio.to_thread(assemble, load_config(home / "wharf.toml", _SETTINGS))
    up: asyncio.Future[int] = asyncio.get_running_loop().create_future()
    ended = asyncio.Event()
    house = asyncio.create_task(House(parts, up.set_result).run(ended))
    stopped = asyncio.create_task(stop.wait())
    feeding = asyncio.create_task(_feed(parts, home, up, began, came))
    try:
        await asyncio.wait((house, feeding, stopped), return_when=asyncio.FIRST_COMPLETED)
        if feeding.done():
            feeding.result()
            if stay:
                await asyncio.wait((house, stopped), return_when=asyncio.FIRST_COMPLETED)
    finally:
        ended.set()
        for task in (feeding, stopped):
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task
        await house


async def _feed(
    parts: Parts,
    home: Path,
    up: asyncio.Future[int],
    began: Callable[[Demo], None],
    came: Callable[[Outcome], None],
) -> None:
    demo = Demo(home, await up)
    began(demo)
    for case in demo_cases():
        source = next(case.glob("input.*"))
        name = f"{case.name}{source.suffix}"
        # As a careful sender does it: written under a temporary name, then renamed.
        temporary = demo.inbox / f".{name}.tmp"
        await asyncio.to_thread(shutil.copyfile, source, temporary)
        temporary.rename(demo.inbox / name)
        async with asyncio.timeout(PATIENCE):
            outcome = await _outcome(parts, home, case, name)
        came(outcome)


async def _outcome(parts: Parts, home: Path, case: Path, name: str) -> Outcome:
    while True:
        outcome = await asyncio.to_thread(parts.ledger.read, lambda reads: _settled(reads, home, case, name))
        if outcome is not None:
            return outcome
        await asyncio.sleep(0.02)


def _settled(reads: Reads, home: Path, case: Path, name: str) -> Outcome | None:
    """What came of a file, once it is moved away, published and answered; None until then."""
    drop = home / "var" / "drop"
    moved = [folder for folder in ("done", "rejected") if (drop / folder / name).exists()]
    rows = [row for row in reads.deliveries(limit=20) if row.name == name]
    if not moved or not rows or rows[0].outcome is None:
        return None
    messages = reads.documents(delivery=rows[0].id)
    events = [reads.event(row.id) for row in messages]
    answers = reads.parcels(delivery=rows[0].id)
    if any(event is None or event.state is not EventState.PUBLISHED for event in events):
        return None
    if any(parcel.state is not ParcelState.DELIVERED for parcel in answers):
        return None
    note = drop / "rejected" / f"{name}.problems.txt"
    return Outcome(
        case=case.name,
        delivery=rows[0],
        messages=tuple(messages),
        answers=tuple(answers),
        diagnosis=note.read_text("utf-8") if note.exists() else "",
        surprises=tuple(_surprises(case, home, messages, answers)),
    )


def _surprises(case: Path, home: Path, messages: list[DocumentRow], answers: list[ParcelRow]) -> Iterator[str]:
    """Compares with what the sample says: the documents word for word, the rejections, the kinds of answers."""
    for status, file in (("accepted", "documents.json"), ("rejected", "rejected.json")):
        path = case / "expected" / file
        wanted = [row["document"] for row in json.loads(path.read_text("utf-8"))] if path.exists() else []
        found = [json.loads(row.body) for row in messages if row.status == status]
        if found != wanted:
            yield f"{len(found)} {status} messages differ from the {len(wanted)} of {case.name}/expected/{file}"
    kinds = sorted(path.stem.partition("-")[2] for path in (case / "expected" / "acks").glob("*.edi"))
    if sorted(parcel.kind for parcel in answers) != kinds:
        yield f"answers {[parcel.kind for parcel in answers]}, expected {kinds}"
    for parcel in answers:
        path = home / "var" / "drop" / "out" / parcel.partner / (parcel.name or "")
        if not path.is_file() or path.read_bytes() != parcel.content:
            yield f"the answer {parcel.name} does not lie in out/{parcel.partner}/"
