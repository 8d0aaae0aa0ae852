"""The rules of routing as they stand in ``wharf.toml``: ``[[routes]]``."""

from typing import Annotated, Any, Final, Literal

from pydantic import BeforeValidator, Field, StringConstraints

from gateway.config.fields import Table

VENDOR: Final = "vendor"
"""In place of a partner's name: whoever sells it, by the cross references."""

Convert = Literal["purchase_order"]
Translated = Literal["item", "unit", "location", "account"]


def _listed(value: Any) -> Any:
    return (value,) if isinstance(value, str) else value


_Text = Annotated[str, StringConstraints(min_length=1, max_length=200)]
Texts = Annotated[tuple[_Text, ...], BeforeValidator(_listed)]
"""A text or a list of texts."""


class When(Table):
    """``when``: which documents a rule takes. All of it must be so."""

    document_type: Texts = Field(description='a type as "requisition", or a list of types')
    partner: Texts = Field(default=(), description="a partner's name or a list of them: who sent it")
    event: Literal["received", "submitted"] = "received"
    test: bool = Field(default=False, description="true or false: false takes no test documents, true nothing else")
    fields: dict[str, Texts] = Field(
        default={},
        description='a table as { "lines.deliverTo.code" = "OR-*" }: a text or a list of texts for each field',
    )


class Then(Table):
    """``then``: what becomes of them."""

    to: str = Field(max_length=64, description='a partner\'s name, or "vendor": whoever sells it')
    convert: Convert | None = Field(default=None, description='"purchase_order": an order made of a requisition')
    translate: tuple[Translated, ...] = Field(
        default=(), description='a list of "item", "unit", "location" and "account"'
    )
    number_prefix: str = Field(
        default="",
        max_length=10,
        pattern=r"^[A-Za-z0-9-]*$",
        description="letters, digits and hyphens, at most 10: set before the number of a converted document",
    )
    patients: bool = Field(
        default=False, description="true or false: whether texts and tokens that may be about patients go along"
    )


class Route(Table):
    """``[[routes]]``: one rule."""

    name: str = Field(pattern=r"^[a-z0-9_]+$", max_length=64, description="a name of a-z, 0-9 and _, at most 64 long")
    when: When
    then: Then
