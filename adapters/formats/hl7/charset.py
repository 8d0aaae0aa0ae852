"""From bytes to characters: what MSH-18 declares, and what to do where it declares nothing or lies.

The order is: what was agreed with the partner, MSH-18, UTF-8 where the bytes are that, Windows-1252. Characters come
before separators, because some sets (ISO 2022 with JIS X 0208, GB 18030, Big5) use the bytes of separators inside a
character. Sources: HL7 table 0211; section 2.15.9.18 (MSH-18).
"""

import codecs
import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

_CODECS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "ASCII": "ascii",
        "ISOIR6": "ascii",
        **{f"8859{part}": f"iso8859-{part}" for part in (1, 2, 3, 4, 5, 6, 7, 8, 9, 15)},
        **{f"ISO8859{part}": f"iso8859-{part}" for part in (1, 2, 3, 4, 5, 6, 7, 8, 9, 15)},
        "ISOIR14": "iso2022_jp",
        "ISOIR87": "iso2022_jp",
        "ISOIR159": "iso2022_jp_1",
        "GB18030": "gb18030",
        "GB180302000": "gb18030",
        "KSX1001": "euc_kr",
        "BIG5": "big5",
        "UNICODE": "utf-8",
        "UNICODEUTF8": "utf-8",
        "UTF8": "utf-8",
        "WINDOWS1252": "cp1252",
        "CP1252": "cp1252",
    }
)
_LAST_RESORT: Final = "cp1252"
_NO_LETTERS = re.compile(r"[^A-Z0-9]")
WIDE_MARKS: Final = (b"M\x00S\x00H\x00", b"\x00M\x00S\x00H", b"M\x00\x00\x00S", b"\x00\x00\x00M\x00")
"""How a message begins whose characters take two or four bytes."""


def codec_of(name: str) -> str | None:
    """Python's codec for a name of table 0211, or for a usual misspelling of one; None where it is not known."""
    return _CODECS.get(_NO_LETTERS.sub("", name.upper()))


def codec_named(name: str) -> str | None:
    """The codec that a person named in the settings: one of table 0211, or any that Python has."""
    found = codec_of(name)
    if found is not None:
        return found
    try:
        return codecs.lookup(name).name
    except LookupError:
        return None


@dataclass(frozen=True, slots=True)
class Decoded:
    """The characters of a message."""

    text: str
    codec: str
    """The codec that was used."""
    unknown: bool = False
    """MSH-18 names a set that is not known."""
    lied: bool = False
    """The bytes are not in the set that MSH-18 declares, nor in ASCII where it declares nothing."""
    replaced: bool = False
    """Some bytes had no character, and stand as U+FFFD."""


def decode(raw: bytes, declared: str, agreed: str | None = None) -> Decoded:
    """The characters behind the bytes of one message. ``declared`` is MSH-18's first repetition; never raises."""
    wanted = agreed or codec_of(declared)
    unknown = bool(declared) and agreed is None and wanted is None
    if wanted is None or wanted == "ascii":
        if raw.isascii():
            return Decoded(raw.decode("ascii"), "ascii", unknown)
    else:
        try:
            return Decoded(raw.decode(wanted), wanted, unknown)
        except UnicodeDecodeError:
            if agreed is not None:
                return Decoded(raw.decode(agreed, "replace"), agreed, unknown, replaced=True)
    # The bytes say more than was declared. Text that is valid UTF-8 by accident is very rare.
    lied = bool(declared) and not unknown
    try:
        return Decoded(raw.decode("utf-8"), "utf-8", unknown, lied)
    except UnicodeDecodeError:
        pass
    try:
        return Decoded(raw.decode(_LAST_RESORT), _LAST_RESORT, unknown, lied)
    except UnicodeDecodeError:
        return Decoded(raw.decode(_LAST_RESORT, "replace"), _LAST_RESORT, unknown, lied, replaced=True)


def declared_charset(header: bytes) -> str:
    """MSH-18's first repetition, from the bytes of the header alone."""
    separator = header[3:4]
    fields = header.split(separator, 18) if separator else []
    if len(fields) < 18:
        return ""
    repetition = header[5:6] or b"~"
    return fields[17].split(repetition)[0].strip().decode("latin-1")
