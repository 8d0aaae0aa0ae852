"""What the documents of one story share: parties, item numbers, dates and amounts, as plain data for the models."""

from datetime import date
from decimal import Decimal

from adapters.samples import identifiers as ids
from adapters.samples.goods import Company
from adapters.samples.story import Story, StoryLine
from canonical.parts import Plain

CARRIER: Plain = {"scac": "UPSN", "routing": "UPS GROUND"}
"""A carrier that everybody knows stands in for all of them."""


def reference(type: str, code: str, value: str) -> Plain:
    """A number of another paper."""
    return {"type": type, "qualifier": code, "value": value}


def told(type: str, code: str, day: date) -> Plain:
    """A date with its meaning."""
    return {"type": type, "qualifier": code, "date": day.isoformat()}


def money(amount: Decimal) -> str:
    """An amount with its cents."""
    return f"{amount:.2f}"


def item_of(line: StoryLine, *, lot: bool = False, described: bool = True) -> Plain:
    """The item of a line with its numbers: the seller's, GTIN, the buyer's, then those of its kind."""
    numbers: list[Plain] = [
        {"scheme": "SELLER", "qualifier": "VC", "value": line.good.number},
        {"scheme": "GTIN", "qualifier": "UK", "value": line.gtin},
        {"scheme": "BUYER", "qualifier": "IN", "value": f"{100_000 + line.item * 7}"},
    ]
    if line.good.kind == "drug":
        numbers.append({"scheme": "NDC", "qualifier": "N4", "value": ids.ndc(line.item, 25)})
    if line.good.kind == "implant":
        code = ids.hibc(f"{line.item:06d}")
        numbers.append({"scheme": "HIBC", "qualifier": "HI", "value": code})
    if lot:
        numbers += _lot(line)
    return {"identifiers": numbers} | ({"description": line.good.description} if described else {})


def _lot(line: StoryLine) -> list[Plain]:
    found: list[Plain] = [{"scheme": "LOT", "qualifier": "LT", "value": line.lot}]
    if line.serial:
        found.append({"scheme": "SERIAL", "qualifier": "SN", "value": line.serial})
        found.append({"scheme": "UDI", "qualifier": "UX", "value": ids.udi(line.gtin, line.expires, line.serial)})
    return found


def instances_of(line: StoryLine, quantity: int) -> list[Plain]:
    """The lot or the single piece, as reading gathers it."""
    serial = {"serial_number": line.serial} if line.serial else {}
    return [
        {"lot_number": line.lot, "expiration_date": line.expires.isoformat(), **serial,
         "quantity": amount(line, quantity)}
    ]  # fmt: skip


def amount(line: StoryLine, quantity: int) -> Plain:
    """So many in the line's unit."""
    return {"value": str(quantity), "unit_code": line.good.unit}


def price(line: StoryLine) -> Plain:
    """The contract price."""
    return {"amount": money(line.price), "basis": "CT"}


def sscc_of(story: Story, ordinal: int) -> str:
    """The label of a package: 0 the pallet, then the cartons."""
    return ids.sscc(story.serial + ordinal)


def contact(function: str, name: str, company: Company, mailbox: str) -> Plain:
    """A desk or person with telephone and mail."""
    channels = [
        {"type": "phone", "value": company.phone},
        {"type": "email", "value": f"{mailbox}@{company.domain}"},
    ]
    return {"function": function, "name": name, "channels": channels}


def party(role: str, name: str, place: int, company: Company | None = None) -> Plain:
    """A party by its location number, with an address where one is told."""
    found: Plain = {
        "role": role, "name": name, "identifiers": [{"scheme": "GLN", "qualifier": "UL", "value": ids.gln(place)}],
    }  # fmt: skip
    if company is not None:
        found["address"] = {
            "lines": [company.street], "city": company.city, "state": company.state, "postal_code": company.postal,
            "country": "US",
        }  # fmt: skip
    return found


def buyer(story: Story) -> Plain:
    """The hospital."""
    return party("buyer", story.hospital.name, story.place(0))


def ship_to(story: Story) -> Plain:
    """Its dock."""
    return party("shipTo", f"{story.hospital.name} - DOCK 2", story.place(1), story.hospital)


def bill_to(story: Story) -> Plain:
    """Its payers."""
    return party("billTo", "ACCOUNTS PAYABLE", story.place(2), story.hospital)


def seller(story: Story, role: str = "seller") -> Plain:
    """The seller."""
    return party(role, story.seller.name, story.seller.place)


def ship_from(story: Story) -> Plain:
    """The seller's warehouse."""
    return party("shipFrom", f"{story.seller.name} DC 4", story.seller.place + 4, story.seller)


def totals(story: Story, quantities: int) -> Plain:
    """How many lines, and the sum of their quantities."""
    return {"line_count": len(story.lines), "hash_total": str(quantities)}
