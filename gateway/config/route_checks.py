"""Checks of the rules of routing: names, partners, and fields that must exist."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from types import UnionType
from typing import Any, Union, get_args, get_origin

from pydantic import BaseModel

from adapters.partner import Partner
from canonical.registry import DOCUMENTS
from gateway import problems_config as kinds
from gateway.config.checks import Origin, check_table, shown, suggestion
from gateway.config.errors import ConfigProblem
from gateway.config.places import Location
from gateway.config.routes import VENDOR, Route
from gateway.routing.problems_config import ROUTE_NOT_POSSIBLE, ROUTE_TWICE

CONVERTED = {"purchase_order": "requisition"}
"""What a conversion makes, and of what."""
SOLD = ("requisition", "purchase_order")
"""Documents of which the vendor can be told."""


def read_routes(value: Any, origin: Origin, problems: list[ConfigProblem]) -> dict[int, Route]:
    """The rules by their place, from 0, with what is wrong in them added; those that are wrong are left out."""
    if not isinstance(value, list):
        expected = "tables as [[routes]], with two brackets"
        problems.append(origin.problem(kinds.WRONG_VALUE, ("routes",), found=shown(value), expected=expected))
        return {}
    routes: dict[int, Route] = {}
    for index, raw in enumerate(value):
        before = len(problems)
        route = check_table(Route, raw, ("routes", index), origin, problems)
        if route is not None and len(problems) == before:
            problems += _own(route, ("routes", index), origin)
            if any(other.name == route.name for other in routes.values()):
                place = ("routes", index, "name")
                problems.append(origin.problem(ROUTE_TWICE, place, found=f'"{route.name}"'))
            routes[index] = route
    return routes


def partner_problems(
    routes: Mapping[int, Route], partners: Sequence[Partner], origin: Origin
) -> Iterator[ConfigProblem]:
    """Every partner that a rule names must exist, and one that it sends to must be reachable."""
    names = [partner.name for partner in partners]
    reachable = {partner.name for partner in partners if partner.send is not None}
    for index, route in routes.items():
        for name in route.when.partner:
            if name not in names:
                yield _unknown(origin, ("routes", index, "when", "partner"), name, names)
        to = route.then.to
        if to != VENDOR and to not in names:
            yield _unknown(origin, ("routes", index, "then", "to"), to, [*names, VENDOR])
        elif to != VENDOR and to not in reachable:
            yield origin.problem(
                kinds.WRONG_VALUE, ("routes", index, "then", "to"),
                found=f'"{to}", whose file names no channel as send',
                expected='a partner with send = { channel = "…" }',
            )  # fmt: skip


def _own(route: Route, at: Location, origin: Origin) -> Iterator[ConfigProblem]:
    when, then = route.when, route.then
    for name in when.document_type:
        if name not in DOCUMENTS:
            yield origin.problem(
                kinds.WRONG_VALUE, (*at, "when", "document_type"), found=shown(name),
                expected=f"types of documents: {', '.join(DOCUMENTS)}", help=suggestion(name, list(DOCUMENTS)),
            )  # fmt: skip
            return
        if then.convert and name != CONVERTED[then.convert]:
            yield origin.problem(
                ROUTE_NOT_POSSIBLE, (*at, "then", "convert"), found=f'"{then.convert}" of {name}',
                expected=f'document_type = "{CONVERTED[then.convert]}"',
            )  # fmt: skip
        if then.to == VENDOR and (name not in SOLD or (name == "requisition" and not then.convert)):
            yield origin.problem(
                ROUTE_NOT_POSSIBLE, (*at, "then", "to"), found=f'"vendor" for {name}',
                expected='a purchase_order, or a requisition with convert = "purchase_order"; else a partner\'s name',
            )  # fmt: skip
        for path in when.fields:
            if not _exists(DOCUMENTS[name], path.split(".")):
                yield origin.problem(
                    ROUTE_NOT_POSSIBLE, (*at, "when", "fields"), found=f'"{path}"',
                    expected=f"the way to a field of {name}, as number or lines.item.identifiers.value",
                )  # fmt: skip


def _exists(model: type[BaseModel], steps: Sequence[str]) -> bool:
    field = next((each for name, each in model.model_fields.items() if steps[0] in (each.alias, name)), None)
    if field is None or field.alias != steps[0]:
        return False
    inner = _model_in(field.annotation)
    if inner is not None:
        return len(steps) > 1 and _exists(inner, steps[1:])
    return len(steps) == 1 or _holds_anything(field.annotation)


def _holds_anything(annotation: Any) -> bool:
    """Whether it is a table of free names, as ``extensions``."""
    return get_origin(annotation) is dict or any(map(_holds_anything, _alternatives(annotation)))


def _alternatives(annotation: Any) -> Collection[Any]:
    return get_args(annotation) if get_origin(annotation) in (Union, UnionType) else ()


def _model_in(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    if get_origin(annotation) is dict:
        return None
    return next((found for each in get_args(annotation) if (found := _model_in(each))), None)


def _unknown(origin: Origin, at: Location, name: str, names: Sequence[str]) -> ConfigProblem:
    expected = f"the name of a partner: {', '.join(names)}"
    return origin.problem(
        kinds.WRONG_VALUE, at, found=f'"{name}"', expected=expected, help=suggestion(name, names)
    )  # fmt: skip
