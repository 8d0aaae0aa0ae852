"""An operation: one method of one address, with everything that serving and describing it need.

The table of operations is the only place where an address stands: the routes, who may use them, and /openapi.json are
made from it.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from pydantic import BaseModel, ConfigDict
from starlette.requests import Request
from starlette.responses import Response

from canonical.model import Model
from gateway.http.problems import ApiError
from gateway.http.services import Services
from gateway.keys import Caller, Scope
from gateway.problems_http import OTHER_PARTNER

M = TypeVar("M", bound=BaseModel)
JSON = "application/json"


class Parameters(BaseModel):
    """Parameters of an operation, in the query or in headers. One that is not known is refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")


@dataclass(frozen=True, slots=True)
class Call:
    """One request, understood."""

    request: Request
    caller: Caller
    services: Services
    parameters: BaseModel
    """Of the query."""
    headers: BaseModel

    def asked(self, model: type[M]) -> M:
        """The parameters of the query."""
        if not isinstance(self.parameters, model):
            raise TypeError(f"the operation takes no {model.__name__}")
        return self.parameters

    def told(self, model: type[M]) -> M:
        """The parameters of the headers."""
        if not isinstance(self.headers, model):
            raise TypeError(f"the operation takes no {model.__name__}")
        return self.headers

    def path(self, name: str) -> str:
        """A part of the address."""
        return str(self.request.path_params[name])

    def partner(self, asked: str | None) -> str | None:
        """Whose things are shown: those of the partner that is asked for, or of the key's own. Raises ApiError."""
        own = self.caller.partner
        if own is not None and asked not in (None, own):
            raise ApiError(403, OTHER_PARTNER)
        return own or asked


Handle = Callable[[Call], Awaitable[Response]]


@dataclass(frozen=True, slots=True)
class Answer:
    """One way in which an operation answers well."""

    status: int
    description: str
    model: type[BaseModel] | None = None
    media: tuple[str, ...] = (JSON,)
    headers: Mapping[str, str] = field(default_factory=dict)
    """Name to what it says."""


@dataclass(frozen=True, slots=True)
class Body:
    """What is sent to an operation."""

    description: str
    media: tuple[str, ...]
    models: Mapping[str, type[BaseModel]] = field(default_factory=dict)
    """By name; empty for bytes."""


@dataclass(frozen=True, slots=True)
class Operation:
    """One method of one address."""

    method: str
    path: str
    id: str
    summary: str
    handle: Handle
    answers: tuple[Answer, ...]
    scope: Scope | None = None
    """What a key must allow; None: any key will do."""
    open: bool = False
    """Whether it answers without any key."""
    whole: bool = False
    """Whether it tells of the gateway as a whole, which a key of one partner does not see."""
    query: type[Parameters] = Parameters
    headers: type[Parameters] | None = None
    names: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    """Parts of the address: name to pattern and description."""
    body: Body | None = None
    problems: tuple[int, ...] = ()
    """Statuses of problems that are its own."""
    tag: str = "gateway"


def answer(body: Model, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """A model as JSON."""
    return Response(body.to_json(), status, headers, JSON)
