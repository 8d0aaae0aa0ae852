"""From the schemas that pydantic made of the models to the fields that writers are compiled from.

What is known here are the few kinds of schema that make up nearly all of every document. Each other kind is checked
and written by pydantic itself, with the very part of the schema that it stands in.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from json.encoder import encode_basestring
from typing import Any, Final

from pydantic_core import SchemaSerializer, SchemaValidator, core_schema, to_json

from canonical.model import Model
from canonical.wire_shapes import Field, Shapes, Texts, Write

_Schema = Mapping[str, Any]
"""A pydantic core schema, or a part of one."""

_ABOUT: Final = frozenset({"type", "ref", "metadata"})
"""What a schema may hold without a meaning here."""
_MODEL: Final = _ABOUT | {"cls", "schema", "config", "custom_init", "root_model"}
_FIELD: Final = frozenset({"type", "schema", "metadata", "serialization_alias", "validation_alias"})
_DEFAULT: Final = _ABOUT | {"schema", "default", "default_factory", "default_factory_takes_data"}
_JSON_VALUE: Final = "pydantic.types.JsonValue:"
"""How the name of the schema begins that means any JSON."""
_NAME: Final = core_schema.str_schema(strict=True)
_INSIDE: Final = core_schema.definition_reference_schema("inside")
_TEXT_INSIDE: Final = SchemaValidator(
    core_schema.definitions_schema(
        core_schema.dict_schema(_NAME, _INSIDE, strict=True),
        [
            core_schema.union_schema(
                [
                    _NAME,
                    core_schema.list_schema(_INSIDE, strict=True),
                    core_schema.dict_schema(_NAME, _INSIDE, strict=True),
                ],
                mode="left_to_right",
                ref="inside",
            )
        ],
    )
)
"""Accepts a dict with texts, lists and further dicts alone. Such JSON is told from other without asking Python for the
kind of each value, as the schema of any JSON does."""
_CONFIG: Final = {
    "extra_fields_behavior": "forbid", "serialize_by_alias": True, "validate_by_alias": True, "validate_by_name": True,
}  # fmt: skip
"""The settings of ``canonical.model.Model`` that say how data becomes a model and JSON."""


def writers_of(model: type[Model]) -> Sequence[Write]:
    """What writes plain data of each size as the model would, or leaves it to the model (Unwritable)."""
    return _Fields(model.__pydantic_core_schema__).top()


class _Fields:
    """One reading of a model's schema."""

    def __init__(self, schema: _Schema) -> None:
        self._top = schema
        self._definitions: dict[str, _Schema] = {}
        if schema["type"] == "definitions":
            self._top = schema["schema"]
            self._definitions = {definition["ref"]: definition for definition in schema["definitions"]}
        self._names: dict[str, object] = {"text": encode_basestring, "integer": _integer}
        """What the source of the writers refers to: the same for all models inside the first."""
        self._shapes: dict[object, Shapes] = {}

    def top(self) -> Sequence[Write]:
        schema = self._resolved(self._top)
        return self._model(schema).by_size if _is_model(schema) else ()

    def _resolved(self, schema: _Schema) -> _Schema:
        while schema["type"] == "definition-ref" and schema["schema_ref"] in self._definitions:
            schema = self._definitions[schema["schema_ref"]]
        return schema

    def _named(self, kind: str, value: object) -> str:
        """A name for something that the source refers to."""
        name = f"{kind}{len(self._names)}"
        self._names[name] = value
        return name

    def _model(self, schema: _Schema) -> Shapes:
        cls = schema["cls"]
        if cls not in self._shapes:
            shapes = self._shapes[cls] = Shapes(self._names)
            shapes.fill({name: self._field(name, field) for name, field in schema["schema"]["fields"].items()})
        return self._shapes[cls]

    def _field(self, name: str, field: _Schema) -> Field:
        schema, absent, nullable = field["schema"], None, False
        if schema["type"] == "default":
            absent = self._default(schema)
            schema = schema["schema"]
        if schema["type"] == "nullable" and schema.keys() <= _ABOUT | {"schema"}:
            schema, nullable = schema["schema"], True
        check, text = self._written(self._resolved(schema))
        return Field(encode_basestring(field.get("serialization_alias", name)) + ":", check, text, absent, nullable)

    def _default(self, schema: _Schema) -> str | None:
        """The JSON of a default, empty for None; None where it is another one each time."""
        if schema.get("default_factory_takes_data"):
            return None
        make: Callable[[], object] = schema.get("default_factory") or (lambda: schema["default"])
        value = make()
        if value is None:
            return ""
        return self._serializer(schema["schema"])(value) if value == make() else None

    def _written(self, schema: _Schema) -> tuple[tuple[str, ...], str]:
        """How a value of this schema is checked and written."""
        scalar = self._scalar(schema)
        if scalar is not None:
            return (f"v@ = {scalar}",), "v@"
        if _is_model(schema):
            sizes = self._named("sizes", self._model(schema).by_size)
            return ("v@ = $", f"w@ = {sizes}[len(v@)]"), "w@(v@)"
        if schema["type"] == "tuple" and schema.keys() <= _ABOUT | {"items_schema", "variadic_item_index"}:
            (inner,) = map(self._resolved, schema["items_schema"])
            scalar = self._scalar(inner)
            if scalar is None and _is_model(inner):
                sizes = self._named("sizes", self._model(inner).by_size)
                scalar = f"{sizes}[len($)]($)"
            if scalar is not None:
                each = scalar.replace("$", "each")
                check = ("v@ = $", "if v@.__class__ is not list: raise TypeError")
                return check, f'"[" + ",".join([{each} for each in v@]) + "]"'
        return (f"v@ = {self._named('other', self._other(schema))}($)",), "v@"

    def _scalar(self, schema: _Schema) -> str | None:
        """The expression for a text, a code or a whole number; None for anything else."""
        known = schema.keys() - _ABOUT
        match schema["type"]:
            case "str" if not known:
                return "text($)"
            case "str" if known <= {"pattern", "min_length", "max_length"}:
                texts = _texts(schema)
                return None if texts is None else f"{self._named('texts', texts)}[$]"
            case "literal" if known == {"expected"} and all(type(code) is str for code in schema["expected"]):
                codes = {code: encode_basestring(code) for code in schema["expected"]}
                return f"{self._named('codes', codes)}[$]"
            case "int" if not known:
                return "integer($)"
        return None

    def _other(self, schema: _Schema) -> Write:
        """A value that pydantic checks and writes."""
        validator, write = SchemaValidator(self._whole(schema)), self._serializer(schema)

        def written(value: object) -> str:
            return write(validator.validate_python(value))

        def written_if_text(value: object) -> str:
            return to_json(value).decode() if holds_text(value) else written(value)

        holds_text = _TEXT_INSIDE.isinstance_python
        return written_if_text if self._is_json_object(schema) else written

    def _is_json_object(self, schema: _Schema) -> bool:
        """Whether the schema is a dict with any JSON inside, as that of ``extensions``."""
        if schema["type"] != "dict" or not schema.keys() <= _ABOUT | {"keys_schema", "values_schema"}:
            return False
        values: str = self._resolved(schema["values_schema"]).get("ref", "")
        return schema["keys_schema"] == {"type": "str"} and values.startswith(_JSON_VALUE)

    def _serializer(self, schema: _Schema) -> Write:
        serializer = SchemaSerializer(self._whole(schema))

        def written(value: object) -> str:
            return serializer.to_json(value, by_alias=True, exclude_none=True).decode()

        return written

    def _whole(self, schema: _Schema) -> core_schema.CoreSchema:
        """A part of the schema with the definitions that it may refer to."""
        whole: Any = {"type": "definitions", "schema": schema, "definitions": list(self._definitions.values())}
        found: core_schema.CoreSchema = whole
        return found


def _is_model(schema: _Schema) -> bool:
    """Whether the schema is a model that is just its fields, with the settings that hold for all."""
    if schema["type"] != "model" or not schema.keys() <= _MODEL:
        return False
    config, fields = schema["config"], schema["schema"]
    return (
        {name: config.get(name) for name in _CONFIG} == _CONFIG
        and not schema.get("custom_init")
        and not schema.get("root_model")
        and fields["type"] == "model-fields"
        and not fields.get("computed_fields")
        and all(map(_is_plain, fields["fields"].values()))
    )


def _is_plain(field: _Schema) -> bool:
    """Whether a field of a model says no more than its schema, its names and its default."""
    schema = field["schema"]
    return field.keys() <= _FIELD and (schema["type"] != "default" or schema.keys() <= _DEFAULT)


def _texts(schema: _Schema) -> Texts | None:
    """The texts that keep to pattern and lengths; None where only pydantic can tell, whose patterns match anywhere."""
    pattern = schema.get("pattern")
    if pattern is not None and not (isinstance(pattern, str) and re.fullmatch(r"\^[^|]*\$", pattern)):
        return None
    matches = None if pattern is None else re.compile(pattern, re.ASCII).fullmatch
    return Texts(matches, schema.get("min_length") or 0, schema.get("max_length"))


def _integer(value: object) -> str:
    if value.__class__ is not int:
        raise TypeError
    return str(value)
