"""The short tier: a minute of kills, lost connections and missing queues under load, and not one broken promise."""

from pathlib import Path

import pytest

from tests.chaos.campaign import run
from tests.chaos.generator import DOORS
from tests.chaos.report import report
from tests.chaos.schedule import Kind
from tests.chaos.tiers import MINUTE
from tests.rigs.rabbitmq import RabbitNode

pytestmark = [pytest.mark.broker, pytest.mark.slow, pytest.mark.xdist_group("broker")]


def test_a_gateway_that_is_killed_for_half_a_minute_keeps_every_promise(tmp_path: Path, rabbitmq: RabbitNode) -> None:
    result = run(MINUTE, 20261121, tmp_path / "chaos", node=rabbitmq)
    assert not result.violations, report(result)
    # It is a campaign only where something was sent, broken and received.
    assert result.done[Kind.KILL] >= 5, report(result)
    assert {one.door for one in result.evidence.sent} == set(DOORS)
    assert len(result.evidence.collected) > 200, report(result)
