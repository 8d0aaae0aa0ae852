"""Fills the evidence from journals, folders and a ledger that nobody writes any more."""

import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

import sqlalchemy as sa

from tests.chaos.evidence import Answered, Collected, Delivery, Evidence, Ledger, Outbound, Sent
from tests.chaos.generator import DOORS
from tests.chaos.journal import read_journal
from tests.chaos.messages import PHI, Kind
from tests.chaos.reference import expected_of
from tests.chaos.site import SQLITE, Site
from tests.rigs.gateway import wharf

VERDICTS = frozenset({"acked", "moved", "rejected", "held", "unknown"})


def gather(
    site: Site, env: Mapping[str, str], journals: Path, stuck: Sequence[str], telling: Iterable[tuple[str, bytes]] = ()
) -> Evidence:
    """All evidence of a campaign that has ended.

    ``env`` is what the gateway's settings need; ``telling`` are answers that may hold no patient, with their names.
    """
    sent: list[Sent] = []
    answered: list[Answered] = []
    for door in DOORS:
        if (path := journals / f"{door}.jsonl").exists():
            own, told = _client(door, path)
            sent += own
            answered += told
    return Evidence(
        sent=sent,
        answered=answered,
        collected=_collected(journals / "collector.jsonl"),
        outbound=list(_outbound(site)),
        ledger=dump(site, env),
        leftovers=list(_leftovers(site)),
        exposed=list(_exposed(site, [*telling, *((one.unit, one.answer.encode()) for one in answered)])),
        stuck=stuck,
    )


def tally(journals: Path) -> dict[str, Counter[str]]:
    """What the clients of each door did and were told, counted: ``sent plain``, ``resent unknown``, ``moved``."""
    tallies: dict[str, Counter[str]] = {}
    for door in DOORS:
        if (path := journals / f"{door}.jsonl").exists():
            found = tallies.setdefault(door, Counter())
            for entry in read_journal(path):
                detail = entry.get("kind") or entry.get("why") or ""
                found[f"{entry['what']} {detail}".strip()] += 1
    return tallies


def dump(site: Site, env: Mapping[str, str]) -> Ledger:
    """The ledger's rows that matter, read with plain SQL."""
    if site.ledger == SQLITE:
        address = f"sqlite:///file:{site.nodes[0].data}/ledger.db?mode=ro&uri=true"
    else:
        address = site.ledger.replace("postgresql://", "postgresql+psycopg://", 1)
    engine = sa.create_engine(address, poolclass=sa.NullPool)
    with engine.connect() as connection:
        return Ledger(
            deliveries=[
                Delivery(row[0], row[1], row[2] or "")
                for row in connection.execute(sa.text("SELECT sha256, state, outcome FROM deliveries"))
            ],
            events=[(row[0], row[1]) for row in connection.execute(sa.text("SELECT id, state FROM events"))],
            parcels=[(row[0], row[1]) for row in connection.execute(sa.text("SELECT id, state FROM parcels"))],
            damage=[*_verified(site, env), *(_damage(connection) if site.ledger == SQLITE else ())],
        )


def _verified(site: Site, env: Mapping[str, str]) -> list[str]:
    """What the product's own examination finds wrong."""
    done = wharf("ledger", "verify", "--deep", "-c", site.config, env={**env, **site.nodes[0].env}, timeout=300)
    return [] if done.returncode == 0 else (done.stdout + done.stderr).decode(errors="replace").splitlines()


def _damage(connection: sa.Connection) -> list[str]:
    """What SQLite itself finds wrong; PostgreSQL looks at its pages whenever it reads them."""
    found = [str(row[0]) for row in connection.execute(sa.text("PRAGMA integrity_check")) if row[0] != "ok"]
    rows = connection.execute(sa.text("PRAGMA foreign_key_check"))
    return found + [f"a row of {row[0]} refers to none" for row in rows]


def _client(door: str, path: Path) -> tuple[list[Sent], list[Answered]]:
    sent: list[Sent] = []
    answered: list[Answered] = []
    for entry in read_journal(path):
        if entry["what"] == "sent":
            content = entry["content"].encode()
            documents = expected_of(content)
            control = _control(entry["content"])
            sent.append(
                Sent(
                    entry["unit"], door, Kind(entry["kind"]), entry["sha256"], documents,
                    tuple(document.key for document in documents), control, entry["at"],
                )
            )  # fmt: skip
        elif entry["what"] in VERDICTS:
            answered.append(
                Answered(
                    entry["unit"], entry["sha256"], entry["what"], entry["code"], entry.get("answer", ""), entry["at"]
                )
            )
    return sent, answered


def _control(text: str) -> str:
    """GS06 of an interchange, MSH-10 of a message, nothing of a document."""
    if text.startswith("MSH"):
        return text.split("|", 10)[9]
    return text.split("~", 2)[1].split("*")[6] if text.startswith("ISA") else ""


def _collected(path: Path) -> list[Collected]:
    return [
        Collected(
            entry["order"], entry["queue"], entry["id"], entry["event"], entry["canary"], entry["digest"],
            entry["sha256"], entry["told"], entry["attempt"], entry["redelivered"], entry["at"],
        )
        for entry in read_journal(path)
    ]  # fmt: skip


def _outbound(site: Site) -> Iterator[Outbound]:
    places = {door: site.drop / "out" / f"chaos{door}" for door in DOORS} | {"sftp": site.server.outbox}
    for place, folder in places.items():
        for path in sorted(folder.iterdir()) if folder.exists() else ():
            if path.is_file() and not path.name.startswith("."):
                yield _file(place, path.name, path.read_bytes())


def _file(place: str, name: str, content: bytes) -> Outbound:
    text = content.decode("latin-1")
    group = re.search(r"AK1\*\w+\*(\d+)", text)
    verdict = re.search(r"AK9\*(\w)", text)
    return Outbound(
        place=place,
        name=name,
        sha256=hashlib.sha256(content).hexdigest(),
        control=text.split("*")[13],
        answers=group[1] if group else "",
        accepts=verdict is not None and verdict[1] == "A",
        orders=tuple(re.findall(r"BEG\*\w+\*\w+\*([^*]+)\*", text)),
    )


def _leftovers(site: Site) -> Iterator[str]:
    folders = [site.drop / "in", site.server.inbox, site.server.outbox]
    folders += [folder for node in site.nodes for folder in (node.data, node.data / "spool")]
    out = site.drop / "out"
    folders += [path for path in out.iterdir() if path.is_dir()] if out.exists() else []
    for folder in folders:
        for path in folder.iterdir() if folder.exists() else ():
            waiting = folder in (site.drop / "in", site.server.inbox) and path.is_file()
            if path.is_file() and (path.name.startswith(".") or waiting or folder.name == "spool"):
                yield str(path)


def _exposed(site: Site, telling: Iterable[tuple[str, bytes]]) -> Iterator[str]:
    canary = PHI.encode()
    for node in site.nodes:
        with node.log.open("rb") as log:
            if any(canary in line for line in log):
                yield str(node.log)
    for name, content in telling:
        if canary in content:
            yield name
