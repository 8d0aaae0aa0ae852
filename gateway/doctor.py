"""Looks at everything that the gateway needs around it: each look is one function that gives findings."""

import asyncio
import http.client
import os
import resource
import tempfile
from collections.abc import Iterable
from contextlib import closing
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from adapters.contracts import AdapterError
from gateway.config import Config, Listen
from gateway.config.across import owned_folders
from gateway.config.settings import SQLITE, open_way
from gateway.disk.levels import Thresholds
from gateway.disk.look import disks
from gateway.disk.watch import DATA
from gateway.doctor_findings import Finding, Verdict

if TYPE_CHECKING:
    from gateway.publishers.connection import BrokerAddress

FIXED_SQLITE = ((3, 51, 3), None), ((3, 50, 7), (3, 51, 0)), ((3, 44, 6), (3, 45, 0))
"""Versions, from and before, that are free of the fault by which a reset of the write-ahead log could skip pages.
Source: sqlite.org/wal.html, "The WAL-Reset Bug"."""
SPARE_DESCRIPTORS = 200
"""Open files beside connections: the ledger, the broker, the log, files under way."""
_FIRST_YEAR = 2025
_PROC = Path("/proc/sys/fs/inotify")
_BROKER_SECONDS = 5.0


def examine(config: Config, now: datetime) -> Iterable[Finding]:
    """All findings, in the order in which a person would fix them; nothing is changed, nothing stays behind."""
    yield clock(now, config.data)
    yield writable("data folder", config.data)
    yield from space(config)
    yield from ledger(config)
    drops = config.drops()
    for name, channel in drops.items():
        for folder in owned_folders(channel.path):
            yield writable(f"channel {name}", folder)
    if drops:
        yield watches(len(drops))
    listeners = config.listeners()
    if listeners:
        yield descriptors(sum(channel.connections for channel in listeners.values()))
    yield port("http", config.http.listen, config.http.listen)
    for name, listener in listeners.items():
        if listener.listen is not None:
            yield port(name, listener.listen, config.http.listen)
    for name, server in config.servers().items():
        # Loaded only where it is needed: most sites have no such server.
        from gateway.doctor_servers import sftp_server

        yield from sftp_server(name, server)
    yield from certificates(config, now)
    yield broker(config)


def certificates(config: Config, now: datetime) -> Iterable[Finding]:
    """Whether certificates are valid, and for how long."""
    # Loaded only where it is needed: many sites have no certificates here.
    from gateway.certificates import DAYS, certificates_of, left

    for each in certificates_of(config):
        subject, told = f"certificate {each.name}", left(each, now)
        if each.ends <= now:
            yield Finding(Verdict.BAD, subject, told, "Put a new certificate in its place.")
        elif (each.ends - now).days < DAYS[0]:
            yield Finding(Verdict.NOTE, subject, told, "Have a new certificate made, and put it in its place.")
        else:
            yield Finding(Verdict.GOOD, subject, told)


def clock(now: datetime, data: Path) -> Finding:
    """Whether the clock is sane: not in the far past, and not behind what was written before."""
    if now.year < _FIRST_YEAR:
        return Finding(Verdict.BAD, "clock", f"says {now:%Y-%m-%d}", "Set the clock, and let a time service keep it.")
    newest = max((_modified(path) for path in (data.glob("*") if data.is_dir() else ())), default=0.0)
    behind = newest - now.timestamp()
    if behind > 60:
        detail = f"is {int(behind)} s behind the newest file in {data}"
        return Finding(Verdict.BAD, "clock", detail, "The clock was turned back. Set it right before the gateway runs.")
    return Finding(Verdict.GOOD, "clock", f"{now.astimezone(UTC):%Y-%m-%d %H:%M} UTC")


def writable(subject: str, folder: Path) -> Finding:
    """Whether a file can be made in the folder, or, when it is not there yet, in the nearest one above."""
    place = _nearest(folder)
    if not place.is_dir():
        return Finding(Verdict.BAD, subject, f"{place} is no folder", "Name another folder in wharf.toml.")
    try:
        with tempfile.TemporaryFile(dir=place):
            pass
    except OSError as error:
        detail = f"{place}: {(error.strerror or 'not writable').lower()}"
        return Finding(Verdict.BAD, subject, detail, f"Let the user of this process write there (uid {os.getuid()}).")
    made = "" if place == folder else " (will be made)"
    return Finding(Verdict.GOOD, subject, f"{folder} is writable{made}")


def space(config: Config) -> Iterable[Finding]:
    """Whether there is room on the disks of the data folder and of the drop folders."""
    limits = config.limits
    folders = {DATA: config.data} | {name: channel.path.parent for name, channel in config.drops().items()}
    thresholds = Thresholds(limits.free_bytes, limits.free_percent, limits.ballast_bytes)
    return disks({name: _nearest(folder) for name, folder in folders.items()}, thresholds)


def ledger(config: Config) -> Iterable[Finding]:
    """Where the ledger lies, and whether it is safe there."""
    if config.ledger_url().get_secret_value() == SQLITE:
        yield sqlite()
        return
    # Loaded only where it is needed: the driver comes as an extra.
    from gateway.doctor_postgres import postgres

    yield from postgres(config)


def sqlite() -> Finding:
    """Which SQLite the ledger gets, and whether it is free of the fault in resetting its log."""
    version = sqlite_version()
    text = ".".join(map(str, version))
    if free_of_wal_fault(version):
        return Finding(Verdict.GOOD, "SQLite", text)
    detail = (
        f"{text} has a known fault in its write-ahead log; the ledger keeps clear of it with one writing connection"
    )
    return Finding(
        Verdict.NOTE, "SQLite", detail, "Let no other program write to the ledger file, or use a newer SQLite."
    )


def sqlite_version() -> tuple[int, ...]:
    """The version of the newer SQLite where it is installed, else of Python's own."""
    try:
        module = import_module("pysqlite3")
    except ModuleNotFoundError:
        module = import_module("sqlite3")
    return tuple(int(part) for part in module.sqlite_version.split("."))


def free_of_wal_fault(version: tuple[int, ...]) -> bool:
    """Whether this version of SQLite has the fix of the log-reset fault."""
    return any(version >= first and (end is None or version < end) for first, end in FIXED_SQLITE)


def watches(channels: int) -> Finding:
    """Whether the system lets us watch as many folders as there are channels."""
    try:
        limits = {name: int((_PROC / name).read_text()) for name in ("max_user_watches", "max_user_instances")}
    except (OSError, ValueError):
        return Finding(Verdict.NOTE, "folder watching", "not told by this system; folders are looked at by the clock")
    short = [name for name, limit in limits.items() if limit < channels + 16]
    if short:
        help = f"Raise fs.inotify.{short[0]}; until then folders are looked at by the clock, which is slower."
        return Finding(Verdict.NOTE, "folder watching", f"fs.inotify.{short[0]} = {limits[short[0]]} is low", help)
    return Finding(Verdict.GOOD, "folder watching", f"{limits['max_user_watches']} watches allowed")


def descriptors(connections: int) -> Finding:
    """Whether this process may open as many files and sockets as all connections together take."""
    limit, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    needed = connections + SPARE_DESCRIPTORS
    if limit != resource.RLIM_INFINITY and limit < needed:
        detail = f"{limit} open files allowed; {connections} connections are"
        raised = "ulimit -n" if most == resource.RLIM_INFINITY or most >= needed else "LimitNOFILE of the service"
        return Finding(Verdict.NOTE, "open files", detail, f"Raise {raised} to {needed}, or lower connections.")
    return Finding(Verdict.GOOD, "open files", f"{connections} connections allowed, and files for them")


def port(name: str, listen: Listen, health: Listen) -> Finding:
    """Whether the address can be listened on, or is taken by a gateway that runs already and says so at ``health``."""
    from adapters.transports.listening import listening_socket

    subject = f"port {name}"
    try:
        listening_socket(listen.host, listen.port).close()
    except AdapterError as error:
        if _alive(health):
            return Finding(Verdict.NOTE, subject, f"{listen} is in use by a gateway that runs already")
        return Finding(
            Verdict.BAD, subject, str(error), "End what listens there, or choose another port in wharf.toml."
        )
    return Finding(Verdict.GOOD, subject, f"{listen} is free")


def broker(config: Config) -> Finding:
    """Whether the broker can be reached, lets us in and confirms what is published."""
    if config.embedded():
        return Finding(Verdict.GOOD, "broker", "embedded; read events with wharf tap")
    from gateway.publishers.connection import BrokerAddress

    url = config.broker_url().get_secret_value()
    address = BrokerAddress(url)
    try:
        asyncio.run(_prove(address))
    except AdapterError as error:
        return Finding(Verdict.BAD, "broker", str(error), "Intake goes on without it; events wait in the ledger.")
    if open_way(url):
        detail = f"{address} answers and confirms, and the way there is not encrypted"
        return Finding(Verdict.NOTE, "broker", detail, "Use amqps://, unless something else encrypts that way.")
    return Finding(Verdict.GOOD, "broker", f"{address} answers and confirms")


async def _prove(address: "BrokerAddress") -> None:
    from gateway.publishers.connection import connect

    link = await connect(address, "wharf doctor", _BROKER_SECONDS, _BROKER_SECONDS)
    try:
        await link.prove()
    finally:
        await link.close(_BROKER_SECONDS)


def _alive(listen: Listen) -> bool:
    with closing(http.client.HTTPConnection(listen.host, listen.port, timeout=2)) as connection:
        try:
            connection.request("GET", "/healthz")
            return connection.getresponse().read(64) == b'{"status":"ok"}'
        except (OSError, http.client.HTTPException):
            return False


def _nearest(folder: Path) -> Path:
    """The folder, or the nearest one above it that is there and can be seen."""
    return next(each for each in (folder, *folder.parents) if os.access(each, os.F_OK))


def _modified(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except OSError:
        return 0.0
