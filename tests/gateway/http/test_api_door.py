"""Who may ask what: keys, scopes, partners, and what is told to those who may not."""

import os
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from gateway.config import ConfigError, load_config
from gateway.http.app import OPERATIONS
from gateway.http.attempts import MOST, Attempts
from gateway.http.operations import Operation
from gateway.keys import PREFIX, Scope, digest_of, new_key
from tests.gateway.http.test_api_events import lines
from tests.gateway.http.test_api_submit import GOOD, HL7, order
from tests.rigs.api import SETTINGS, Api, api_gateway

ALL = tuple(Scope)


@pytest.fixture(scope="module")
def keyed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Api]:
    """A gateway with a key for each scope, one of a partner, and documents of two partners."""
    with api_gateway(tmp_path_factory.mktemp("door") / "home") as own:
        assert own.submit(order("D1"), partner="acme").status == 202
        assert own.submit(order("D2"), partner="erp").status == 202
        assert own.interchange(GOOD).status == 201
        for scope in Scope:
            own.keys[scope] = own.make_key(scope.value, scope)
        own.keys["acme"] = own.make_key("acme", *ALL, partner="acme")
        own.keys["northwind"] = own.make_key("northwind", *ALL, partner="northwind")
        own.keys["all"] = own.make_key("all", *ALL)
        yield own


def address(operation: Operation) -> str:
    """An address of the operation where nothing is."""
    path = operation.path.replace("{id}", "purchase_order" if operation.method == "POST" else "0-0")
    return path.format(number="none", channel="nobody", name="none", code="NET-E9999")


def asked(api: Api, operation: Operation, key: str | None) -> int:
    """The status of a request that is good but for its key."""
    if operation.id == "submitDocument":
        return api.submit({}, partner="acme", key=key).status
    if operation.id == "submitInterchange":
        return api.interchange(b"", key=key).status
    body = b"{}" if operation.method == "POST" else None
    headers = {"Content-Type": "application/json"} if body else {}
    return api.call(operation.method, address(operation), body, key=key, headers=headers).status


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.id)
@pytest.mark.failure("C3")
def test_every_operation_asks_for_a_key_with_its_scope(keyed: Api, operation: Operation) -> None:
    assert (asked(keyed, operation, None) == 401) == (not operation.open)
    number = OPERATIONS.index(operation) + 1
    wrong = keyed.call(operation.method, address(operation), key="wharf_wrong", address=f"127.0.1.{number}")
    assert (wrong.status == 401) == (not operation.open)
    for scope in Scope:
        refused = asked(keyed, operation, keyed.keys[scope]) == 403
        assert refused == (not operation.open and operation.scope not in (None, scope)), scope


@pytest.mark.failure("C3")
def test_every_operation_of_the_api_has_a_scope() -> None:
    assert [operation.id for operation in OPERATIONS if "/api/" in operation.path and operation.scope is None] == []
    assert {operation.path for operation in OPERATIONS if operation.open} == {"/healthz", "/readyz"}


def test_without_keys_this_machine_asks_freely_until_one_is_made(tmp_path: Path) -> None:
    with api_gateway(tmp_path / "home") as api:
        assert api.get("/api/v1/documents").status == 200
        key = api.make_key("first", Scope.READ)
        told = api.get("/api/v1/documents")
        assert (told.status, told.code, told.headers["www-authenticate"]) == (401, "SEC-E0601", "Bearer")
        assert api.get("/api/v1/documents", key=key).status == 200
        api.parts.ledger.write(lambda tx: tx.revoke_key("first", api.parts.clock())).result()
        assert api.get("/api/v1/documents", key=key).status == 401
        assert api.get("/api/v1/documents").status == 401, "revoking the last key opens nothing"


@pytest.mark.parametrize(
    "headers",
    [{"Host": "evil.example"}, {"Host": "evil.example:80"}, {"Origin": "https://evil.example"}, {"Origin": "null"},
     {"Host": "["}],
)  # fmt: skip
@pytest.mark.failure("C2")
def test_without_keys_no_page_of_another_site_is_answered(api: Api, headers: dict[str, str]) -> None:
    told = api.get("/api/v1/documents", headers=headers)
    assert (told.status, told.code) == (403, "SEC-E0605")
    assert api.get("/healthz", headers=headers).status == 200
    own = f"127.0.0.1:{api.port}"
    assert api.get("/api/v1/documents", headers={"Origin": f"http://{own}"}).status == 200


def test_a_key_ends(tmp_path: Path) -> None:
    with api_gateway(tmp_path / "home") as api:
        key = api.make_key("short", Scope.READ, expires_in=timedelta(seconds=1))
        assert api.get("/api/v1/partners", key=key).status == 200
        time.sleep(1.05)
        assert api.get("/api/v1/partners", key=key).code == "SEC-E0601"


def test_the_use_of_a_key_is_noted_and_the_key_itself_nowhere(keyed: Api) -> None:
    assert keyed.get("/api/v1/partners", key=keyed.keys["all"]).status == 200
    deadline = time.monotonic() + 10
    while not (row := keyed.parts.ledger.read(lambda reads: reads.key(digest_of(keyed.keys["all"])))).last_used_at:  # type: ignore[union-attr]
        assert time.monotonic() < deadline
        time.sleep(0.02)
    assert row is not None
    assert row.scopes == frozenset(ALL)
    for file in (keyed.home / "var").rglob("ledger.db*"):
        content = file.read_bytes()
        assert all(key.encode() not in content for key in keyed.keys.values())


@pytest.mark.parametrize("shown", ["", "Bearer", "Bearer ", "Basic YTpi", "Bearer " + "x" * 300, "Bearer \xe9"])
def test_nothing_but_a_key_opens(keyed: Api, shown: str) -> None:
    told = keyed.get("/api/v1/documents", headers={"Authorization": shown}, address="127.0.2.1")
    assert (told.status, told.code) == (401, "SEC-E0601")


@pytest.mark.failure("C3")
def test_a_partner_sees_its_own_alone(keyed: Api) -> None:
    acme, everybody = keyed.keys["acme"], keyed.keys["all"]
    for what in ("documents", "deliveries", "parcels", "exceptions"):
        whole = keyed.get(f"/api/v1/{what}?limit=500", key=everybody).json["items"]
        own = keyed.get(f"/api/v1/{what}?limit=500", key=acme).json["items"]
        assert own == [item for item in whole if item["partner"] == "acme"]
        for item in whole:
            if what != "exceptions":
                expected = 200 if item["partner"] == "acme" else 404
                assert keyed.get(f"/api/v1/{what}/{item['id']}", key=acme).status == expected
            if what in ("deliveries", "parcels") and expected == 404:
                assert keyed.get(f"/api/v1/{what}/{item['id']}/content", key=acme).status == 404
        other = keyed.get(f"/api/v1/{what}?partner=erp", key=acme)
        assert (other.status, other.code) == (403, "SEC-E0603")
    assert [item["name"] for item in keyed.get("/api/v1/partners", key=acme).json["items"]] == ["acme"]
    assert keyed.get("/api/v1/orders/D1", key=acme).status == 200
    assert keyed.get("/api/v1/orders/D2", key=acme).status == 404
    assert keyed.get("/metrics", key=acme).code == "SEC-E0603"


def test_a_partner_follows_its_own_alone(keyed: Api) -> None:
    deadline = time.monotonic() + 10
    while len(lines(keyed, key=keyed.keys["all"])) < 3:
        assert time.monotonic() < deadline
        time.sleep(0.02)
    assert {event["partnerid"] for event in lines(keyed, key=keyed.keys["acme"])} == {"acme"}
    assert keyed.get("/api/v1/events?partner=erp", key=keyed.keys["acme"]).code == "SEC-E0603"


def test_a_partner_sends_for_itself_alone(keyed: Api) -> None:
    assert keyed.submit(order("D5"), partner="erp", key=keyed.keys["acme"]).code == "SEC-E0603"
    assert keyed.submit(order("D6"), partner="acme", key=keyed.keys["acme"]).status == 202
    told = keyed.interchange(HL7, key=keyed.keys["acme"], type="application/hl7-v2")
    shown = keyed.get(f"/api/v1/deliveries/{told.json['delivery']}", key=keyed.keys["all"]).json
    assert (shown["partner"], shown["channel"]) == ("acme", "api.acme"), "whatever its header says"


def test_two_callers_do_not_share_an_idempotency_key(keyed: Api) -> None:
    first = keyed.submit(order("D7"), partner="acme", key=keyed.keys["acme"], idempotency="k")
    other = keyed.submit(order("D8"), partner="acme", key=keyed.keys["all"], idempotency="k")
    assert (first.status, other.status) == (202, 202)


@pytest.mark.failure("C1")
def test_many_wrong_keys_are_held_up_and_right_ones_are_not(tmp_path: Path) -> None:
    with api_gateway(tmp_path / "home") as api:
        good = api.make_key("good", Scope.READ)
        assert api.get("/api/v1/partners", key=good).status == 200
        other = api.make_key("other", Scope.READ)
        told = [api.get("/api/v1/partners", key=f"wharf_{number}") for number in range(40)]
        assert [each.code for each in told[:MOST]] == ["SEC-E0601"] * MOST
        late = next(each for each in told if each.status == 429)
        assert (late.code, late.headers["retry-after"]) == ("SEC-E0604", "1")
        assert api.get("/api/v1/partners", key=good).status == 200
        assert api.get("/api/v1/partners", key=other, address="127.0.0.9").status == 200


def test_attempts_are_forgotten_in_time_and_bounded() -> None:
    now = [0.0]
    attempts = Attempts(lambda: now[0])
    for _ in range(MOST):
        assert attempts.wait("a", "x") == 0
        attempts.wrong("a", "x")
    assert attempts.wait("a", "y") == 1
    assert attempts.wait("b", "y") == 0
    now[0] = 0.5
    assert attempts.wait("a", "y") == 1
    now[0] = 1.0
    assert attempts.wait("a", "y") == 0
    attempts.wrong("a", "y")
    assert attempts.wait("a", "y") == 1
    for number in range(10_000):
        attempts.wrong(str(number), "x")
        attempts.right(str(number))
    assert len(attempts._wrong) <= 4096
    assert len(attempts._good) <= 1024


def test_the_token_of_the_settings_allows_all(tmp_path: Path) -> None:
    with api_gateway(tmp_path / "home", http='token = { env = "TOKEN" }', env={"TOKEN": "hush"}) as api:
        assert api.get("/api/v1/documents").status == 401
        assert api.get("/api/v1/documents", key="hush2").status == 401
        assert api.get("/metrics", key="hush").status == 200
        assert api.submit(order("T1"), key="hush").status == 202


def test_keys_may_be_asked_for_before_there_is_one(tmp_path: Path) -> None:
    with api_gateway(tmp_path / "home", http='auth = "keys"') as api:
        assert api.get("/api/v1/documents").status == 401
        assert api.get("/healthz").status == 200
        assert api.get("/api/v1/documents", key=api.make_key("k", Scope.READ)).status == 200


@pytest.mark.parametrize(
    ("http", "opens"),
    [("", False), ('auth = "auto"', False), ('auth = "keys"', True), ('token = { env = "TOKEN" }', True)],
)
@pytest.mark.failure("C7")
def test_beyond_this_machine_nothing_listens_without_credentials(tmp_path: Path, http: str, opens: bool) -> None:
    text = SETTINGS.replace("{http}", http).replace('"127.0.0.1:0"', '"0.0.0.0:0"').replace('partner = "erp"\n', "")
    (tmp_path / "wharf.toml").write_text(text)
    try:
        load_config(tmp_path / "wharf.toml", {"TOKEN": "hush"})
    except ConfigError as error:
        assert not opens
        assert "[http]" in str(error) or "http.listen" in str(error)
    else:
        assert opens


@pytest.mark.failure("C1", "L2")
def test_keys_are_random_and_kept_as_their_digest_alone() -> None:
    keys = {new_key(os.urandom) for _ in range(100)}
    assert len(keys) == 100
    assert all(key.startswith(PREFIX) and len(key) == len(PREFIX) + 43 for key in keys)
