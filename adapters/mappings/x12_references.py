"""Numbers of other papers, with the notes that stand under them: REF, N9 and its loop."""

from adapters.formats.x12.tree import Loop, Segment
from adapters.mappings import x12_words as words
from adapters.mappings.context import X12Context
from adapters.mappings.x12_notes import MESSAGE, MESSAGE_TEXT
from adapters.mappings.x12_sections import Section, fill, put, rule
from canonical.parts import Plain


def read_reference(segment: Segment, owner: Plain, _context: X12Context) -> bool:
    """REF or N9 into ``references``: 01 which number, 02 the number, 03 words about it."""
    elements = segment.elements
    length = len(elements)
    code = elements[1] if length > 1 else ""
    value = elements[2] if length > 2 else ""
    description = elements[3] if length > 3 else ""
    if value or description:
        entry = {"type": words.REFERENCES.get(code, code) or "other"}
        if code:
            entry["qualifier"] = code
        if value:
            entry["value"] = value
        if description:
            entry["description"] = description
        put(owner, "references", entry)
        return False
    return True


REFERENCE = rule(read_reference, 1, 2, 3)
"""REF, and N9 where it stands alone: a date of N9 has no field."""

_NOTED_REFERENCE = Section({"N9": REFERENCE, "MSG": MESSAGE, "MTX": MESSAGE_TEXT})


def read_noted_reference(loop: Loop, owner: Plain, context: X12Context) -> None:
    """The N9 loop: a reference, and its messages as ``notes`` that carry the reference's code."""
    before = len(owner.get("notes", ()))
    fill(loop, owner, _NOTED_REFERENCE, context, inner=True)
    head = loop.first("N9")
    code = head[1] if head else ""
    if code:
        for note in owner.get("notes", ())[before:]:
            if "qualifier" not in note:
                note["type"] = words.REFERENCES.get(code, code)
                note["qualifier"] = code
