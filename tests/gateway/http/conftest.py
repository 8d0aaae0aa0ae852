"""One gateway for all tests of a module that only add to it."""

from collections.abc import Iterator

import pytest

from tests.rigs.api import Api, api_gateway


@pytest.fixture(scope="module")
def api(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Api]:
    with api_gateway(tmp_path_factory.mktemp("api") / "home") as own:
        yield own
