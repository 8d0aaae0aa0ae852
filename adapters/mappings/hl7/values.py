"""Values of fields in the canonical form: numbers, dates, codes, persons, places, items.

Sources: HL7 v2.9.1, chapter 2A (data types): CWE, CP, DTM, EI, MO, NM, PL, XCN.
"""

import re
from collections.abc import Sequence
from datetime import date
from functools import lru_cache
from typing import Final

from adapters.formats.hl7 import problems
from adapters.formats.udi import Udi, parse_udi
from adapters.mappings.hl7.context import Hl7Context
from adapters.mappings.hl7.fields import Fields
from adapters.mappings.problems import DATE_NOT_UNDERSTOOD, NUMBER_NOT_UNDERSTOOD, UNIT_MISSING
from canonical.parts import Plain
from canonical.problem import ProblemKind

_NUMBER = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)")
_TIMESTAMP = re.compile(
    r"(?P<day>[0-9]{8})(?:(?P<hour>[0-9]{2})(?:(?P<minute>[0-9]{2})(?:(?P<second>[0-9]{2})(?:\.(?P<part>[0-9]{1,6})"
    r"[0-9]*)?)?)?)?(?P<zone>[+-][0-9]{4})?"
)
_MOST_DIGITS: Final = 60
_SCHEMES: Final = {
    "GTIN": "GTIN", "GS1": "GTIN", "UPC": "UPC", "EAN": "EAN", "NDC": "NDC", "UDI": "UDI", "HIBC": "HIBC",
    "HIBCC": "HIBC", "UNSPSC": "UNSPSC", "HCPCS": "HCPCS", "SKU": "SKU",
}  # fmt: skip
"""Names of coding systems that say the kind of an item's number."""
_FLAGS: Final = {"Y": "yes", "N": "no", "YES": "yes", "NO": "no", "T": "yes", "F": "no", "1": "yes", "0": "no"}


def decimal(text: str) -> str | None:
    """A number as decimal text, exactly as precise as it was sent; None for what is none."""
    given = text.strip()
    if given.isdigit() and given.isascii() and len(given) <= _MOST_DIGITS:
        return given
    if not given or len(given) > _MOST_DIGITS or not _NUMBER.fullmatch(given):
        return None
    sign = "-" if given.startswith("-") else ""
    whole, point, part = given.lstrip("+-").partition(".")
    return f"{sign}{whole or '0'}{point if part else ''}{part}"


def number(
    fields: Fields, field: int, context: Hl7Context, component: int = 1, *, kind: ProblemKind = NUMBER_NOT_UNDERSTOOD
) -> str | None:
    """A number; what is none is reported."""
    text = fields.value(field, component)
    if not text:
        return None
    found = decimal(text)
    if found is None:
        fields.forget(field)
        context.report(
            kind, fields.segment, fields.number_of(field), component if component > 1 else None,
            found=text, expected="a number",
        )  # fmt: skip
    return found


def quantity(
    fields: Fields,
    field: int,
    unit: int | None,
    context: Hl7Context,
    *,
    essential: bool = False,
    needs_unit: bool = False,
) -> Plain | None:
    """A quantity with its unit, which may be a code or, without one, a word.

    Where it is ``essential`` to the document, what is no number rejects the message.
    """
    kind = problems.NOT_A_NUMBER if essential else NUMBER_NOT_UNDERSTOOD
    value = number(fields, field, context, kind=kind)
    if value is None:
        return None
    # The text and the system of a unit's code only explain it.
    parts = fields.components(unit, 3) if unit is not None else None
    code = (parts[0][0] or parts[0][1]) if parts is not None else ""
    if needs_unit and not code and unit is not None:
        context.report(UNIT_MISSING, fields.segment, fields.number_of(unit))
    return {"value": value, "unit_code": code} if code else {"value": value}


def moment_of(text: str) -> Plain | None:
    """``YYYYMMDD[HH[MM[SS[.S…]]]][±ZZZZ]`` as date, time and zone; None for what is none, or less than a day.

    An hour alone gives no time: its minutes would be invented.
    """
    found = _moment_of(text)
    return dict(found) if found else None


@lru_cache(maxsize=4096)
def _moment_of(text: str) -> Plain | None:
    match = _TIMESTAMP.fullmatch(text.strip())
    if match is None:
        return None
    day = match["day"]
    try:
        iso = date(int(day[:4]), int(day[4:6]), int(day[6:])).isoformat()
    except ValueError:
        return None
    found: Plain = {"date": iso}
    hour, minute, second, part = match["hour"], match["minute"], match["second"], match["part"]
    if hour and minute:
        if int(hour) > 23 or int(minute) > 59 or int(second or 0) > 59:
            return None
        found["time"] = f"{hour}:{minute}" + (f":{second}" if second else "") + (f".{part}" if part else "")
        if match["zone"]:
            found["zone"] = match["zone"]
    return found


def moment(fields: Fields, field: int, context: Hl7Context, component: int = 1) -> Plain | None:
    """A date with its time; what is none is reported."""
    text = fields.value(field, component)
    if not text:
        return None
    found = moment_of(text)
    if found is None:
        fields.forget(field)
        context.report(
            DATE_NOT_UNDERSTOOD, fields.segment, fields.number_of(field), component if component > 1 else None,
            found=text, expected="a date as YYYYMMDD, with a time or without",
        )  # fmt: skip
    return found


def day(fields: Fields, field: int, context: Hl7Context, component: int = 1) -> str | None:
    """A date; what is none is reported."""
    text = fields.value(field, component)
    if not text:
        return None
    known = _moment_of(text)
    if known is not None:
        return str(known["date"])
    moment(fields, field, context, component)
    return None


def code(fields: Fields, field: int) -> Plain | None:
    """A coded value: code, text, system (CWE 1 to 3). Never changed by who asks for it."""
    text = fields.raw(field, 3)
    if not text:
        return None
    known = fields.memo.codes
    if text not in known:
        firsts, texts, _ = fields.parts(text)
        found: Plain = {}
        put(found, code=firsts[0], text=texts[1], system=firsts[2])
        known[text] = found or None
    return known[text]


def flag(fields: Fields, field: int) -> str | None:
    """Yes or no; anything else stays among what no field holds."""
    text = fields.segment.value(fields.number_of(field)).strip().upper()
    found = _FLAGS.get(text)
    if found is not None:
        fields.raw(field)
    return found


def person_of(text: str, fields: Fields) -> Plain | None:
    """A member of the staff: id, family and given name (XCN 1 to 3). Never changed by who asks for it."""
    known = fields.memo.persons
    if text not in known:
        id, family, given = fields.parts(text)[0][:3]
        found: Plain = {}
        put(found, id=id, name=" ".join(filter(None, (given, family))))
        known[text] = found or None
    return known[text]


def person(fields: Fields, field: int) -> Plain | None:
    """The first person of a field; further components (degree, authority) are not told."""
    text = fields.raw(field)
    return person_of(text, fields) if text else None


def place(fields: Fields, field: int) -> Plain | None:
    """A coded place: code and name."""
    parts = fields.components(field, 2)
    if parts is None:
        return None
    found: Plain = {}
    put(found, code=parts[0][0], name=parts[1][1])
    return found or None


def location(fields: Fields, field: int) -> Plain | None:
    """A place of care: unit, room or bed, facility (PL 1, 2 and 4)."""
    found: Plain = {}
    unit, room, facility = fields.value(field, 1), fields.value(field, 2), fields.value(field, 4)
    if unit:
        found["code"] = unit
    if room:
        found["name"] = room
    if facility:
        found["facility"] = facility
    return found or None


def money(fields: Fields, field: int, context: Hl7Context) -> Plain | None:
    """An amount: CP (``12.50&USD^UP``), MO (``12.50^USD``), or a plain number."""
    amount = number(fields, field, context)
    if amount is None:
        return None
    inner = fields.value(field, 1, 2)
    outer = fields.value(field, 2)
    currency = next((each for each in (inner, outer) if len(each) == 3 and each.isalpha() and each.isupper()), None)
    kind = outer if outer and outer != currency else None
    found: Plain = {"amount": amount}
    if currency:
        found["currency"] = currency
    if kind:
        found["type"] = kind
    return found


def item_ids(fields: Fields, field: int, scheme: str) -> list[Plain]:
    """The numbers of an item in a coded field, its alternate one too (CWE 1 and 3, 4 and 6)."""
    parts = fields.components(field, 6)
    return _item_ids(parts[0], scheme) if parts is not None else []


def _item_ids(parts: Sequence[str], scheme: str) -> list[Plain]:
    value, system, other, other_system = parts[0], parts[2], parts[3], parts[5]
    found: list[Plain] = []
    if value:
        own: Plain = {"scheme": _SCHEMES.get(system.upper(), scheme) if system else scheme, "value": value}
        if system:
            own["qualifier"] = system
        found.append(own)
    if other:
        own = {"scheme": _SCHEMES.get(other_system.upper(), scheme), "value": other}
        if other_system:
            own["qualifier"] = other_system
        found.append(own)
    return found


def item_of(*sources: tuple[Fields, int, str]) -> Plain:
    """An item from several fields, each with the kind of number that it holds; the first text describes it."""
    identifiers: list[Plain] = []
    description = ""
    for fields, field, scheme in sources:
        parts = fields.components(field, 6)
        if parts is not None:
            for each in _item_ids(parts[0], scheme):
                if each not in identifiers:
                    identifiers.append(each)
            description = description or parts[1][1]
    found: Plain = {"identifiers": identifiers}
    if description:
        found["description"] = description
    return found


def label(text: str, fields: Fields, field: int, context: Hl7Context) -> Udi | None:
    """What a scanned label says; a check digit that does not fit is reported."""
    found = parse_udi(text)
    if found is not None and found.flaw:
        context.report(
            problems.UDI_FLAWED, fields.segment, fields.number_of(field), found=found.device, expected=found.flaw
        )  # fmt: skip
    return found


def labelled(found: Udi, text: str) -> tuple[Plain, Plain]:
    """A label as the number of an item, and as the lot or serial number it names."""
    instance = {
        "udi": text, "lot_number": found.lot_number, "serial_number": found.serial_number,
        "expiration_date": found.expiration_date, "manufacture_date": found.manufacture_date,
    }  # fmt: skip
    return {"scheme": found.scheme, "value": found.device}, {key: each for key, each in instance.items() if each}


def put(holder: Plain, **values: object) -> None:
    """Sets what is there."""
    for key, value in values.items():
        if value is not None and value != "":
            holder[key] = value
