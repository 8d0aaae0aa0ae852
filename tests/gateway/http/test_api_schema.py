"""The description of the API, and the running API asked what its description allows, and more."""

from pathlib import Path
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis import checks

from gateway.http.app import OPERATIONS
from gateway.http.openapi import openapi, openapi_text
from tests.gateway.http.test_api_submit import BAD, GOOD, order
from tests.rigs.api import Api
from tests.rigs.gateway import wharf

EXAMPLES = 12
"""For each operation; the same each time."""
CHECKS = [
    checks.not_a_server_error,
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_schema_conformance,
    checks.response_headers_conformance,
    checks.negative_data_rejection,
]
IDS = [operation.id for operation in OPERATIONS]


@pytest.fixture(scope="module")
def filled(api: Api) -> Api:
    """A gateway that has something to show."""
    api.interchange(GOOD)
    api.interchange(BAD)
    api.submit(order("S1"), partner="erp")
    return api


def test_the_description_is_served_and_exported_as_one(api: Api, tmp_path: Path) -> None:
    told = api.get("/openapi.json")
    assert (told.status, told.json) == (200, openapi())
    done = wharf("schema", "export", tmp_path / "schemas")
    assert done.returncode == 0
    assert (tmp_path / "schemas/openapi.json").read_text() == openapi_text()


def test_the_description_has_every_operation_once_and_leads_nowhere_else() -> None:
    described = [
        (method.upper(), path, operation["operationId"])
        for path, methods in openapi()["paths"].items()
        for method, operation in methods.items()
    ]
    assert sorted(described) == sorted((each.method, each.path, each.id) for each in OPERATIONS)
    assert len(set(IDS)) == len(IDS)
    shapes = ["/".join("{}" if "{" in part else part for part in path.split("/")) for path in openapi()["paths"]]
    assert len(set(shapes)) == len(shapes), "two templates of one address are one address"
    schemas = openapi()["components"]["schemas"]
    text = openapi_text()
    for name in {part.partition('"')[0] for part in text.split('"#/components/schemas/')[1:]}:
        assert name in schemas
    assert "/work" not in text


@pytest.mark.parametrize("id", IDS)
@pytest.mark.failure("C6")
def test_the_api_answers_as_it_is_described(filled: Api, id: str) -> None:
    """Asked what its description allows, and what it does not: no fault of ours, no answer of another form."""
    schema: Any = schemathesis.openapi.from_dict(openapi())
    (operation,) = [
        found.ok() for found in schema.get_all_operations() if found.ok().definition.raw["operationId"] == id
    ]
    modes = [schemathesis.GenerationMode.POSITIVE, schemathesis.GenerationMode.NEGATIVE]
    statuses = set()

    @settings(
        max_examples=EXAMPLES, derandomize=True, database=None, deadline=None, phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(data=st.data())
    def ask(data: Any) -> None:
        case = data.draw(operation.as_strategy(generation_mode=data.draw(st.sampled_from(modes))))
        answer = case.call(base_url=f"http://127.0.0.1:{filled.port}", timeout=90)
        statuses.add(answer.status_code)
        case.validate_response(answer, checks=CHECKS)

    ask()
    assert statuses
    assert not {status for status in statuses if status >= 500}
