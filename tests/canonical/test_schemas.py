"""The published schemas are a promise to consumers: a change must be seen, and made on purpose."""

import json
from pathlib import Path

import pytest

from canonical.purchase_order import PurchaseOrder
from canonical.registry import DOCUMENTS
from canonical.schema import DIALECT, schemas
from gateway.schema_files import schema_text

GOLDEN = Path(__file__).parent / "golden"


@pytest.mark.parametrize("name", sorted(schemas()))
def test_schema_is_the_promised_one(name: str, update_golden: bool) -> None:
    file = GOLDEN / f"{name}.json"
    text = schema_text(schemas()[name])
    if update_golden:
        file.write_text(text, encoding="utf-8")
    assert file.read_text(encoding="utf-8") == text, "if this change is meant, run pytest with --update-golden"


def test_no_promise_is_dropped() -> None:
    assert {file.stem for file in GOLDEN.glob("*.json")} == set(schemas())


def test_every_document_type_has_a_schema_with_a_stable_name() -> None:
    told = schemas()
    assert set(DOCUMENTS) <= set(told)
    for name, schema in told.items():
        assert schema["$schema"] == DIALECT
        assert schema["$id"].startswith(f"urn:wharf:schema:{name}:")


def test_schema_speaks_of_fields_as_they_are_published() -> None:
    properties = schemas()["purchase_order"]["properties"]
    assert {"documentType", "schemaVersion", "issueDate", "shipTo", "lines", "provenance"} <= set(properties)
    assert not any("_" in name for name in properties)
    assert json.loads(schema_text(schemas()["purchase_order"]))["title"] == PurchaseOrder.__name__
