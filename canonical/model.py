"""The base of every canonical model, with the text types that its fields use.

Numbers travel as decimal strings exactly as precise as they were sent, dates as ISO 8601 text:
a consumer may read them with any decimal type, and no digit is invented or lost on the way.
"""

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, StringConstraints
from pydantic.alias_generators import to_camel

DecimalText = Annotated[str, StringConstraints(pattern=r"^-?\d+(\.\d+)?$")]
"""A number as text, as precise as sent: ``"13.4500"``."""

DateText = Annotated[str, StringConstraints(pattern=r"^\d{4}-\d{2}-\d{2}$")]
"""A calendar date, ``YYYY-MM-DD``."""

TimeText = Annotated[str, StringConstraints(pattern=r"^\d{2}:\d{2}(:\d{2}(\.\d{1,6})?)?$")]
"""A local time of day, ``HH:MM[:SS[.ffffff]]``; no zone is added that was not sent."""

CodeText = Annotated[str, StringConstraints(min_length=1)]
"""A code as the sender wrote it."""


class Model(BaseModel):
    """A frozen value with lowerCamelCase names on the wire and snake_case names in Python."""

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        alias_generator=to_camel,
        validate_by_name=True,
        validate_by_alias=True,
        serialize_by_alias=True,
    )

    def to_json(self) -> bytes:
        """The wire form: lists are always present, scalars that nobody sent are absent."""
        return self.model_dump_json(by_alias=True, exclude_none=True).encode()

    def to_data(self) -> dict[str, Any]:
        """The wire form as plain JSON data."""
        return self.model_dump(mode="json", by_alias=True, exclude_none=True)
