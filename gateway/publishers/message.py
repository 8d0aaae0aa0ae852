"""An event as an AMQP message: CloudEvents 1.0 in binary mode, with the attributes as headers.

Source: CloudEvents AMQP Protocol Binding 1.0.2, section 3.1; its application properties are the `headers` of
AMQP 0-9-1, with the prefix `cloudEvents_`. The content header is written here in its bytes: what is the same for all
events is encoded once, which a general library cannot know. Source: AMQP 0-9-1, sections 4.2.5 and 4.2.6.1.
"""

import hashlib
import struct
from datetime import datetime
from functools import lru_cache

from gateway.ledger.records import EventRow

SHORT_STRING = 255
"""Bytes that a routing key and the native properties can hold. Source: AMQP 0-9-1, section 4.2.5.3."""
HEADER_BYTES = 64 * 1024
"""All headers travel in one frame, which RabbitMQ limits to 128 KiB."""
SEQUENCE_DIGITS = 20
APPLICATION = b"wharf"
CONTENT_TYPE = b"application/json"

_PERSISTENT = b"\x02"
_BASIC = 60
"""The class of the content. Source: AMQP 0-9-1, section 1.8."""
_CONTENT_TYPE, _HEADERS, _DELIVERY_MODE, _CORRELATION_ID = 1 << 15, 1 << 13, 1 << 12, 1 << 10
_MESSAGE_ID, _TIMESTAMP, _TYPE, _APP_ID = 1 << 7, 1 << 6, 1 << 5, 1 << 3
"""Property flags: the first property is the highest bit. Source: AMQP 0-9-1, section 4.2.6.1."""

_head = struct.Struct(">HHQH").pack
_long = struct.Struct(">I").pack
_time = struct.Struct(">Q").pack
_attempt = struct.Struct(">i").pack


class MessageRefused(Exception):  # noqa: N818 - a state, told as such
    """The broker would refuse this message, always. Its text says why, without content of the message."""


def content_header(event: EventRow, message_bytes: int) -> bytes:
    """The payload of the content header: persistent, under the event's own id, with the attempt told.

    MessageRefused where the message breaks a limit: of ``message_bytes`` for the body, or of the protocol. Asked
    before sending, as the broker answers such a message by closing the channel, with all that is in flight.
    """
    _refuse_long(event, message_bytes)
    attributes = event.attributes
    flags = _CONTENT_TYPE | _HEADERS | _DELIVERY_MODE | _MESSAGE_ID | _APP_ID
    headers = _headers(event)
    values = [_short(CONTENT_TYPE), _long(len(headers)), headers, _PERSISTENT]
    correlation = str(attributes.get("correlationid", "")).encode()
    if 0 < len(correlation) <= SHORT_STRING:  # A longer one stands in the headers only.
        flags |= _CORRELATION_ID
        values.append(_short(correlation))
    values.append(_short(event.id.encode()))
    if (time := attributes.get("time")) is not None:
        flags |= _TIMESTAMP
        values.append(_time(_seconds(str(time))))
    if kind := str(attributes.get("type", "")):
        flags |= _TYPE
        values.append(_short(kind.encode()))
    values.append(_short(APPLICATION))
    return _head(_BASIC, 0, len(event.body), flags) + b"".join(values)


def _refuse_long(event: EventRow, message_bytes: int) -> None:
    if len(event.body) > message_bytes:
        raise MessageRefused(f"the message has {len(event.body)} bytes; the limit is {message_bytes}")
    if len(event.routing_key.encode()) > SHORT_STRING:
        raise MessageRefused(f"the routing key is longer than {SHORT_STRING} bytes")
    if len(event.id.encode()) > SHORT_STRING or len(str(event.attributes.get("type", "")).encode()) > SHORT_STRING:
        raise MessageRefused(f"the event's id or type is longer than {SHORT_STRING} bytes")


def _headers(event: EventRow) -> bytes:
    """``cloudEvents_*``, the body's digest and the attempt; ``datacontenttype`` is the native content type."""
    entries: list[bytes] = []
    for name, value in event.attributes.items():
        if value is not None and name not in ("datacontenttype", "sequence"):
            text = str(value).encode()
            entries += (_name(name), _long(len(text)), text)
    entries += (_name("sequence"), _long(SEQUENCE_DIGITS), b"%0*d" % (SEQUENCE_DIGITS, event.sequence))
    digest = hashlib.sha256(event.body).hexdigest().encode()
    entries += (_DIGEST, _long(len(digest)), digest)
    if event.replay_of is not None:
        replayed = event.replay_of.encode()
        entries += (_name("replayof"), _long(len(replayed)), replayed, _REPLAY, _long(len(replayed)), replayed)
    entries += (_ATTEMPT, _attempt(event.attempts))
    headers = b"".join(entries)
    if len(headers) > HEADER_BYTES:
        raise MessageRefused(f"the headers are longer than {HEADER_BYTES} bytes")
    return headers


def _short(value: bytes) -> bytes:
    return b"%c%b" % (len(value), value)


def _entry(name: str, kind: bytes) -> bytes:
    """Name and kind of a value in a table. Source: AMQP 0-9-1, section 4.2.5.5, with RabbitMQ's letters."""
    written = name.encode()
    if len(written) > SHORT_STRING:
        raise MessageRefused(f"the name of an attribute is longer than {SHORT_STRING} bytes")
    return _short(written) + kind


@lru_cache(maxsize=256)
def _name(attribute: str) -> bytes:
    return _entry(f"cloudEvents_{attribute}", b"S")


@lru_cache(maxsize=1024)
def _seconds(time: str) -> int:
    """Of RFC 3339; the events of a delivery have one time."""
    return int(datetime.fromisoformat(time).timestamp())


_DIGEST = _entry("x-body-sha256", b"S")
_REPLAY = _entry("x-replay-of", b"S")
_ATTEMPT = _entry("x-attempt", b"I")
