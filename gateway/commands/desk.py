"""One command as a value, what becomes of it, and what its sender is told."""

import json
import re
from dataclasses import dataclass
from typing import Final

from canonical.problem import Problem, problem_of
from gateway import problems_commands as kinds
from gateway.ids import NewId
from gateway.submission import Submission, Submissions, Submitted
from gateway.submitted import NotJsonError, submitted
from gateway.submitted import Submitted as Given

CHANNEL: Final = "commands"
"""The name under which deliveries that come this way stand in the ledger."""
MOST_BYTES: Final = 16 << 20
_ROUTING_KEY: Final = re.compile(r"supply\.([a-z0-9_]{1,64})\.send\.([a-z0-9_]{1,64})")
_KEY: Final = re.compile(r"[\x21-\x7e]{1,200}")


@dataclass(frozen=True, slots=True)
class Command:
    """A message as it came."""

    routing_key: str
    """``supply.<documentType>.send.<partner>``."""
    body: bytes
    """The document's ``data``, or a whole CloudEvents envelope around it."""
    id: str | None = None
    """The message id: the idempotency key."""
    test: bool = False


@dataclass(frozen=True, slots=True)
class Done:
    """What became of a command."""

    accepted: bool
    answer: bytes
    """JSON, for the one who asked."""
    reason: str | None = None
    """Why it goes to the dead letters, in one line without content; None where it does not."""


class CommandDesk:
    """Turns commands into submissions."""

    def __init__(self, submissions: Submissions, new_id: NewId) -> None:
        self._submissions = submissions
        self._new_id = new_id

    async def __call__(self, command: Command) -> Done:
        """Raises LedgerError where nothing could be kept: then it is to be offered again."""
        place = _ROUTING_KEY.fullmatch(command.routing_key)
        document_type, partner = (place[1], place[2]) if place else ("", "")
        if len(command.body) > MOST_BYTES:
            problem = problem_of(kinds.COMMAND_TOO_LARGE, found=f"{len(command.body)} bytes", expected=f"{MOST_BYTES}")
            return _done(None, (problem,))
        given = self._given(command, document_type if place else None)
        submission = Submission(
            channel=CHANNEL, name=f"{document_type or 'command'}.json", content=command.body, partner=partner,
            document=given.document, problems=given.problems, key=_key(command.id), test=command.test,
        )  # fmt: skip
        answer = await self._submissions.submit(submission)
        return _done(answer, answer.problems)

    def _given(self, command: Command, document_type: str | None) -> Given:
        if document_type is None:
            expected = "supply.<documentType>.send.<partner>"
            return Given(1, None, (problem_of(kinds.COMMAND_MISADDRESSED, expected=expected),))
        try:
            found = list(submitted(command.body))
        except NotJsonError as error:
            return Given(1, None, (problem_of(kinds.COMMAND_NOT_JSON, found=f"line {error.line}"),))
        if len(found) != 1:
            return Given(1, None, (problem_of(kinds.COMMAND_NOT_JSON, found=f"{len(found)} documents", expected="1"),))
        (given,) = found
        if given.document is not None and given.document.document_type != document_type:
            problem = problem_of(
                kinds.COMMAND_MISADDRESSED, path="documentType", found=given.document.document_type,
                expected=document_type,
            )  # fmt: skip
            return Given(1, None, (problem,))
        return given


def _key(id: str | None) -> str | None:
    return id if id is not None and _KEY.fullmatch(id) else None


def _done(answer: Submitted | None, problems: tuple[Problem, ...]) -> Done:
    accepted = answer is not None and answer.accepted
    told = {
        "accepted": accepted,
        "repeated": answer is not None and answer.repeated,
        "delivery": answer.delivery if answer is not None else None,
        "document": answer.document if answer is not None else None,
        "parcel": answer.parcel if answer is not None else None,
        "problems": [problem.to_data() for problem in problems],
    }
    first = next((f"{problem.code} {problem.message}" for problem in problems), "refused")
    return Done(accepted, json.dumps(told, ensure_ascii=False).encode(), None if accepted else first)
