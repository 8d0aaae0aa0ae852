"""SOAP 1.1 and 1.2 (document/literal, wrapped), server side: envelopes, faults, security header, attachments, WSDL.

All of it is pure: bytes and trees in, values out. The gateway's half answers the calls.
"""

from dataclasses import dataclass
from typing import Final

SERVICE: Final = "urn:wharf:soap:v1"
"""Namespace of our operations. The number is the major version of the contract."""


@dataclass(frozen=True, slots=True)
class Version:
    """What differs between the two versions of SOAP."""

    name: str
    namespace: str
    media_type: str
    actor: str
    """The attribute that says whom a header is for."""
    for_us: frozenset[str]
    """Its values that mean us; without it, it is for us too."""


SOAP_11: Final = Version(
    "1.1",
    "http://schemas.xmlsoap.org/soap/envelope/",
    "text/xml",
    "actor",
    frozenset({"", "http://schemas.xmlsoap.org/soap/actor/next"}),
)
"""W3C Note, 8 May 2000."""
SOAP_12: Final = Version(
    "1.2",
    "http://www.w3.org/2003/05/soap-envelope",
    "application/soap+xml",
    "role",
    frozenset(
        {
            "",
            "http://www.w3.org/2003/05/soap-envelope/role/next",
            "http://www.w3.org/2003/05/soap-envelope/role/ultimateReceiver",
        }
    ),
)
"""W3C Recommendation, 27 April 2007."""
VERSIONS: Final = {version.namespace: version for version in (SOAP_11, SOAP_12)}
