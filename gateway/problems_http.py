"""What can be wrong with a request over HTTP, whatever it asks for."""

from typing import Final

from canonical.problem import ProblemKind

NOT_UNDERSTOOD: Final = ProblemKind(
    "NET-E0801",
    "the request cannot be understood",
    "The request is not HTTP as it should be, or it was not meant for this gateway.",
    "Look at docs/api.md, or at /openapi.json, for what is understood.",
)
NOT_THERE: Final = ProblemKind(
    "NET-E0802",
    "there is nothing here",
    "No resource has this address, or it belongs to a partner that the key does not belong to.",
    "Look at the address again: ids stand in answers, and addresses in /openapi.json.",
)
WRONG_METHOD: Final = ProblemKind(
    "NET-E0803",
    "this address does not answer that method",
    "The address exists, and is asked in another way.",
    "The header Allow of the answer names the methods.",
)
WRONG_PARAMETER: Final = ProblemKind(
    "NET-E0804",
    "a parameter of the request is missing, unknown or not in form",
    "A slip in the name of a filter would else show more than was asked for, so that unknown names are refused too.",
    "The problems of the answer name each parameter, and what it may be.",
)
WRONG_TYPE: Final = ProblemKind(
    "NET-E0805",
    "the body is of a media type that is not taken here",
    "The header Content-Type says what a body is. A tool that says nothing else often sends that of a web form.",
    "Send documents as application/json; X12 as application/edi-x12, HL7 as application/hl7-v2, or either as "
    "application/octet-stream.",
)
NOT_JSON: Final = ProblemKind(
    "NET-E0806",
    "the body is not JSON",
    "It cannot be read as one JSON value in UTF-8. Nothing was kept.",
    "Send one JSON object.",
)
TOO_LARGE: Final = ProblemKind(
    "NET-E0807",
    "the body is larger than is taken here",
    "Bodies are held in memory until they are answered, so that there is a limit. Nothing was kept.",
    "Send large interchanges through a folder or SFTP, or raise max_bytes of the channel of kind http.",
)
TOO_SLOW: Final = ProblemKind(
    "NET-E0808",
    "the body did not come in time",
    "Nothing came for a while, or all of it came too slowly. Nothing was kept.",
    "Send it again.",
)
EMPTY: Final = ProblemKind(
    "NET-E0809",
    "the body is empty",
    "There is nothing to take.",
    "Send the bytes of the interchange or message as the body, with curl as --data-binary @FILE.",
)
BUSY: Final = ProblemKind(
    "NET-E0810",
    "too many requests are under way",
    "The gateway answers a bounded number of requests, and serves a bounded number of feeds, at the same time.",
    "Ask again after the seconds of the header Retry-After.",
)
NOT_NOW: Final = ProblemKind(
    "NET-E0811",
    "the ledger cannot be used now",
    "Nothing is taken that cannot be kept. Usually the disk is full.",
    "Ask again later, with the same Idempotency-Key; /readyz tells when it works again.",
)
OUR_FAULT: Final = ProblemKind(
    "NET-E0812",
    "a fault of the gateway itself",
    "The request was understood, and answering it failed. The gateway's log says where.",
    "Tell whoever runs the gateway.",
)
NOT_WRITTEN_YET: Final = ProblemKind(
    "NET-E0813",
    "the transmission is not written yet",
    "A transmission gets its control numbers and its bytes shortly after it was queued.",
    "Ask again after the seconds of the header Retry-After.",
)
INTERCHANGE_REJECTED: Final = ProblemKind(
    "NET-E0814",
    "no message of the delivery was accepted",
    "The bytes are kept, and what is wrong with them stands in the problems of the answer.",
    "Correct what the problems name and send the corrected bytes.",
)
DOCUMENT_REJECTED: Final = ProblemKind(
    "NET-E0815",
    "the document is not sent",
    "What is wrong with it stands in the problems of the answer. Nothing was sent.",
    "Correct what the problems name and submit it again.",
)
NOT_ALL_WAITING: Final = ProblemKind(
    "NET-E0816",
    "some of what is confirmed does not wait in this mailbox",
    "Only what waits, or was collected before, can be confirmed. Nothing was confirmed.",
    "Confirm ids as the mailbox gave them.",
)

KEY_NEEDED: Final = ProblemKind(
    "SEC-E0601",
    "a valid key is needed",
    "The request shows no key, or one that is unknown, revoked or expired.",
    "Send Authorization: Bearer KEY, with a key from `wharf keys create`.",
)
NOT_ALLOWED: Final = ProblemKind(
    "SEC-E0602",
    "the key does not allow this",
    "A key allows what its scopes name, and nothing else.",
    "Use a key with the scope that the answer names.",
)
OTHER_PARTNER: Final = ProblemKind(
    "SEC-E0603",
    "the key belongs to another partner",
    "A key that was made for one partner sees and sends for that partner alone.",
    "Name the key's own partner, or use a key that belongs to none.",
)
TOO_MANY_ATTEMPTS: Final = ProblemKind(
    "SEC-E0604",
    "too many requests with wrong keys came from this address",
    "Keys and passwords cannot be guessed; whoever tries is slowed down. Keys that were right shortly before are not "
    "concerned; over SOAP, all calls from the address wait.",
    "Look at the key or password, and wait for the seconds of the header Retry-After.",
)
FOREIGN_PAGE: Final = ProblemKind(
    "SEC-E0605",
    "without a key only this machine itself is answered",
    "The request names another host, or comes from a page of another site. A page in a browser must not be able to "
    "use the gateway behind its user's back.",
    "Ask by the address 127.0.0.1 or localhost, or use a key.",
)
