"""JSON Schemas 2020-12 of all canonical types, generated from the models."""

from typing import Any

from pydantic import BaseModel

from canonical.document import Document
from canonical.event import Event, schema_uri
from canonical.problem import Problem
from canonical.registry import DOCUMENTS
from canonical.rejection import Rejection

DIALECT = "https://json-schema.org/draft/2020-12/schema"


def schemas() -> dict[str, dict[str, Any]]:
    """File name without suffix to schema, as ``purchase_order``; in a stable order."""
    models: dict[str, type[BaseModel]] = {**DOCUMENTS, "rejection": Rejection, "event": Event, "problem": Problem}
    return {name: _schema(name, model) for name, model in sorted(models.items())}


def _schema(name: str, model: type[BaseModel]) -> dict[str, Any]:
    version = str(model.model_fields["schema_version"].default) if issubclass(model, Document) else "1.0"
    body = model.model_json_schema(by_alias=True, mode="serialization")
    return {"$schema": DIALECT, "$id": schema_uri(name, version), **body}
