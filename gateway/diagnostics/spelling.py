"""Makes values legible: control characters visible, look-alike characters named."""

import unicodedata

LONGEST_SPELLED = 8
"""Characters up to which a value is spelled out."""

_DIGITS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
_LOOKALIKES = frozenset("OoIlSBZ")
_NAMED = {" ": "space", ",": "comma", ".": "point", "-": "minus sign", "\t": "tab", "\u00a0": "no-break space"}


def visible(character: str, *, ascii: bool = False) -> str:
    """One character as it can be shown: control and invisible characters become a picture of themselves."""
    code = ord(character)
    if ascii:
        return character if 32 <= code < 127 else "?"
    if code < 32:
        return chr(0x2400 + code)
    if code == 127:
        return "\u2421"
    if code > 127 and unicodedata.category(character) in {"Cc", "Cf", "Cs", "Cn", "Co", "Zl", "Zp"}:
        return "\ufffd"
    return "\u2423" if code == 0xA0 else character


def spell(value: str) -> str | None:
    """A short value in words where the eye may be fooled: ``1O`` is ``digit one, letter O``."""
    if not value or len(value) > LONGEST_SPELLED:
        return None
    digits = any(character in "0123456789" for character in value)
    unusual = any(not 32 < ord(character) < 127 for character in value)
    fooled = digits and any(character in _LOOKALIKES for character in value)
    if not unusual and not fooled:
        return None
    return ", ".join(_name(character) for character in value)


def _name(character: str) -> str:
    if character in _NAMED:
        return _NAMED[character]
    if character in "0123456789":
        return f"digit {_DIGITS[int(character)]}"
    if character.isascii() and character.isalpha():
        return f"letter {character}" if character.isupper() else f"small letter {character}"
    if 32 < ord(character) < 127:
        return character
    return unicodedata.name(character, f"U+{ord(character):04X}").lower()
