"""The operations of the service, as data: the WSDL is made of it, calls are read by it, answers written by it."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from types import MappingProxyType
from typing import Final


class Simple(Enum):
    """The plain types of parameters, by their names in XML Schema."""

    TEXT = "string"
    BYTES = "base64Binary"
    NUMBER = "int"
    ANY = "anyType"


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter, or one field of an answer."""

    name: str
    type: Simple | str
    """A plain type, or the name of one in ``TYPES``."""
    about: str
    required: bool = True
    many: bool = False
    longest: int = 255
    """Characters of a text."""


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation."""

    name: str
    about: str
    takes: tuple[Parameter, ...]
    gives: tuple[Parameter, ...]


_KEY: Final = Parameter(
    "idempotencyKey", Simple.TEXT, "Your own name for this call: the same again is done once.", required=False
)
_PROBLEMS: Final = Parameter("problems", "Problem", "What is wrong or worth knowing.", required=False, many=True)
_ID: Final = Parameter("id", Simple.TEXT, "Under which it is kept here.")
_OUTCOME: Final = Parameter("outcome", Simple.TEXT, "accepted, partial, rejected, quarantined or duplicate.")
_SUMMARY: Final = Parameter("summary", Simple.TEXT, "One line for a person.")

TYPES: Final[Mapping[str, tuple[Parameter, ...]]] = MappingProxyType(
    {
        "Problem": (
            Parameter("code", Simple.TEXT, "Stable code, as X12-E0307."),
            Parameter("severity", Simple.TEXT, "error, warning or info.", required=False),
            Parameter("message", Simple.TEXT, "One line for a person."),
            Parameter("path", Simple.TEXT, "Where in the call or document.", required=False),
            Parameter("line", Simple.NUMBER, "Where in the content, from 1.", required=False),
            Parameter("found", Simple.TEXT, "What stands there, as far as it may be told.", required=False),
            Parameter("expected", Simple.TEXT, "What was expected.", required=False),
            Parameter("help", Simple.TEXT, "What a person does about it.", required=False),
        ),
        "Transmission": (
            Parameter("partner", Simple.TEXT, "Whom it goes to."),
            Parameter("kind", Simple.TEXT, "As 850 or 997."),
            Parameter("name", Simple.TEXT, "As a file is called; absent until its bytes are made.", required=False),
            Parameter("state", Simple.TEXT, "queued, ready, delivered or refused."),
            Parameter("deliveredAt", Simple.TEXT, "When the other side had it, in UTC.", required=False),
        ),
        "WaitingDocument": (
            Parameter("id", Simple.TEXT, "To be confirmed by ConfirmDocuments."),
            Parameter("name", Simple.TEXT, "As a file would be called."),
            Parameter("kind", Simple.TEXT, "As 850, 997 or ACK."),
            Parameter("partner", Simple.TEXT, "Whom it is for."),
            Parameter("content", Simple.BYTES, "The bytes, which never change."),
        ),
    }
)

OPERATIONS: Final[Mapping[str, Operation]] = MappingProxyType(
    {
        each.name: each
        for each in (
            Operation(
                "SubmitInterchange",
                "Hands in an X12 interchange or HL7 messages, as bytes.",
                (
                    Parameter("content", Simple.BYTES, "The bytes as they would stand in a file."),
                    Parameter("name", Simple.TEXT, "A file name, for people.", required=False),
                    _KEY,
                ),
                (
                    _ID,
                    _OUTCOME,
                    Parameter("accepted", Simple.NUMBER, "Messages that were accepted."),
                    Parameter("rejected", Simple.NUMBER, "Messages that were rejected."),
                    _SUMMARY,
                    _PROBLEMS,
                    Parameter("answer", Simple.BYTES, "To HL7 messages: the acknowledgment.", required=False),
                ),
            ),
            Operation(
                "SubmitDocument",
                "Hands in a canonical document that is to be sent to a partner.",
                (
                    Parameter("documentType", Simple.TEXT, "As purchase_order."),
                    Parameter("partner", Simple.TEXT, "Whom it is for."),
                    Parameter("content", Simple.ANY, "The document: its element, or its JSON as text."),
                    _KEY,
                ),
                (_ID, _OUTCOME, _SUMMARY, _PROBLEMS),
            ),
            Operation(
                "GetStatus",
                "Tells what became of something that was handed in by this channel.",
                (
                    Parameter("id", Simple.TEXT, "The id that was answered; or else key.", required=False),
                    Parameter("key", Simple.TEXT, "The idempotencyKey that it was handed in with.", required=False),
                ),
                (
                    _ID,
                    Parameter("state", Simple.TEXT, "received (still being read) or recorded."),
                    Parameter("outcome", Simple.TEXT, "As in the answer; absent until recorded.", required=False),
                    Parameter("partner", Simple.TEXT, "Who sent it, or whom it goes to.", required=False),
                    Parameter("accepted", Simple.NUMBER, "Messages that were accepted."),
                    Parameter("rejected", Simple.NUMBER, "Messages that were rejected."),
                    _SUMMARY,
                    Parameter("receivedAt", Simple.TEXT, "When it came, in UTC."),
                    _PROBLEMS,
                    Parameter("sent", "Transmission", "What goes out because of it.", required=False, many=True),
                ),
            ),
            Operation(
                "GetDocuments",
                "Gives what waits for you at this channel, oldest first, until it is confirmed.",
                (
                    Parameter("max", Simple.NUMBER, "At most so many, 1 to 100; 10 where left out.", required=False),
                    Parameter("wait", Simple.NUMBER, "Seconds to wait for the first, 0 to 60.", required=False),
                ),
                (Parameter("documents", "WaitingDocument", "What waits.", required=False, many=True),),
            ),
            Operation(
                "ConfirmDocuments",
                "Says that you have them: they are not given again.",
                (Parameter("ids", Simple.TEXT, "Ids of documents that you were given.", many=True),),
                (
                    Parameter("confirmed", Simple.NUMBER, "How many are confirmed, those of earlier calls too."),
                    Parameter("unknown", Simple.TEXT, "Ids that are none of yours.", required=False, many=True),
                ),
            ),
        )
    }
)
