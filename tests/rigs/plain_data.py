"""Plain data for any canonical model, drawn from the schema that pydantic made of it."""

from collections.abc import Callable, Mapping
from typing import Any

from hypothesis import strategies as st

from canonical.model import Model
from canonical.parts import Plain

_TEXTS = st.text(max_size=8) | st.sampled_from(
    ["EA", "ABC", 'a "quoted" \\ text', "line\nbreak\x00\x1f\x7f", "ü€𝄞", "0"]
)
_JSON = st.recursive(st.none() | st.booleans() | st.integers() | _TEXTS, lambda inner: st.lists(inner, max_size=2))
_WRONG = st.sampled_from(
    [None, "", "nonsense", "٣", "1\n", 0, 1, True, 2.5, [], [None], {}, {"a": "b"}, b"bytes", ["x"]]
)
_DEEPEST = 4


def plain_data(model: type[Model], *, wrong: bool) -> st.SearchStrategy[Plain]:
    """Data that the model accepts; with ``wrong``, now and then what it might not."""
    schema: Mapping[str, Any] = model.__pydantic_core_schema__
    definitions = {each["ref"]: each for each in schema.get("definitions", ())}
    top = schema["schema"] if schema["type"] == "definitions" else schema

    @st.composite
    def drawn(draw: Callable[[st.SearchStrategy[Any]], Any]) -> Plain:
        found: Plain = _value(draw, top, definitions, wrong, 0)
        return found

    return drawn()


def _value(draw: Any, schema: Mapping[str, Any], definitions: Mapping[str, Any], wrong: bool, depth: int) -> Any:
    kind = schema["type"]
    if wrong and kind != "model" and draw(st.integers(0, 40)) == 0:
        return draw(_WRONG)
    match kind:
        case "definition-ref" if schema["schema_ref"] in definitions:
            return _value(draw, definitions[schema["schema_ref"]], definitions, wrong, depth)
        case "default":
            return _value(draw, schema["schema"], definitions, wrong, depth)
        case "nullable":
            return None if draw(st.booleans()) else _value(draw, schema["schema"], definitions, wrong, depth)
        case "literal":
            return draw(st.sampled_from(schema["expected"]))
        case "str" if "pattern" in schema:
            return draw(st.from_regex(schema["pattern"].replace("\\d", "[0-9]").replace("$", "\\Z"), fullmatch=True))
        case "str":
            return draw(_TEXTS.filter(lambda text: len(text) >= schema.get("min_length", 0)))
        case "int" | "bool":
            return draw(st.integers() if kind == "int" else st.booleans())
        case "dict":
            texts = schema.get("values_schema", {}).get("type") == "str"
            return draw(st.dictionaries(st.text(max_size=3), _TEXTS if texts else _JSON, max_size=2))
        case "tuple":
            most = 2 if depth < _DEEPEST else 0
            count = draw(st.integers(0, most))
            return [_value(draw, schema["items_schema"][0], definitions, wrong, depth + 1) for _ in range(count)]
        case "model":
            return _fields(draw, schema["schema"]["fields"], definitions, wrong, depth)
    raise LookupError(f"no data for {kind}")


def _fields(draw: Any, fields: Mapping[str, Any], definitions: Mapping[str, Any], wrong: bool, depth: int) -> Plain:
    names = list(fields)
    needed = [name for name in names if fields[name]["schema"]["type"] != "default"]
    taken = draw(st.lists(st.sampled_from(names), unique=True, max_size=6))
    plain = {
        name: _value(draw, fields[name]["schema"], definitions, wrong, depth) for name in dict.fromkeys(taken + needed)
    }
    if wrong and draw(st.integers(0, 30)) == 0:
        plain.pop(draw(st.sampled_from([*plain, "nothing"])), None)
        plain[draw(st.sampled_from(["colour", *(field["serialization_alias"] for field in fields.values())]))] = "red"
    return plain
