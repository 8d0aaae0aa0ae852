"""The reference agrees with the product on whole messages, and notices each change of one."""

import json
from itertools import islice

import pytest

from adapters.partner import Partner
from adapters.reading import Message
from adapters.translate import digest, read_delivery
from tests.chaos.messages import Kind, Shares, Talk, Unit
from tests.chaos.reference import canary_of, digest_of, expected_of
from tests.rigs.hl7_messages import KEY

DOORS = {"drop": 3, "sftp": 3, "mllp": 1, "soap": 2, "rest": 2}


def units(door: str) -> list[Unit]:
    return list(islice(Talk(5, door, 1, DOORS[door], Shares(0.1, 0.1, 0.1)).units(), 40))


def bodies(content: bytes) -> list[dict[str, object]]:
    partner = Partner(name="chaos", catch_all=True)
    items = read_delivery(content, digest(content), lambda *_: partner, secret=KEY, live=True)
    return [json.loads(item.body.to_json()) for item in items if isinstance(item, Message) and item.accepted]


@pytest.mark.parametrize("door", DOORS)
def test_it_expects_what_the_product_makes(door: str) -> None:
    for unit in units(door):
        found = [(canary_of(body), digest_of(body)) for body in bodies(unit.content)]
        expected = [(one.canary, one.digest) for one in expected_of(unit.content)]
        assert found == ([] if unit.kind is Kind.MALFORMED else expected)


def test_any_change_of_a_body_is_another_digest() -> None:
    (body,) = bodies(units("mllp")[0].content)
    lines = body["lines"]
    assert isinstance(lines, list)
    for changed in (
        {**body, "number": "other"},
        {**body, "lines": []},
        {**body, "lines": [{**lines[0], "quantity": {"value": "7.0", "unitCode": "BX"}}]},
        {**body, "patient": {}},
        {**body, "more": "of it"},
    ):
        assert digest_of(changed) != digest_of(body)
