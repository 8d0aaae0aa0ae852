"""What a person sees of parcels, awaited acknowledgments and destinations, and what the commands do with them."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from adapters.partner import Agreement, Batch
from gateway.cli.main import run
from gateway.init import write_settings
from gateway.ledger.records import ParcelState
from tests.rigs.outbound import Place, Sending, partner, sending

AGREED = Agreement(acknowledged_within=timedelta(hours=4))
BATCHED = AGREED.model_copy(update={"batch": Batch(count=4)})


@pytest.fixture
def place() -> Place:
    return Place()


@pytest.fixture
def house(tmp_path: Path, place: Place, monkeypatch: pytest.MonkeyPatch) -> Iterator[Sending]:
    """A folder as `wharf init` writes it, with parcels in its ledger; commands run in it."""
    write_settings(tmp_path)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("NO_COLOR", "1")
    partners = [partner("acme", "shelf", purchase_order=AGREED), partner("bolt", "shelf", "2", purchase_order=BATCHED)]
    with sending(tmp_path / "var", partners, {"shelf": place}) as own:
        yield own


def told(capsys: pytest.CaptureFixture[str], *command: str, code: int = 0) -> list[dict[str, Any]]:
    capsys.readouterr()
    assert run([*command, "--json"]) == code
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_parcels_are_listed_and_shown(house: Sending, capsys: pytest.CaptureFixture[str]) -> None:
    for number in ("B1", "B2", "B3", "B4"):
        house.submit("bolt", number)
    house.turn()
    assert run(["parcels", "list", "--partner", "bolt"]) == 0
    out = capsys.readouterr().out
    assert "B1, B2, B3 and 1 more" in out
    assert "delivered" in out
    (row,) = told(capsys, "parcels", "list", "--state", "delivered")
    assert row["numbers"] == ["B1", "B2", "B3", "B4"]
    assert told(capsys, "parcels", "list", "--channel", "other") == []
    assert run(["parcels", "show", row["id"]]) == 0
    out = capsys.readouterr().out
    assert "document B4: waiting" in out
    assert "delivered     taken 850-000000001" in out
    (shown,) = told(capsys, "parcels", "show", row["id"])
    assert [step["to"] for step in shown["history"]] == ["ready", "sending", "delivered"]
    (by_document,) = told(capsys, "parcels", "show", shown["documents"][0]["document"])
    assert by_document["id"] == row["id"]


def test_what_there_is_not_is_told(house: Sending, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["parcels", "list"]) == 0
    assert capsys.readouterr().out == "no parcels\n"
    assert run(["parcels", "show", "gone"]) == 1
    assert "there is no parcel 'gone'" in capsys.readouterr().err
    assert run(["parcels", "hold", "gone"]) == 1
    assert "there is no parcel gone" in capsys.readouterr().out
    assert run(["acks", "pending"]) == 0
    assert capsys.readouterr().out == "no acknowledgment is awaited\n"
    assert run(["breakers", "list"]) == 0
    assert capsys.readouterr().out == "all destinations are well\n"
    assert run(["breakers", "release", "shelf"]) == 1


@pytest.mark.parametrize("arguments", [(), ("id", "--channel", "c"), ("id", "--partner", "p"), ("--partner", "p")])
def test_what_is_to_be_held_is_named_in_one_way(house: Sending, arguments: tuple[str, ...]) -> None:
    assert run(["parcels", "hold", *arguments]) == 64
    assert run(["parcels", "release", *arguments]) == 64


def test_a_parcel_is_held_released_and_sent_again(
    house: Sending, place: Place, capsys: pytest.CaptureFixture[str]
) -> None:
    id = house.submit("acme", "A1").parcel or ""
    assert run(["parcels", "hold", id, "--why", "wrong price"]) == 0
    house.turn()
    assert place.taken == []
    assert run(["parcels", "resend", id, "--why", "x"]) == 1
    assert "a parcel that is held cannot be resent" in capsys.readouterr().out
    assert run(["parcels", "release", id]) == 0
    house.turn()
    assert len(place.taken) == 1
    assert run(["parcels", "resend", id, "--why", "they lost it"]) == 0
    house.turn()
    assert place.taken[0].content == place.taken[1].content
    (shown,) = told(capsys, "parcels", "show", id)
    assert shown["transmissions"] == 2
    assert [step["why"] for step in shown["history"] if step["by"] != "gateway"] == ["wrong price", "", "they lost it"]
    assert run(["parcels", "show", id, "--raw"]) == 0


def test_a_lane_is_held_and_released(house: Sending, place: Place, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["parcels", "hold", "--channel", "shelf", "--partner", "acme", "--why", "audit"]) == 0
    house.submit("acme", "A1")
    house.turn()
    assert place.taken == []
    assert run(["parcels", "list"]) == 0
    assert "held: channel shelf, partner acme" in capsys.readouterr().out
    assert run(["parcels", "release", "--channel", "shelf"]) == 1
    assert run(["parcels", "release", "--channel", "shelf", "--partner", "acme"]) == 0
    house.turn()
    assert len(place.taken) == 1


def test_what_is_awaited_is_listed_with_its_time(house: Sending, capsys: pytest.CaptureFixture[str]) -> None:
    # The command asks the real clock.
    house.now = datetime.now(UTC)
    id = house.submit("acme", "A1").parcel
    house.turn()
    (row,) = told(capsys, "acks", "pending")
    assert (row["parcel"], row["numbers"], row["awaits"], row["overdue"]) == (id, ["A1"], "997", False)
    house.later(5 * 3600)
    house.tick()
    assert house.state(id) is ParcelState.OVERDUE
    (row,) = told(capsys, "acks", "pending", code=1)
    assert row["overdue"]
    assert told(capsys, "acks", "pending", "--partner", "bolt") == []


def test_a_destination_that_failed_is_listed_and_tried(
    house: Sending, place: Place, capsys: pytest.CaptureFixture[str]
) -> None:
    place.up = False
    for number in range(5):
        house.submit("acme", f"A{number}")
    house.turn()
    (row,) = told(capsys, "breakers", "list", code=1)
    assert (row["channel"], row["state"], row["failures"], row["reason"]) == (
        "shelf", "open", 5, "connection refused",
    )  # fmt: skip
    assert run(["breakers", "list"]) == 1
    assert run(["breakers", "release", "shelf"]) == 0
    assert "tries it at once" in capsys.readouterr().out
