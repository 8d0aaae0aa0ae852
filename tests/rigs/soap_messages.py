"""SOAP messages as clients write them, whole or wrong, made without a SOAP library."""

import base64
import hashlib
from datetime import datetime

SOAP_11 = "http://schemas.xmlsoap.org/soap/envelope/"
SOAP_12 = "http://www.w3.org/2003/05/soap-envelope"
SERVICE = "urn:wharf:soap:v1"
SUPPLY = "urn:wharf:supply:v1"
_OASIS = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss"
WSSE = f"{_OASIS}-wssecurity-secext-1.0.xsd"
WSU = f"{_OASIS}-wssecurity-utility-1.0.xsd"
PROFILE = f"{_OASIS}-username-token-profile-1.0"

TYPES = {SOAP_11: "text/xml; charset=utf-8", SOAP_12: "application/soap+xml; charset=utf-8"}


def envelope(body: str, header: str = "", namespace: str = SOAP_11) -> bytes:
    """An envelope with what stands in its header and its body."""
    head = f"<e:Header>{header}</e:Header>" if header else ""
    return f'<e:Envelope xmlns:e="{namespace}">{head}<e:Body>{body}</e:Body></e:Envelope>'.encode()


def interchange(content: bytes, extra: str = "") -> str:
    """A call of SubmitInterchange."""
    text = base64.b64encode(content).decode()
    return f'<SubmitInterchange xmlns="{SERVICE}"><content>{text}</content>{extra}</SubmitInterchange>'


def document(content: str, kind: str = "purchase_order", partner: str = "acme", extra: str = "") -> str:
    """A call of SubmitDocument."""
    return (
        f'<w:SubmitDocument xmlns:w="{SERVICE}"><w:documentType>{kind}</w:documentType>'
        f"<w:partner>{partner}</w:partner><w:content>{content}</w:content>{extra}</w:SubmitDocument>"
    )


def status(id: str = "x") -> str:
    """A call of GetStatus."""
    return f'<GetStatus xmlns="{SERVICE}"><id>{id}</id></GetStatus>'


def security(*parts: str, flags: str = "") -> str:
    """A security header."""
    return f'<wsse:Security xmlns:wsse="{WSSE}" xmlns:wsu="{WSU}" {flags}>{"".join(parts)}</wsse:Security>'


def digest_token(user: str, password: str, created: datetime, nonce: bytes = b"0123456789abcdef") -> str:
    """A UsernameToken with a digest."""
    made = created.strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    digest = base64.b64encode(
        hashlib.sha1(nonce + made.encode() + password.encode(), usedforsecurity=False).digest()
    ).decode()
    return (
        f'<wsse:UsernameToken><wsse:Username>{user}</wsse:Username><wsse:Password Type="{PROFILE}#PasswordDigest">'
        f"{digest}</wsse:Password><wsse:Nonce>{base64.b64encode(nonce).decode()}</wsse:Nonce>"
        f"<wsu:Created>{made}</wsu:Created></wsse:UsernameToken>"
    )


def text_token(user: str, password: str) -> str:
    """A UsernameToken with the password itself."""
    return (
        f'<wsse:UsernameToken><wsse:Username>{user}</wsse:Username><wsse:Password Type="{PROFILE}#PasswordText">'
        f"{password}</wsse:Password></wsse:UsernameToken>"
    )


def timestamp(created: datetime, expires: datetime) -> str:
    """A Timestamp."""
    form = "%Y-%m-%dT%H:%M:%SZ"
    return (
        f"<wsu:Timestamp><wsu:Created>{created.strftime(form)}</wsu:Created>"
        f"<wsu:Expires>{expires.strftime(form)}</wsu:Expires></wsu:Timestamp>"
    )


def in_parts(root: bytes, attachments: dict[str, bytes], namespace: str = SOAP_11) -> tuple[str, bytes]:
    """Content-Type and body of a message with attachments, as MTOM has them."""
    inner = TYPES[namespace].partition(";")[0]
    pieces = [
        f'--cut\r\nContent-Type: application/xop+xml; type="{inner}"\r\nContent-ID: <root>\r\n\r\n'.encode(),
        root,
    ]
    for id, content in attachments.items():
        head = f"\r\n--cut\r\nContent-Type: application/octet-stream\r\nContent-ID: <{id}>\r\n"
        pieces += [f"{head}Content-Transfer-Encoding: binary\r\n\r\n".encode(), content]
    pieces.append(b"\r\n--cut--\r\n")
    header = f'multipart/related; type="application/xop+xml"; start="<root>"; start-info="{inner}"; boundary=cut'
    return header, b"".join(pieces)


def attached(id: str = "c1") -> str:
    """A call of SubmitInterchange whose content is an attachment."""
    include = f'<xop:Include xmlns:xop="http://www.w3.org/2004/08/xop/include" href="cid:{id}"/>'
    return f'<SubmitInterchange xmlns="{SERVICE}"><content>{include}</content></SubmitInterchange>'
