"""X12 codes for our words: the tables of ``x12_words`` read backwards.

The sender's own code, where the document keeps one, always wins. Where several codes share one of our words, the first
of the table is written.
"""

import re
from collections.abc import Mapping

from adapters.mappings import x12_words as words
from adapters.mappings.problems import NO_CODE
from adapters.mappings.to_x12.parts import Cannot, Value

_CODE = re.compile(r"[A-Z0-9]{1,6}", re.ASCII).fullmatch
_MUTUALLY_DEFINED = "ZZ"


def backwards(table: Mapping[str, str]) -> dict[str, str]:
    """Our word to the first code that it stands for."""
    found: dict[str, str] = {}
    for code, word in table.items():
        found.setdefault(word, code)
    return found


PURPOSES = backwards(words.PURPOSES)
ROLES = backwards(words.ROLES)
PARTY_SCHEMES = backwards(words.PARTY_SCHEMES)
ITEM_SCHEMES = backwards(words.ITEM_SCHEMES)
REFERENCES = backwards(words.REFERENCES)
DATES = backwards(words.DATES)
CHANNELS = backwards(words.CHANNELS)
NOTES = backwards(words.NOTES)
INDICATORS = backwards(words.INDICATORS)
ORDER_STATUSES = {**backwards(words.ORDER_STATUSES), "accepted": "AD"}
LINE_STATUSES = backwards(words.LINE_STATUSES)
LINE_CHANGES = backwards(words.LINE_CHANGES)
ORDER_TYPES = backwards(words.ORDER_PURPOSES)
"""Our word for what an order is for to X12 92; for some of them there is no code."""
MARKS = backwards(words.MARKS)
STOCK_QUANTITIES = backwards(words.STOCK_QUANTITIES)


def code(word: str | None, table: Mapping[str, str], raw: str | None = None) -> Value:
    """The code for a word; a word that is itself a code is written as it is, as reading keeps unknown ones."""
    if raw:
        return raw
    if not word:
        return None
    known = table.get(word)
    if known is not None:
        return known
    if word in ("other", "OTHER"):
        return _MUTUALLY_DEFINED
    return word if _CODE(word) else Cannot(NO_CODE, word, None)
