"""What the fields of canonical models are in XML: read from the models once, used for schema, writing and reading.

An element is called as the field in JSON. A list is its element repeated; what nobody sent is absent; a mapping
(``extensions``) is JSON text, since its names are anybody's.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from functools import cache
from types import MappingProxyType, UnionType
from typing import Annotated, Any, Final, Literal, Union, get_args, get_origin, get_type_hints

from pydantic import BaseModel, StringConstraints
from pydantic.alias_generators import to_camel

from canonical import item_master
from canonical.registry import DOCUMENTS

_RENAMED: Final[Mapping[type[BaseModel], str]] = MappingProxyType({item_master.Packaging: "ItemMasterPackaging"})
"""Models that share their name with one of ``canonical.parts``."""


class Kind(Enum):
    """What an element holds."""

    TEXT = "text"
    INTEGER = "integer"
    BOOLEAN = "boolean"
    JSON = "json"
    MODEL = "model"


@dataclass(frozen=True, slots=True)
class Element:
    """One field of a model."""

    name: str
    """As on the wire."""
    kind: Kind
    many: bool
    required: bool
    model: type[BaseModel] | None = None
    """Of its elements, where it is a model."""
    pattern: str | None = None
    min_length: int | None = None
    codes: tuple[str, ...] = ()
    """All values that it takes; empty for any."""
    description: str | None = None


@cache
def elements_of(model: type[BaseModel]) -> Mapping[str, Element]:
    """The fields of a model by their names on the wire, in order."""
    hints = get_type_hints(model, include_extras=True)
    found = (
        _element(to_camel(name), hints[name], field.is_required(), field.description)
        for name, field in model.model_fields.items()
    )
    return MappingProxyType({element.name: element for element in found})


@cache
def all_models() -> Mapping[str, type[BaseModel]]:
    """Every model that a document holds, by the name of its XML type; documents first, then what they hold."""
    names: dict[str, type[BaseModel]] = {}
    for model in dict.fromkeys(each for document in DOCUMENTS.values() for each in _held(document, set())):
        name = type_name(model)
        if names.setdefault(name, model) is not model:
            raise ValueError(f"two models would both be the XML type {name}")
    return MappingProxyType(names)


def type_name(model: type[BaseModel]) -> str:
    """The name of a model's XML type: its own, or another where two models are called the same."""
    return _RENAMED.get(model, model.__name__)


def _held(model: type[BaseModel], seen: set[type[BaseModel]]) -> Iterator[type[BaseModel]]:
    if model in seen:
        return
    seen.add(model)
    yield model
    for element in elements_of(model).values():
        if element.model is not None:
            yield from _held(element.model, seen)


def _element(name: str, annotation: Any, required: bool, description: str | None) -> Element:
    inner, many = _bare(annotation), False
    if get_origin(inner) is tuple:
        inner, many = _bare(get_args(inner)[0]), True
    limits = _constraints(annotation if not many else get_args(_bare(annotation))[0])
    if isinstance(inner, type) and issubclass(inner, BaseModel):
        return Element(name, Kind.MODEL, many, required, model=inner, description=description)
    if get_origin(inner) is dict:
        return Element(name, Kind.JSON, many, required, description=description)
    if get_origin(inner) is Literal:
        return Element(name, Kind.TEXT, many, required, codes=get_args(inner), description=description)
    kind = {str: Kind.TEXT, int: Kind.INTEGER, bool: Kind.BOOLEAN}.get(inner)
    if kind is None:
        raise TypeError(f"{name}: no form in XML for {inner}")
    return Element(
        name, kind, many, required, pattern=limits.pattern_text, min_length=limits.min_length, description=description
    )


@dataclass(frozen=True, slots=True)
class _Limits:
    pattern_text: str | None = None
    min_length: int | None = None


def _bare(annotation: Any) -> Any:
    """The type without what may be absent and without constraints."""
    if get_origin(annotation) is Annotated:
        return _bare(get_args(annotation)[0])
    if get_origin(annotation) in (Union, UnionType):
        (some,) = (each for each in get_args(annotation) if each is not type(None))
        return _bare(some)
    return annotation


def _constraints(annotation: Any) -> _Limits:
    if get_origin(annotation) in (Union, UnionType):
        return next((_constraints(each) for each in get_args(annotation) if each is not type(None)), _Limits())
    for each in get_args(annotation)[1:] if get_origin(annotation) is Annotated else ():
        if isinstance(each, StringConstraints):
            return _Limits(each.pattern if isinstance(each.pattern, str) else None, each.min_length)
    return _Limits()
