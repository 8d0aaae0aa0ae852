"""The CloudEvents 1.0 envelope around a canonical document.

Source: CloudEvents 1.0.2, Required and Optional Attributes; extension names are lower-case letters and digits.
"""

import uuid
from datetime import datetime
from typing import Any

from pydantic import BaseModel, ConfigDict

from canonical.checked import AnyDocument

EVENT_NAMESPACE = uuid.UUID("6f0d5e0a-6a53-5d0b-9b1c-57a7f0f1c0de")
"""Namespace of all event ids. It never changes: a new one would mint second ids for old input."""

TYPE_PREFIX = "org.wharf.supply"


class Event(BaseModel):
    """One published event, without its data. Scalars that do not apply are absent."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    specversion: str = "1.0"
    id: str
    source: str
    type: str
    subject: str
    time: datetime
    datacontenttype: str = "application/json"
    dataschema: str
    partnerid: str
    correlationid: str
    causationid: str | None = None
    sequence: str | None = None
    controlnumber: str | None = None
    test: str | None = None
    replayof: str | None = None


def event_id(content_key: str, position: int, mapping_major: int = 1, event: str = "received") -> str:
    """The id that the same input always gets: UUIDv5 of content, place and mapping version.

    ``content_key`` is the delivery's SHA-256 in hexadecimal, ``position`` counts its messages from 1.
    Another event of the same message has an id of its own: a message that was rejected and, after a
    correction on our side, accepted, is two events.
    """
    name = f"{content_key}:{position}:{mapping_major}"
    return str(uuid.uuid5(EVENT_NAMESPACE, name if event == "received" else f"{name}:{event}"))


def replay_id(original: str, count: int) -> str:
    """The id of an event that stands for ``original``, published as a new one for the ``count``-th time, from 1."""
    return str(uuid.uuid5(EVENT_NAMESPACE, f"{original}:replay:{count}"))


def schema_uri(document_type: str, version: str) -> str:
    """The stable name of a document's JSON Schema."""
    return f"urn:wharf:schema:{document_type}:{version}"


def event_type(document_type: str, event: str, version: str, prefix: str = TYPE_PREFIX) -> str:
    """The CloudEvents type: ``org.wharf.supply.purchase_order.received.v1``."""
    return f"{prefix}.{document_type}.{event}.v{version.split('.', maxsplit=1)[0]}"


def event_for(
    document: AnyDocument,
    *,
    event: str,
    id: str,
    gateway: str,
    partner: str,
    time: datetime,
    delivery: str | None = None,
    test: bool = False,
    prefix: str = TYPE_PREFIX,
) -> Event:
    """The envelope for a document that ``partner`` sent; ``event`` is `received`, `rejected`, …"""
    provenance = document.provenance
    schema_name = "rejection" if event == "rejected" else document.document_type
    return Event(
        id=id,
        source=f"/gateways/{gateway}/partners/{partner}",
        type=event_type(document.document_type, event, document.schema_version, prefix),
        subject=document.number,
        time=time,
        dataschema=schema_uri(schema_name, document.schema_version),
        partnerid=partner,
        correlationid=document.correlation,
        causationid=delivery,
        controlnumber=provenance.control_number if provenance else None,
        test="true" if test else None,
    )


def to_structured(event: Event, data: bytes) -> bytes:
    """The structured form: one JSON object with ``data`` inside, as `wharf decode` and the feed print it."""
    attributes = event.model_dump_json(exclude_none=True).encode()
    return attributes[:-1] + b',"data":' + data + b"}"


def attributes(event: Event) -> dict[str, Any]:
    """The attributes as plain text values, without those that do not apply."""
    return event.model_dump(mode="json", exclude_none=True)
