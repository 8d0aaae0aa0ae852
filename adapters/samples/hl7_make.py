"""Sample HL7 messages: those of a story, written by the writer that writes to real partners, and ways to break them."""

import random
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Final

from adapters.formats.hl7 import problems
from adapters.formats.hl7.encoding import STANDARD
from adapters.formats.hl7.escapes import escape
from adapters.formats.hl7.write import write_message
from adapters.samples import hl7_papers as papers
from adapters.samples.rule import picked
from adapters.samples.rules import NothingToBreakError
from adapters.samples.story import Story, first_number, rng_of, story_of
from canonical.problem import ProblemKind

Message = list[list[str]]
"""The segments of a message; a row's index is its field, for MSH too."""
Sides = tuple[tuple[str, str], tuple[str, str]]
"""Application and facility of the sender, then of the receiver."""
HOSPITAL: Final[Sides] = (("EHR", "STEX"), ("MATERIALS", "STEX"))


@dataclass(frozen=True, slots=True)
class Hl7Kind:
    """A kind of message that samples are made of."""

    type: str
    """MSH-9."""
    document_type: str
    version: str
    paper: Callable[[Story], Iterable[list[str]]]


HL7_KINDS: Final[Mapping[str, Hl7Kind]] = MappingProxyType(
    {
        "OMS": Hl7Kind("OMS^O05^OMS_O05", "requisition", "2.5.1", papers.stock_requisition),
        "OMN": Hl7Kind("OMN^O07^OMN_O07", "requisition", "2.5.1", papers.nonstock_requisition),
        "ORM": Hl7Kind("ORM^O01", "requisition", "2.3", papers.order),
        "MFN-M15": Hl7Kind("MFN^M15^MFN_M15", "item_master", "2.6", papers.stock_items),
        "MFN-M16": Hl7Kind("MFN^M16^MFN_M16", "item_master", "2.8", papers.items),
        "DFT": Hl7Kind("DFT^P03^DFT_P03", "supply_usage", "2.5.1", papers.usage),
        "SIU": Hl7Kind("SIU^S12^SIU_S12", "surgical_demand", "2.5.1", papers.case),
    }
)
"""Name to kind."""


@dataclass(frozen=True, slots=True)
class Hl7Rule:
    """One way of being wrong."""

    name: str
    kind: ProblemKind
    """What a reader finds."""
    what: str
    breaks: Callable[[Message, random.Random], str | None]
    """Breaks a message in place and tells where; None, and nothing changed, where no place in it fits."""


@dataclass(frozen=True, slots=True)
class Hl7Damage:
    """One thing that was broken."""

    rule: Hl7Rule
    place: str
    """As ``RQD-5``."""
    message: int
    """Counts the messages of the file, from 1."""


def hl7_kind(name: str) -> str | None:
    """The kind that a name means, as ``oms`` or ``MFN^M16``; None where there is none."""
    key = name.strip().upper().replace("^", "-").replace("_", "-")
    return next((own for own in HL7_KINDS if key in (own, _event(own))), None)


def _event(name: str) -> str:
    return "-".join(HL7_KINDS[name].type.split("^")[:2])


def hl7_sample(
    name: str,
    *,
    seed: int,
    lines: int,
    messages: int,
    usage: str,
    broken: Sequence[Sequence[Hl7Rule]] = (),
    sides: Sides = HOSPITAL,
) -> tuple[bytes, list[Hl7Damage]]:
    """The messages, one for each story, and what was broken in them. The same wish gives the same bytes.

    ``sides`` are who sends and who receives, as in MSH-3 to MSH-6.

    Raises NothingToBreakError where none of a choice finds a place.
    """
    kind = HL7_KINDS[name]
    made = [_message(kind, name, story_of(seed, ordinal, lines), usage, sides) for ordinal in range(1, messages + 1)]
    damages = []
    for ordinal, choice in enumerate(broken):
        rng = rng_of(seed, "break", ordinal, *(rule.name for rule in choice))
        damages.append(_broken(made, choice, rng))
    content = b"".join(_written(rows) for rows in made)
    return content, damages


def hl7_rules_for(asked: str) -> tuple[Hl7Rule, ...]:
    """The rule of this name, or all those of a problem code; none where nothing is called so."""
    key = asked.strip()
    named = HL7_RULES.get(key.lower().replace("_", "-").replace(" ", "-"))
    if named is not None:
        return (named,)
    return tuple(rule for rule in HL7_RULES.values() if rule.kind.code == key.upper())


def _message(kind: Hl7Kind, name: str, story: Story, usage: str, sides: Sides) -> Message:
    number = first_number(story.seed, name) + story.ordinal - 1
    parties = [escape(each, STANDARD) for side in sides for each in side]
    written = f"{story.ordered_on:%Y%m%d}091500"
    header = [
        "MSH", STANDARD.field, STANDARD.characters, *parties, written, "", kind.type,
        str(number), usage, kind.version,
    ]  # fmt: skip
    return [header, *(list(row) for row in kind.paper(story))]


def _written(rows: Message) -> bytes:
    header = rows[0]
    encoding = STANDARD
    if header[2] != STANDARD.characters:
        encoding = replace(STANDARD, component=header[2][0], repetition=header[2][1], subcomponent=header[2][3])
    return write_message([["MSH", *header[3:]], *rows[1:]], encoding)


def _broken(made: list[Message], choice: Sequence[Hl7Rule], rng: random.Random) -> Hl7Damage:
    for rule in rng.sample(list(choice), len(choice)):
        at = rng.randrange(len(made))
        place = rule.breaks(made[at], rng)
        if place is not None:
            return Hl7Damage(rule, place, at + 1)
    raise NothingToBreakError(f"this sample has no place for {' or '.join(rule.name for rule in choice)}")


_QUANTITIES: Final = {"RQD": 5, "FT1": 10, "AIG": 6, "IIM": 8}
_ITEMS: Final = {"RQD": (2, 3, 4), "FT1": (7,)}
_BODIES: Final = ("RQD", "FT1", "SCH", "MFE")


def _not_a_number(rows: Message, rng: random.Random) -> str | None:
    row = picked(rng, [row for row in rows if row[0] in _QUANTITIES])
    if row is None:
        return None
    at = _QUANTITIES[row[0]]
    row[at] = f"{row[at]}O"
    return f"{row[0]}-{at}"


def _item_missing(rows: Message, rng: random.Random) -> str | None:
    # What an RQ1 behind it says would name the item as well.
    fitting = [row for row, following in zip(rows, [*rows[1:], [""]], strict=True) if following[0] != "RQ1"]
    row = picked(rng, [row for row in fitting if row[0] in _ITEMS])
    if row is None:
        return None
    for at in _ITEMS[row[0]]:
        row[at] = ""
    return f"{row[0]}-{_ITEMS[row[0]][0]}"


def _segment_missing(rows: Message, _: random.Random) -> str | None:
    tag = next(row[0] for row in rows if row[0] in _BODIES)
    rows[:] = [row for row in rows if row[0] != tag]
    return tag


def _field_of_header(at: int, text: str) -> Callable[[Message, random.Random], str | None]:
    def breaks(rows: Message, _: random.Random) -> str | None:
        rows[0][at] = text
        return f"MSH-{at}"

    return breaks


HL7_RULES: Final[Mapping[str, Hl7Rule]] = MappingProxyType(
    {
        rule.name: rule
        for rule in (
            Hl7Rule("hl7-separators", problems.BAD_DELIMITERS, "two separators are one", _field_of_header(2, "^~\\^")),
            Hl7Rule("hl7-type-missing", problems.HEADER_INCOMPLETE, "MSH-9 is empty", _field_of_header(9, "")),
            Hl7Rule("hl7-control-id-missing", problems.CONTROL_ID_MISSING, "MSH-10 is empty", _field_of_header(10, "")),
            Hl7Rule("hl7-version-unknown", problems.VERSION_UNKNOWN, "MSH-12 is none", _field_of_header(12, "9.9")),
            Hl7Rule("hl7-segment-missing", problems.SEGMENT_MISSING, "the lines are left out", _segment_missing),
            Hl7Rule("hl7-item-missing", problems.FIELD_MISSING, "a line names no item", _item_missing),
            Hl7Rule("hl7-not-a-number", problems.NOT_A_NUMBER, "a quantity ends with a letter O", _not_a_number),
        )
    }
)
"""Name to rule."""
