"""Exceptions, replays and dead letters over the API."""

import json
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from gateway.keys import Scope
from tests.gateway.http.test_api_submit import BAD, GOOD
from tests.rigs.api import Api, Told, api_gateway

JSON = {"Content-Type": "application/json"}


@pytest.fixture(scope="module")
def api(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Api]:
    """A gateway that has taken one interchange and refused another."""
    with api_gateway(tmp_path_factory.mktemp("attention") / "home") as own:
        assert own.interchange(GOOD).status == 201
        assert own.interchange(BAD).status == 422
        yield own


def post(api: Api, path: str, body: object, key: str | None = None) -> Told:
    return api.call("POST", f"/api/v1/{path}", json.dumps(body).encode(), key=key, headers=JSON)


def items(api: Api, path: str) -> list[dict[str, Any]]:
    told = api.get(f"/api/v1/{path}")
    assert told.status == 200, told.body
    found: list[dict[str, Any]] = told.json["items"]
    return found


def wait(done: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 30
    while not done():
        assert time.monotonic() < deadline
        time.sleep(0.1)


def test_an_exception_is_found_noted_assigned_and_resolved(api: Api) -> None:
    (row,) = items(api, "exceptions?kind=technical")
    (group,) = items(api, f"exceptions/groups?code={row['code']}")
    assert (group["count"], group["example"]["id"]) == (1, row["id"])
    at = f"exceptions/{row['id']}"
    assert post(api, f"{at}/assign", {"to": "anna"}).json == {"done": 1}
    assert post(api, f"{at}/note", {"text": "asked them"}).json == {"done": 1}
    shown = api.get(f"/api/v1/{at}").json
    assert [each["text"] for each in shown["notes"]] == ["assigned to anna", "asked them"]
    assert shown["help"]
    assert [each["id"] for each in items(api, "exceptions?assigned=anna")] == [row["id"]]
    assert items(api, "exceptions?assigned=ben") == []
    assert post(api, f"{at}/resolve", {"note": "sent again"}).json == {"done": 1}
    assert post(api, f"{at}/resolve", {"note": "sent again"}).json == {"done": 0}
    assert items(api, "exceptions") == []
    (done,) = items(api, "exceptions?standing=resolved")
    assert (done["note"], bool(done["resolvedBy"])) == ("sent again", True)


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("exceptions/no-such-id/note", {"text": "x"}, 404),
        ("exceptions/no-such-id/note", {"text": ""}, 422),
        ("exceptions/no-such-id/note", {"words": "x"}, 422),
        ("exceptions/resolve", {"note": "all of them"}, 422),
        ("replays", {"reason": "why not"}, 422),
        ("replays", {"partner": "acme"}, 422),
        ("replays/dry-run", {"ids": ["x"], "partner": "acme"}, 422),
        ("deadletters/no-such-id/drop", {"why": "gone"}, 404),
        ("deadletters/no-such-id/drop", {"why": ""}, 422),
    ],
)
def test_what_is_not_there_or_not_in_form_is_told(api: Api, path: str, body: object, status: int) -> None:
    told = post(api, path, body)
    assert told.status == status
    assert told.code is not None


def test_a_replay_is_tried_and_done(api: Api) -> None:
    (document,) = items(api, "documents?status=accepted")
    tried = post(api, "replays/dry-run", {"partner": document["partner"]})
    assert tried.status == 200, tried.body
    counts = tried.json["counts"]
    assert counts["same"] == 1
    assert counts["still rejected"] >= 1
    assert post(api, "replays", {"partner": document["partner"], "reason": "a test", "most": 1}).code == "BUS-E0301"
    assert items(api, "replays") == []
    done = post(api, "replays", {"ids": [document["id"]], "reason": "a consumer lost its queue"})
    assert (done.status, done.json["published"]) == (202, 1), done.body
    story = api.get(done.headers["location"]).json
    assert (story["reason"], [each["became"] for each in story["items"]]) == (
        "a consumer lost its queue", [document["id"]],
    )  # fmt: skip
    shown = api.get(f"/api/v1/documents/{document['id']}").json
    assert [each["how"] for each in shown["replays"]] == ["published"]
    new = post(api, "replays", {"ids": [document["id"]], "reason": "as new", "asNew": True})
    assert new.json["new"] == 1
    wait(lambda: any("replayof" in line for line in api.get("/api/v1/events").body.decode().splitlines()))


def test_dead_letters_are_none_where_everything_goes_on(api: Api) -> None:
    assert items(api, "deadletters") == []
    assert api.get("/api/v1/deadletters/no-such-id").status == 404


def test_who_looks_may_not_act_and_who_is_one_partner_sees_its_own(tmp_path_factory: pytest.TempPathFactory) -> None:
    with api_gateway(tmp_path_factory.mktemp("keys") / "home") as own:
        own.interchange(BAD)
        (row,) = items(own, "exceptions")
        looks, other = (
            own.make_key("looks", Scope.READ),
            own.make_key("other", Scope.READ, Scope.OPERATE, partner="mute"),
        )
        assert own.get("/api/v1/exceptions/groups", key=looks).status == 200
        assert post(own, f"exceptions/{row['id']}/resolve", {}, looks).status == 403
        assert post(own, "replays/dry-run", {"partner": "acme"}, looks).status == 403
        assert own.get(f"/api/v1/exceptions/{row['id']}", key=other).status == 404
        assert post(own, f"exceptions/{row['id']}/resolve", {}, other).status == 404
        assert own.get("/api/v1/deadletters", key=other).status == 403
        assert post(own, "replays/dry-run", {"partner": row["partner"]}, other).status == 403
        assert post(own, "replays/dry-run", {"ids": [row["delivery"]]}, other).json["messages"] == 0
