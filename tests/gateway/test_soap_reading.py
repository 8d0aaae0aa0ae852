"""Requests over SOAP, taken apart: what passes, and what is refused with which fault. No sockets."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from adapters.formats.xml.reader import Limits
from adapters.transports.soap import VERSIONS
from adapters.transports.soap.envelope import Refused, fault_response
from adapters.transports.soap.faults import http_status
from adapters.transports.soap.multipart import content_type, read_parts, written
from adapters.transports.soap.security import Credentials
from gateway.soap.reading import Request, Understood, understand
from tests.rigs import soap_messages as soap

NOW = datetime(2026, 11, 21, 10, 0, tzinfo=UTC)
ERP = Credentials("erp", "secret word")
OPEN = '<x:Trace xmlns:x="urn:x" {flag}/>'
SIGNATURE = '<ds:Signature xmlns:ds="http://www.w3.org/2000/09/xmldsig#"/>'


def asked(
    body: bytes, *, type: str = "text/xml", action: str | None = None, credentials: Credentials | None = None,
    private: bool = True, limits: Limits | None = None,
) -> Understood | Refused:  # fmt: skip
    request = Request(content_type(type), action, body, private)
    return understand(request, credentials, limits or Limits(), NOW)


def refused(body: bytes, **how: object) -> Refused:
    found = asked(body, **how)  # type: ignore[arg-type]
    assert isinstance(found, Refused), found
    return found


def code(body: bytes, **how: object) -> str:
    return refused(body, **how).fault.problems[0].code


def good(body: bytes, **how: object) -> Understood:
    found = asked(body, **how)  # type: ignore[arg-type]
    assert isinstance(found, Understood), found
    return found


@pytest.mark.parametrize("namespace", [soap.SOAP_11, soap.SOAP_12])
def test_a_call_is_read_in_both_versions(namespace: str) -> None:
    body = soap.envelope(soap.interchange(b"ISA*\x00\xff", "<name>x.edi</name>"), namespace=namespace)
    found = good(body, type=soap.TYPES[namespace])
    assert found.version is VERSIONS[namespace]
    assert found.call.operation.name == "SubmitInterchange"
    assert found.call.values == {"content": b"ISA*\x00\xff", "name": "x.edi"}


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (b"", "XML-E0101"),
        (b"<a", "XML-E0101"),
        (b"<a/>", "XML-E0301"),
        (b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/hostname">]>' + soap.envelope("&x;"), "XML-E0103"),
        (b"<!DOCTYPE a [<!ENTITY x 'ha'><!ENTITY y '&x;&x;&x;'>]>" + soap.envelope("&y;"), "XML-E0103"),
        (b"<?x y?>" + soap.envelope(soap.status()), "XML-E0106"),
        (soap.envelope("<a>" * 200 + "</a>" * 200), "XML-E0105"),
        (soap.envelope("<a/>" * 500_000), "XML-E0105"),
        (soap.envelope(soap.status(), namespace="http://www.w3.org/2001/12/soap-envelope"), "XML-E0302"),
        (soap.envelope(soap.status() + soap.status()), "XML-E0301"),
        (soap.envelope(""), "XML-E0301"),
        (soap.envelope(soap.status()).replace(b"</e:Body>", b"</e:Body><e:Body/>"), "XML-E0301"),
        (soap.envelope(soap.status()).replace(b"<e:Body>", b"<e:Body/><e:Header/><e:Body>"), "XML-E0301"),
        (soap.envelope(soap.status()).replace(b"<e:Body>", b"<Extra/><e:Body>"), "XML-E0301"),
        (soap.envelope('<GetStatus xmlns="urn:other"/>'), "XML-E0304"),
        (soap.envelope(f'<Drop xmlns="{soap.SERVICE}"/>'), "XML-E0304"),
        (soap.envelope(f'<SubmitInterchange xmlns="{soap.SERVICE}"/>'), "XML-E0305"),
        (soap.envelope(soap.interchange(b"x", "<nome>x</nome>")), "XML-E0305"),
        (soap.envelope(soap.interchange(b"x", "<name>a</name><name>b</name>")), "XML-E0305"),
        (soap.envelope(soap.interchange(b"x", f"<name>{'a' * 256}</name>")), "XML-E0305"),
        (soap.envelope(soap.interchange(b"x", "<name>a\nb</name>")), "XML-E0305"),
        (soap.envelope(soap.interchange(b"x").replace("eA==", "e")), "XML-E0305"),
        (soap.envelope(soap.attached()), "XML-E0305"),
        (soap.envelope(f'<GetDocuments xmlns="{soap.SERVICE}"><max>ten</max></GetDocuments>'), "XML-E0305"),
        (
            soap.envelope(f'<ConfirmDocuments xmlns="{soap.SERVICE}">{"<ids>a</ids>" * 1001}</ConfirmDocuments>'),
            "XML-E0305",
        ),
    ],
)
def test_what_is_no_call_is_refused(body: bytes, expected: str) -> None:
    assert code(body) == expected


def test_a_call_larger_than_the_limit_is_refused() -> None:
    assert code(soap.envelope(soap.interchange(b"x" * 2000)), limits=Limits(bytes=1500)) == "XML-E0104"


@pytest.mark.parametrize("type", ["", "text/plain", "application/json", "multipart/form-data; boundary=x", "text/xml2"])
def test_other_content_types_are_refused(type: str) -> None:
    assert code(soap.envelope(soap.status()), type=type) == "XML-E0308"


@pytest.mark.parametrize("action", [None, "", '""', f'"{soap.SERVICE}/GetStatus"', f"{soap.SERVICE}/GetStatus"])
def test_the_action_of_the_operation_passes(action: str | None) -> None:
    assert good(soap.envelope(soap.status()), action=action)


@pytest.mark.failure("W5")
def test_another_action_is_refused() -> None:
    other = f"{soap.SERVICE}/ConfirmDocuments"
    assert code(soap.envelope(soap.status()), action=f'"{other}"') == "XML-E0307"
    body = soap.envelope(soap.status(), namespace=soap.SOAP_12)
    assert code(body, type=f'application/soap+xml; action="{other}"') == "XML-E0307"


@pytest.mark.parametrize("namespace", [soap.SOAP_11, soap.SOAP_12])
def test_a_header_that_must_be_understood_is_refused(namespace: str) -> None:
    for flag in ("1", "true"):
        header = OPEN.format(flag=f'e:mustUnderstand="{flag}"')
        found = refused(soap.envelope(soap.status(), header, namespace))
        assert found.fault.problems[0].code == "XML-E0303"
        told = fault_response(found.version, found.fault).decode()
        assert "MustUnderstand" in told
        assert ("NotUnderstood" in told) is (namespace == soap.SOAP_12)
        assert http_status(found.fault, found.version) == 500


@pytest.mark.parametrize("flag", ["", 'e:mustUnderstand="0"', 'e:mustUnderstand="1" e:actor="urn:somebody-else"'])
def test_a_header_that_need_not_be_understood_is_passed_over(flag: str) -> None:
    assert good(soap.envelope(soap.status(), OPEN.format(flag=flag)))


def token(**how: object) -> bytes:
    """A call with a UsernameToken that is right, but for what is said."""
    user, password = str(how.get("user", "erp")), str(how.get("password", ERP.password))
    created = how.get("created", NOW)
    assert isinstance(created, datetime)
    return soap.envelope(soap.status(), soap.security(soap.digest_token(user, password, created)))


def test_who_shows_the_digest_may_call_and_the_nonce_is_told() -> None:
    found = good(token(), credentials=ERP)
    assert found.nonce is not None
    assert found.nonce.expires_at == NOW + timedelta(minutes=5)
    assert re.fullmatch("[0-9a-f]{64}", found.nonce.value)


@pytest.mark.parametrize(
    ("body", "expected", "fault"),
    [
        (soap.envelope(soap.status()), "SEC-E0201", "InvalidSecurity"),
        (token(user="other"), "SEC-E0202", "FailedAuthentication"),
        (token(password="other"), "SEC-E0202", "FailedAuthentication"),
        (token(created=NOW - timedelta(minutes=5, seconds=1)), "SEC-E0203", "MessageExpired"),
        (token(created=NOW + timedelta(minutes=1, seconds=1)), "SEC-E0203", "MessageExpired"),
        (re.sub(rb"<wsse:Nonce>.*</wsse:Nonce>", b"", token()), "SEC-E0202", "InvalidSecurityToken"),
        (re.sub(rb"<wsse:Nonce>.*</wsse:Nonce>", b"<wsse:Nonce>!</wsse:Nonce>", token()), "SEC-E0202", None),
        (re.sub(rb"<wsu:Created>.*</wsu:Created>", b"", token()), "SEC-E0202", "InvalidSecurityToken"),
        (token().replace(b"#PasswordDigest", b"#PasswordOther"), "SEC-E0202", "InvalidSecurityToken"),
        (token().replace(b"<wsse:Nonce>", b"<wsse:Username>erp</wsse:Username><wsse:Nonce>"), "SEC-E0202", None),
        (token().replace(b"<wsse:UsernameToken>", SIGNATURE.encode() + b"<wsse:UsernameToken>"), "SEC-E0206", None),
        (
            soap.envelope(soap.status(), soap.security(soap.digest_token("erp", ERP.password, NOW)) * 2),
            "SEC-E0206", "InvalidSecurity",
        ),
        (
            soap.envelope(soap.status(), soap.security(soap.digest_token("erp", ERP.password, NOW) * 2)),
            "SEC-E0206", "UnsupportedSecurityToken",
        ),
    ],
)  # fmt: skip
@pytest.mark.failure("W3")
def test_who_does_not_show_it_is_refused(body: bytes, expected: str, fault: str | None) -> None:
    found = refused(body, credentials=ERP)
    assert found.fault.problems[0].code == expected
    assert fault is None or found.fault.security == fault
    told = fault_response(found.version, found.fault).decode()
    assert f"<faultcode>wsse:{found.fault.security}</faultcode>" in told
    assert ERP.password not in told


def test_a_password_in_clear_is_taken_where_nobody_can_listen() -> None:
    body = soap.envelope(soap.status(), soap.security(soap.text_token("erp", ERP.password)))
    assert good(body, credentials=ERP, private=True).nonce is None
    assert code(body, credentials=ERP, private=False) == "SEC-E0205"
    wrong = soap.envelope(soap.status(), soap.security(soap.text_token("erp", "other")))
    assert code(wrong, credentials=ERP) == "SEC-E0202"
    assert code(wrong, credentials=ERP, private=False) == "SEC-E0205"


def test_a_timestamp_says_how_long_a_message_is_good() -> None:
    def stamped(created: datetime, expires: datetime) -> bytes:
        return soap.envelope(soap.status(), soap.security(soap.timestamp(created, expires)))

    assert good(stamped(NOW, NOW + timedelta(minutes=1)))
    assert code(stamped(NOW - timedelta(minutes=9), NOW + timedelta(minutes=9))) == "SEC-E0203"
    assert code(stamped(NOW - timedelta(minutes=4), NOW - timedelta(minutes=2))) == "SEC-E0203"


@pytest.mark.failure("W4")
def test_a_signature_is_refused_even_where_nobody_asks_for_credentials() -> None:
    wrapped = soap.envelope(soap.status(), soap.security(SIGNATURE) + f"<Wrapper>{soap.status('other')}</Wrapper>")
    assert code(wrapped) == "SEC-E0206"


def test_a_security_header_that_must_be_understood_needs_a_channel_with_credentials() -> None:
    header = soap.security(soap.digest_token("erp", ERP.password, NOW), flags='e:mustUnderstand="1"')
    assert good(soap.envelope(soap.status(), header), credentials=ERP)
    assert code(soap.envelope(soap.status(), header)) == "XML-E0303"


@pytest.mark.parametrize("namespace", [soap.SOAP_11, soap.SOAP_12])
def test_an_attachment_is_read_in_its_place(namespace: str) -> None:
    content = b"ISA\r\n--cut-not\r\n\x00\xff--" * 100
    type, body = soap.in_parts(soap.envelope(soap.attached("c1"), namespace=namespace), {"c1": content}, namespace)
    assert good(body, type=type).call.values["content"] == content


@pytest.mark.failure("W5")
def test_messages_in_parts_that_are_not_whole_are_refused() -> None:
    type, body = soap.in_parts(soap.envelope(soap.attached("c1")), {"c1": b"x"})
    assert code(body, type=type.replace("boundary=cut", "boundary=other")) == "XML-E0306"
    assert code(body, type=type.replace("; boundary=cut", "")) == "XML-E0306"
    assert code(body, type=type.replace("<root>", "<other>")) == "XML-E0306"
    assert code(body.removesuffix(b"--cut--\r\n"), type=type) == "XML-E0306"
    assert code(body.replace(b"<c1>", b"<root>"), type=type) == "XML-E0306"
    assert code(body.replace(b": binary", b": quoted-printable"), type=type) == "XML-E0306"
    assert code(body.replace(b"<c1>", b"<c2>"), type=type) == "XML-E0305"
    many = soap.in_parts(soap.envelope(soap.attached("c1")), {f"c{n}": b"x" for n in range(40)})
    assert code(many[1], type=many[0]) == "XML-E0306"


def test_attachments_may_be_in_base64() -> None:
    type, body = soap.in_parts(soap.envelope(soap.attached("c1")), {"c1": b"SVNB\r\nKg=="})
    assert good(body.replace(b": binary", b": base64"), type=type).call.values["content"] == b"ISA*"


@given(st.dictionaries(st.sampled_from("abc"), st.binary(max_size=80), min_size=1), st.binary(max_size=50))
def test_what_is_written_in_parts_is_read_again(contents: dict[str, bytes], root: bytes) -> None:
    body, header = written(VERSIONS[soap.SOAP_12], root, contents)
    parts = read_parts(content_type(header), body)
    assert (getattr(parts, "root", None), getattr(parts, "attachments", None)) == (root, contents)


def test_whoever_speaks_another_version_is_told_ours() -> None:
    found = refused(soap.envelope(soap.status(), namespace="urn:soap:9"))
    told = etree.fromstring(fault_response(found.version, found.fault))
    assert told.tag == f"{{{soap.SOAP_11}}}Envelope"
    assert told.findtext(".//faultcode") == "soap:VersionMismatch"
    assert {each.get("qname") for each in told.iter(f"{{{soap.SOAP_12}}}SupportedEnvelope")} == {"supported:Envelope"}


@pytest.mark.parametrize("namespace", [soap.SOAP_11, soap.SOAP_12])
def test_a_fault_tells_code_message_path_and_help(namespace: str) -> None:
    found = refused(soap.envelope(soap.interchange(b"x", "<nome/>"), namespace=namespace))
    told = etree.fromstring(fault_response(found.version, found.fault))
    problem = next(told.iter(f"{{{soap.SERVICE}}}problem"))
    said = {etree.QName(each).localname: each.text for each in problem}
    assert (said["code"], said["path"], said["severity"]) == ("XML-E0305", "nome", "error")
    assert said["message"]
    assert said["help"]
    assert http_status(found.fault, found.version) == (400 if namespace == soap.SOAP_12 else 500)


_SEEDS = [
    soap.envelope(soap.interchange(b"ISA*00"), soap.security(soap.digest_token("erp", ERP.password, NOW))),
    soap.envelope(soap.document("<number>1</number>"), OPEN.format(flag='e:mustUnderstand="1"'), soap.SOAP_12),
    soap.in_parts(soap.envelope(soap.attached()), {"c1": b"ISA*00"})[1],
]
_SPLICES = [b"<", b">", b'"', b"&", b"\0", b"\xff", b"</", b"<!--", b"]]>", b"xmlns", b"\r\n--cut", b":", b"e:", b"1"]
_TYPES = ["text/xml", "application/soap+xml", soap.in_parts(b"", {})[0], "multipart/related; boundary=cut"]


@given(st.data())
def test_whatever_comes_is_a_call_or_a_fault_that_can_be_read(data: st.DataObject) -> None:
    body = data.draw(st.sampled_from(_SEEDS))
    for _ in range(data.draw(st.integers(0, 4))):
        at = data.draw(st.integers(0, len(body)))
        cut = data.draw(st.integers(0, 40))
        body = body[:at] + data.draw(st.sampled_from(_SPLICES)) + body[at + cut :]
    credentials = data.draw(st.sampled_from([None, ERP]))
    type = data.draw(st.sampled_from(_TYPES) | st.text(max_size=60))
    found = asked(body, type=type, credentials=credentials, action=data.draw(st.none() | st.text(max_size=9)))
    if isinstance(found, Refused):
        told = etree.fromstring(fault_response(found.version, found.fault))
        assert re.fullmatch(r"(XML|SEC)-E\d{4}", next(told.iter(f"{{{soap.SERVICE}}}code")).text or "")
        assert http_status(found.fault, found.version) in (400, 500)
