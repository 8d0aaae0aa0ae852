"""Publishing in bytes: the frames of one event, ready to be written. No I/O.

Source: AMQP 0-9-1, sections 2.3.5 and 4.2.3 (frames), 1.8.3.7 (basic.publish).
"""

import struct
from functools import lru_cache

from pamqp import frame
from pamqp.commands import Basic

from gateway.ledger.records import EventRow
from gateway.publishers.message import content_header
from gateway.publishers.topology import EVENTS

_HEADER, _BODY = 2, 3
_END = b"\xce"
_AROUND = 8
"""Bytes of a frame besides its payload."""
_frame = struct.Struct(">BHI").pack


def publishing(event: EventRow, channel: int, frame_max: int, message_bytes: int) -> bytes:
    """basic.publish (mandatory) with its content, in frames of at most ``frame_max`` bytes.

    MessageRefused where it breaks a limit (``message_bytes`` is that of the body).
    """
    header = content_header(event, message_bytes)
    parts = [_method(event.routing_key, channel), _frame(_HEADER, channel, len(header)), header, _END]
    body, most = event.body, frame_max - _AROUND
    for start in range(0, len(body), most):
        part = body if len(body) <= most else body[start : start + most]
        parts += (_frame(_BODY, channel, len(part)), part, _END)
    return b"".join(parts)


@lru_cache(maxsize=1024)
def _method(routing_key: str, channel: int) -> bytes:
    """The same for all events of a routing key."""
    return frame.marshal(Basic.Publish(exchange=EVENTS, routing_key=routing_key, mandatory=True), channel)
