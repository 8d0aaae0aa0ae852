"""A document that was checked and written, and becomes a model only where somebody asks for more."""

from typing import Any

from pydantic_core import from_json

from canonical.document import Document
from canonical.parts import Plain, Provenance
from canonical.wire import wire_form


class CheckedDocument:
    """What is asked of nearly every document: its names, where it came from, its wire form."""

    __slots__ = ("_model", "_plain", "_type", "_wire")

    def __init__(self, type: type[Document], plain: Plain, wire: bytes) -> None:
        self._type = type
        self._plain = plain
        self._wire = wire
        self._model: Document | None = None

    def __eq__(self, other: object) -> bool:
        return isinstance(other, CheckedDocument) and (self._type, self._wire) == (other._type, other._wire)

    def __hash__(self) -> int:
        return hash(self._wire)

    @property
    def document_type(self) -> str:
        """As in ``Document``."""
        return self._text("document_type")

    @property
    def schema_version(self) -> str:
        """As in ``Document``."""
        return self._text("schema_version")

    @property
    def number(self) -> str:
        """As in ``Document``."""
        return self._text("number")

    @property
    def correlation(self) -> str:
        """As in ``Document``."""
        return self._plain.get("order_number") or self.number

    @property
    def provenance(self) -> Provenance | None:
        """As in ``Document``."""
        plain = self._plain.get("provenance")
        return None if plain is None else Provenance.model_validate(plain)

    def _text(self, name: str) -> str:
        text = self._plain.get(name)
        return str(self._type.model_fields[name].default if text is None else text)

    def to_json(self) -> bytes:
        """The wire form, as the model would write it."""
        return self._wire

    def to_data(self) -> dict[str, Any]:
        """The wire form as plain JSON data."""
        data: dict[str, Any] = from_json(self._wire)
        return data

    @property
    def model(self) -> Document:
        """All of the document; made when it is first asked for."""
        if self._model is None:
            self._model = self._type.model_validate(self._plain)
        return self._model


AnyDocument = Document | CheckedDocument


def checked(type: type[Document], plain: Plain) -> AnyDocument:
    """The document that plain data (with snake_case names) makes; the data belongs to it from now on.

    Raises ValidationError where the data is not what the model wants.
    """
    wire = wire_form(type, plain)
    return type.model_validate(plain) if wire is None else CheckedDocument(type, plain, wire)
