"""References as REF, or as N9 with the notes that stand under it: the mirror of ``x12_references`` and ``x12_notes``.

Reading puts the messages of an N9 loop into ``notes`` with the code of the reference, and the reference behind those of
REF. So the references from the first one on that has notes become N9 loops again.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from adapters.mappings.to_x12.codes import NOTES, REFERENCES, code
from adapters.mappings.to_x12.parts import Assumed, Part, Row, Style, Value, indexed, row
from adapters.mappings.to_x12.wrap import pieces
from adapters.mappings.x12_words import REFERENCES as REFERENCE_CODES
from canonical.parts import Note, Reference

_LONGEST_MESSAGE = 264
_NOTES_REFERENCE = "L1"
"""Element 128: letters or notes."""


def reference_rows(
    references: Sequence[Reference], at: str, name: str = "references", tag: str = "REF"
) -> Iterator[Row]:
    """A REF for each reference: 01 which number, 02 the number, 03 words about it."""
    for index, reference in enumerate(references):
        yield reference_row(reference, indexed(at, name, index), tag)


def reference_row(reference: Reference, at: str, tag: str = "REF") -> Row:
    """REF or N9."""
    return row(tag, at, ("type", _code(reference)), ("value", reference.value), ("description", reference.description))


def noted_references(
    references: Sequence[Reference],
    notes: Sequence[Note],
    at: str,
    style: Style,
    extensions: Mapping[str, Any],
    *,
    alone: str | None = None,
    plain: bool = True,
) -> Iterator[Row | Part]:
    """References as REF and N9, notes as MSG or MTX under their N9.

    ``alone`` is the segment (``MSG``, ``NTE``) that holds notes outside N9 loops, where the loop has one; where it has
    none, such notes get an N9 of their own, which says that notes follow. ``plain`` tells whether the loop has REF.
    """
    homes, free = _homes(references, notes, alone)
    first = min(homes, default=len(references))
    # Segments that were kept of an N9 loop need that loop.
    first = max(0, min(first, len(references) - _kept_loops(extensions))) if plain else 0
    yield from reference_rows(references[:first], at)
    for index in range(first, len(references)):
        about = _code(references[index])
        part = Part.of(reference_row(references[index], indexed(at, "references", index), "N9"))
        for number in homes.get(index, ()):
            part.extend(note_rows(notes[number], indexed(at, "notes", number), style, "MSG", under=about))
        yield part
    yield from _stray_notes([(indexed(at, "notes", number), notes[number]) for number in free], style, alone)


def _stray_notes(notes: Sequence[tuple[str, Note]], style: Style, alone: str | None) -> Iterator[Row | Part]:
    """Notes that stand under no reference of the document: by themselves where they can, else under an N9 of their own.

    That N9 tells what they are about, where the notes themselves cannot (before 005010).
    """
    loops: dict[tuple[str, str], Part] = {}
    for here, note in notes:
        reference = note.qualifier if note.qualifier in REFERENCE_CODES else REFERENCES.get(note.type or "")
        typed = bool(note.type or note.qualifier) and reference is None
        if alone is not None and reference is None and (not typed or alone == "NTE" or style.release >= "005010"):
            yield from note_rows(note, here, style, alone)
            continue
        key = (reference or _NOTES_REFERENCE, (note.type or note.qualifier or "NOTES") if typed else "NOTES")
        if key not in loops:
            loops[key] = Part.of(row("N9", here, ("type", key[0]), ("", Assumed(key[1]))))
            yield loops[key]
        loops[key].extend(note_rows(note, here, style, "MSG", under=key[0]))


def note_rows(note: Note, at: str, style: Style, tag: str, *, under: Value = None) -> Iterator[Row]:
    """MSG, MTX or NTE; a note ``under`` an N9 does not say the code of the reference again."""
    about = _about(note, under)
    if tag == "NTE":
        yield row("NTE", at, ("type", about), ("text", note.text))
    elif tag == "MTX" or style.release >= "005010" or (about is not None and not under):
        yield row("MTX", at, ("type", about), ("text", note.text))
    else:
        for text in pieces(note.text, _LONGEST_MESSAGE):
            yield row("MSG", at, ("text", text))


def _about(note: Note, under: Value) -> Value:
    if note.qualifier:
        return note.qualifier if note.qualifier != under else None
    if not note.type or (under is not None and REFERENCES.get(note.type) == under):
        return None
    return code(note.type, NOTES)


def _homes(
    references: Sequence[Reference], notes: Sequence[Note], alone: str | None
) -> tuple[dict[int, list[int]], list[int]]:
    """Which notes stand under which reference (both by index), and which under none.

    Both lists are in the order in which they were sent, so the last note belongs to the last reference that has its
    code, and each one before it to that or an earlier one.
    """
    homes: dict[int, list[int]] = {}
    free: list[int] = []
    codes = [_code(reference) for reference in references]
    abouts = [note.qualifier or REFERENCES.get(note.type or "") for note in notes]
    first = next((number for number, about in enumerate(abouts) if about and about in codes), len(notes))
    last = len(references) - 1
    for number in reversed(range(len(notes))):
        note, about = notes[number], abouts[number]
        at = next((at for at in range(last, -1, -1) if about and codes[at] == about), -1)
        if at < 0 and note.qualifier and note.qualifier not in REFERENCE_CODES and (alone is None or number > first):
            # A message with a code of its own stands under whatever reference was there.
            at = last
        if at < 0:
            free.insert(0, number)
            continue
        last = at
        homes.setdefault(at, []).insert(0, number)
    return homes, free


def _code(reference: Reference) -> Value:
    return code(reference.type, REFERENCES, reference.qualifier)


def _kept_loops(extensions: Mapping[str, Any]) -> int:
    """How many N9 loops of the owner the kept segments speak of whose own N9 is in a field."""
    most = 0
    heads = {entry.get("loop") for entry in extensions.get("x12") or () if entry.get("segment") == "N9"}
    for entry in extensions.get("x12") or ():
        loop = entry.get("loop") or ""
        tag, _, ordinal = loop.rpartition("/")[2].partition("[")
        if tag == "N9" and loop not in heads and ordinal[:-1].isdigit():
            most = max(most, int(ordinal[:-1]))
    return most
