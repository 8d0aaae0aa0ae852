"""Documents and interchanges handed in over HTTP: kept, answered, and the same again when asked again."""

import gzip
import time
from pathlib import Path

import pytest

from tests.rigs.api import Api
from tests.rigs.submissions import ORDER

SAMPLES = Path(__file__).parents[3] / "samples"
GOOD = (SAMPLES / "850-stock-order/input.edi").read_bytes()
BAD = (SAMPLES / "bad-quantity/input.edi").read_bytes()
HL7 = (SAMPLES / "hl7-oms-stock/input.hl7").read_bytes()


def order(number: str) -> dict[str, object]:
    """An order of this number."""
    return {**ORDER, "number": number}


def test_an_order_is_taken_and_leaves_as_x12(api: Api) -> None:
    told = api.submit(order("H1"))
    assert told.status == 202
    answer = told.json
    assert told.headers["location"] == f"/api/v1/documents/{answer['id']}"
    assert answer["status"] == "accepted"
    shown = api.get(told.headers["location"]).json
    assert (shown["number"], shown["direction"], shown["partner"]) == ("H1", "submitted", "acme")
    assert shown["data"]["lines"][0]["quantity"] == {"value": "24", "unitCode": "EA"}
    deadline = time.monotonic() + 10
    while (parcel := api.get(f"/api/v1/parcels/{answer['parcel']}").json)["state"] != "delivered":
        assert time.monotonic() < deadline
        time.sleep(0.02)
    (file,) = (api.home / "var/drop/out/acme").glob(f"*{parcel['name']}")
    content = api.get(f"/api/v1/parcels/{answer['parcel']}/content")
    assert content.body == file.read_bytes()
    assert b"*H1*" in content.body
    assert content.headers["content-disposition"] == f'attachment; filename="{answer["parcel"]}"'


@pytest.mark.failure("W6")
def test_a_key_gets_the_same_answer_again(api: Api) -> None:
    first, again = (api.submit(order("H2"), idempotency="k-2") for _ in range(2))
    assert (first.status, again.status, again.json) == (202, 202, first.json)
    assert (first.headers.get("idempotent-replay"), again.headers["idempotent-replay"]) == (None, "true")
    other = api.submit(order("H3"), idempotency="k-2")
    assert (other.status, other.code, [each["code"] for each in other.json["problems"]]) == (
        409, "NET-E0815", ["BUS-E0003"],
    )  # fmt: skip


def test_a_key_of_one_partner_is_not_that_of_another(api: Api) -> None:
    first = api.submit(order("H4"), idempotency="k-4", partner="acme")
    other = api.submit(order("H4"), idempotency="k-4", partner="erp")
    assert (first.status, other.status) == (202, 202)
    assert first.json["id"] != other.json["id"]
    assert api.get(f"/api/v1/documents/{other.json['id']}").json["partner"] == "erp"


def test_the_type_may_stand_in_the_address_alone(api: Api) -> None:
    bare = {name: value for name, value in order("H5").items() if name != "documentType"}
    assert api.submit(bare).status == 202
    event = {"specversion": "1.0", "type": "x", "data": order("H6")}
    assert api.submit(event).status == 202


@pytest.mark.parametrize(
    ("data", "path"),
    [
        ({**ORDER, "lines": [{"lineNumber": "1", "quantity": {"value": "many", "unitCode": "EA"}}]},
         "lines[0].quantity.value"),
        ({**ORDER, "documentType": "invoice"}, "documentType"),
        ({"documentType": "purchase_order"}, "number"),
        ([], None),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told_with_its_place(api: Api, data: object, path: str | None) -> None:
    told = api.submit(data)
    assert (told.status, told.code) == (422, "NET-E0815")
    problems = told.json["problems"]
    assert all({"code", "message", "help"} <= set(problem) or problem["expected"] for problem in problems)
    if path is not None:
        assert any(str(problem.get("path", "")).startswith(path) for problem in problems), problems
    assert "many" not in told.body.decode()


@pytest.mark.parametrize(
    ("partner", "code"), [("nobody", "BUS-E0001"), ("mute", "BUS-E0002")],
)  # fmt: skip
def test_a_partner_that_cannot_be_sent_to_is_told(api: Api, partner: str, code: str) -> None:
    told = api.submit(order("H7"), partner=partner)
    assert (told.status, [problem["code"] for problem in told.json["problems"]]) == (422, [code])


def test_a_second_order_of_one_number_is_refused(api: Api) -> None:
    assert api.submit(order("H8")).status == 202
    told = api.submit({**order("H8"), "currency": "CAD"})
    assert (told.status, told.json["problems"][0]["code"]) == (409, "BUS-E0004")


@pytest.mark.parametrize("raw", [b"{", b"", b"\xff{}", b'{"a": "\\ud800"}', b"[" * 100_000, b'{"a":1}{"b":2}'])
def test_what_is_not_json_is_not_kept(api: Api, raw: bytes) -> None:
    before = api.get("/api/v1/deliveries?limit=1").json
    told = api.submit(None, raw=raw)
    assert (told.status, told.code) == (400, "NET-E0806")
    assert api.get("/api/v1/deliveries?limit=1").json == before


def test_other_refusals_have_their_own_status(api: Api) -> None:
    assert api.submit(ORDER, partner=None).code == "NET-E0804"
    assert api.submit(ORDER, type="no_such_thing").status == 404
    assert api.submit(ORDER, idempotency="two words").code == "NET-E0804"
    told = api.call(
        "POST", "/api/v1/documents/purchase_order?partner=acme", b"{}", headers={"Content-Type": "text/csv"}
    )
    assert (told.status, told.code, told.headers["accept-post"].split(",")[0]) == (415, "NET-E0805", "application/json")


def test_an_interchange_is_taken_and_its_997_is_there(api: Api) -> None:
    told = api.interchange(GOOD)
    answer = told.json
    assert (told.status, answer["outcome"], answer["accepted"], answer["rejected"]) == (201, "accepted", 1, 0)
    assert told.headers["location"] == f"/api/v1/deliveries/{answer['delivery']}"
    assert "answer" not in answer
    (document,) = answer["documents"]
    assert api.get(f"/api/v1/documents/{document}").json["data"]["number"] == "4500012345"
    (parcel,) = answer["parcels"]
    deadline = time.monotonic() + 10
    while (content := api.get(f"/api/v1/parcels/{parcel}/content")).status == 409:
        assert content.code == "NET-E0813"
        assert time.monotonic() < deadline
        time.sleep(0.02)
    assert b"ST*997*" in content.body
    assert b"AK9*A*1*1*1" in content.body
    assert api.get(f"/api/v1/deliveries/{answer['delivery']}/content").body == GOOD
    again = api.interchange(GOOD)
    assert (again.status, again.json["outcome"], again.json["documents"]) == (200, "duplicate", [document])
    assert again.headers["idempotent-replay"] == "true"


def test_a_rejected_interchange_is_a_problem_with_all_its_places(api: Api) -> None:
    told = api.interchange(BAD)
    assert (told.status, told.code) == (422, "NET-E0814")
    answer = told.json
    assert (answer["outcome"], answer["rejected"]) == ("rejected", 1)
    (problem,) = [each for each in answer["problems"] if each["code"] == "X12-E0307"]
    assert (problem["line"], problem["segment"], problem["element"]) == (24, "PO1", 2)
    shown = api.get(told.headers["location"]).json
    assert (shown["outcome"], shown["problems"]) == ("rejected", answer["problems"])


def test_an_hl7_message_gets_its_acknowledgment(api: Api) -> None:
    told = api.interchange(HL7, type="application/hl7-v2")
    assert (told.status, told.json["outcome"]) == (201, "accepted")
    first = api.get(told.json["answer"])
    assert first.body.startswith(b"MSH|")
    assert b"\rMSA|AA|STK-20481" in first.body
    again = api.interchange(HL7, type="application/hl7-v2")
    assert api.get(again.json["answer"]).body == first.body


def test_bytes_that_are_nothing_known_are_kept_and_told(api: Api) -> None:
    told = api.interchange(b"hello, is this the hospital?")
    assert told.status in (202, 422)
    assert told.json["problems"]
    assert api.get(f"/api/v1/deliveries/{told.json['delivery']}").status == 200
    assert api.interchange(b"").code == "NET-E0809"


@pytest.mark.failure("F14")
def test_packed_bytes_are_not_unpacked(api: Api) -> None:
    headers = {"Content-Type": "application/edi-x12", "Content-Encoding": "gzip"}
    told = api.call("POST", "/api/v1/interchanges", gzip.compress(GOOD), headers=headers)
    assert (told.status, told.code) == (415, "NET-E0805")


@pytest.mark.parametrize("type", ["", "application/json", "application/x-www-form-urlencoded", "multipart/form-data"])
def test_bytes_come_as_what_they_are(api: Api, type: str) -> None:
    assert api.interchange(GOOD, type=type).code == "NET-E0805"
