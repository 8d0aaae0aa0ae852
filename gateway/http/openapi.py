"""The description of everything that is answered over HTTP: OpenAPI 3.1, from the table of operations."""

from collections.abc import Iterable
from functools import cache
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import JsonSchemaMode, models_json_schema
from starlette.responses import Response

from gateway.http.api.table import API_OPERATIONS
from gateway.http.operations import Answer, Call, Operation
from gateway.http.problems import MEDIA_TYPE, ProblemDetails
from gateway.http.system import SYSTEM
from gateway.schema_files import schema_text

_REF = "#/components/schemas/{model}"
_WORDS = {
    400: "The body cannot be read", 401: "A valid key is needed", 403: "The key does not allow it",
    404: "There is nothing here", 408: "The body did not come in time", 409: "Not as it is now",
    413: "The body is too large", 415: "The body is of another media type", 422: "Something in the request is wrong",
    429: "Too many attempts with wrong keys", 500: "A fault of ours", 503: "Not possible now",
}  # fmt: skip
_ABOUT = """What the gateway takes, knows and publishes. Keys are made with `wharf keys create` and sent as
`Authorization: Bearer …`; a gateway without keys on 127.0.0.1 asks for none. Whatever goes wrong is told as
problem details (RFC 9457) with a stable code."""

Mode = tuple[type[BaseModel], JsonSchemaMode]
Named = dict[tuple[Any, JsonSchemaMode], dict[str, Any]]


@cache
def openapi() -> dict[str, Any]:
    """The whole document as plain data. The same each time."""
    operations = (*SYSTEM, *API_OPERATIONS, DESCRIPTION)
    refs, components = models_json_schema(_models(operations), ref_template=_REF)
    named: Named = {(key, mode): dict(value) for (key, mode), value in refs.items()}
    paths: dict[str, dict[str, Any]] = {}
    for operation in operations:
        paths.setdefault(operation.path, {})[operation.method.lower()] = _described(operation, named)
    return {
        "openapi": "3.1.0",
        "info": {"title": "Wharf", "version": "1", "summary": "The gateway's API", "description": _ABOUT},
        "paths": paths,
        "components": {
            "schemas": components.get("$defs", {}),
            "responses": {
                str(status): {
                    "description": words,
                    "content": {MEDIA_TYPE: {"schema": named[ProblemDetails, "serialization"]}},
                }
                for status, words in _WORDS.items()
            },
            "securitySchemes": {"key": {"type": "http", "scheme": "bearer"}},
        },
        "security": [{"key": []}, {}],
    }


def openapi_text() -> str:
    """As it is served and exported."""
    return schema_text(openapi())


async def _openapi(_: Call) -> Response:
    return Response(openapi_text(), media_type="application/json")


DESCRIPTION = Operation(
    "GET", "/openapi.json", "getOpenapi", "This description", _openapi, (Answer(200, "OpenAPI 3.1"),)
)


def _models(operations: Iterable[Operation]) -> list[Mode]:
    found: dict[Mode, None] = {(ProblemDetails, "serialization"): None}
    for operation in operations:
        for each in operation.answers:
            if each.model is not None:
                found[each.model, "serialization"] = None
        for model in operation.body.models.values() if operation.body else ():
            found[model, "validation"] = None
    return list(found)


def _described(operation: Operation, named: Named) -> dict[str, Any]:
    told: dict[str, Any] = {"operationId": operation.id, "summary": operation.summary, "tags": [operation.tag]}
    if operation.open:
        told["security"] = []
    elif operation.scope is not None:
        told["description"] = f"A key needs the scope `{operation.scope.value}`."
    parameters = [
        {
            "name": name, "in": "path", "required": True, "description": words,
            "schema": {"type": "string", "pattern": f"^{pattern}$"},
        }
        for name, (pattern, words) in operation.names.items()
    ]  # fmt: skip
    parameters += _parameters(operation.query, "query")
    if operation.headers is not None:
        parameters += _parameters(operation.headers, "header")
    if parameters:
        told["parameters"] = parameters
    if operation.body is not None:
        models = [named[model, "validation"] for model in operation.body.models.values()]
        schema: dict[str, Any] = {} if not models else models[0] if len(models) == 1 else {"anyOf": models}
        told["requestBody"] = {
            "required": True,
            "description": operation.body.description,
            "content": {media: {"schema": schema} for media in operation.body.media},
        }
    told["responses"] = {str(each.status): _answer(each, named) for each in operation.answers}
    for status in _problems(operation):
        told["responses"].setdefault(str(status), {"$ref": f"#/components/responses/{status}"})
    return told


def _problems(operation: Operation) -> list[int]:
    if operation.open:
        return [422]
    return sorted({401, 403, 422, 429, 500, 503, *operation.problems})


def _parameters(model: type[BaseModel], place: str) -> list[dict[str, Any]]:
    schema = model.model_json_schema(by_alias=True)
    required = schema.get("required", [])
    found = []
    for name, field in schema.get("properties", {}).items():
        own = {key: value for key, value in field.items() if key not in ("title", "description", "default")}
        choices = [each for each in own.pop("anyOf", []) if each != {"type": "null"}]
        own |= choices[0] if choices else {}
        if field.get("default") is not None:
            own["default"] = field["default"]
        described = {"name": name, "in": place, "schema": own, "description": field.get("description", "")}
        found.append({**described, "required": True} if name in required else described)
    return found


def _answer(each: Answer, named: Named) -> dict[str, Any]:
    schema = named[each.model, "serialization"] if each.model is not None else {}
    told: dict[str, Any] = {
        "description": each.description,
        "content": {media: {"schema": schema} for media in each.media},
    }
    if each.headers:
        told["headers"] = {
            name: {"description": words, "schema": {"type": "string"}} for name, words in each.headers.items()
        }
    return told
