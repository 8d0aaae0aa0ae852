"""Fixtures for tests that need a real broker: one private node for each test process, a virtual host for each test."""

import os
from collections.abc import Iterator

import pytest

from tests.rigs.rabbitmq import PACKAGE, RabbitNode, installed, rabbit_node


@pytest.fixture(scope="session")
def rabbitmq_session(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RabbitNode]:
    """The node of this test process."""
    if not installed():
        message = f"a real broker is needed: install the package {PACKAGE}"
        if os.environ.get("CI") == "true":
            pytest.fail(message)
        pytest.skip(message)
    with rabbit_node(tmp_path_factory.mktemp("rabbitmq")) as node:
        yield node


@pytest.fixture
def rabbitmq(rabbitmq_session: RabbitNode) -> RabbitNode:
    """A running broker; started again where the test before has killed it."""
    if not rabbitmq_session.running():
        rabbitmq_session.restart()
    return rabbitmq_session


@pytest.fixture
def broker_url(rabbitmq: RabbitNode) -> str:
    """The address of a virtual host of the test's own."""
    return rabbitmq.add_vhost()
