"""A partner that leaves what was agreed: its order goes through, the 997 notes it, and a person is told."""

import json
from pathlib import Path

from tests.rigs.gateway import gateway, wharf
from tests.rigs.x12_bytes import order

RULES = """
[x12.sets.850]
require = ["REF"]
codes = { BEG02 = ["RO"] }
"""


def test_a_deviation_opens_a_business_exception(tmp_path: Path) -> None:
    with gateway(tmp_path / "st", start=False) as house:
        with (house.home / "partners" / "acme.toml").open("a") as file:
            file.write(RULES)
        house.start()
        house.put("order.edi", order())
        house.wait((house.drop / "done" / "order.edi").exists, "the file in done/")
        house.wait(lambda: len(house.answers("acme")) == 1, "the 997")
        assert b"AK5*E*5~" in house.answers("acme")[0].read_bytes()
        assert [event["data"]["number"] for event in house.tap()] == ["4500012345"]
        listed = wharf("exceptions", "list", "--json", "-c", house.config)
        (row,) = [json.loads(line) for line in listed.stdout.splitlines()]
        assert (row["kind"], row["code"], row["partner"]) == ("business", "X12-W0601", "acme")
        assert "2 times other than agreed" in row["message"]
