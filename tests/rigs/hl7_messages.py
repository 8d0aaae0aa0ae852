"""Builds HL7 messages for tests, and reads them as the pure core does."""

from typing import Any

from adapters.hl7_settings import Hl7Settings
from adapters.partner import Partner
from adapters.reading import Closing, Item, Message
from adapters.translate import digest, read_delivery

KEY = b"a key for tests"


def message(type: str, *segments: str, control: str = "M1", version: str = "2.5", more: str = "") -> bytes:
    """A message of this type (``OMS^O05``) with these segments behind its MSH; ``more`` follows MSH-12."""
    header = f"MSH|^~\\&|CAB|3W|ERP|STEX|20261120091500||{type}|{control}|P|{version}{more}"
    return "".join(f"{line}\r" for line in (header, *segments)).encode()


def read(content: bytes, settings: dict[str, Any] | None = None, *, live: bool = True) -> list[Item]:
    """Everything that is read of a delivery, for a partner with these settings."""
    partner = Partner(name="cabinet", catch_all=True, hl7=Hl7Settings.model_validate(settings or {}))
    return list(read_delivery(content, digest(content), lambda *_: partner, secret=KEY, live=live))


def only(content: bytes, settings: dict[str, Any] | None = None) -> Message:
    """The one message of a delivery."""
    (found,) = (item for item in read(content, settings) if isinstance(item, Message))
    return found


def document(content: bytes, settings: dict[str, Any] | None = None) -> dict[str, Any]:
    """The one document of a delivery as JSON data; the message must have been accepted."""
    found = only(content, settings)
    assert found.accepted, [(problem.code, problem.segment, problem.element) for problem in found.problems]
    return found.document.to_data()


def codes(content: bytes, settings: dict[str, Any] | None = None) -> list[str]:
    """The codes of all problems of a delivery, those of its closings too, each once."""
    found: list[str] = []
    for item in read(content, settings):
        found += [problem.code for problem in item.problems]
    return list(dict.fromkeys(found))


def closings(content: bytes, settings: dict[str, Any] | None = None, *, live: bool = True) -> list[Closing]:
    """The closings of a delivery."""
    return [item for item in read(content, settings, live=live) if isinstance(item, Closing)]
