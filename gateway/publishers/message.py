"""An event as an AMQP message: CloudEvents 1.0 in binary mode, with the attributes as headers.

Source: CloudEvents AMQP Protocol Binding 1.0.2, section 3.1; its application properties are the `headers` of
AMQP 0-9-1, with the prefix `cloudEvents_`.
"""

import hashlib
from datetime import datetime

import aio_pika

from gateway.ledger.records import EventRow

SHORT_STRING = 255
"""Bytes that a routing key and the native properties can hold. Source: AMQP 0-9-1, section 4.2.5.3."""
HEADER_BYTES = 64 * 1024
"""All headers travel in one frame, which RabbitMQ limits to 128 KiB."""
SEQUENCE_DIGITS = 20
APPLICATION = "wharf"


def message_for(event: EventRow) -> aio_pika.Message:
    """The message: persistent, under the event's own id, with the attempt told."""
    headers = headers_for(event)
    correlation = str(event.attributes.get("correlationid", ""))
    return aio_pika.Message(
        event.body,
        headers={**headers, "x-attempt": event.attempts},
        content_type="application/json",
        delivery_mode=aio_pika.DeliveryMode.PERSISTENT,
        message_id=event.id,
        type=str(event.attributes.get("type", "")) or None,
        timestamp=_time(event),
        # A longer one stands in the headers only.
        correlation_id=correlation if 0 < len(correlation.encode()) <= SHORT_STRING else None,
        app_id=APPLICATION,
    )


def headers_for(event: EventRow) -> dict[str, str]:
    """The text headers: ``cloudEvents_*`` and the body's digest; ``datacontenttype`` is the native content type."""
    attributes = {name: value for name, value in event.attributes.items() if value is not None}
    attributes.pop("datacontenttype", None)
    attributes["sequence"] = str(event.sequence).zfill(SEQUENCE_DIGITS)
    headers = {f"cloudEvents_{name}": str(value) for name, value in attributes.items()}
    headers["x-body-sha256"] = hashlib.sha256(event.body).hexdigest()
    if event.replay_of is not None:
        headers["cloudEvents_replayof"] = event.replay_of
        headers["x-replay-of"] = event.replay_of
    return headers


def refusal(event: EventRow, message_bytes: int) -> str | None:
    """Why the broker would refuse this event, in words; nothing where it would not.

    Asked before sending: the broker answers such a message by closing the channel, with all that is in flight.
    """
    if len(event.body) > message_bytes:
        return f"the message has {len(event.body)} bytes; the limit is {message_bytes}"
    if len(event.routing_key.encode()) > SHORT_STRING:
        return f"the routing key is longer than {SHORT_STRING} bytes"
    if len(event.id.encode()) > SHORT_STRING or len(str(event.attributes.get("type", "")).encode()) > SHORT_STRING:
        return f"the event's id or type is longer than {SHORT_STRING} bytes"
    if sum(len(name) + len(value.encode()) for name, value in headers_for(event).items()) > HEADER_BYTES:
        return f"the headers are longer than {HEADER_BYTES} bytes"
    return None


def _time(event: EventRow) -> datetime | None:
    time = event.attributes.get("time")
    return datetime.fromisoformat(time) if isinstance(time, str) else time
