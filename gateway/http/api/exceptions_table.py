"""The operations of exceptions: for the table of operations."""

from gateway.http.api import exceptions as own
from gateway.http.api import models
from gateway.http.api.instructions import Instruction
from gateway.http.api.parameters import ID
from gateway.http.operations import JSON, Answer, Body, Handle, Operation
from gateway.keys import Scope

_AT = "/api/v1/exceptions"
_TAG = "exceptions"
_WRONG = (400, 404, 408, 413, 415)


def _do(
    path: str, id: str, summary: str, handle: Handle, model: type[Instruction]
) -> Operation:  # fmt: skip
    return Operation(
        "POST", _AT + path, id, summary, handle, (Answer(200, "It is done", own.Settled),), Scope.OPERATE,
        names={"id": ID}, body=Body("What to do.", (JSON,), {"instruction": model}), problems=_WRONG, tag=_TAG,
    )  # fmt: skip


EXCEPTION_OPERATIONS = (
    Operation(
        "GET", _AT, "listExceptions", "List what a person must look at", own.exceptions,
        (Answer(200, "What there is", models.ExceptionList),), Scope.READ, query=own.Exceptions, tag=_TAG,
    ),
    Operation(
        "GET", _AT + "/groups", "groupExceptions", "Count exceptions by code and partner", own.groups,
        (Answer(200, "What there is", own.GroupList),), Scope.READ, query=own.Groups, tag=_TAG,
    ),
    Operation(
        "GET", _AT + "/{id}", "getException", "One exception with its notes, and what to do", own.exception,
        (Answer(200, "What there is", own.ExceptionAnswer),), Scope.READ, names={"id": ID}, problems=(404,), tag=_TAG,
    ),
    _do("/{id}/assign", "assignException", "Give an exception to a person", own.assign, own.Assignment),
    _do("/{id}/note", "noteException", "Write on an exception", own.note, own.Note),
    _do("/{id}/resolve", "resolveException", "Mark an exception as done", own.resolve, own.Resolution),
    Operation(
        "POST", _AT + "/resolve", "resolveExceptions", "Mark all open exceptions that fit as done",
        own.resolve_many, (Answer(200, "They are done", own.Settled),), Scope.OPERATE,
        body=Body("Which, and why.", (JSON,), {"instruction": own.ManyResolution}),
        problems=(400, 408, 413, 415), tag=_TAG,
    ),
)  # fmt: skip
