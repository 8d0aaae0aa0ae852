"""How a message is written: the separators that its header declares, and the characters behind its bytes."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Final

MOST_SEPARATORS: Final = 5
"""Characters of MSH-2: component, repetition, escape, subcomponent and, from 2.7 on, truncation."""


@dataclass(frozen=True, slots=True)
class Encoding:
    """The separators of one message, and the codec that its bytes were read with."""

    field: str = "|"
    component: str = "^"
    repetition: str = "~"
    escape: str = "\\"
    subcomponent: str = "&"
    truncation: str = ""
    codec: str = "utf-8"
    """Python's name of the character set."""

    @property
    def characters(self) -> str:
        """MSH-2, as we would write it."""
        return f"{self.component}{self.repetition}{self.escape}{self.subcomponent}{self.truncation}"


STANDARD: Final = Encoding()

_MISSPELT: Final = {"^~\\\\&": STANDARD.characters, "^~&": STANDARD.characters}


def read_encoding(header: str, codec: str = "utf-8") -> tuple[Encoding, bool]:
    """The separators that a header segment declares, and whether they can be told apart.

    ``header`` begins with MSH, FHS or BHS. What MSH-2 leaves out has its usual character; where its characters
    cannot be told apart, all have (HL7 v2.9.1, section 2.5.4).
    """
    field = header[3:4] or STANDARD.field
    end = header.find(field, 4)
    given = header[4:] if end < 0 else header[4:end]
    # Two misspellings are frequent: the escape character twice, from a program's text, and the escape left out.
    given = _MISSPELT.get(given, given)
    if len(given) > MOST_SEPARATORS:
        return _usual(field, codec), False
    return _encoding(field, given, codec)


@lru_cache(maxsize=256)
def _encoding(field: str, given: str, codec: str) -> tuple[Encoding, bool]:
    """The same for each message of a sender."""
    whole = (given + STANDARD.characters[len(given) :])[:MOST_SEPARATORS]
    plain = field + whole
    if len(set(plain)) == len(plain) and all(map(_separates, plain)):
        return Encoding(field, whole[0], whole[1], whole[2], whole[3], whole[4:5], codec), True
    return _usual(field, codec), False


def _usual(field: str, codec: str) -> Encoding:
    usable = _separates(field) and field not in STANDARD.characters
    return Encoding(field=field if usable else STANDARD.field, codec=codec)


def _separates(character: str) -> bool:
    """Whether a character can be a separator: one of ASCII's, no letter, digit or blank."""
    return "!" <= character <= "~" and not character.isalnum()
