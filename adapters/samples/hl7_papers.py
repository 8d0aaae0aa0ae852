"""The HL7 messages of a story: what a ward asks for, what the item master says, what a case needs and uses.

Each paper gives the rows behind MSH. The goods, numbers and days are those of the X12 documents of the same seed; the
patients are invented. Sources: HL7 v2.9.1, sections 4.10 to 4.12, 6.5.1, 8.5, 8.13.3, 10.6 and 17.4.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from adapters.formats.hl7.encoding import STANDARD
from adapters.formats.hl7.escapes import escape
from adapters.samples import identifiers as ids
from adapters.samples.story import Story, StoryLine, rng_of

Rows = Iterator[list[str]]

_FAMILIES: Final = ("Winterbottom", "Quillfeather", "Sandoval-Reyes", "Okonjo", "Lindqvist", "Marchetti")
_GIVEN: Final = ("Agatha", "Barnaby", "Celestine", "Dmitri", "Esperanza", "Fergus")
_SURGEON: Final = "7702^Adeyemi^Tunde"
_UNITS: Final = {"BX": "Box", "CA": "Case", "EA": "Each", "PK": "Pack", "CT": "Carton", "VI": "Vial"}


@dataclass(frozen=True, slots=True)
class Patient:
    """Somebody who does not exist."""

    id: str
    visit: str
    family: str
    given: str
    born: str
    sex: str


def patient_of(story: Story) -> Patient:
    """The patient of a story."""
    rng = rng_of(story.seed, "patient", story.ordinal)
    return Patient(
        f"MR{rng.randrange(10**6, 10**7)}", f"V{rng.randrange(10**6, 10**7)}", rng.choice(_FAMILIES),
        rng.choice(_GIVEN), f"{rng.randrange(1935, 2008)}{rng.randrange(1, 13):02d}{rng.randrange(1, 29):02d}",
        rng.choice("FM"),
    )  # fmt: skip


def stock_requisition(story: Story) -> Rows:
    """OMS^O05: goods that the store keeps, all lines in one group."""
    for line in story.lines:
        yield _order(story, line)
        yield _requested(story, line, ["", _coded(f"S{line.item:05d}", line.good.description)])


def nonstock_requisition(story: Story) -> Rows:
    """OMN^O07: goods that have to be bought, with maker, vendor and price."""
    for line in story.lines:
        yield _order(story, line)
        yield _requested(story, line, [_coded(line.good.number, line.good.description)])
        vendor = _coded("V1", story.seller.name)
        yield ["RQ1", f"{line.price:.2f}", "", "", vendor, line.good.number, "N", "N"]


def order(story: Story) -> Rows:
    """ORM^O01: the same request as older systems write it."""
    for line in story.lines:
        yield ["ORC", "NW", f"{story.order}-{line.number}", *[""] * 6, _day(story) + "0905"]
        yield _requested(story, line, [])


def stock_items(story: Story) -> Rows:
    """MFN^M15: what was received, by lot."""
    yield ["MFI", "INV^Inventory master", "", "UPD", "", "", "AL"]
    received = f"{story.received_on:%Y%m%d}"
    for line in story.lines:
        key = _coded(f"S{line.item:05d}", line.good.description)
        yield ["MFE", "MUP", f"{story.receipt}-{line.number}", received, key, "CE"]
        yield [
            "IIM", key, key, line.lot, f"{line.expires:%Y%m%d}", "", "CS^Central supply", received,
            str(line.shipped), _unit(line), f"{line.price:.2f}", received, str(line.shipped), _unit(line),
        ]  # fmt: skip


def items(story: Story) -> Rows:
    """MFN^M16: items with vendor, packaging, place and lot."""
    yield ["MFI", "INV^Inventory master", "", "UPD", "", "", "AL"]
    for line in story.lines:
        number, name = f"S{line.item:05d}", escape(line.good.description, STANDARD)
        day = _day(story)
        yield ["MFE", "MUP", f"IM-{story.order}-{line.number}", day, f"{number}^{name}", "CWE"]
        yield ["ITM", number, name, "A^Active", "SUP^Supply"]
        yield ["VND", "1", "V1", escape(story.seller.name, STANDARD), line.good.number, "Y"]
        yield ["PKG", "1", line.good.unit, "Y", "1", f"{line.price:.2f}", "", "", line.gtin]
        yield ["IVT", "1", "CS", "Central supply"]
        yield [
            "ILT", "1", line.lot, f"{line.expires:%Y%m%d}", f"{story.received_on:%Y%m%d}", str(line.shipped),
            line.good.unit,
        ]  # fmt: skip


def usage(story: Story) -> Rows:
    """DFT^P03: what was used on a patient."""
    day = f"{story.received_on:%Y%m%d}"
    yield ["EVN", "P03", f"{day}1130"]
    yield from _patient(story)
    for line in story.lines:
        amount = f"{line.price:.2f}"
        yield [
            "FT1", str(line.number), f"{story.order}-{line.number}", "", f"{day}1045", day, "CG",
            _coded(line.good.number, line.good.description), "", "", "1", amount, amount, "OR^Surgery",
            *[""] * 6, _SURGEON,
        ]  # fmt: skip
        if line.good.kind == "implant":
            yield ["ZUD", ids.udi(line.gtin, line.expires, line.serial)]


def case(story: Story) -> Rows:
    """SIU^S12: a case and the goods that it needs."""
    day = f"{story.received_on:%Y%m%d}"
    yield [
        "SCH", f"PL-{story.order}", f"CASE-{story.order}", "", "", "", "", "", "SURG^Surgery", "120", "min^Minutes",
        f"^^120^{day}073000^{day}093000", *[""] * 13, "Booked",
    ]  # fmt: skip
    yield from _patient(story)
    yield ["RGS", "1", "A"]
    yield ["AIS", "1", "A", "27130^Total hip arthroplasty^C4", f"{day}074500", "", "", "120", "min"]
    for line in story.lines:
        item = _coded(line.good.number, line.good.description)
        yield ["AIG", str(line.number), "A", item, "SUP^Supply", "", str(line.ordered), _unit(line)]
    yield ["AIL", "1", "A", "OR2^2^^STEX", "OR^Operating room", "", f"{day}073000"]
    yield ["AIP", "1", "A", _SURGEON, "SURG^Surgeon"]


def _patient(story: Story) -> Rows:
    who = patient_of(story)
    yield ["PID", "1", "", f"{who.id}^^^STEX^MR", "", f"{who.family}^{who.given}", "", who.born, who.sex]
    yield ["PV1", "1", "I", "OR2^2^^STEX", *[""] * 15, f"{who.visit}^^^STEX"]


def _order(story: Story, line: StoryLine) -> list[str]:
    return ["ORC", "NW", f"{story.order}-{line.number}^EHR", "", story.order, *[""] * 4, _day(story) + "090500"]


def _requested(story: Story, line: StoryLine, others: list[str]) -> list[str]:
    item = _coded(line.good.number, line.good.description)
    numbers = [*([item] if not others or others[0] == "" else [""]), *others, "", ""][:3]
    return [
        "RQD", str(line.number), *numbers, str(line.ordered), _unit(line), "CC3100", "6100",
        escape(story.department, STANDARD), f"{story.wanted_on:%Y%m%d}",
    ]  # fmt: skip


def _coded(code: str, text: str) -> str:
    return f"{escape(code, STANDARD)}^{escape(text, STANDARD)}^L"


def _unit(line: StoryLine) -> str:
    unit = line.good.unit
    return f"{unit}^{_UNITS[unit]}" if unit in _UNITS else unit


def _day(story: Story) -> str:
    return f"{story.ordered_on:%Y%m%d}"
