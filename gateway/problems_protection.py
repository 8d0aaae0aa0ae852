"""What can be wrong with what protects the gateway: trail, certificates, secrets, transport."""

from typing import Final

from canonical.problem import ProblemKind

TRAIL_REWRITTEN: Final = ProblemKind(
    "SEC-E0301",
    "the audit trail is not what it was",
    "A row of the trail that was seen before is gone or differs. Somebody changed the ledger's file by hand, or an "
    "older copy of it was put back.",
    "Run wharf audit verify. After a backup was put back on purpose, run wharf audit accept with the reason.",
)
CERTIFICATE_ENDS: Final = ProblemKind(
    "SEC-W0301",
    "certificate ends soon",
    "A certificate is valid until a day that is 30, 7 or 1 days away. After it, connections that rest on it are "
    "refused.",
    "Put a new certificate in the place of the old one; listeners take it within seconds, callers with the next "
    "connection.",
)
CERTIFICATE_ENDED: Final = ProblemKind(
    "SEC-E0302",
    "certificate has ended",
    "The last day of the certificate is over. Connections that rest on it are refused.",
    "Put a new certificate in the place of the old one.",
)
SECRET_OPEN_TO_GROUP: Final = ProblemKind(
    "SEC-W0302",
    "secret file is open to its group",
    "The permissions of the file let others than its owner read or change the secret.",
    "Run chmod 600 on the file. Where a group is how the secret is handed over, keep nobody else in that group.",
)
UNCHECKED_TLS: Final = ProblemKind(
    "SEC-E0303",
    "the broker's address switches checks of TLS off",
    "The address has parameters that would switch off how the broker's certificate is checked. Somebody on the way "
    "could then read and change everything.",
    "Remove no_verify_ssl, capath and cadata. Name the authority as amqps://…?cafile=/etc/wharf/broker-ca.pem.",
    'url = "amqps://mq.example/?no_verify_ssl=1"',
)
