"""What a call needs to know, as frozen values."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class Service:
    """Somebody else's web service."""

    wsdl: Path
    """The description as a file of ours, with all that it imports beside or below it: nothing is ever fetched."""
    address: str
    """Where it is called, whatever the description says."""
    user: str | None = None
    password: str | None = field(default=None, repr=False)
    http_basic: bool = False
    """Whether user and password go into the HTTP header; else they are a UsernameToken with a digest."""
    ca: Path | None = None
    """Whose certificates it may show; without it, those that the system trusts."""
    certificate: Path | None = None
    """What we show, where it asks for one."""
    key: Path | None = None
    connect_seconds: float = 10.0
    answer_seconds: float = 60.0
    """From the connection to the last byte of the answer."""
    max_bytes: int = 16 << 20
    """The largest answer that is read."""


@dataclass(frozen=True, slots=True)
class Operation:
    """One call: its name, and its arguments with words in braces that stand for values."""

    name: str
    arguments: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Polling:
    """How what waits at a service is fetched. Paths are names of elements with points between."""

    operation: Operation
    items: str
    """From the answer's element to the items."""
    content: str = ""
    """From an item to its bytes; empty where they are the item's own text."""
    id: str = ""
    """From an item to its id; empty where its content alone tells it from others."""
    cursor: str = ""
    """From the answer's element to the next cursor; empty where there is none."""
    start: str = ""
    """The cursor before the first answer."""
    confirm: Operation | None = None
    """What is called with the ids of the items that are on disk."""
    every: float = 30.0
    """Seconds between two calls that found nothing new."""
