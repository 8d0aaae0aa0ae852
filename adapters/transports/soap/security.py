"""The security header: a UsernameToken and a Timestamp (OASIS WS-Security 1.1, UsernameToken Profile 1.1).

Nothing else is taken in it. Signatures and encryption are refused rather than passed over: what nobody checks would
look like safety, and a signed part moved to another place is how signed messages are forged.
"""

import base64
import binascii
import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from lxml import etree

from adapters.transports.soap import problems as kinds
from adapters.transports.soap.faults import WSSE, Blame, Fault, fault
from canonical.problem import ProblemKind

WSU: Final = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-utility-1.0.xsd"
SECURITY: Final = f"{{{WSSE}}}Security"
_PROFILE: Final = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-username-token-profile-1.0"
DIGEST: Final = f"{_PROFILE}#PasswordDigest"
TEXT: Final = f"{_PROFILE}#PasswordText"

WINDOW: Final = timedelta(minutes=5)
"""How long a message is good after it was made (the profile's own recommendation)."""
SKEW: Final = timedelta(minutes=1)
"""How far the sender's clock may be ahead of ours."""
_LONGEST: Final = 1024
"""Characters of a name, a password, a nonce or a time."""


@dataclass(frozen=True, slots=True)
class Credentials:
    """What callers of a channel must show."""

    user: str
    password: str


@dataclass(frozen=True, slots=True)
class Nonce:
    """What must not come a second time before it expires: after that, the message is too old anyway."""

    value: str
    """SHA-256 of the nonce as it came, hexadecimal."""
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Checked:
    """A header in which nothing was wrong. The call may go on when ``nonce`` is new."""

    nonce: Nonce | None = None


@dataclass(frozen=True, slots=True)
class _Token:
    user: str
    password: str
    type: str
    nonce: str
    created: str


def check_security(
    headers: Sequence[etree._Element], credentials: Credentials | None, now: datetime, *, private: bool
) -> Checked | Fault:
    """Looks at who calls. ``private`` is whether nobody else can read the line: TLS, or this machine."""
    found = [each for each in headers if each.tag == SECURITY]
    if len(found) > 1:
        return _refused(kinds.SECURITY_UNKNOWN, "InvalidSecurity")
    parts: dict[str, etree._Element] = {}
    for part in found[0] if found else ():
        if part.tag not in (f"{{{WSSE}}}UsernameToken", f"{{{WSU}}}Timestamp") or part.tag in parts:
            name = etree.QName(part).localname[:64]
            return _refused(kinds.SECURITY_UNKNOWN, "UnsupportedSecurityToken", found=name)
        parts[str(part.tag)] = part
    timestamp = parts.get(f"{{{WSU}}}Timestamp")
    if timestamp is not None and not _in_time(timestamp, now):
        return _refused(kinds.OUT_OF_TIME, "MessageExpired")
    if credentials is None:
        return Checked()
    element = parts.get(f"{{{WSSE}}}UsernameToken")
    if element is None:
        return _refused(kinds.NO_CREDENTIALS, "InvalidSecurity")
    token = _token(element)
    if token is None:
        return _refused(kinds.WRONG_CREDENTIALS, "InvalidSecurityToken")
    if token.type == TEXT:
        return _text(token, credentials, private)
    return _digest(token, credentials, now)


def replayed() -> Fault:
    """The fault for a nonce that came before."""
    return _refused(kinds.REPLAYED, "FailedAuthentication")


def _text(token: _Token, credentials: Credentials, private: bool) -> Checked | Fault:
    if not private:
        return _refused(kinds.PASSWORD_IN_CLEAR, "FailedAuthentication")
    user_fits = _same(token.user, credentials.user)
    if not (_same(token.password, credentials.password) and user_fits):
        return _refused(kinds.WRONG_CREDENTIALS, "FailedAuthentication")
    return Checked()


def _digest(token: _Token, credentials: Credentials, now: datetime) -> Checked | Fault:
    nonce, created = _decoded(token.nonce), _moment(token.created)
    if not nonce or created is None:
        expected = "a Nonce in base64 and Created, as the digest needs them"
        return _refused(kinds.WRONG_CREDENTIALS, "InvalidSecurityToken", expected=expected)
    # UsernameToken Profile 1.1, section 3.1: Base64(SHA-1(nonce + created + password)).
    wanted = hashlib.sha1(nonce + token.created.encode() + credentials.password.encode(), usedforsecurity=False)
    user_fits = _same(token.user, credentials.user)
    if not (_same(token.password, base64.b64encode(wanted.digest()).decode()) and user_fits):
        return _refused(kinds.WRONG_CREDENTIALS, "FailedAuthentication")
    if not now - WINDOW <= created <= now + SKEW:
        return _refused(kinds.OUT_OF_TIME, "MessageExpired")
    return Checked(Nonce(hashlib.sha256(nonce).hexdigest(), created + WINDOW))


def _token(element: etree._Element) -> _Token | None:
    """The parts of a UsernameToken; None where one is twice, unknown, or longer than can be meant."""
    names = {f"{{{WSSE}}}Username", f"{{{WSSE}}}Password", f"{{{WSSE}}}Nonce", f"{{{WSU}}}Created"}
    parts: dict[str, etree._Element] = {}
    for part in element:
        if part.tag not in names or part.tag in parts or len(part) or len(part.text or "") > _LONGEST:
            return None
        parts[str(part.tag)] = part
    password = parts.get(f"{{{WSSE}}}Password")
    type = password.get("Type", TEXT) if password is not None else ""
    if type not in (TEXT, DIGEST):
        return None

    def text(name: str) -> str:
        part = parts.get(name)
        return (part.text or "").strip() if part is not None else ""

    return _Token(
        user=text(f"{{{WSSE}}}Username"),
        password=(password.text or "") if password is not None else "",
        type=type,
        nonce=text(f"{{{WSSE}}}Nonce"),
        created=text(f"{{{WSU}}}Created"),
    )


def _in_time(timestamp: etree._Element, now: datetime) -> bool:
    """WS-Security 1.1, section 10: made before now, and not expired."""
    times = {str(each.tag): _moment((each.text or "").strip()) for each in timestamp}
    if None in times.values() or len(times) != len(timestamp):
        return False
    created, expires = times.get(f"{{{WSU}}}Created"), times.get(f"{{{WSU}}}Expires")
    made_in_time = created is None or now - WINDOW <= created <= now + SKEW
    return made_in_time and (expires is None or now < expires + SKEW)


def _moment(text: str) -> datetime | None:
    """A moment as XML Schema writes it; one without a zone is in UTC."""
    if len(text) > _LONGEST:
        return None
    try:
        moment = datetime.fromisoformat(text)
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _decoded(text: str) -> bytes | None:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return None


def _same(one: str, other: str) -> bool:
    """Compares in a time that does not tell where they differ."""
    return hmac.compare_digest(one.encode(errors="surrogatepass"), other.encode(errors="surrogatepass"))


def _refused(kind: ProblemKind, code: str, *, found: str | None = None, expected: str | None = None) -> Fault:
    told = fault(kind, Blame.SENDER, found=found, expected=expected)
    return Fault(told.blame, told.problems, security=code)
