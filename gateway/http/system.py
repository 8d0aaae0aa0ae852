"""Operations of the gateway itself: the first page, health, readiness, metrics, schemas and explanations."""

import html
from functools import cache
from typing import Any

from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, Response

from canonical.schema import schemas
from gateway import problems_http as kinds
from gateway.catalogue import CATALOGUE
from gateway.http.operations import Answer, Call, Operation
from gateway.http.problems import ApiError
from gateway.keys import Scope
from gateway.schema_files import schema_text
from gateway.status import Status

METRICS = "text/plain; version=0.0.4"
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
<li><a href="/openapi.json">openapi.json</a>: the API</li>
</ul>
</html>
"""


@cache
def _schemas() -> dict[str, bytes]:
    """Made on the first question and kept: the schemas never change while the gateway runs."""
    return {name: schema_text(schema).encode() for name, schema in schemas().items()}


async def _index(call: Call) -> Response:
    return HTMLResponse(_PAGE.format(name=html.escape(call.services.name)))


async def _healthz(_: Call) -> Response:
    return JSONResponse({"status": "ok"})


async def _readyz(call: Call) -> Response:
    status = await call.services.status.status()
    return JSONResponse(_told(status), status_code=200 if status.ready else 503)


async def _metrics(call: Call) -> Response:
    services = call.services
    services.metrics.observe(await services.status.status(), services.clock())
    return Response(services.metrics.text(), media_type=METRICS)


async def _schema_index(_: Call) -> Response:
    return JSONResponse({"schemas": {name: f"/schemas/{name}.json" for name in _schemas()}})


async def _schema(call: Call) -> Response:
    found = _schemas().get(call.path("name"))
    if found is None:
        raise ApiError(404, kinds.NOT_THERE)
    return Response(found, media_type="application/schema+json")


async def _problem(call: Call) -> Response:
    kind = CATALOGUE.get(call.path("code"))
    if kind is None:
        raise ApiError(404, kinds.NOT_THERE)
    return PlainTextResponse(f"{kind.code}: {kind.title}\n\n{kind.explanation}\n\n{kind.help}\n")


def _told(status: Status) -> dict[str, Any]:
    backlog = status.backlog
    broker = status.broker
    return {
        "status": status.word,
        "ledger": {"writable": status.ledger_writable},
        "node": None
        if status.node is None
        else {
            "id": status.node.id,
            "name": status.node.name,
            "owns": list(status.node.owns),
            "standsBy": list(status.node.stands_by),
            "lanes": status.node.lanes,
        },
        "intake": {"open": status.intake},
        "disks": {
            disk.name: {"level": disk.level.name.lower(), "freeBytes": disk.room.free, "stopsAtBytes": disk.stop}
            for disk in status.disks
        },
        "channels": {
            name: {"listening": listening} | ({"standsBy": True} if name in status.standby else {})
            for name, listening in status.channels.items()
        },
        "destinations": {
            name: {
                "breaker": breaker.state.value,
                "failures": breaker.failures,
                "retryAt": breaker.retry_at.isoformat() if breaker.retry_at else None,
            }
            for name, breaker in status.breakers.items()
        },
        "broker": {
            "kind": broker.kind,
            "confirmed": broker.confirmed,
            "since": broker.since.isoformat() if broker.since else None,
            "reason": broker.reason,
        }
        | ({"standsBy": True} if broker.standby else {}),
        "failed": list(status.down),
        "certificates": {name: {"ends": ends.isoformat()} for name, ends in sorted(status.certificates.items())},
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


SYSTEM = (
    Operation("GET", "/", "index", "The first page", _index, (Answer(200, "A page", media=("text/html",)),)),
    Operation(
        "GET", "/healthz", "healthz", "Whether the process is alive", _healthz, (Answer(200, "It is"),), open=True
    ),
    Operation(
        "GET", "/readyz", "readyz", "Whether deliveries can be accepted, and how publishing goes", _readyz,
        (Answer(200, "They can"), Answer(503, "They cannot; the body says why")), open=True,
    ),
    Operation(
        "GET", "/metrics", "metrics", "Counts and gauges in the text format of Prometheus", _metrics,
        (Answer(200, "The measurements", media=("text/plain",)),), scope=Scope.READ, whole=True,
    ),
    Operation(
        "GET", "/schemas/", "listSchemas", "Which JSON Schemas there are", _schema_index,
        (Answer(200, "Name to address"),),
    ),
    Operation(
        "GET", "/schemas/{name}.json", "getSchema", "The JSON Schema 2020-12 of a document", _schema,
        (Answer(200, "The schema", media=("application/schema+json",)),),
        names={"name": (r"[a-z_]{1,64}", "A document type, `event`, `problem` or `rejection`.")}, problems=(404,),
    ),
    Operation(
        "GET", "/problems/{code}", "getProblem", "What a problem code means", _problem,
        (Answer(200, "The explanation", media=("text/plain",)),),
        names={"code": (r"[A-Z0-9]{1,8}-[EWI][0-9]{4}", "A code, as `NET-E0802`.")}, problems=(404,),
    ),
)  # fmt: skip
