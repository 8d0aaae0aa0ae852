"""An ERP calls the gateway over SOAP: with zeep from the served WSDL, and with envelopes written by hand."""

import base64
import json
import socket
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import zeep
from lxml import etree
from zeep.exceptions import Fault
from zeep.wsse import username

from tests.rigs import soap_messages as soap
from tests.rigs.gateway import Gateway, wharf
from tests.rigs.hl7_messages import message
from tests.rigs.soap_house import PASSWORD, port_of, post, soap_house

SAMPLES = Path(__file__).parents[2] / "samples"
LINE = {
    "lineNumber": "1",
    "quantity": {"value": "24", "unitCode": "EA"},
    "price": {"amount": "3.10"},
    "item": {"identifiers": [{"scheme": "SELLER", "qualifier": "VN", "value": "A-100"}]},
}


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Gateway]:
    with soap_house(tmp_path_factory.mktemp("soap") / "st") as running:
        yield running


# zeep has no types of its own.
CLIENT: Any = zeep.Client
UsernameToken: Any = username.UsernameToken


def client(own: Gateway, path: str = "/soap/desk", **how: Any) -> Any:
    settings = zeep.Settings(strict=True, forbid_dtd=True, forbid_external=True)
    return CLIENT(f"http://127.0.0.1:{port_of(own)}{path}?wsdl", settings=settings, **how)


def service(own: Gateway, version: str, path: str = "/soap/desk", **how: Any) -> Any:
    return client(own, path, **how).bind("Wharf", version)


def order(number: str) -> dict[str, Any]:
    return {
        "number": number, "purpose": "original", "purposeCode": "00", "orderType": "NE", "issueDate": "2026-11-20",
        "lines": [LINE],
    }  # fmt: skip


def x12(control: str) -> bytes:
    """The stock order under a control number of its own."""
    content = (SAMPLES / "850-stock-order/input.edi").read_bytes()
    return content.replace(b"000000417", control.encode())


def codes(fault: Fault) -> list[str]:
    return [each.text for each in fault.detail.iter(f"{{{soap.SERVICE}}}code")]


def code_of(answer: bytes) -> str | None:
    return etree.fromstring(answer).findtext(f".//{{{soap.SERVICE}}}code")


@pytest.mark.parametrize("version", ["Soap", "Soap12"])
def test_an_interchange_is_taken_once_and_its_answer_can_be_fetched(own: Gateway, version: str) -> None:
    desk = service(own, version)
    content = x12("000004110" if version == "Soap" else "000004120")
    taken = desk.SubmitInterchange(content=content, name="orders.edi")
    assert (taken.outcome, taken.accepted, taken.rejected, taken.problems) == ("accepted", 1, 0, [])
    again = desk.SubmitInterchange(content=content)
    assert (again.outcome, again.accepted) == ("duplicate", 0)
    status = desk.GetStatus(id=taken.id)
    assert (status.state, status.outcome, status.partner, status.accepted) == ("recorded", "accepted", "erp", 1)
    own.wait(lambda: any(each["causationid"] == taken.id for each in own.tap()), "its event")
    assert [each["causationid"] for each in own.tap()].count(taken.id) == 1
    waiting = desk.GetDocuments(max=100, wait=5)
    mine = [each for each in waiting if content[90:99] or each.kind == "997"]
    assert mine[-1].content.startswith(b"ISA*")
    assert b"AK5*A~" in mine[-1].content
    assert desk.GetDocuments(max=100)[-1].content == mine[-1].content
    confirmed = desk.ConfirmDocuments(ids=[mine[-1].id, "none"])
    assert (confirmed.confirmed, confirmed.unknown) == (1, ["none"])
    assert mine[-1].id not in [each.id for each in desk.GetDocuments(max=100)]
    assert desk.ConfirmDocuments(ids=[mine[-1].id]).confirmed == 1


def test_what_is_wrong_with_an_interchange_is_told_with_its_place(own: Gateway) -> None:
    answer = service(own, "Soap").SubmitInterchange(content=(SAMPLES / "bad-quantity/input.edi").read_bytes())
    assert (answer.outcome, answer.rejected) == ("rejected", 1)
    assert [(each.code, each.line) for each in answer.problems if each.severity == "error"]
    assert all(each.help for each in answer.problems)
    nothing = service(own, "Soap").SubmitInterchange(content=b"nothing of the kind")
    assert [each.code for each in nothing.problems] == ["X12-E0101"]


def test_a_message_of_hl7_is_answered_in_its_own_tongue(own: Gateway) -> None:
    content = message("OMS^O05", "ORC|NW|R1", "RQD|1|104412^GLOVE^IM|GLV-N-M||12|BX", control="SOAP1")
    answer = service(own, "Soap12").SubmitInterchange(content=content)
    assert answer.outcome == "accepted"
    assert b"\rMSA|AA|SOAP1\r" in answer.answer
    assert service(own, "Soap").SubmitInterchange(content=content).answer == answer.answer


@pytest.mark.parametrize("version", ["Soap", "Soap12"])
@pytest.mark.parametrize("form", ["element", "type", "json", "base64"])
def test_a_document_is_sent_in_whatever_form_it_comes(own: Gateway, version: str, form: str) -> None:
    whole = client(own)
    desk = whole.bind("Wharf", version)
    number = f"{form}-{version}"
    data = {"documentType": "purchase_order", **order(number)}
    forms: dict[str, Callable[[], Any]] = {
        "element": lambda: whole.get_element(f"{{{soap.SUPPLY}}}purchase_order")(**order(number)),
        "type": lambda: whole.get_type(f"{{{soap.SUPPLY}}}PurchaseOrder")(**order(number)),
        "json": lambda: json.dumps(data),
        "base64": lambda: base64.b64encode(json.dumps(data).encode()).decode(),
    }
    content = forms[form]()
    sent = desk.SubmitDocument(documentType="purchase_order", partner="acme", content=content)
    assert sent.outcome == "accepted", sent
    own.wait(lambda: any(number.encode() in path.read_bytes() for path in own.answers("acme", "850")), "the 850")
    again = desk.SubmitDocument(documentType="purchase_order", partner="acme", content=content)
    assert (again.outcome, again.id) == ("duplicate", sent.id)
    own.wait(lambda: desk.GetStatus(id=sent.id).sent[0].state == "delivered", "its delivery")
    (gone,) = desk.GetStatus(id=sent.id).sent
    assert (gone.partner, gone.kind) == ("acme", "850")
    assert gone.name in [path.name for path in own.answers("acme", "850")]
    assert gone.deliveredAt


@pytest.mark.failure("W6")
def test_an_idempotency_key_stands_for_one_call(own: Gateway) -> None:
    desk = service(own, "Soap")

    def submit(number: str) -> Any:
        data = json.dumps(order(number))
        return desk.SubmitDocument(documentType="purchase_order", partner="acme", content=data, idempotencyKey="key-1")

    first = submit("KEY-1")
    assert submit("KEY-1").id == first.id
    with pytest.raises(Fault) as refused:
        submit("KEY-2")
    assert codes(refused.value) == ["BUS-E0003"]
    assert desk.GetStatus(key="key-1").id == first.id
    taken = desk.SubmitInterchange(content=x12("000004130"), idempotencyKey="key-2")
    assert desk.SubmitInterchange(content=x12("000004130"), idempotencyKey="key-2").outcome == "duplicate"
    with pytest.raises(Fault) as refused:
        desk.SubmitInterchange(content=x12("000004131"), idempotencyKey="key-2")
    assert codes(refused.value) == ["BUS-E0003"]
    assert desk.GetStatus(key="key-2").id == taken.id


@pytest.mark.parametrize("version", ["Soap", "Soap12"])
def test_a_document_that_cannot_be_sent_is_refused_with_its_problems(own: Gateway, version: str) -> None:
    desk = service(own, version)

    def refused(kind: str, partner: str, content: str) -> list[str]:
        with pytest.raises(Fault) as fault:
            desk.SubmitDocument(documentType=kind, partner=partner, content=content)
        assert fault.value.code == ("soap:Client" if version == "Soap" else "env:Sender")
        return codes(fault.value)

    whole = json.dumps(order("R-1"))
    assert refused("purchase_order", "nobody", whole) == ["BUS-E0001"]
    assert refused("purchase_order", "unlisted", whole) == ["BUS-E0002"]
    assert refused("purchase_order", "acme", json.dumps({"number": "1", "nummer": "2"}))[0].startswith("MAP-E")
    assert refused("purchase_order", "acme", "{") == ["XML-E0305"]
    assert refused("purchase_order", "acme", "hello!") == ["XML-E0305"]
    assert refused("poem", "acme", whole)
    assert refused("invoice", "acme", json.dumps({"documentType": "purchase_order"})) == ["XML-E0305"]


def test_a_document_for_the_erp_waits_until_it_is_confirmed(own: Gateway) -> None:
    desk = service(own, "Soap12")
    began = time.monotonic()
    while waiting := desk.GetDocuments(max=100):
        desk.ConfirmDocuments(ids=[each.id for each in waiting])
    assert desk.GetDocuments(wait=1) == []
    assert 1 <= time.monotonic() - began < 20
    for number in ("W-1", "W-2"):
        data = json.dumps(order(number))
        assert desk.SubmitDocument(documentType="purchase_order", partner="erp", content=data).outcome == "accepted"
    (first,) = desk.GetDocuments(max=1, wait=5)
    assert json.loads(first.content)["number"] == "W-1"
    assert (first.partner, first.kind) == ("erp", "purchase_order")
    desk.ConfirmDocuments(ids=[first.id])
    (second,) = desk.GetDocuments(wait=5)
    assert json.loads(second.content)["number"] == "W-2"
    assert service(own, "Soap", "/soap/guarded", wsse=token()).GetDocuments() == []
    assert service(own, "Soap", "/soap/guarded", wsse=token()).ConfirmDocuments(ids=[second.id]).confirmed == 0
    desk.ConfirmDocuments(ids=[second.id])


def token() -> Any:
    return UsernameToken("erp", PASSWORD, use_digest=True)


@pytest.mark.parametrize("version", ["Soap", "Soap12"])
def test_a_channel_with_a_password_asks_for_it(own: Gateway, version: str) -> None:
    assert service(own, version, "/soap/guarded", wsse=token()).GetDocuments() == []
    clear = UsernameToken("erp", PASSWORD)
    assert service(own, version, "/soap/guarded", wsse=clear).GetDocuments() == []
    for wsse, expected in ((None, "SEC-E0201"), (UsernameToken("erp", "x", use_digest=True), "SEC-E0202")):
        with pytest.raises(Fault) as refused:
            service(own, version, "/soap/guarded", wsse=wsse).GetDocuments()
        assert codes(refused.value) == [expected]
    assert PASSWORD not in own.log


@pytest.mark.failure("W3")
def test_a_call_that_was_recorded_is_refused_when_it_comes_again(own: Gateway) -> None:
    call = f'<GetDocuments xmlns="{soap.SERVICE}"/>'
    security = soap.security(soap.digest_token("erp", PASSWORD, datetime.now(UTC)))
    recorded = soap.envelope(call, security)
    assert post(own, recorded, path="/soap/guarded")[0] == 200
    status, _, answer = post(own, recorded, path="/soap/guarded")
    assert (status, code_of(answer)) == (500, "SEC-E0204")
    assert b"<faultcode>wsse:FailedAuthentication</faultcode>" in answer
    assert own.stop() == 0
    own.start()
    status, _, answer = post(own, recorded, path="/soap/guarded")
    assert (status, code_of(answer)) == (500, "SEC-E0204")


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (soap.envelope(soap.interchange(b"ISA*")).replace(b"<e:Body>", b"<e:Body>&x;"), "XML-E0101"),
        (b'<!DOCTYPE e [<!ENTITY x SYSTEM "file:///etc/hostname">]>' + soap.envelope("&x;"), "XML-E0103"),
        (b'<!DOCTYPE e SYSTEM "http://127.0.0.1:%d/x.dtd">' + soap.envelope(soap.status()), "XML-E0103"),
        (soap.envelope("<a>" * 5000 + "</a>" * 5000), "XML-E0105"),
        (soap.envelope(soap.status(), soap.security("<Signature/>")), "SEC-E0206"),
        (soap.envelope('<Drop xmlns="urn:wharf:soap:v1"/>'), "XML-E0304"),
        (soap.envelope(soap.document("<number xmlns='urn:wharf:supply:v1'>1</number>"), soap.status()), None),
        (soap.envelope(soap.status("x")), "XML-E0309"),
    ],
)
@pytest.mark.failure("W1", "W5")
def test_what_would_do_harm_is_refused_with_a_fault(own: Gateway, body: bytes, expected: str | None) -> None:
    """In both versions, with the status that its binding wants; and nobody is called."""
    with socket.create_server(("127.0.0.1", 0)) as canary:
        canary.settimeout(0.1)
        body = body.replace(b"%d", b"%d" % canary.getsockname()[1])
        for namespace, status in ((soap.SOAP_11, 500), (soap.SOAP_12, 400)):
            spoken = body.replace(soap.SOAP_11.encode(), namespace.encode())
            answered = post(own, spoken, type=soap.TYPES[namespace])
            assert answered[0] == status
            root = etree.fromstring(answered[2])
            assert root.tag == f"{{{namespace}}}Envelope"
            assert expected is None or code_of(answered[2]) == expected
            assert answered[1]["content-type"] == soap.TYPES[namespace]
        with pytest.raises(TimeoutError):
            canary.accept()


def test_requests_that_are_no_calls_are_told_plainly(own: Gateway) -> None:
    status, body = own.get("/soap/desk")
    assert status == 405
    assert b"?wsdl" in body
    assert own.get("/soap/desk?xsd")[1].count(b"targetNamespace") == 1
    assert own.get("/soap/other")[0] == 404
    assert post(own, b"{}", type="application/json")[0] == 415
    assert post(own, soap.envelope(soap.status()), Content_Encoding="gzip")[0] == 415
    status, _, answer = post(own, soap.envelope(soap.interchange(b"x" * 3_000_000)))
    assert (status, code_of(answer)) == (413, "XML-E0104")


@pytest.mark.failure("C2")
def test_a_page_in_a_browser_cannot_call_an_open_channel(own: Gateway) -> None:
    call = soap.envelope(f'<GetDocuments xmlns="{soap.SERVICE}"/>')
    port = port_of(own)
    assert post(own, call, Host=f"localhost:{port}")[0] == 200
    assert post(own, call, Host=f"127.0.0.1:{port}", Origin=f"http://127.0.0.1:{port}")[0] == 200
    for headers in ({"Host": f"rebound.example:{port}"}, {"Origin": "http://other.example"}):
        status, _, answer = post(own, call, **headers)
        assert (status, code_of(answer)) == (403, "SEC-E0207"), headers
    token = soap.digest_token("erp", PASSWORD, datetime.now(UTC), b"another nonce")
    named = soap.envelope(f'<GetDocuments xmlns="{soap.SERVICE}"/>', soap.security(token))
    assert post(own, named, path="/soap/guarded", Host="gateway.example")[0] == 200


def unpacked(answer: bytes) -> bytes:
    """All contents of an answer, one after the other."""
    contents = etree.fromstring(answer).iter(f"{{{soap.SERVICE}}}content")
    return b"".join(base64.b64decode(each.text or "") for each in contents)


def test_a_large_content_goes_beside_the_envelope_in_both_directions(own: Gateway) -> None:
    content = x12("000004140") + b"\n" * 2_000_000
    type, body = soap.in_parts(soap.envelope(soap.attached("c1")), {"c1": content})
    status, headers, answer = post(own, body, type=type)
    assert status == 200
    assert b"<wharf:outcome>accepted</wharf:outcome>" in answer
    call = soap.envelope(f'<GetDocuments xmlns="{soap.SERVICE}"><max>100</max></GetDocuments>')
    own.wait(lambda: b"AK1*PO*417~" in unpacked(post(own, call)[2]), "the 997")
    status, headers, answer = post(own, call, Accept='multipart/related; type="application/xop+xml"')
    assert headers["content-type"].startswith("multipart/related")
    assert b"xop:Include" in answer
    assert b"\r\n\r\nISA*" in answer
    assert b"AK1*PO*417~" in answer


def test_settings_of_a_channel_are_checked_as_a_whole(own: Gateway, tmp_path: Path) -> None:
    assert wharf("init", tmp_path / "st").returncode == 0
    config = tmp_path / "st/wharf.toml"
    before = config.read_text("utf-8")

    def told(more: str, **env: str) -> str:
        config.write_text(before + more, "utf-8")
        done = wharf("config", "check", "-c", config, env=env)
        return str((done.stdout + done.stderr).decode())

    good = '[channels.one]\nkind = "soap"\npath = "/soap/one"\n'
    assert "CFG-E" not in told(good)
    assert "CFG-E0010" in told(good, WHARF__HTTP__LISTEN="0.0.0.0:8080", WHARF__HTTP__TOKEN="x" * 40)
    assert "a path of its own" in told(good + good.replace("channels.one", "channels.two"))
    assert "channels.one.password" in told(good + 'user = "erp"\n')
    assert "channels.one.user" in told(good + 'password = { env = "HOME" }\n')
    assert "CFG-E" in told(good + 'user = "erp"\npassword = { env = "WHARF_NOT_THERE" }\n')
    assert "/soap" in told(good.replace("/soap/one", "/api/one"))
