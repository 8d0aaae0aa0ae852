"""The operations of replays: for the table of operations."""

from gateway.http.api import replays as own
from gateway.http.api.parameters import ID
from gateway.http.operations import JSON, Answer, Body, Operation
from gateway.keys import Scope

_AT = "/api/v1/replays"
_TAG = "replays"

REPLAY_OPERATIONS = (
    Operation(
        "GET", _AT, "listReplays", "List what was replayed", own.replays,
        (Answer(200, "What there is", own.ReplayList),), Scope.READ, whole=True, query=own.Replays, tag=_TAG,
    ),
    Operation(
        "POST", _AT, "replay", "Publish or read messages again", own.replay,
        (Answer(202, "It began", own.ReplayAnswer, headers={"Location": "Address of the replay."}),), Scope.OPERATE,
        body=Body("Which messages, and why.", (JSON,), {"instruction": own.Ordered}),
        problems=(400, 408, 409, 413, 415), tag=_TAG,
    ),
    Operation(
        "POST", _AT + "/dry-run", "tryReplay", "Tell what a replay would come to; nothing is changed", own.dry_run,
        (Answer(200, "What would become of them", own.TrialAnswer),), Scope.OPERATE,
        body=Body("Which messages.", (JSON,), {"choice": own.Chosen}), problems=(400, 408, 409, 413, 415), tag=_TAG,
    ),
    Operation(
        "GET", _AT + "/{id}", "getReplay", "One replay with its messages", own.story,
        (Answer(200, "What there is", own.ReplayStory),), Scope.READ, whole=True, names={"id": ID}, problems=(404,),
        tag=_TAG,
    ),
)  # fmt: skip
