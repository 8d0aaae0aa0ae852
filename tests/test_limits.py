"""docs/limits.md tells the limits of every door as the program has them; ``--update-golden`` writes its tables."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from adapters.formats.xml.reader import Limits as XmlLimits
from adapters.transports.drop.folder import MOST_WATCHED
from adapters.transports.sftp.source import MOST_LISTED
from adapters.transports.soap import calls, envelope, multipart
from adapters.transports.spare import RESERVE
from gateway.commands import desk as commands
from gateway.config import load
from gateway.config.channels import DropChannel, MllpChannel, SftpChannel, SoapChannel
from gateway.config.channels.http import HttpChannel
from gateway.config.limits import LimitsTable
from gateway.disk.levels import size_words
from gateway.http import attempts, bodies, door
from gateway.http.api import feeds
from gateway.serving import CONNECTIONS, HEADER_BYTES, HEADER_SECONDS
from gateway.soap import desk, endpoint
from gateway.xref import read

PAGE = Path(__file__).parents[1] / "docs" / "limits.md"
Row = tuple[str, str, str, str]
"""What is limited, the limit, where it is set, what happens beyond it."""

BIG = "413; the connection is closed"


def default(table: type[BaseModel], name: str) -> Any:
    return table.model_fields[name].default


def setting(table: type[BaseModel], name: str, what: str, beyond: str, unit: str = "") -> Row:
    value = default(table, name)
    return what, size_words(value) if name.endswith("bytes") else f"{value:,}{unit}", f"`{name}`", beyond


def fixed(what: str, value: int | float, beyond: str, unit: str = "") -> Row:
    shown = size_words(value) if unit == "bytes" else f"{value:,.10g}{unit}"
    return what, shown, "fixed", beyond


DOORS: dict[str, Sequence[Row]] = {
    "All doors": (
        setting(LimitsTable, "free_bytes", "free room on the disk of the data folder", "nothing new is taken"),
        setting(LimitsTable, "free_percent", "the same as a share; the less counts", "nothing new is taken", " %"),
        setting(LimitsTable, "ballast_bytes", "room held in reserve", "given away when the disk is full"),
        setting(LimitsTable, "in_flight_bytes", "bodies of HTTP and SOAP in memory, all together", "503, Retry-After"),
        fixed("open files kept for the ledger and for files", RESERVE, "a new connection is closed at once"),
    ),
    "Drop folders": (
        setting(DropChannel, "max_bytes", "size of a file", "put into `rejected/`, with a row in the ledger"),
        fixed("files looked at in one folder", MOST_WATCHED, "the rest waits for its turn"),
        setting(DropChannel, "workers", "files under way", "the rest waits"),
    ),
    "SFTP": (
        setting(SftpChannel, "max_bytes", "size of a file", "moved to `rejected/` unread, with a row in the ledger"),
        fixed("names in one look", MOST_LISTED, "the rest waits for its turn"),
        setting(SftpChannel, "workers", "files fetched at a time", "the rest waits"),
        setting(SftpChannel, "connect_seconds", "each step until we are logged in", "tried again later", " s"),
        setting(SftpChannel, "answer_seconds", "time for which nothing moves", "tried again later", " s"),
    ),
    "MLLP": (
        setting(MllpChannel, "max_bytes", "size of a message", "AE or AR, and the connection is closed"),
        setting(MllpChannel, "connections", "connections", "closed at once"),
        setting(MllpChannel, "per_peer", "connections from one address", "closed at once"),
        setting(MllpChannel, "stall", "time in which a message that was begun must move", "closed", " s"),
    ),
    "HTTP": (
        setting(HttpChannel, "max_bytes", "size of a body", BIG),
        fixed("requests answered at a time, SOAP among them", door.MOST_REQUESTS, "503, Retry-After"),
        fixed("connections", CONNECTIONS, "503"),
        fixed("headers of a request", HEADER_BYTES, "400, or the connection is closed", "bytes"),
        fixed("time for the headers", HEADER_SECONDS, "the connection is closed", " s"),
        fixed("time for which nothing of a body comes", bodies.STALL, "408", " s"),
        fixed("bytes a second of a body, after that", bodies.SLOWEST, "408"),
        fixed("wrong keys from one address at once; then one a second", attempts.MOST, "429, Retry-After"),
        fixed("clients that follow the feed", feeds.MOST, "503, Retry-After"),
    ),
    "SOAP": (
        setting(SoapChannel, "max_bytes", "size of a call with its attachments", BIG),
        fixed("time for which nothing of a call comes", endpoint.STALL, "408", " s"),
        fixed("wrong passwords from one address at once; then one a second", attempts.MOST, "429, Retry-After"),
        fixed("elements", XmlLimits().elements, "a fault"),
        fixed("depth of elements", XmlLimits().depth, "a fault"),
        fixed("attributes of an element", XmlLimits().attributes, "a fault"),
        fixed("characters of one text", XmlLimits().text, "a fault"),
        fixed("headers of an envelope", envelope._MOST_HEADERS, "a fault"),
        fixed("attachments", multipart._MOST_PARTS, "a fault"),
        fixed("values of one parameter", calls._MOST_VALUES, "a fault"),
        fixed("documents fetched by one call", desk.MOST_DOCUMENTS, "the rest by the next call"),
    ),
    "Commands over AMQP": (
        fixed("size of a command", commands.MOST_BYTES, "refused, to the dead letters", "bytes"),
    ),
    "Files of the settings": (
        fixed("`wharf.toml`, a partner's file", load._LIMIT, "not started", "bytes"),
        fixed("a file of cross references", read.LARGEST, "refused", "bytes"),
        fixed("rows in it", read.MOST_ROWS, "refused"),
    ),
}  # fmt: skip


def tables() -> str:
    parts = []
    for name, rows in DOORS.items():
        lines = [f"## {name}", "", "| what | limit | setting | beyond it |", "|---|---|---|---|"]
        lines += [f"| {what} | {limit} | {where} | {beyond} |" for what, limit, where, beyond in rows]
        parts.append("\n".join(lines))
    return "\n\n".join(parts) + "\n"


def test_the_page_tells_the_limits_as_they_are(update_golden: bool) -> None:
    text = PAGE.read_text("utf-8")
    intro = text.partition("\n## ")[0]
    wanted = f"{intro}\n{tables()}"
    if update_golden:
        PAGE.write_text(wanted, "utf-8")
    assert text == wanted or update_golden


def test_every_size_that_a_stranger_sends_has_a_limit() -> None:
    """Each kind of channel that takes bytes from outside has ``max_bytes`` with an upper bound of its own."""
    for table in (DropChannel, SftpChannel, MllpChannel, SoapChannel, HttpChannel):
        field = table.model_fields["max_bytes"]
        bounds = [getattr(each, "le", None) for each in field.metadata]
        assert any(bound is not None for bound in bounds), table
        assert default(table, "max_bytes") > 0
