"""The embedded feed."""

import asyncio
from datetime import UTC, datetime

from gateway.publishers.embedded import EmbeddedPublisher
from tests.conformance_publisher import examine_publisher


def test_it_keeps_the_publishers_contract() -> None:
    asyncio.run(examine_publisher(lambda: EmbeddedPublisher(lambda: datetime.now(UTC))))
