"""Calls to a partner's web service, which is away, slow, hostile or says no."""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from adapters.contracts import AdapterError, RefusedError
from adapters.transports.soap_calls.answer import NotLetInError
from adapters.transports.soap_calls.caller import Caller
from adapters.transports.soap_calls.settings import Operation, Service
from adapters.transports.soap_calls.values import text_at
from adapters.transports.tls import ServerFiles, server_context
from tests.rigs import soap_partner as rig
from tests.rigs.mllp import Authority
from tests.rigs.soap_messages import SOAP_11, SOAP_12
from tests.rigs.soap_partner import WSDL, Partner, enveloped, fault, says, soap_partner

DELIVER = Operation("Deliver", {"id": "{id}", "kind": "850", "content": "{content}"})
VALUES = {"id": "P1", "content": b"ISA*patient DOE"}
SECRETS = ("DOE", "JANE", "ISA*", "secret word", "ROOT-CANARY")


@pytest.fixture
def partner() -> Iterator[Partner]:
    with soap_partner() as running:
        yield running


def caller(partner: Partner, **more: Any) -> Caller:
    settings: dict[str, Any] = {"wsdl": WSDL, "answer_seconds": 5.0, **more}
    return Caller(Service(address=partner.address, **settings), ThreadPoolExecutor(1))


def failure(partner: Partner, **more: Any) -> AdapterError:
    with pytest.raises(AdapterError) as told:
        caller(partner, **more).call(DELIVER, VALUES)
    assert not any(secret in str(told.value) for secret in SECRETS)
    return told.value


@pytest.mark.failure("W2")
def test_a_call_goes_to_the_configured_address_whatever_the_description_says(partner: Partner) -> None:
    answer = caller(partner).call(DELIVER, VALUES)
    assert answer is not None
    assert text_at(answer, "receipt") == "P1"
    assert partner.delivered == {"P1": b"ISA*patient DOE"}
    assert partner.headers[0]["SOAPAction"] == '"urn:example:supply#Deliver"'


@pytest.mark.parametrize("version", [SOAP_11, SOAP_12])
@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("Client", RefusedError), ("Client.Content", RefusedError), ("Sender", RefusedError),
        ("Sender BadLine", RefusedError), ("Server", AdapterError), ("Receiver", AdapterError),
        ("Receiver Busy", AdapterError), ("VersionMismatch", AdapterError), ("MustUnderstand", AdapterError),
        ("Nonsense<", AdapterError), ("Client.Authentication", NotLetInError),
        ("Sender FailedAuthentication", NotLetInError),
    ],
)  # fmt: skip
def test_faults_are_told_apart_by_their_class(partner: Partner, code: str, kind: type, version: str) -> None:
    # Each version has its own codes, but not every service keeps to them.
    partner.how["*"] = fault(code.replace("<", "&lt;"), version)
    if version == SOAP_11 and " " in code:
        return
    assert type(failure(partner)) is kind


@pytest.mark.parametrize(
    ("how", "words"),
    [
        (says(b"", 302, Location="http://127.0.0.1:1/x"), "redirect"),
        (says(b"", 307, Location="/elsewhere"), "redirect"),
        (says(b"patient DOE", 401), "refused who we are"),
        (says(b"<html>patient DOE</html>", 403, "text/html"), "refused who we are"),
        (says(b"<html>patient DOE</html>", 200, "text/html"), "Content-Type"),
        (says(b"patient DOE", 502), "HTTP status 502"),
        (says(b"patient DOE"), "no XML"),
        (says(b"<patient>DOE</patient>"), "no SOAP envelope"),
        (says(enveloped("<a/>"), 500), "HTTP status 500"),
        (says(b"--x", 200, "multipart/related; boundary=x"), "MTOM"),
        (says(b"x", 200, Content_Encoding="gzip"), "compressed"),
        (says(b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>' + enveloped("<a>&x;</a>")), "XML-"),
        (says(b'<!DOCTYPE a [<!ENTITY x "DOE">]>' + enveloped("<a>&x;</a>")), "XML-"),
        (says(b"<?xml version='1.0'?><!DOCTYPE a SYSTEM 'http://127.0.0.1:1/'>" + enveloped("<a/>")), "XML-"),
        (rig.goes_on_for_ever, "larger than"),
        (rig.breaks_off, "broke off"),
        (lambda handler: handler.wfile.write(b"patient DOE\r\n\r\n"), "no HTTP"),
        (lambda handler: handler.connection.close(), "broke off"),
    ],
)
def test_an_answer_that_is_none_is_refused(partner: Partner, how: Callable[[Any], None], words: str) -> None:
    partner.how["*"] = how
    told = failure(partner, max_bytes=200_000)
    assert words in str(told)
    assert not isinstance(told, RefusedError)
    assert partner.calls == ["Deliver"]


@pytest.mark.parametrize("how", [rig.hangs, rig.trickles, rig.trickles_headers])
@pytest.mark.failure("W7")
def test_no_call_lasts_longer_than_its_time(partner: Partner, how: Callable[[Any], None]) -> None:
    partner.how["*"] = how
    began = time.monotonic()
    assert "did not answer within 0.5 s" in str(failure(partner, answer_seconds=0.5))
    assert time.monotonic() - began < 3


@pytest.mark.failure("W7")
def test_a_service_that_is_away_is_told_and_called_again_when_it_is_back() -> None:
    with soap_partner() as partner:
        port = int(partner.address.rpartition(":")[2].partition("/")[0])
        calls = caller(partner)
        calls.call(DELIVER, VALUES)
    with pytest.raises(AdapterError, match="refused"):
        calls.call(DELIVER, VALUES)
    with soap_partner(port, partner=partner):
        assert calls.call(DELIVER, VALUES) is not None
    assert "not known" in str(failure(Partner(address="http://nowhere.invalid/")))


def test_a_one_way_operation_may_be_answered_by_nothing(partner: Partner) -> None:
    partner.how["*"] = says(b"", 202)
    assert caller(partner).call(DELIVER, VALUES) is None


def test_a_password_is_shown_as_a_digest_or_where_wanted_in_the_http_header(partner: Partner) -> None:
    caller(partner, user="wharf", password="secret word").call(DELIVER, VALUES)
    assert b"PasswordDigest" in partner.envelopes[0]
    assert b"<wsse:Username>wharf<" in partner.envelopes[0]
    assert b"secret word" not in partner.envelopes[0]
    caller(partner, user="wharf", password="secret word").call(DELIVER, VALUES)
    nonces = [each.partition(b"Nonce")[2].partition(b"</")[0] for each in partner.envelopes]
    assert nonces[0] != nonces[1]
    assert all("Authorization" not in each for each in partner.headers)
    caller(partner, user="wharf", password="secret word", http_basic=True).call(DELIVER, VALUES)
    assert partner.headers[2]["Authorization"] == "Basic d2hhcmY6c2VjcmV0IHdvcmQ="
    assert b"Security" not in partner.envelopes[2]


@pytest.mark.failure("W2")
def test_no_proxy_is_taken_from_the_environment(partner: Partner, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    assert caller(partner).call(DELIVER, VALUES) is not None


@pytest.mark.failure("L3")
def test_over_tls_the_service_must_show_a_certificate_that_is_trusted(tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    authority, other = Authority(tmp_path), Authority(tmp_path / "other")
    files = authority.issue("partner.example")
    client = authority.issue("gateway.example")
    context = server_context(ServerFiles(files.certificate, files.key, authority.file))
    with soap_partner(tls=context) as partner:
        shown: dict[str, Any] = {"certificate": client.certificate, "key": client.key}
        assert caller(partner, ca=authority.file, **shown).call(DELIVER, VALUES) is not None
        assert "not trusted" in str(failure(partner, ca=other.file, **shown))
        assert "not trusted" in str(failure(partner, **shown))
        failure(partner, ca=authority.file)
        partner.how["*"] = rig.trickles
        assert "within 0.5 s" in str(failure(partner, ca=authority.file, answer_seconds=0.5, **shown))
        partner.address = partner.address.replace("127.0.0.1", "localhost")
        assert "another host" in str(failure(partner, ca=authority.file, **shown))


@pytest.mark.parametrize(
    ("location", "words"),
    [
        ("/etc/passwd", "neither beside nor below"),
        ("../types.xsd", "neither beside nor below"),
        ("link.xsd", "neither beside nor below"),
        ("file:///etc/passwd", "neither beside nor below"),
        ("http://127.0.0.1:1/types.xsd", "neither beside nor below"),
        ("https://127.0.0.1:1/types.xsd", "neither beside nor below"),
        ("missing.xsd", "missing.xsd: no such file"),
    ],
)
@pytest.mark.failure("W2")
def test_a_description_imports_only_what_is_beside_or_below_it(tmp_path: Path, location: str, words: str) -> None:
    types = WSDL.with_name("types.xsd").read_text("utf-8")
    (tmp_path / "types.xsd").write_text(types, "utf-8")
    (tmp_path / "in").mkdir()
    (tmp_path / "in/link.xsd").symlink_to(tmp_path / "types.xsd")
    wsdl = tmp_path / "in/supply.wsdl"
    wsdl.write_text(WSDL.read_text("utf-8").replace("types.xsd", location), "utf-8")
    with pytest.raises(AdapterError) as told:
        Caller(Service(wsdl, "http://127.0.0.1:1/"), ThreadPoolExecutor(1)).description()
    assert words in str(told.value)
    assert "supply.wsdl" in str(told.value) or words.startswith("missing")


@pytest.mark.parametrize("text", ["", "no xml", "<a/>", "<!DOCTYPE a><a/>"])
def test_a_description_that_is_none_is_told(tmp_path: Path, text: str) -> None:
    (tmp_path / "a.wsdl").write_text(text)
    with pytest.raises(AdapterError, match=r"a\.wsdl"):
        Caller(Service(tmp_path / "a.wsdl", "http://127.0.0.1:1/"), ThreadPoolExecutor(1)).description()


def test_what_the_description_does_not_have_is_told_before_anything_is_sent(partner: Partner) -> None:
    calls = caller(partner)
    assert calls.description().operations() == ["ConfirmOrders", "Deliver", "FetchOrders"]
    with pytest.raises(AdapterError, match="no operation 'Bogus'"):
        calls.call(Operation("Bogus"), {})
    with pytest.raises(AdapterError, match="does not fit"):
        calls.call(Operation("Deliver", {"id": "{id}"}), VALUES)
    description = calls.description()
    assert "kind" in (description.misfit("Deliver", {"id": "x"}) or "")
    assert "colour" in (description.misfit("Deliver", {"id": "x", "kind": "y", "content": b"z", "colour": 1}) or "")
    assert description.misfit("Deliver", {"id": "x", "kind": "y", "content": b"z"}) is None
    assert partner.calls == []
