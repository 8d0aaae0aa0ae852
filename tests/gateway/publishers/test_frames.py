"""The bytes that we write, read back by the client library's own reader."""

import dataclasses
import hashlib
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pamqp import frame
from pamqp.body import ContentBody
from pamqp.commands import Basic
from pamqp.header import ContentHeader

from gateway.publishers.frames import publishing
from gateway.publishers.message import MessageRefused
from tests.rigs.events import event_row

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=60)


def read(content: bytes) -> list[tuple[int, Any]]:
    """Channel and frame of everything in these bytes."""
    found = []
    while content:
        size, channel, one = frame.unmarshal(content)
        found.append((channel, one))
        content = content[size:]
    return found


@given(
    subject=TEXT,
    key=TEXT.filter(lambda key: len(key.encode()) <= 255),
    correlation=TEXT,
    body=st.binary(max_size=5000),
    attempts=st.integers(1, 2**31 - 1),
    replay=st.none() | TEXT,
    frame_max=st.integers(4096, 131_072),
)
def test_what_is_written_is_what_the_event_says(
    subject: str, key: str, correlation: str, body: bytes, attempts: int, replay: str | None, frame_max: int
) -> None:
    event = dataclasses.replace(
        event_row(7, attempts=attempts, replay_of=replay, subject=subject, correlationid=correlation, test=None),
        routing_key=key,
        body=body,
    )
    frames = read(publishing(event, 3, frame_max, 1_000_000))
    assert {channel for channel, _ in frames} == {3}
    (_, method), (_, header), *bodies = frames
    assert isinstance(method, Basic.Publish)
    assert (method.exchange, method.routing_key, method.mandatory) == ("supply.events", key, True)
    assert isinstance(header, ContentHeader)
    assert header.body_size == len(body)
    properties = header.properties
    assert properties.headers == {
        **{f"cloudEvents_{name}": value for name, value in event.attributes.items()
           if name != "datacontenttype" and value is not None},
        "cloudEvents_sequence": "00000000000000000007",
        **({} if replay is None else {"cloudEvents_replayof": replay, "x-replay-of": replay}),
        "x-attempt": attempts,
        "x-body-sha256": hashlib.sha256(body).hexdigest(),
    }  # fmt: skip
    assert properties.message_id == event.id
    assert properties.delivery_mode == 2
    assert properties.content_type == "application/json"
    assert properties.correlation_id == (correlation or None)
    assert properties.timestamp == datetime(2026, 11, 20, 8, 30, tzinfo=UTC)
    assert properties.message_type == "org.wharf.supply.purchase_order.received.v1"
    assert properties.app_id == "wharf"
    assert all(isinstance(one, ContentBody) and len(one.value) <= frame_max - 8 for _, one in bodies)
    assert b"".join(one.value for _, one in bodies) == body


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"body": b"x" * 5001}, "5001 bytes; the limit is 5000"),
        ({"routing_key": "k" * 256}, "the routing key is longer"),
        ({"id": "i" * 256}, "id or type is longer"),
        ({"attributes": {"subject": "s" * 70_000}}, "the headers are longer"),
        ({"attributes": {"n" * 250: "long name"}}, "name of an attribute"),
    ],
)
def test_what_the_broker_would_close_the_channel_for_is_refused_in_words(changes: dict[str, Any], words: str) -> None:
    with pytest.raises(MessageRefused, match=words):
        publishing(dataclasses.replace(event_row(1), **changes), 1, 131_072, 5000)
