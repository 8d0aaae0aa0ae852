"""What can be wrong with a call over SOAP: its envelope, its parameters, and who made it.

Codes are stable for ever. The letter is the usual severity.
"""

from typing import Final

from canonical.problem import ProblemKind

# XML-03xx: envelopes and operations

NOT_AN_ENVELOPE: Final = ProblemKind(
    "XML-E0301",
    "XML is not a SOAP envelope with one operation",
    "An Envelope holds at most one Header and then exactly one Body, and the Body one element: the operation. With two "
    "of them, one could be checked and the other one done.",
    "Make the calls with a SOAP library from our WSDL.",
    "<soap:Envelope><soap:Body/><soap:Body/></soap:Envelope>",
)
VERSION: Final = ProblemKind(
    "XML-E0302",
    "version of SOAP is not known",
    "The namespace of the Envelope says which version is spoken. Ours are 1.1 and 1.2.",
    "Set the client to SOAP 1.1 or 1.2.",
)
NOT_UNDERSTOOD: Final = ProblemKind(
    "XML-E0303",
    "header must be understood and is not",
    "The sender marked a header with mustUnderstand, so that the call must not be done by somebody who cannot do what "
    "the header says. Only the security header with a UsernameToken is understood here, and only by a channel with "
    "user and password.",
    "Switch the feature off in the client (often WS-Addressing or WS-ReliableMessaging), or its mustUnderstand. For a "
    "security header, set user and password of the channel.",
)
OPERATION_UNKNOWN: Final = ProblemKind(
    "XML-E0304",
    "operation is not known",
    "The first element in the Body must be one of the operations in the WSDL, with its namespace.",
    "Load the WSDL anew: it is at the same address with ?wsdl.",
)
PARAMETER: Final = ProblemKind(
    "XML-E0305",
    "parameter of the operation is missing or wrong",
    "The WSDL says which parameters there are, what each holds, and which must be there.",
    "Compare the call with the WSDL: it is at the same address with ?wsdl.",
)
MULTIPART: Final = ProblemKind(
    "XML-E0306",
    "message with attachments cannot be read",
    "A message in several parts (MTOM) has a boundary between them, a first part with the envelope, and a part for "
    "each content that the envelope names. Something of it is not as it should be.",
    "Send it with a library that knows MTOM, or without attachments as base64 text.",
)
ACTION_DIFFERS: Final = ProblemKind(
    "XML-E0307",
    "SOAPAction names another operation than the body",
    "What the header announces and what the body asks differ. Somewhere on the way something may have decided by the "
    "header whether the call may pass.",
    "Have the client send the SOAPAction of the WSDL, or an empty one.",
)
MEDIA_TYPE: Final = ProblemKind(
    "XML-E0308",
    "content type is not one of SOAP",
    "Calls come as text/xml (SOAP 1.1), application/soap+xml (SOAP 1.2) or multipart/related (with attachments), and "
    "not compressed.",
    "Set the content type of the client. Where a proxy compresses, switch it off.",
)
UNKNOWN_ID: Final = ProblemKind(
    "XML-E0309",
    "nothing is known under this id or key",
    "Ids are those that an earlier answer of this channel gave; keys are those that this caller gave itself.",
    "Compare with the answer that gave the id.",
)
NOT_KEPT: Final = ProblemKind(
    "XML-E0901",
    "call could not be carried out now",
    "The gateway could not write to its ledger: no space, a broken disk, a database that is away. Nothing is wrong "
    "with the call, and nothing of it was done.",
    "Have the sender call again later, with the same idempotencyKey. See what wharf doctor says, and mend it.",
)

# SEC-02xx: who calls

NO_CREDENTIALS: Final = ProblemKind(
    "SEC-E0201",
    "call brings no credentials",
    "The channel has a user and a password. The call has no security header (WS-Security) with a UsernameToken.",
    "Set user and password in the client, as a UsernameToken with digest.",
)
WRONG_CREDENTIALS: Final = ProblemKind(
    "SEC-E0202",
    "user or password is wrong",
    "The UsernameToken does not fit the user and password of the channel. Which of the two is wrong is not told to the "
    "caller.",
    "Compare user and password on both sides. With a digest, the clocks and the nonce are part of it.",
)
OUT_OF_TIME: Final = ProblemKind(
    "SEC-E0203",
    "message is too old, or from the future",
    "A security header says when it was made, and is good for five minutes. Usually one of the clocks is wrong.",
    "Set both clocks by NTP. If the message waited on the way, have it made anew.",
)
REPLAYED: Final = ProblemKind(
    "SEC-E0204",
    "message was seen before",
    "The nonce of a UsernameToken is used once. This one came before: the client repeats a message instead of making "
    "a new one, or somebody recorded a call and sends it again.",
    "Have the client make a new nonce for each call. If it does, look at who called.",
)
PASSWORD_IN_CLEAR: Final = ProblemKind(
    "SEC-E0205",
    "password came in clear over an open line",
    "A password as text (PasswordText) can be read by all on the way. It is taken over TLS and from this machine only. "
    "It may be known to others now.",
    "Use PasswordDigest or TLS, and change the password.",
)
NO_CERTIFICATE: Final = ProblemKind(
    "SEC-E0208",
    "no client certificate that the channel knows was shown",
    "The channel names the certificates whose owners may call. The connection brought none, or one with other names, "
    "or it is none over TLS.",
    "Have the caller show its certificate, or add the certificate's name to clients of the channel.",
)
FOREIGN_PAGE: Final = ProblemKind(
    "SEC-E0207",
    "call comes by a web page or a name of somebody else",
    "The channel asks nobody for credentials, so it is for programs on this machine alone. This call names another "
    "host, or comes from a page of another site: a page that a person has open could make it behind the person's back.",
    "Call it at 127.0.0.1 or localhost. For any other name, set user and password of the channel.",
)
SECURITY_UNKNOWN: Final = ProblemKind(
    "SEC-E0206",
    "security header holds what is not understood",
    "A UsernameToken and a Timestamp are understood, each once. A signature or encryption that nobody checks would "
    "look like safety and be none, so such a message is refused.",
    "Switch signing and encrypting of messages off in the client, and use TLS with a client certificate instead.",
)
