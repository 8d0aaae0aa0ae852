"""Routes from the table of operations: what a caller may, what a request says, and what goes wrong."""

import re
from collections.abc import Awaitable, Callable, Iterable, Mapping

import structlog
from pydantic import BaseModel, ValidationError
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from canonical.problem import Problem
from gateway import problems_http as kinds
from gateway.http.operations import Call, Operation, Parameters
from gateway.http.problems import ApiError
from gateway.http.services import Services
from gateway.keys import Caller
from gateway.ledger.contract import LedgerError

log = structlog.get_logger(__name__)


def routes_of(operations: Iterable[Operation], services: Services) -> list[Route]:
    """One route for each address."""
    by_path: dict[str, dict[str, Operation]] = {}
    for operation in operations:
        by_path.setdefault(operation.path, {})[operation.method] = operation
    return [
        Route(path.replace("{number}", "{number:path}"), _endpoint(methods, services), methods=list(methods))
        for path, methods in by_path.items()
    ]


def _endpoint(methods: Mapping[str, Operation], services: Services) -> Callable[[Request], Awaitable[Response]]:
    """Answers all methods of one address."""

    async def endpoint(request: Request) -> Response:
        operation = methods["GET" if request.method == "HEAD" else request.method]
        try:
            return await operation.handle(_call(operation, request, services))
        except ApiError as error:
            return error.response()
        except LedgerError as error:
            log.warning("a request is not answered now", operation=operation.id, reason=str(error))
            return ApiError(503, kinds.NOT_NOW, headers={"Retry-After": "5"}).response()
        except Exception:
            log.exception("a request cannot be answered", operation=operation.id)
            return ApiError(500, kinds.OUR_FAULT).response()

    return endpoint


def _call(operation: Operation, request: Request, services: Services) -> Call:
    caller: Caller = getattr(request.state, "caller", None) or Caller("anybody", frozenset())
    if not operation.open:
        if operation.scope is not None and operation.scope not in caller.scopes:
            raise ApiError(403, kinds.NOT_ALLOWED, detail=f"The key needs the scope {operation.scope.value}.")
        if caller.partner is not None and services.partners.by_name(caller.partner) is None:
            raise ApiError(403, kinds.OTHER_PARTNER, detail="The partner of this key is not in the settings any more.")
        if operation.whole and caller.partner is not None:
            raise ApiError(403, kinds.OTHER_PARTNER, detail="This tells of all partners: use a key without one.")
    for name, (pattern, _) in operation.names.items():
        if not re.fullmatch(pattern, str(request.path_params[name])):
            raise ApiError(404, kinds.NOT_THERE)
    query = request.query_params
    twice = [name for name in query if len(query.getlist(name)) > 1]
    if twice:
        raise ApiError(422, kinds.WRONG_PARAMETER, problems=[_problem(_shown(name), "once") for name in twice])
    parameters = _parsed(operation.query, dict(query))
    wanted = operation.headers or Parameters
    told = {
        name: request.headers[field.alias]
        for name, field in wanted.model_fields.items()
        if field.alias and field.alias in request.headers
    }
    return Call(request, caller, services, parameters, _parsed(wanted, told))


def _parsed(model: type[Parameters], values: Mapping[str, str]) -> BaseModel:
    try:
        return model.model_validate(values, by_name=True, by_alias=True)
    except ValidationError as error:
        found = error.errors(include_url=False, include_context=False, include_input=False)[:20]
        problems = [
            _problem(_shown(str(each["loc"][0]) if each["loc"] else ""), _expected(each["msg"])) for each in found
        ]
        raise ApiError(422, kinds.WRONG_PARAMETER, problems=problems) from None


def _expected(message: str) -> str:
    return {"Extra inputs are not permitted": "no parameter of this name", "Field required": "a value"}.get(
        message, message
    )


def _shown(name: str) -> str:
    """The name of a parameter, where it is one and no text of somebody's."""
    return name if re.fullmatch(r"[A-Za-z_-]{1,40}", name) else "a parameter"


def _problem(path: str, expected: str) -> Problem:
    kind = kinds.WRONG_PARAMETER
    return Problem(code=kind.code, severity=kind.severity, message=kind.title, path=path, expected=expected)
