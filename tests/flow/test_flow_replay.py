"""A rule that was wrong and is mended: what it refused is tried, replayed, and comes out once."""

import json
from collections import Counter
from pathlib import Path
from typing import Any

from tests.rigs.gateway import Gateway, gateway, wharf
from tests.rigs.x12_bytes import ORDER, group, interchange, transaction_set

ORDERS = 50
RULE = """
[x12]
strictness = { partner_rules = "reject" }
[x12.sets.850]
require = ["REF"]
"""


def lines(house: Gateway, *command: str, code: int = 0) -> list[dict[str, Any]]:
    """What a command prints as JSON."""
    done = wharf(*command, "--json", "-c", house.config)
    assert done.returncode == code, done.stderr.decode()
    return [json.loads(line) for line in done.stdout.splitlines()]


def kinds(house: Gateway) -> Counter[str]:
    return Counter(event["type"].split(".")[4] for event in house.tap())


def test_what_a_wrong_rule_refused_comes_out_once_when_it_is_mended(tmp_path: Path) -> None:
    with gateway(tmp_path / "st", start=False) as house:
        acme = house.home / "partners" / "acme.toml"
        right = acme.read_text()
        acme.write_text(right + RULE)
        house.start()
        for number in range(ORDERS):
            rows = (ORDER[0].replace("4500012345", f"PO-{number}"), *ORDER[1:])
            house.put(f"{number:02d}.edi", interchange(group(transaction_set(rows)), number=f"{number + 1:09d}"))
        house.wait(lambda: kinds(house) == {"rejected": ORDERS}, "all are rejected", 60)
        (counted,) = lines(house, "exceptions", "groups")
        assert (counted["code"], counted["partner"], counted["count"]) == ("X12-W0601", "acme", ORDERS)
        chosen = ("--status", "rejected", "--code", "X12-W0601", "--partner", "acme")

        acme.write_text(right)
        *tried, told = lines(house, "messages", "replay", *chosen, "--dry-run")
        assert told["summary"]["counts"] == {"newly accepted": ORDERS}
        assert {each["verdict"] for each in tried} == {"newly accepted"}
        assert kinds(house) == {"rejected": ORDERS}, "trying changes nothing"

        (done,) = lines(house, "messages", "replay", *chosen, "--reason", "REF is not needed any more")
        assert done["read"] == ORDERS
        house.wait(lambda: kinds(house)["received"] == ORDERS, "all come out", 60)
        events = house.tap()
        received = [event for event in events if "received" in event["type"]]
        assert sorted(event["subject"] for event in received) == sorted(f"PO-{number}" for number in range(ORDERS))
        assert len({event["id"] for event in events}) == len(events) == 2 * ORDERS
        assert lines(house, "exceptions", "list") == []

        (again,) = lines(house, "messages", "replay", *chosen, "--reason", "once more")
        assert (again["read"], again["published"], again["summary"]["acceptedSince"]) == (0, 0, ORDERS)
        second, first = lines(house, "messages", "replays")
        assert (first["reason"], first["counts"]) == ("REF is not needed any more", {"accepted": ORDERS})
        assert second["counts"] == {}
        (shown,) = lines(house, "messages", "show", tried[0]["id"])
        (story,) = shown["messages"][0]["replays"]
        assert (story["replay"], story["became"]) == (done["replay"], next(
            event["id"] for event in received if event["subject"] == tried[0]["number"]
        ))  # fmt: skip
        assert house.stop() == 0
        assert len(house.tap()) == 2 * ORDERS
