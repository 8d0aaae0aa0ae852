"""Characters that XML cannot hold, written as ``_xHHHH_`` and read back.

XML 1.0 (section 2.2) has no place for most control characters, not even as references; canonical texts may hold them.
The form is that of ECMA-376, part 1, section 22.9.2.19 (ST_Xstring): a character as its code in four hexadecimal
digits, and a text that looks like one of these by itself with its first underscore as ``_x005F_``. Read back are only
characters that XML cannot hold and such an underscore, so that nobody who never heard of this finds a text changed.
"""

import re
from typing import Final

_UNWRITABLE: Final = "\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff"
_CODE: Final = r"_x(?:00(?:0[0-8BCEF]|1[0-9A-F]|5F)|FFF[EF])_"
_TO_WRITE: Final = re.compile(f"[{_UNWRITABLE}]|_(?={_CODE[1:]})")
_TO_READ: Final = re.compile(_CODE)


def written(text: str) -> str:
    """The text as XML can hold it."""
    return _TO_WRITE.sub(lambda found: f"_x{ord(found[0]):04X}_", text)


def read(text: str) -> str:
    """What was written."""
    return _TO_READ.sub(lambda found: chr(int(found[0][2:6], 16)), text)
