"""What a caller wants done, as a small JSON object in the body of a request."""

from typing import TypeVar

from pydantic import ConfigDict, ValidationError

from canonical.model import Model
from canonical.problem import Problem
from gateway import problems_http as kinds
from gateway.http.bodies import body_of
from gateway.http.operations import JSON, Call
from gateway.http.problems import ApiError

MOST_BYTES = 256 << 10


class Instruction(Model):
    """A body; a field that is not known is refused."""

    model_config = ConfigDict(extra="forbid")


I = TypeVar("I", bound=Instruction)  # noqa: E741 - one letter, as for every type variable


async def instruction_of(call: Call, model: type[I]) -> I:
    """The body as a model. Raises ApiError that names each field at fault, and never what stands in it."""
    content = await body_of(call.request, (JSON,), MOST_BYTES)
    try:
        return model.model_validate_json(content)
    except ValidationError as error:
        found = error.errors(include_input=False, include_url=False, include_context=False)
    if found[0]["type"] == "json_invalid":
        raise ApiError(400, kinds.NOT_JSON)
    kind = kinds.WRONG_PARAMETER
    raise ApiError(422, kind, problems=[
        Problem(
            code=kind.code, severity=kind.severity, message=kind.title, expected=each["msg"][:200],
            path=".".join(str(part) for part in each["loc"])[:200] or None,
        )
        for each in found[:20]
    ])  # fmt: skip


def no_filter() -> ApiError:
    """Many things at once want something that they have in common."""
    kind = kinds.WRONG_PARAMETER
    problem = Problem(code=kind.code, severity=kind.severity, message=kind.title, expected="at least one filter")
    return ApiError(422, kind, problems=[problem])
