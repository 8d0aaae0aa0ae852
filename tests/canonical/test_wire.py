"""The short way to the wire form: the same bytes as through the models, and never a word where the models object."""

import json
from typing import Any, Literal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import Field, ValidationError, computed_field, field_validator
from pydantic_core import PydanticSerializationError

from adapters.partner import Partner
from adapters.reading import Message
from adapters.translate import digest, read_delivery
from canonical import wire_shapes
from canonical.checked import CheckedDocument, checked
from canonical.model import CodeText, DecimalText, Model
from canonical.parts import Plain
from canonical.purchase_order import PurchaseOrder
from canonical.registry import DOCUMENTS
from canonical.wire import wire_form
from canonical.wire_fields import writers_of
from gateway.bench.orders import orders
from tests.rigs.plain_data import plain_data
from tests.rigs.samples import input_of, partners_of, sample_folders

ANYBODY = Partner(name="unlisted", catch_all=True)
ORDER: Plain = {"number": "4500012345", "lines": [{"quantity": {"value": "2", "unit_code": "EA"}}]}


def by_model(model: type[Model], plain: Plain) -> bytes | None:
    """What the model makes of it; None where it objects."""
    try:
        return model.model_validate(plain).to_json()
    except (ValidationError, PydanticSerializationError):
        return None


@pytest.mark.parametrize("name", sorted(DOCUMENTS))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(data=st.data())
def test_both_ways_give_the_same_bytes(name: str, data: st.DataObject) -> None:
    """For data of any shape, good and bad; what the model refuses is never written."""
    model = DOCUMENTS[name]
    plain = data.draw(plain_data(model, wrong=data.draw(st.booleans())))
    wire = wire_form(model, plain)
    if wire is not None:
        assert wire == by_model(model, plain)


@pytest.mark.parametrize("name", sorted(DOCUMENTS))
@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(data=st.data())
def test_good_data_goes_the_short_way(name: str, data: st.DataObject) -> None:
    """Each field of each document is known to the writers: nothing that is good is left to the models."""
    plain = data.draw(plain_data(DOCUMENTS[name], wrong=False))
    assert wire_form(DOCUMENTS[name], plain) is not None


@pytest.mark.parametrize("folder", sample_folders(), ids=lambda folder: folder.name)
def test_samples_read_the_same_both_ways(folder: Any) -> None:
    """Each accepted document of each sample, with its model made from the same data."""
    content = input_of(folder).read_bytes()
    for item in read_delivery(content, digest(content), partners_of(folder).find):
        if isinstance(item, Message) and isinstance(item.body, CheckedDocument):
            _assert_same(item)


@pytest.mark.parametrize("broken", [False, True])
def test_generated_orders_read_the_same_both_ways(broken: bool) -> None:
    """The orders that are measured go the short way, all that are accepted."""
    content = orders(60, 15, broken=broken)
    accepted = 0
    for item in read_delivery(content, digest(content), lambda *_: ANYBODY):
        if isinstance(item, Message) and item.accepted:
            accepted += 1
            assert isinstance(item.body, CheckedDocument)
            _assert_same(item)
    assert accepted >= 20


def _assert_same(message: Message) -> None:
    body, model = message.body, message.document
    assert body.to_json() == model.to_json()
    assert body.to_data() == model.to_data() == json.loads(body.to_json())
    told = (body.document_type, body.schema_version, body.number, body.correlation, body.provenance)
    assert told == (model.document_type, model.schema_version, model.number, model.correlation, model.provenance)


@pytest.mark.parametrize(
    "wrong",
    [
        {"issue_date": "2026-11-20\n"},
        {"issue_date": 20261120},
        {"requested_delivery": "٢٠٢٦-١١-٢٠"},
        {"number": None},
        {"lines": None},
        {"lines": ""},
        {"lines": {}},
        {"lines": [None]},
        {"order_type": ""},
        {"order_purpose": "gift"},
        {"totals": {"line_count": True}},
        {"totals": {"line_count": "1"}},
        {"colour": "red"},
        {"document_type": "invoice"},
        {"number": "\ud800"},
        {"extensions": {"x12": {1: "not a name"}}},
    ],
    ids=str,
)
def test_what_a_model_must_judge_is_left_to_it(wrong: Plain) -> None:
    """Wrong or unusual values, each in an order that is good without it."""
    plain = {**ORDER, **wrong}
    assert wire_form(PurchaseOrder, ORDER) is not None
    wire = wire_form(PurchaseOrder, plain)
    assert wire is None or wire == by_model(PurchaseOrder, plain)
    assert wire is None or "requested_delivery" not in wrong


def test_an_error_names_its_place_as_the_model_does() -> None:
    plain = {**ORDER, "lines": [{}, {"price": {"amount": "a lot"}}]}
    with pytest.raises(ValidationError) as raised:
        checked(PurchaseOrder, plain)
    assert [error["loc"] for error in raised.value.errors()] == [("lines", 1, "price", "amount")]


def test_more_shapes_than_are_kept_come_out_right(monkeypatch: pytest.MonkeyPatch) -> None:
    """A sender that invents a shape for each document is read, and does not spoil it for those that come after."""
    monkeypatch.setattr(wire_shapes, "MOST_SHAPES", 4)
    monkeypatch.setattr(wire_shapes, "PATIENCE", 6)
    names = list(_Wide.model_fields)
    for at in range(1, 60):
        plain = {name: "x" for bit, name in enumerate(names) if at >> bit & 1}
        assert wire_form(_Wide, plain) in (None, by_model(_Wide, plain))
    told = [wire_form(_Wide, {names[0]: "x"}) for _ in range(12)]
    assert told[-1] == by_model(_Wide, {names[0]: "x"})


def test_data_that_misses_its_shape_on_every_level_is_not_written_again_on_every_level(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The time for a tree of packages grows with its size, not with two to the power of its depth."""
    asked = 0
    usual = wire_shapes.Shapes.write

    def counted(shapes: wire_shapes.Shapes, plain: object) -> str:
        nonlocal asked
        asked += 1
        return usual(shapes, plain)

    monkeypatch.setattr(wire_shapes.Shapes, "write", counted)
    depth = 14
    plain: Plain = {"code": "x"}
    for level in range(depth):
        # As many names as on the level below, and others.
        plain = {"code": "x", "inner": [plain], ("left", "right")[level % 2]: "z"}
    writers = writers_of(_Tree)
    for _ in range(3):
        assert writers[len(plain)](plain).encode() == by_model(_Tree, plain)
    assert depth < asked < 4 * depth


class _Wide(Model):
    one: str | None = None
    two: str | None = None
    three: str | None = None
    four: str | None = None
    five: str | None = None
    six: str | None = None


class _Tree(Model):
    inner: tuple["_Tree", ...] = ()
    code: CodeText
    left: str | None = None
    right: str | None = None


class _Judged(Model):
    """A model with rules of its own, which no writer knows."""

    value: DecimalText

    @field_validator("value")
    @classmethod
    def small(cls, value: str) -> str:
        """Refuses what is large."""
        if len(value) > 3:
            raise ValueError("too large")
        return value


class _Computed(Model):
    value: str

    @computed_field  # type: ignore[prop-decorator]
    @property
    def twice(self) -> str:
        """More than the data."""
        return self.value * 2


class _Odd(Model):
    """Kinds of fields that no document has today."""

    kind: Literal[1, 2] = 1
    flag: bool = False
    amount: float | None = None
    named: dict[str, int] = Field(default_factory=dict)
    code: CodeText = "none"
    tree: _Tree = Field(default_factory=lambda: _Tree(code="x"))
    judged: _Judged | None = None


@pytest.mark.parametrize(
    ("model", "plain"),
    [
        (_Judged, {"value": "12345"}),
        (_Judged, {"value": "12"}),
        (_Computed, {"value": "ab"}),
        (_Odd, {}),
        (_Odd, {"kind": 2, "flag": True, "amount": 0.5, "named": {"a": 1}, "code": "c"}),
        (_Odd, {"judged": {"value": "12345"}}),
        (_Odd, {"judged": {"value": "12"}, "tree": {"code": "y", "inner": [{"code": "z"}]}}),
        (_Odd, {"kind": 3}),
        (_Odd, {"named": {"a": "b"}}),
    ],
    ids=str,
)
def test_rules_that_no_writer_knows_still_hold(model: type[Model], plain: Plain) -> None:
    """A model may be given a validator or a new kind of field, and nothing is written past it."""
    wire = wire_form(model, plain)
    assert wire is None or wire == by_model(model, plain)
