"""What orders share: ORC before its lines, notes, and who asks for what.

Sources: HL7 v2.9.1, chapter 4: ORC (4.5.1), RQD (4.11.1), RQ1 (4.11.2).
"""

from typing import Final

from adapters.mappings.hl7.context import Hl7Context
from adapters.mappings.hl7.fields import Fields
from adapters.mappings.hl7.values import moment_of, person, put
from canonical.parts import Plain

ACTIONS: Final = {
    "NW": "new", "RE": "new", "CA": "cancel", "DC": "cancel", "OC": "cancel", "XO": "change", "XX": "change",
    "RP": "replace", "RO": "replace", "RU": "replace", "HD": "hold", "RL": "release", "SC": "status", "SR": "status",
    "SS": "status",
}  # fmt: skip
"""ORC-1 (table 0119) to what is to be done."""

PURPOSES: Final = {"new": "original", "cancel": "cancel", "change": "change", "replace": "replace"}
"""What all lines say together is the document's purpose."""


def action_of(code: str) -> str:
    """What an order control code asks for; without one it is a new order."""
    return ACTIONS.get(code.upper(), "other") if code else "new"


class Order:
    """An ORC, or its absence."""

    __slots__ = ("fields", "line", "notes")

    def __init__(self, fields: Fields | None = None) -> None:
        self.fields = fields
        self.line: Plain | None = None
        """The first line that came behind it."""
        self.notes: list[Plain] = []
        """Notes between it and its first line."""

    @property
    def action(self) -> str:
        """What is to be done."""
        return action_of(self.fields.value(1)) if self.fields else "new"

    def fill(self, line: Plain, context: Hl7Context) -> None:
        """Writes what it says into a line."""
        self.line = self.line if self.line is not None else line
        fields = self.fields
        if fields is None:
            return
        code = fields.value(1)
        line["action"] = action_of(code)
        if code:
            line["action_code"] = code
        if number := fields.value(2):
            line["order_number"] = number
        if number := fields.value(3):
            line["filler_number"] = number
        line.update(context.tail(fields, 4, _circumstances))
        if self.notes:
            line.setdefault("notes", []).extend(self.notes)
            self.notes = []


def _circumstances(fields: Fields, _context: Hl7Context) -> Plain:
    """ORC from 4 on: 04 group, 05 state, 09 when, 10 and 12 who."""
    ordered = moment_of(fields.value(9))
    fields.value(4)
    found: Plain = {}
    put(
        found,
        status_code=fields.value(5),
        entered_by=person(fields, 10),
        ordered_by=person(fields, 12),
        dates=[{"type": "ordered", **ordered}] if ordered else None,
    )
    return found


def note(fields: Fields) -> Plain | None:
    """NTE: its text, whose repetitions are lines."""
    text = fields.segment.text_of(3).strip()
    fields.skip(1, 2, 3)
    if not text:
        return None
    kind = fields.value(4)
    return {"text": text, "qualifier": kind} if kind else {"text": text}


def order_day(context: Hl7Context, order: Fields | None) -> str | None:
    """When it was ordered: ORC-9, else when the message was written."""
    for text in (order.value(9) if order else "", context.message.header.value(7)):
        found = moment_of(text)
        if found:
            return str(found["date"])
    return None
