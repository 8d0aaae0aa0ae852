"""The short tier: a minute of kills, lost connections and missing queues under load, and not one broken promise."""

from pathlib import Path

import pytest

from tests.chaos.campaign import run
from tests.chaos.check import ACCEPTED
from tests.chaos.generator import DOORS
from tests.chaos.messages import Kind as Sort
from tests.chaos.report import report
from tests.chaos.schedule import Kind
from tests.chaos.tiers import MINUTE
from tests.rigs.rabbitmq import RabbitNode

pytestmark = [pytest.mark.broker, pytest.mark.slow, pytest.mark.xdist_group("broker")]


def test_a_gateway_that_is_killed_for_half_a_minute_keeps_every_promise(tmp_path: Path, rabbitmq: RabbitNode) -> None:
    result = run(MINUTE, 20261121, tmp_path / "chaos", node=rabbitmq)
    assert not result.violations, report(result)
    # It is a campaign only where something was broken, and something was accepted at every door and received.
    assert result.done[Kind.KILL] >= 5, report(result)
    accepted = {one.unit for one in result.evidence.answered if one.verdict in ACCEPTED}
    assert {one.door for one in result.evidence.sent if one.unit in accepted} == set(DOORS), report(result)
    canaries = {one.canary for one in result.evidence.collected}
    assert all(
        document.canary in canaries
        for one in result.evidence.sent
        if one.unit in accepted and one.kind is Sort.PLAIN
        for document in one.documents
    ), report(result)
