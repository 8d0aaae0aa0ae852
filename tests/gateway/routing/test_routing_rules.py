"""Which rules take a document, and what is wrong with rules as they are written."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.config import ConfigError, load_config
from gateway.config.routes import Route
from gateway.routing.match import Facts, takes

SETTINGS = '[gateway]\nname = "st"\n[channels.suppliers]\nkind = "drop"\npath = "in"\n'
PARTNERS = {
    "acme": 'name = "acme"\nsend = { channel = "suppliers" }\n',
    "silent": 'name = "silent"\n',
}
REQUISITION = {
    "documentType": "requisition",
    "number": "R-1",
    "requisitionType": "stock",
    "lines": [
        {"deliverTo": {"code": "3W-SUP"}, "item": {"identifiers": [{"scheme": "BUYER", "value": "S1"}]}},
        {"deliverTo": {"code": "OR-1"}, "item": {"identifiers": [{"scheme": "BUYER", "value": "S2"}]}},
    ],
}


def route(**when: Any) -> Route:
    return Route.model_validate({"name": "r", "when": {"document_type": "requisition", **when}, "then": {"to": "erp"}})


def took(
    rule: Route, *, type: str = "requisition", partner: str = "ehr", event: str = "received", test: bool = False
) -> bool:
    return takes(rule, Facts(type, partner, event, test), REQUISITION)


def test_all_of_when_must_be_so() -> None:
    assert took(route())
    assert not took(route(), type="invoice")
    assert took(route(document_type=["invoice", "requisition"]))
    assert took(route(partner=["ehr", "cabinet"]))
    assert not took(route(partner="cabinet"))
    assert not took(route(), event="submitted")
    assert took(route(event="submitted"), event="submitted")


def test_a_test_document_is_taken_by_rules_for_tests_alone() -> None:
    assert not took(route(), test=True)
    assert took(route(test=True), test=True)
    assert not took(route(test=True))


@pytest.mark.parametrize(
    ("fields", "fits"),
    [
        ({"requisitionType": "stock"}, True),
        ({"requisitionType": ["nonStock", "stock"]}, True),
        ({"requisitionType": "Stock"}, False),
        ({"lines.deliverTo.code": "OR-*"}, True),
        ({"lines.deliverTo.code": "OR-"}, False),
        ({"lines.deliverTo.code": "*W*P"}, True),
        ({"lines.item.identifiers.value": "S2", "number": "R-*"}, True),
        ({"lines.item.identifiers.value": "S2", "number": "X-*"}, False),
        ({"purpose": "*"}, False),
        ({"lines.deliverTo.code": "."}, False),
    ],
)
def test_fields_fit_by_text_or_star(fields: dict[str, Any], fits: bool) -> None:
    assert took(route(fields=fields)) is fits


@settings(max_examples=300, deadline=None)
@given(st.lists(st.text("ab*.\\(", max_size=4), min_size=1, max_size=4), st.text("ab.\\(\n", max_size=12))
def test_a_star_stands_for_anything_and_nothing_else_does(parts: list[str], value: str) -> None:
    pattern = "*".join(parts)
    fits = takes(
        route(fields={"number": pattern or "*"}), Facts("requisition", "ehr", "received", False), {"number": value}
    )
    assert fits == _fits(pattern or "*", value)


def _fits(pattern: str, value: str) -> bool:
    """The same, the slow and plain way."""
    if not pattern:
        return not value
    if pattern[0] == "*":
        return any(_fits(pattern[1:], value[at:]) for at in range(len(value) + 1))
    return bool(value) and value[0] == pattern[0] and _fits(pattern[1:], value[1:])


def test_a_star_never_takes_long() -> None:
    data = {"number": "a" * 100_000}
    assert not takes(route(fields={"number": "*a" * 40 + "b"}), Facts("requisition", "ehr", "received", False), data)


def problems(folder: Path, *rules: str) -> list[tuple[str, int | None, str]]:
    (folder / "wharf.toml").write_text(SETTINGS + "".join(f"[[routes]]\n{rule}\n" for rule in rules))
    (folder / "partners").mkdir(exist_ok=True)
    for name, text in PARTNERS.items():
        (folder / f"partners/{name}.toml").write_text(text)
    try:
        load_config(folder / "wharf.toml", {})
    except ConfigError as error:
        return [(each.code, each.line, each.key) for each in error.problems]
    return []


GOOD = 'name = "one"\nwhen = { document_type = "requisition" }\nthen = { convert = "purchase_order", to = "vendor" }'


@pytest.mark.parametrize(
    ("rule", "told"),
    [
        (GOOD, []),
        (GOOD.replace("vendor", "acme"), []),
        (GOOD.replace("vendor", "nobody"), [("CFG-E0004", 13, "routes[2].then.to")]),
        (GOOD.replace("vendor", "silent"), [("CFG-E0004", 13, "routes[2].then.to")]),
        (GOOD.replace('"requisition"', '"invoice"'),
         [("CFG-E0412", 13, "routes[2].then.convert"), ("CFG-E0412", 13, "routes[2].then.to")]),
        (GOOD.replace('convert = "purchase_order", ', ""), [("CFG-E0412", 13, "routes[2].then.to")]),
        (GOOD.replace('"requisition"', '"requisitions"'), [("CFG-E0004", 12, "routes[2].when.document_type")]),
        (GOOD.replace(" }\nthen", ', partner = "nobody" }\nthen'), [("CFG-E0004", 12, "routes[2].when.partner")]),
        (GOOD.replace(" }\nthen", ', fields = { "lines.deliverTo" = "A" } }\nthen'),
         [("CFG-E0412", 12, "routes[2].when.fields")]),
        (GOOD.replace(" }\nthen", ', fields = { "lines.deliver_to.code" = "A" } }\nthen'),
         [("CFG-E0412", 12, "routes[2].when.fields")]),
        (GOOD.replace("convert", "transform"), [("CFG-E0003", 13, "routes[2].then.transform")]),
    ],
)  # fmt: skip
def test_rules_are_checked_with_the_settings(tmp_path: Path, rule: str, told: list[tuple[str, int, str]]) -> None:
    assert problems(tmp_path, GOOD.replace("one", "zero"), rule) == told


def test_each_rule_has_a_name_of_its_own(tmp_path: Path) -> None:
    assert problems(tmp_path, GOOD, GOOD) == [("CFG-E0411", 11, "routes[2].name")]
    assert problems(tmp_path, "colour = 1", GOOD.replace("vendor", "nobody"))[-1] == (
        "CFG-E0004", 11, "routes[2].then.to",
    )  # fmt: skip
