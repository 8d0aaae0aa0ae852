"""What is told over HTTP when something is not possible: problem details (RFC 9457), never a text of a request."""

from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import ConfigDict, Field
from starlette.responses import Response

from canonical.model import Model
from canonical.problem import Problem, ProblemKind

MEDIA_TYPE = "application/problem+json"


class ProblemDetails(Model):
    """Problem details (RFC 9457) with our stable code, and what is wrong in the request or its content."""

    # Members of an answer that was refused stand beside those of the standard (RFC 9457, section 3.2).
    model_config = ConfigDict(extra="allow")

    type: str = Field(description="`/problems/CODE`, where the code is explained.")
    title: str
    status: int
    code: str = Field(description="Stable code; `wharf explain CODE` tells more.")
    detail: str = Field(description="What to do about it.")
    problems: tuple[Problem, ...] = Field(default=(), description="What is wrong, each at its place.")


class ApiError(Exception):
    """A request that is answered with a problem."""

    def __init__(
        self, status: int, kind: ProblemKind, *, problems: Sequence[Problem] = (), detail: str | None = None,
        headers: Mapping[str, str] | None = None, more: Mapping[str, Any] | None = None,
    ) -> None:  # fmt: skip
        super().__init__(f"{status} {kind.code}")
        self.status = status
        self.kind = kind
        self.problems = tuple(problems)
        self.detail = detail
        self.headers = dict(headers or {})
        self.more = dict(more or {})

    def response(self) -> Response:
        """The answer."""
        body = ProblemDetails(
            type=f"/problems/{self.kind.code}",
            title=self.kind.title,
            status=self.status,
            code=self.kind.code,
            detail=self.detail or self.kind.help,
            problems=self.problems,
            **self.more,
        )
        return Response(body.to_json(), self.status, self.headers, MEDIA_TYPE)
