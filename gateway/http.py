"""What the gateway tells over HTTP: health, readiness, metrics and schemas."""

import hmac
import html
from collections.abc import Callable, Sequence
from datetime import datetime
from functools import cache
from typing import Any

from pydantic import SecretStr
from starlette.applications import Starlette
from starlette.datastructures import MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from canonical.schema import schemas
from gateway.metrics import Metrics
from gateway.schema_files import schema_text
from gateway.status import Status, StatusSource

_OPEN = ("/healthz", "/readyz")
_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}
_PAGE = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>Wharf · {name}</title>
<h1>Wharf · {name}</h1>
<p>The gateway between a hospital's old protocols and the systems that want clean data.</p>
<ul>
<li><a href="/readyz">readyz</a>: can it accept deliveries, and does publishing go on?</li>
<li><a href="/healthz">healthz</a>: is it alive?</li>
<li><a href="/metrics">metrics</a>: counts and gauges for Prometheus</li>
<li><a href="/schemas/">schemas</a>: JSON Schemas of all documents</li>
</ul>
</html>
"""


def http_app(
    source: StatusSource,
    metrics: Metrics,
    *,
    name: str,
    clock: Callable[[], datetime],
    token: SecretStr | None = None,
    services: Sequence[Route] = (),
) -> Starlette:
    """The application. With a token, everything but health and readiness asks for it as ``Authorization: Bearer``;
    but ``services`` ask by themselves who calls."""

    @cache
    def documents() -> dict[str, bytes]:
        """Made on the first question and kept: the schemas never change while the gateway runs."""
        return {key: schema_text(schema).encode() for key, schema in schemas().items()}

    async def index(_: Request) -> Response:
        return HTMLResponse(_PAGE.format(name=html.escape(name)))

    async def healthz(_: Request) -> Response:
        return JSONResponse({"status": "ok"})

    async def readyz(_: Request) -> Response:
        status = await source.status()
        return JSONResponse(_told(status), status_code=200 if status.ready else 503)

    async def metrics_text(_: Request) -> Response:
        metrics.observe(await source.status(), clock())
        return Response(metrics.text(), media_type="text/plain; version=0.0.4")

    async def schema_index(_: Request) -> Response:
        return JSONResponse({"schemas": {key: f"/schemas/{key}.json" for key in documents()}})

    async def schema(request: Request) -> Response:
        found = documents().get(request.path_params["name"])
        if found is None:
            raise HTTPException(404)
        return Response(found, media_type="application/schema+json")

    async def refuse(_: Request, error: Exception) -> Response:
        code = error.status_code if isinstance(error, HTTPException) else 500
        title = {404: "there is nothing here", 405: "only GET is answered here"}.get(code, "not possible")
        body = {"type": "about:blank", "title": title, "status": code}
        return JSONResponse(body, status_code=code, media_type="application/problem+json")

    app = Starlette(
        routes=[
            Route("/", index),
            Route("/healthz", healthz),
            Route("/readyz", readyz),
            Route("/metrics", metrics_text),
            Route("/schemas/", schema_index),
            Route("/schemas/{name:str}.json", schema),
            *services,
        ],
        exception_handlers={HTTPException: refuse, Exception: refuse},
    )
    app.add_middleware(_Door, token=token, open=(*_OPEN, *(each.path for each in services)))
    return app


def _told(status: Status) -> dict[str, Any]:
    backlog = status.backlog
    broker = status.broker
    return {
        "status": status.word,
        "ledger": {"writable": status.ledger_writable},
        "channels": {name: {"listening": listening} for name, listening in status.channels.items()},
        "broker": {
            "kind": broker.kind,
            "confirmed": broker.confirmed,
            "since": broker.since.isoformat() if broker.since else None,
            "reason": broker.reason,
        },
        "backlog": None
        if backlog is None
        else {
            "deliveries": backlog.deliveries,
            "events": backlog.events,
            "oldestEventAt": backlog.oldest_event_at.isoformat() if backlog.oldest_event_at else None,
            "parcels": backlog.parcels,
            "exceptions": backlog.exceptions,
        },
    }


class _Door:
    """Asks for the token where there is one, and puts the security headers on every answer."""

    def __init__(self, app: ASGIApp, token: SecretStr | None, open: Sequence[str]) -> None:
        self._open = frozenset(open)
        self._app = app
        self._expected = f"Bearer {token.get_secret_value()}".encode() if token is not None else None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(_HEADERS)
            await send(message)

        if scope["path"] in self._open or self._allowed(scope):
            await self._app(scope, receive, guarded)
            return
        body = {"type": "about:blank", "title": "a token is needed", "status": 401}
        headers = {"WWW-Authenticate": "Bearer"}
        refusal = JSONResponse(body, status_code=401, headers=headers, media_type="application/problem+json")
        await refusal(scope, receive, guarded)

    def _allowed(self, scope: Scope) -> bool:
        shown = next((value for key, value in scope["headers"] if key == b"authorization"), b"")
        return self._expected is None or hmac.compare_digest(shown, self._expected)
