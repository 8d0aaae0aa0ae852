"""TLS for every door and every caller: one floor, and contexts from PEM files, which may be replaced while we run.

The floor: version 1.2, 1.3 where both sides can; key exchange with forward secrecy, AEAD ciphers alone; certificates
and signatures of at least 112 bits of security (RSA 2048, no SHA-1, no MD5; OpenSSL's security level 2); the name of
the host is checked. Sources: RFC 9325 (BCP 195, sections 3.1 and 4.1), NIST SP 800-52r2.

All functions that read files block. MLLP over TLS is the same bytes inside a TLS connection, from its first byte on
(IHE ITI-19, "Authenticate Node", asks for certificates on both sides).
"""

import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from adapters.contracts import AdapterError

_SHORT = {
    "commonName": "CN", "organizationName": "O", "organizationalUnitName": "OU", "countryName": "C",
    "stateOrProvinceName": "ST", "localityName": "L", "domainComponent": "DC", "userId": "UID",
}  # fmt: skip
"""Short names of RFC 4514, section 3."""

Stamp = tuple[tuple[int, int, int], ...]


@dataclass(frozen=True, slots=True)
class ServerFiles:
    """PEM files of a listener."""

    certificate: Path
    """The certificate, with those between it and its root behind it."""
    key: Path
    client_ca: Path | None = None
    """Whose certificates clients must show; None asks for none."""


@dataclass(frozen=True, slots=True)
class ClientFiles:
    """PEM files of a caller; all optional."""

    ca: Path | None = None
    """Whom we trust; None trusts what the system trusts."""
    certificate: Path | None = None
    """What we show."""
    key: Path | None = None
    server_name: str | None = None
    """The name that the other side's certificate must bear; None is the host that we call."""


def server_context(files: ServerFiles) -> ssl.SSLContext:
    """Raises AdapterError, naming the file, where one cannot be read or is not what it should be."""
    context = _floor(ssl.PROTOCOL_TLS_SERVER)
    _load(context, files.certificate, files.key)
    if files.client_ca is not None:
        _trust(context, files.client_ca)
        context.verify_mode = ssl.CERT_REQUIRED
    return context


def client_context(files: ClientFiles) -> ssl.SSLContext:
    """Checks the other side's certificate and name. Raises AdapterError, naming the file."""
    context = _floor(ssl.PROTOCOL_TLS_CLIENT)
    if files.ca is not None:
        _trust(context, files.ca)
    else:
        context.load_default_certs()
    if files.certificate is not None:
        _load(context, files.certificate, files.key)
    return context


def _floor(side: int) -> ssl.SSLContext:
    context = ssl.SSLContext(side)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    # Those of TLS 1.3 are not named here: all of them hold.
    context.set_ciphers("ECDHE+AESGCM:ECDHE+CHACHA20:DHE+AESGCM:@SECLEVEL=2")
    context.options |= ssl.OP_NO_COMPRESSION | ssl.OP_NO_RENEGOTIATION
    return context


def refusal(error: ssl.SSLError) -> str:
    """Why a connection by TLS did not come about, in words; nothing of what the other side wrote."""
    if isinstance(error, ssl.SSLCertVerificationError):
        return _VERIFY.get(error.verify_code, "its certificate is not trusted")
    reason = error.reason or ""
    return next((words for part, words in _REASONS if part in reason), "TLS failed")


_UNKNOWN_AUTHORITY = "its certificate is not trusted: it is signed by an unknown authority"
_VERIFY = {
    7: "its certificate is not trusted: its signature is wrong",
    9: "its certificate is not trusted: it is not valid yet",
    10: "its certificate is not trusted: it has ended",
    18: "its certificate is not trusted: it is signed by itself",
    19: _UNKNOWN_AUTHORITY,
    20: _UNKNOWN_AUTHORITY,
    21: _UNKNOWN_AUTHORITY,
    23: "its certificate is not trusted: it was revoked",
    62: "its certificate is not trusted: it names another host",
    64: "its certificate is not trusted: it names another host",
    66: "its certificate is not trusted: its key is too short",
    67: "its certificate is not trusted: it is signed with a key that is too short",
    68: "its certificate is not trusted: it is signed with an old algorithm",
}
"""By X509_V_ERR_… of OpenSSL (x509_vfy.h)."""
_REASONS = (
    ("UNSUPPORTED_PROTOCOL", "it speaks an old version of TLS only"),
    ("ALERT_PROTOCOL_VERSION", "it speaks an old version of TLS only"),
    ("WRONG_VERSION_NUMBER", "it does not speak TLS"),
    ("HTTP_REQUEST", "it does not speak TLS"),
    ("NO_SHARED_CIPHER", "TLS failed: no cipher in common"),
    ("HANDSHAKE_FAILURE", "TLS failed: no cipher in common"),
    ("KEY_TOO_SMALL", "its key is too short"),
    ("WRONG_SIGNATURE_TYPE", "it signs with an old algorithm"),
    ("CERTIFICATE_REQUIRED", "it asks for a certificate of ours"),
    ("UNKNOWN_CA", "it does not trust our certificate"),
    ("BAD_CERTIFICATE", "it refuses our certificate"),
    ("CERTIFICATE_EXPIRED", "it refuses our certificate, which has ended"),
)


class Reloading:
    """The context of a listener; new connections get a new one when the files were replaced."""

    def __init__(self, files: ServerFiles) -> None:
        self._files = files
        self._stamp = _stamp(files)
        self.context = server_context(files)

    def refresh(self) -> bool:
        """Looks at the files; true where there is a new context. Raises AdapterError once for files that do not serve;
        the context stays then as it was."""
        stamp = _stamp(self._files)
        if stamp == self._stamp:
            return False
        self._stamp = stamp
        self.context = server_context(self._files)
        return True


def certificate_names(certificate: Mapping[str, Any] | None) -> tuple[str | None, tuple[str, ...]]:
    """Subject and names of a certificate in the form that ``ssl`` gives it; (None, ()) where there is none."""
    if not certificate:
        return None, ()
    parts = [pair for relative in certificate.get("subject", ()) for pair in relative]
    subject = ",".join(f"{_SHORT.get(name, name)}={_escaped(value)}" for name, value in reversed(parts))
    names = [value for name, value in parts if name == "commonName"]
    names += [value for _, value in certificate.get("subjectAltName", ()) if isinstance(value, str)]
    return subject or None, tuple(dict.fromkeys(names))


def _load(context: ssl.SSLContext, certificate: Path, key: Path | None) -> None:
    def no_password() -> str:
        raise AdapterError(f"{key or certificate}: the key is encrypted; give one without a password")

    for file in (certificate, key):
        if file is not None:
            _readable(file)
    try:
        context.load_cert_chain(certificate, key, no_password)
    except ssl.SSLError as error:
        reason = (error.reason or "").replace("_", " ").lower()
        if "too small" in reason or "md too weak" in reason:
            weak = "its key is too short" if "small" in reason else "it is signed with an old algorithm"
            raise AdapterError(f"{certificate}: {weak}: RSA from 2048 bits, elliptic curves from 224, SHA-2") from None
        if "mismatch" in reason:
            raise AdapterError(f"{key}: the key does not belong to the certificate {certificate}") from None
        raise AdapterError(f"{certificate}: not a certificate with its key in PEM form") from None


def _trust(context: ssl.SSLContext, ca: Path) -> None:
    _readable(ca)
    try:
        context.load_verify_locations(ca)
    except ssl.SSLError:
        raise AdapterError(f"{ca}: not certificates in PEM form") from None


def _readable(file: Path) -> None:
    try:
        with file.open("rb"):
            return
    except OSError as error:
        raise AdapterError(f"{file}: {(error.strerror or 'cannot be read').lower()}") from None


def _stamp(files: ServerFiles) -> Stamp:
    """What tells a file from the one that was there before."""
    found = []
    for file in (files.certificate, files.key, files.client_ca):
        try:
            status = file.stat() if file is not None else None
        except OSError:
            status = None
        found.append((status.st_ino, status.st_size, status.st_mtime_ns) if status is not None else (0, 0, 0))
    return tuple(found)


def _escaped(value: str) -> str:
    """RFC 4514, section 2.4, for the marks that would split a subject."""
    return "".join(f"\\{character}" if character in '\\,+"<>;=' else character for character in value)
