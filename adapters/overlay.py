"""What a partner agreed on beyond the standard: the tables ``[x12]`` of its file, as frozen values.

A name in the rules is a place in a transaction set. ``"REF"`` is a segment or loop at the top of the set, ``"N1/N3"`` a
segment in each N1 loop, ``"N1[ST]/N3"`` in those whose qualifier is ST. ``"BEG06"`` is an element wherever its segment
stands, ``"PO1/REF02"`` one in that loop alone, ``"MEA04-1"`` a component, ``"REF[DP]02"`` an element of qualified
segments. Whether a place exists is asked of the guides by those who have them.
"""

import re
from dataclasses import dataclass
from functools import cached_property
from typing import Annotated, Final, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

from adapters.overlay_pattern import compile_value_pattern
from canonical.parts import ItemScheme, PartyScheme
from canonical.purchase_order import OrderPurpose

MOST_RULES: Final = 2_000
"""Entries of one list or table."""

_STEP = re.compile(
    r"(?P<tag>[A-Z][A-Z0-9]{1,2})(?:\[(?P<code>[^\[\]/]{1,40})\])?(?P<element>[0-9]{2}(?:-[0-9]{1,2})?)?"
)


@dataclass(frozen=True, slots=True)
class Step:
    """A segment or loop by its id, and by its qualifier where one is named."""

    tag: str
    code: str | None = None


@dataclass(frozen=True, slots=True)
class Place:
    """A place in a transaction set, from its top."""

    steps: tuple[Step, ...]
    element: int | None = None
    component: int | None = None

    @property
    def last(self) -> Step:
        """The segment or loop itself."""
        return self.steps[-1]


def place_of(name: str) -> Place:
    """The place that a name in the rules means. Raises ValueError."""
    steps: list[Step] = []
    *around, last = name.split("/")
    for part in around:
        step = _STEP.fullmatch(part)
        if step is None or step["element"]:
            raise ValueError("a place as BEG06, REF, PO1/REF or N1[ST]/N3")
        steps.append(Step(step["tag"], step["code"]))
    step = _STEP.fullmatch(last)
    if step is None or len(steps) > 5:
        raise ValueError("a place as BEG06, REF, PO1/REF or N1[ST]/N3")
    steps.append(Step(step["tag"], step["code"]))
    element, _, component = (step["element"] or "").partition("-")
    if element == "00" or component in ("0", "00"):
        raise ValueError("elements and components that count from 1")
    return Place(tuple(steps), int(element) if element else None, int(component) if component else None)


def _any_place(name: str) -> str:
    place_of(name)
    return name


def _element_place(name: str) -> str:
    if place_of(name).element is None:
        raise ValueError("an element, as BEG02")
    return name


def _segment_place(name: str) -> str:
    if place_of(name).element is not None:
        raise ValueError("a segment or loop, as REF")
    return name


def _pattern(text: str) -> str:
    compile_value_pattern(text)
    return text


def _use_limit(number: int) -> int:
    if not 1 <= number <= 1_000_000:
        raise ValueError("a whole number from 1 to 1000000")
    return number


_Name = StringConstraints(min_length=2, max_length=200)
PlaceName = Annotated[str, _Name, AfterValidator(_any_place)]
ElementName = Annotated[str, _Name, AfterValidator(_element_place)]
SegmentName = Annotated[str, _Name, AfterValidator(_segment_place)]
Code = Annotated[str, StringConstraints(min_length=1, max_length=40)]
Word = Annotated[str, StringConstraints(pattern=r"^[a-z][A-Za-z0-9]{0,63}$")]
ValuePattern = Annotated[str, AfterValidator(_pattern)]
PartyField = Literal["buyer", "seller", "shipTo", "billTo", "shipFrom", "remitTo"]
Level = Literal["fatal", "reject", "accept", "ignore"]
"""What a fault does: to the interchange, to the transaction set, a note in the acknowledgment, nothing."""


class _Table(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class SetOverlay(_Table):
    """``[x12.sets.850]``: the rules for one kind of transaction set."""

    require: tuple[PlaceName, ...] = Field(
        default=(), max_length=MOST_RULES, description='a list of places, as ["REF", "N1/N3", "BEG06"]'
    )
    forbid: tuple[PlaceName, ...] = Field(
        default=(), max_length=MOST_RULES, description='a list of places, as ["CUR", "PO1/PID"]'
    )
    codes: dict[ElementName, tuple[Code, ...]] = Field(
        default_factory=dict, max_length=MOST_RULES, description='elements with lists, as { BEG02 = ["NE", "RO"] }'
    )
    patterns: dict[ElementName, ValuePattern] = Field(
        default_factory=dict,
        max_length=MOST_RULES,
        description='elements with simple patterns for the whole value, as { BEG03 = "45[0-9]{8}" }',
    )
    max_uses: dict[SegmentName, Annotated[int, AfterValidator(_use_limit)]] = Field(
        default_factory=dict,
        max_length=MOST_RULES,
        description='segments or loops with numbers from 1, as { "N1" = 4 }',
    )


class Words(_Table):
    """``[x12.words]``: what this partner means by a qualifier."""

    references: dict[Code, Word] = Field(
        default_factory=dict, max_length=MOST_RULES, description='codes with words, as { ZA = "contract" }'
    )
    dates: dict[Code, Word] = Field(
        default_factory=dict, max_length=MOST_RULES, description='codes with words, as { "106" = "requestedDelivery" }'
    )
    notes: dict[Code, Word] = Field(
        default_factory=dict, max_length=MOST_RULES, description='codes with words, as { GEN = "delivery" }'
    )
    parties: dict[Code, PartyField] = Field(
        default_factory=dict,
        max_length=MOST_RULES,
        description='codes with buyer, seller, shipTo, billTo, shipFrom or remitTo, as { MA = "shipTo" }',
    )
    items: dict[Code, ItemScheme] = Field(
        default_factory=dict,
        max_length=MOST_RULES,
        description='codes with schemes of item numbers, as { ZZ = "BUYER" }',
    )
    identifiers: dict[Code, PartyScheme] = Field(
        default_factory=dict,
        max_length=MOST_RULES,
        description='codes with schemes of party numbers, as { "92" = "GLN" }',
    )


class PurposeRule(_Table):
    """What an order is for, told by its content: all conditions must hold."""

    when: dict[str, Code | tuple[Code, ...]] = Field(
        min_length=1, max_length=20, description='conditions, as { BEG02 = "CN" } or { text = "BILL ONLY" }'
    )
    """An element with its value or values; ``text`` with words that stand in a note, reference or description."""
    purpose: OrderPurpose = Field(alias="is")


class Writing(_Table):
    """``[x12.write]``: how files to this partner look."""

    release: str = Field(
        default="004010",
        pattern=r"^[0-9]{6}[A-Z0-9]{0,6}$",
        description="six digits, and an industry's suffix where one is agreed, as 004010VICS",
    )
    """GS08."""
    version: str | None = Field(default=None, pattern=r"^[0-9]{5}$", description="five digits, as 00401")
    """ISA12; that of the release where none is named."""
    implementation: str = Field(
        default="", max_length=35, description="the name of a convention, of up to 35 characters"
    )
    """ST03, from 005010 on."""
    usage: Literal["P", "T", "I"] = "P"
    """ISA15."""
    delimiters: str = Field(
        default="*>~^", min_length=3, max_length=4, description='three or four characters, as "*>~^"'
    )
    """The separators of elements and components, the terminator, and from 005010 on the one of repetitions."""
    unsuited: Literal["replace", "reject"] = "replace"
    """What becomes of a character that the file cannot hold, as a separator in a name."""
    replacement: str = Field(default=" ", min_length=1, max_length=1, description="one character")
    characters: Literal["any", "extended", "basic"] = "any"
    """The character set of X12.6; ``any`` writes UTF-8."""
    upper: bool = False
    """Whether letters are written as capitals."""
    count_always: bool = True
    """Whether CTT is sent where the document tells no totals."""
    strict: bool = True
    """Whether what a partner would only note as an error keeps a document from being sent."""


class X12Overlay(_Table):
    """``[x12]``: a partner's own rules for X12."""

    strictness: dict[str, Level] = Field(
        default_factory=dict,
        max_length=MOST_RULES,
        description='faults or codes with fatal, reject, accept or ignore, as { bad_code = "reject" }',
    )
    aliases: dict[Code, dict[Code, Code]] = Field(
        default_factory=dict,
        max_length=MOST_RULES,
        description='element numbers with codes and what they mean, as { "355" = { CS = "CA" } }',
    )
    words: Words = Words()
    write: Writing = Writing()
    order_purpose: tuple[PurposeRule, ...] = Field(
        default=(), max_length=100, description='a list as [ { when = { BEG02 = "CN" }, is = "consignment" } ]'
    )
    sets: dict[Annotated[str, StringConstraints(pattern=r"^[0-9]{3}$")], SetOverlay] = Field(
        default_factory=dict, max_length=200, description="tables as [x12.sets.850]"
    )

    @cached_property
    def _key(self) -> int:
        return hash(self.model_dump_json())

    def __hash__(self) -> int:
        """Of its content: what is compiled from it is kept by it."""
        return self._key
