"""Free text for a person: MSG, MTX and NTE."""

from adapters.formats.x12.tree import Segment
from adapters.mappings import x12_words as words
from adapters.mappings.context import X12Context
from adapters.mappings.x12_sections import put, rule
from canonical.parts import Plain


def _read_message(segment: Segment, owner: Plain, _context: X12Context) -> bool:
    """MSG01 into ``notes``."""
    text = segment[1]
    if text:
        put(owner, "notes", {"text": text})
    return not text


def _read_note(segment: Segment, owner: Plain, _context: X12Context) -> bool:
    """NTE or MTX into ``notes``: 01 what it is about, 02 (MTX: and 03) the text."""
    code = segment[1]
    text = " ".join(filter(None, (segment[2], segment[3])))
    if not text:
        return True
    note = {"text": text}
    if code:
        note["type"] = words.NOTES.get(code, code)
        note["qualifier"] = code
    put(owner, "notes", note)
    return False


MESSAGE = rule(_read_message, 1)
"""MSG."""

MESSAGE_TEXT = rule(_read_note, 1, 2, 3)
"""MTX, which takes the place of MSG since 005010."""

NOTE = rule(_read_note, 1, 2)
"""NTE."""
