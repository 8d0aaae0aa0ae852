"""The operations of dead letters: for the table of operations."""

from gateway.http.api import deadletters as own
from gateway.http.api.instructions import Instruction
from gateway.http.api.parameters import ID
from gateway.http.operations import JSON, Answer, Body, Handle, Operation
from gateway.keys import Scope

_AT = "/api/v1/deadletters"
_TAG = "deadletters"


def _do(path: str, id: str, summary: str, handle: Handle, model: type[Instruction]) -> Operation:
    return Operation(
        "POST", _AT + path, id, summary, handle, (Answer(200, "It is done", own.SettledItem),), Scope.OPERATE,
        whole=True, names={"id": ID}, body=Body("Why.", (JSON,), {"instruction": model}),
        problems=(400, 404, 408, 409, 413, 415), tag=_TAG,
    )  # fmt: skip


DEAD_LETTER_OPERATIONS = (
    Operation(
        "GET", _AT, "listDeadLetters", "List what cannot go on by itself", own.deadletters,
        (Answer(200, "What there is", own.DeadLetterList),), Scope.READ, whole=True, query=own.DeadLetters, tag=_TAG,
    ),
    Operation(
        "GET", _AT + "/{id}", "getDeadLetter", "One thing that cannot go on by itself", own.deadletter,
        (Answer(200, "What there is", own.DeadLetterItem),), Scope.READ, whole=True, names={"id": ID}, problems=(404,),
        tag=_TAG,
    ),
    _do("/{id}/retry", "retryDeadLetter", "Send it on its way", own.retry, own.Retry),
    _do("/{id}/drop", "dropDeadLetter", "Set it aside; it is kept", own.drop, own.Drop),
)  # fmt: skip
