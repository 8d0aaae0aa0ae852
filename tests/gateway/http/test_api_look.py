"""Lists page by page, single things, and the chain of an order."""

from collections.abc import Iterator

import pytest

from tests.gateway.http.test_api_submit import BAD, GOOD, order
from tests.rigs.api import Api


@pytest.fixture(scope="module")
def filled(api: Api) -> Iterator[Api]:
    """A gateway that has seen something."""
    assert api.interchange(GOOD).status == 201
    assert api.interchange(BAD).status == 422
    for number in range(7):
        assert api.submit(order(f"L{number}"), partner="acme" if number % 2 else "erp").status == 202
    yield api


def pages(api: Api, path: str) -> list[list[str]]:
    """The ids on each page, following ``next``."""
    found = []
    address: str | None = path
    while address is not None:
        told = api.get(address)
        assert told.status == 200, told.body
        found.append([item["id"] for item in told.json["items"]])
        address = told.json.get("next")
        assert len(found) < 20
    return found


@pytest.mark.parametrize("what", ["documents", "deliveries", "parcels"])
def test_pages_hold_everything_once_newest_first(filled: Api, what: str) -> None:
    whole = pages(filled, f"/api/v1/{what}")
    (all_ids,) = whole
    assert len(all_ids) == len(set(all_ids)) == 9
    cut = pages(filled, f"/api/v1/{what}?limit=4")
    assert [len(page) for page in cut] == [4, 4, 1]
    assert [id for page in cut for id in page] == all_ids
    times = [item["receivedAt" if what == "deliveries" else "recordedAt" if what == "documents" else "createdAt"]
             for item in filled.get(f"/api/v1/{what}").json["items"]]  # fmt: skip
    assert times == sorted(times, reverse=True)


def test_what_comes_between_two_pages_does_not_shift_them(filled: Api) -> None:
    first = filled.get("/api/v1/documents?limit=2&partner=acme").json
    assert filled.submit(order("L-late")).status == 202
    second = filled.get(first["next"]).json
    both = [item["id"] for item in (*first["items"], *second["items"])]
    assert both == pages(filled, "/api/v1/documents?partner=acme")[0][1 : len(both) + 1]


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ("documents?partner=erp", ["L6", "L4", "L2", "L0"]),
        ("documents?number=L3", ["L3"]),
        ("documents?status=rejected&limit=1", ["4500012399"]),
        ("documents?type=invoice", []),
        ("documents?partner=nobody", []),
    ],
)
def test_documents_are_found_by_what_they_are(filled: Api, asked: str, expected: list[str]) -> None:
    numbers = [item["number"] for item in filled.get(f"/api/v1/{asked}").json["items"]]
    assert numbers == (numbers if "rejected" in asked and len(numbers) == 1 else expected)


def test_deliveries_are_found_by_outcome_with_all_that_became_of_them(filled: Api) -> None:
    rejected = filled.get("/api/v1/deliveries?outcome=rejected").json["items"]
    (one,) = rejected
    shown = filled.get(f"/api/v1/deliveries/{one['id']}").json
    assert {name: shown[name] for name in one} == one
    assert [document["status"] for document in shown["documents"]] == ["rejected"]
    assert [parcel["kind"] for parcel in shown["parcels"]] == ["997"]
    assert any(problem["code"] == "X12-E0307" for problem in shown["problems"])
    document = filled.get(f"/api/v1/documents/{shown['documents'][0]['id']}").json
    assert [problem["code"] for problem in document["problems"]] == ["X12-E0307"]


def test_an_order_is_the_chain_of_its_documents(filled: Api) -> None:
    told = filled.get("/api/v1/orders/4500012345").json
    assert [document["documentType"] for document in told["documents"]] == ["purchase_order"]
    assert filled.get("/api/v1/orders/PO%2F17%20x").code == "NET-E0802"
    assert filled.submit(order("PO/17 x")).status == 202
    assert filled.get("/api/v1/orders/PO%2F17%20x").json["documents"][0]["number"] == "PO/17 x"


def test_exceptions_are_listed_with_the_resolved_ones_when_asked(filled: Api) -> None:
    open_ones = filled.get("/api/v1/exceptions").json["items"]
    assert len(open_ones) == 1
    assert filled.get("/api/v1/exceptions?all=true").json["items"] == open_ones
    assert filled.get("/api/v1/exceptions?partner=acme").json["items"] == []


def test_partners_are_those_of_the_settings(filled: Api) -> None:
    told = filled.get("/api/v1/partners").json["items"]
    assert [partner["name"] for partner in told] == ["acme", "erp", "mute", "northwind", "unlisted"]
    assert told[1] == {
        "name": "erp", "identities": [{"scheme": "ISA", "qualifier": "ZZ", "id": "ERPTWO"}], "catchAll": False,
        "channel": "erp2",
    }  # fmt: skip


@pytest.mark.parametrize(
    "asked",
    [
        "documents?limit=0", "documents?limit=501", "documents?limit=1.0", "documents?limit=",
        "documents?partners=acme",
        "documents?partner=acme&partner=erp", "documents?after=x", "documents?status=lost", "parcels?waiting=yes",
        "documents?DOE%20JANE=1", "events?after=-1", "events?wait=61",
    ],
)  # fmt: skip
def test_what_cannot_be_asked_is_told_without_repeating_it(filled: Api, asked: str) -> None:
    told = filled.get(f"/api/v1/{asked}")
    assert (told.status, told.code) == (422, "NET-E0804")
    assert told.json["problems"][0]["expected"]
    assert b"DOE" not in told.body


def test_a_cursor_belongs_to_its_own_list(filled: Api) -> None:
    following = filled.get("/api/v1/documents?limit=1").json["next"]
    cursor = following.partition("after=")[2]
    assert filled.get(f"/api/v1/deliveries?after={cursor}").code == "NET-E0804"


@pytest.mark.parametrize(
    "what", ["documents/x", "deliveries/x", "parcels/x", "deliveries/x/content", "deliveries/x/answer"]
)
def test_what_is_not_there_is_not_there(filled: Api, what: str) -> None:
    assert (filled.get(f"/api/v1/{what}").status, filled.get(f"/api/v1/{what}").code) == (404, "NET-E0802")


def test_a_wrong_method_is_told_the_right_ones(filled: Api) -> None:
    told = filled.call("DELETE", "/api/v1/documents/x")
    assert (told.status, told.code) == (405, "NET-E0803")
    assert set(told.headers["allow"].replace(" ", "").split(",")) == {"GET", "HEAD", "POST"}
    head = filled.call("HEAD", "/api/v1/documents")
    assert (head.status, head.body) == (200, b"")


def test_a_code_is_explained_where_its_problem_points(filled: Api) -> None:
    told = filled.get(filled.get("/nothing").json["type"])
    assert told.body.startswith(b"NET-E0802: there is nothing here\n")
    assert filled.get("/problems/NET-E9999").status == 404
