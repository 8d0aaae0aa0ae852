"""A message that was not accepted: an event too, so that downstream learns of it."""

from pydantic import Field

from canonical.document import Document
from canonical.problem import Problem


class Rejection(Document):
    """Which message was rejected and why. ``documentType`` is what the message would have been."""

    problems: tuple[Problem, ...] = Field(min_length=1)
