"""The main job with the embedded feed: a file in the folder becomes an event, its 997 comes back."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from adapters.translate import digest
from canonical.event import event_id
from tests.rigs.gateway import Gateway, gateway, wharf
from tests.rigs.x12_bytes import group, interchange, order, transaction_set


@pytest.fixture
def house(tmp_path: Path) -> Iterator[Gateway]:
    with gateway(tmp_path / "st") as own:
        yield own


def test_an_order_comes_out_and_its_997_goes_back(house: Gateway) -> None:
    house.put("order.edi", order())
    house.wait(lambda: len(house.answers("acme")) == 1, "the 997")
    house.wait((house.drop / "done" / "order.edi").exists, "the file in done/")
    house.wait(lambda: len(house.tap()) == 1, "the event")
    (event,) = house.tap()
    assert event["id"] == event_id(digest(order()), 1)
    assert event["type"] == "org.wharf.supply.purchase_order.received.v1"
    assert event["source"] == "/gateways/st-example/partners/acme"
    assert (event["subject"], event["data"]["number"]) == ("4500012345", "4500012345")
    assert event["data"]["provenance"]["sha256"] == digest(order())
    (answer,) = house.answers("acme")
    assert b"AK9*A*1*1*1~" in answer.read_bytes()
    assert not list((house.drop / "in").iterdir())


@pytest.mark.failure("F7", "X1")
def test_the_same_bytes_again_publish_nothing_and_get_the_same_997(house: Gateway) -> None:
    house.put("order.edi", order())
    house.wait(lambda: len(house.answers("acme")) == 1, "the first 997")
    house.put("again.edi", order())
    house.wait(lambda: len(house.answers("acme")) == 2, "the second 997")
    first, second = house.answers("acme")
    assert first.read_bytes() == second.read_bytes()
    house.put("third.edi", b"\r\n" + order())
    house.wait(lambda: len(house.answers("acme")) == 3, "the 997 for the same interchange in another file")
    assert len({path.read_bytes() for path in house.answers("acme")}) == 1
    house.wait((house.drop / "done" / "third.edi").exists, "the third in done/")
    assert len(house.tap()) == 1


@pytest.mark.failure("X1", "F8")
def test_a_control_number_used_again_for_other_content_is_held(house: Gateway) -> None:
    house.put("order.edi", order())
    house.wait((house.drop / "done" / "order.edi").exists, "the first")
    house.put("other.edi", order().replace(b"4500012345", b"4500099999"))
    house.wait((house.drop / "rejected" / "other.edi").exists, "the second in rejected/")
    note = (house.drop / "rejected" / "other.edi.problems.txt").read_text()
    assert "X12-E0107" in note
    house.wait(lambda: len(house.answers("acme", "TA1")) == 1, "the TA1")
    assert b"*R*025~" in house.answers("acme", "TA1")[0].read_bytes()
    house.wait(lambda: len(house.tap()) == 2, "the refusal as an event")
    assert [event["type"].split(".")[3:5] for event in house.tap()] == [
        ["purchase_order", "received"], ["interchange", "rejected"],
    ]  # fmt: skip


def test_what_is_rejected_is_kept_told_and_published_as_such(house: Gateway) -> None:
    sets = (transaction_set(), transaction_set(("BEG*00*NE*X1**20261120", "PO1*1*1O*BX*1", "CTT*1"), number="0002"))
    house.put("mixed.edi", interchange(group(*sets)))
    house.wait((house.drop / "done" / "mixed.edi").exists, "the file in done/")
    house.wait(lambda: len(house.tap()) == 2, "both events")
    received, rejected = house.tap()
    assert received["data"]["number"] == "4500012345"
    assert rejected["type"].endswith("purchase_order.rejected.v1")
    assert rejected["data"]["problems"][0]["code"] == "X12-E0307"
    assert [row["status"] for row in house.messages()] == ["rejected", "accepted"]


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("empty.edi", b"", "X12-E0113"),
        ("photo.edi", b"\xff\xd8\xff\xe0" + bytes(range(256)) * 4, "X12-E0101"),
        ("cut.edi", order()[: len(order()) // 2], "X12-E0104"),
    ],
)
def test_files_that_cannot_be_read_are_held_with_their_diagnosis(
    house: Gateway, name: str, content: bytes, code: str
) -> None:
    house.put(name, content)
    house.wait((house.drop / "rejected" / name).exists, "the file in rejected/")
    listed = wharf("exceptions", "list", "--json", "-c", house.config)
    (held,) = [json.loads(line) for line in listed.stdout.splitlines()]
    assert held["code"] == code
    assert wharf("exceptions", "resolve", held["id"], "-c", house.config).returncode == 0
    assert wharf("exceptions", "resolve", held["id"], "-c", house.config).returncode == 1
    assert code in (house.drop / "rejected" / f"{name}.problems.txt").read_text()
    assert (house.drop / "rejected" / name).read_bytes() == content
    (row,) = house.messages()
    done = wharf("messages", "show", row["delivery"], "--raw", "-c", house.config)
    assert done.stdout == content


@pytest.mark.failure("F13", "F14")
def test_a_large_file_of_zeros_is_held_and_the_gateway_lives(house: Gateway) -> None:
    (house.drop / "in" / ".zeros.tmp").write_bytes(bytes(50_000_000))
    (house.drop / "in" / ".zeros.tmp").rename(house.drop / "in" / "zeros.edi")
    house.wait((house.drop / "rejected" / "zeros.edi").exists, "the zeros in rejected/", 60)
    house.put("order.edi", order())
    house.wait((house.drop / "done" / "order.edi").exists, "an order after them")


@pytest.mark.failure("C5")
def test_replay_publishes_under_the_same_id_and_reads_the_refused_again(house: Gateway) -> None:
    house.put("order.edi", order())
    house.wait(lambda: len(house.messages()) == 1, "the message")
    (row,) = house.messages()
    house.wait(lambda: len(house.tap()) == 1, "the event")
    done = wharf("messages", "replay", row["id"], "-c", house.config)
    assert done.returncode == 0
    assert done.stdout.decode().endswith(": 1 to be published again\n")

    def published_again() -> bool:
        shown = wharf("messages", "show", row["id"], "--json", "-c", house.config)
        event = json.loads(shown.stdout)["messages"][0]["event"]
        return bool(event["attempts"] == 2 and event["state"] == "published")

    house.wait(published_again, "the second publish")
    assert wharf("messages", "replay", "no-such-id", "-c", house.config).returncode == 1


def test_an_unknown_sender_is_held_until_it_becomes_a_partner(tmp_path: Path) -> None:
    with gateway(tmp_path / "st", start=False) as house:
        for path in (house.home / "partners").glob("*.toml"):
            path.unlink()
        house.start()
        house.put("order.edi", order())
        house.wait((house.drop / "rejected" / "order.edi").exists, "the file in rejected/")
        assert "X12-E0112" in (house.drop / "rejected" / "order.edi.problems.txt").read_text()
        assert [event["type"].split(".")[4] for event in house.tap()] == ["rejected"]
        house.stop()
        (house.home / "partners" / "acme.toml").write_text(
            'name = "acme"\nidentities = [ { scheme = "ISA", qualifier = "01", id = "123456789" } ]\n'
        )
        house.start()
        (row,) = house.messages()
        listed = wharf("exceptions", "list", "--json", "-c", house.config)
        (held,) = [json.loads(line) for line in listed.stdout.splitlines()]
        assert (held["code"], held["delivery"]) == ("X12-E0112", row["delivery"])
        assert wharf("messages", "replay", row["delivery"], "-c", house.config).returncode == 0
        assert b"nothing waits" in wharf("exceptions", "list", "-c", house.config).stdout
        house.wait(lambda: any(event["partnerid"] == "acme" for event in house.tap()), "the order, read again", 40)
        house.wait(lambda: len(house.answers("acme")) == 1, "its 997")


def test_a_folder_reserved_for_a_partner_holds_what_others_send(tmp_path: Path) -> None:
    with gateway(tmp_path / "st", {"WHARF__CHANNELS__SUPPLIERS__PARTNER": "acme"}) as house:
        house.put("acme.edi", order())
        house.put("other.edi", order("000000124").replace(b"*01*123456789      *", b"*ZZ*SOMEBODY       *"))
        house.wait((house.drop / "done" / "acme.edi").exists, "the partner's own file")
        house.wait((house.drop / "rejected" / "other.edi").exists, "the stranger's file")
        assert "X12-E0112" in (house.drop / "rejected" / "other.edi.problems.txt").read_text()


@pytest.mark.failure("P2", "P9")
def test_sigterm_ends_it_cleanly_and_a_second_gateway_is_refused(house: Gateway) -> None:
    second = wharf("run", "-c", house.config, env={"WHARF__HTTP__LISTEN": "127.0.0.1:0"})
    assert second.returncode == 74
    assert b"Traceback" not in second.stderr
    assert house.stop() == 0


def test_health_readiness_metrics_and_schemas_are_told(house: Gateway) -> None:
    house.put("order.edi", order())
    house.wait((house.drop / "done" / "order.edi").exists, "the file")
    house.wait(lambda: len(house.tap()) == 1, "the event")
    assert house.get("/healthz")[0] == 200
    ready = json.loads(house.get("/readyz")[1])
    assert ready["status"] == "ok"
    assert ready["channels"] == {
        "suppliers": {"listening": True},
        "ehr": {"listening": True},
        "erp": {"listening": True},
    }
    text = house.get("/metrics")[1].decode()
    assert 'wharf_deliveries_total{channel="suppliers",outcome="accepted"} 1.0' in text
    assert 'wharf_documents_total{status="accepted",type="purchase_order"} 1.0' in text
    assert json.loads(house.get("/schemas/purchase_order.json")[1])["title"] == "PurchaseOrder"


@pytest.mark.failure("L1")
def test_nothing_of_a_message_reaches_the_log_or_the_metrics(house: Gateway) -> None:
    secret = "MRN4711CANARY"
    rows = (f"BEG*00*NE*{secret}1**20261120", f"N1*ST*{secret}2", "PO1*1*12*BX*1", f"MSG*{secret}3", "CTT*1")
    house.put("order.edi", interchange(group(transaction_set(rows))))
    bad = (f"BEG*00*NE*{secret}4**20261120", f"PO1*1*{secret}5*BX*1", "CTT*1")
    house.put("bad.edi", interchange(group(transaction_set(bad)), number="000000124"))
    house.wait((house.drop / "rejected" / "bad.edi").exists, "the bad one")
    house.wait((house.drop / "done" / "order.edi").exists, "the good one")
    assert secret not in house.log
    assert secret not in house.get("/metrics")[1].decode()
