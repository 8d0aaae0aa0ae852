"""Writers of plain data, one compiled for each shape that the data of a model has.

A shape is the names that are present. It leaves nothing to decide: the data of an order's line with a number, an
item, a quantity and a price becomes one formatted string, in which the empty lists and the names stand already.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from json.encoder import encode_basestring
from typing import Any, Final

Write = Callable[[Any], str]
"""Plain data as JSON text. Raises Unwritable."""

MOST_SHAPES: Final = 256
"""Shapes of one model that are kept compiled; senders use a dozen."""
PATIENCE: Final = 4096
"""Times that data of a further shape is left to its model before the kept ones give way: compiling takes as long as
making a model or two, and a sender may invent a shape for every line."""
_MOST_TEXTS: Final = 4096
"""Texts of one kind that are remembered as good: the same codes, dates and amounts come again and again."""
_LONGEST_TEXT: Final = 32
"""Characters of such a text."""


class Unwritable(Exception):  # noqa: N818 - says that the data is left to its model, which is no error
    """A writer does not know this shape or does not accept a value."""


_REFUSALS: Final = (LookupError, TypeError, ValueError)
"""What a compiled writer meets in data that is not of its shape, or not as its model wants it."""


class Texts(dict[str, str]):
    """Texts that were found good, as JSON: to look one up takes a fifth of what a regular expression takes."""

    def __init__(self, matches: Callable[[str], object] | None, low: int, high: int | None) -> None:
        super().__init__()
        self._matches = matches
        self._low = low
        self._high = high

    def __missing__(self, text: str) -> str:
        if text.__class__ is not str or len(text) < self._low or (self._high is not None and len(text) > self._high):
            raise ValueError
        # Which characters beyond ASCII are digits, each engine for expressions sees otherwise: pydantic decides.
        if self._matches is not None and not (text.isascii() and self._matches(text)):
            raise ValueError
        written = encode_basestring(text)
        if len(text) <= _LONGEST_TEXT:
            if len(self) >= _MOST_TEXTS:
                self.clear()
            self[text] = written
        return written


@dataclass(frozen=True, slots=True)
class Field:
    """How one field of a model is written, as parts of the source of a writer."""

    key: str
    """Its name on the wire, as JSON with the colon."""
    check: tuple[str, ...]
    """Statements that take the value ``$`` and look at it as far as its own kind goes; ``@`` stands for a number that
    tells the names they make from those of other fields."""
    text: str
    """The expression that is its JSON after that; what it holds inside is written here."""
    absent: str | None
    """The JSON text where the data does not have it, empty where it is left away; None where the model must decide."""
    nullable: bool
    """Whether ``None`` is the same as not having it."""


class Shapes:
    """The writers of one model."""

    def __init__(self, names: Mapping[str, object]) -> None:
        self._names = names
        """What the source of the writers refers to."""
        self._fields: Mapping[str, Field] = {}
        self._nullable: frozenset[str] = frozenset()
        self._by_names: dict[tuple[str, ...], Callable[..., str]] = {}
        self._left = 0
        self.by_size: list[Write] = []
        """The latest writer for data of each size; one that meets another shape misses a name, and asks ``write``."""

    def fill(self, fields: Mapping[str, Field]) -> None:
        """Sets the fields in their order; apart from making it, because a model may hold others of its own kind."""
        self._fields = fields
        self._nullable = frozenset(name for name, field in fields.items() if field.nullable)
        self.by_size.extend([self.write] * (len(fields) + 1))

    def write(self, plain: Any) -> str:
        """Writes data of any shape. Raises Unwritable."""
        if plain.__class__ is not dict:
            raise Unwritable
        nullable = self._nullable
        present = {name: value for name, value in plain.items() if value is not None or name not in nullable}
        names = tuple(present)
        write = self._by_names.get(names)
        if write is None:
            write = self._by_names[names] = self._compiled(names)
        if names:
            # Without a name to look up, the next value could be an empty text as well as empty data.
            self.by_size[len(names)] = write
        return write(present, _refuse)

    def _compiled(self, names: tuple[str, ...]) -> Callable[..., str]:
        if not self._fields.keys() >= set(names):
            raise Unwritable
        if len(self._by_names) >= MOST_SHAPES:
            self._left += 1
            if self._left < PATIENCE:
                raise Unwritable
            self._left = 0
            self._by_names.clear()
        namespace: dict[str, Any] = {**self._names, "again": self.write, "REFUSALS": _REFUSALS}
        # Made of the models' own names; nothing of a sender is in it.
        exec("\n".join(self._source(frozenset(names))), namespace)  # noqa: S102
        found: Callable[..., str] = namespace["write"]
        return found

    def _source(self, names: frozenset[str]) -> Iterator[str]:
        """The source of the writer for data with just these names.

        All that can be wrong with the data itself comes out before anything inside is written. Else data that misses
        its shape on every level would be written twice on every level, and so a thousand times on the tenth.
        """
        checks: list[str] = []
        texts: list[str] = []
        lead = "{"
        for at, (name, field) in enumerate(self._fields.items()):
            if name in names:
                checks += (line.replace("@", str(at)).replace("$", f"plain[{name!r}]") for line in field.check)
                texts += (repr(lead + field.key), "f'''{" + field.text.replace("@", str(at)) + "}'''")
            elif field.absent is None:
                raise Unwritable
            elif field.absent:
                texts.append(repr(lead + field.key + field.absent))
            else:
                continue
            lead = ","
        texts.append(repr("}" if texts else "{}"))
        yield "def write(plain, again=again):"
        yield "    try:"
        yield from (f"        {line}" for line in checks)
        # Literals side by side are one formatted string.
        yield f"        return {' '.join(texts)}"
        yield "    except REFUSALS:"
        yield "        return again(plain)"


def _refuse(_plain: object) -> str:
    raise Unwritable
