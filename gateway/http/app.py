"""The application that is served over HTTP: all routes behind one door."""

from collections.abc import Collection, Sequence

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from gateway import problems_http as kinds
from gateway.http.api.table import API_OPERATIONS
from gateway.http.door import MOST_BYTES, Door, Doorkeeper
from gateway.http.openapi import DESCRIPTION
from gateway.http.problems import ApiError
from gateway.http.routes import routes_of
from gateway.http.services import Services
from gateway.http.system import SYSTEM

OPERATIONS = (*SYSTEM, *API_OPERATIONS, DESCRIPTION)
"""Everything that is answered, but for the routes of others."""
_KINDS = {404: kinds.NOT_THERE, 405: kinds.WRONG_METHOD}


def http_app(
    services: Services,
    keeper: Doorkeeper,
    *,
    others: Sequence[BaseRoute] = (),
    own_doors: Collection[str] = (),
    most_bytes: int = MOST_BYTES,
) -> Starlette:
    """The application.

    ``others`` are routes of other rooms, as SOAP's. Where they ask their callers by themselves, their paths stand in
    ``own_doors``; else a key is asked for as everywhere. ``most_bytes`` of bodies are held in memory at a time.
    """
    app = Starlette(
        routes=[*routes_of(OPERATIONS, services), *others],
        exception_handlers={HTTPException: _refused, Exception: _failed},
    )
    app.router.redirect_slashes = False
    opened = [operation.path for operation in OPERATIONS if operation.open]
    app.add_middleware(Door, keeper=keeper, open=opened, own=own_doors, most_bytes=most_bytes)
    return app


async def _refused(_: Request, error: Exception) -> Response:
    """What the framework refuses: no such address, no such method."""
    status = error.status_code if isinstance(error, HTTPException) else 500
    headers = error.headers if isinstance(error, HTTPException) else None
    return ApiError(status, _KINDS.get(status, kinds.NOT_UNDERSTOOD), headers=headers).response()


async def _failed(_request: Request, _error: Exception) -> Response:
    return ApiError(500, kinds.OUR_FAULT).response()
