"""Plain data in the wire form of its model, checked as the model checks it, without making the model.

Most documents are read to be published: their data is checked, written as JSON and let go. To make a model of each
identifier and price for that takes three times as long as what is done here. The models stay the one place that says
what a document is: the writers are made from the schemas that pydantic made from them, and what a writer does not
know or does not accept is left to the model, which has the last word and makes the errors.
"""

from collections.abc import Sequence
from functools import cache

from canonical.model import Model
from canonical.parts import Plain
from canonical.wire_fields import writers_of
from canonical.wire_shapes import Unwritable, Write


def wire_form(model: type[Model], plain: Plain) -> bytes | None:
    """What ``model.model_validate(plain).to_json()`` gives, or None where only the model can tell.

    The names in ``plain`` are those of Python (snake_case). How deep the data is nested is not looked at: whoever
    makes it bounds it.
    """
    try:
        return _writers(model)[len(plain)](plain).encode()
    except (Unwritable, IndexError, UnicodeEncodeError, RecursionError):
        return None


@cache
def _writers(model: type[Model]) -> Sequence[Write]:
    return writers_of(model)
