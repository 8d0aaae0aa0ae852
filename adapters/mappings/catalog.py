"""A seller's catalog or price list: X12 832 to canonical."""

from adapters.formats.x12.tree import Loop, Segment
from adapters.mappings import x12_lines
from adapters.mappings import x12_words as words
from adapters.mappings.context import X12Context
from adapters.mappings.x12_amounts import ALLOWANCE, PRICE, PRICE_CURRENCY
from adapters.mappings.x12_carriers import FREIGHT_TERMS
from adapters.mappings.x12_conditions import CONDITION, LEAD_TIME, MAINTENANCE
from adapters.mappings.x12_dates import DATE, day_of
from adapters.mappings.x12_headers import LOOPS, SEGMENTS, own_number, read_purpose
from adapters.mappings.x12_measures import PACKAGING, dimensions, measure
from adapters.mappings.x12_references import REFERENCE
from adapters.mappings.x12_sections import Section, fill, hand_over, keep_loop, put, rule
from adapters.mappings.x12_terms import TERMS
from adapters.mappings.x12_values import number
from canonical.parts import Plain

_CONTRACT = "CT"
"""Element 128: the number is a contract's."""


def _read_beginning(segment: Segment, catalog: Plain, _context: X12Context) -> bool:
    """BCT: 01 kind of catalog, 02 number, 03 version, 04 revision, 09 what it is, 10 purpose."""
    if "catalog_type" in catalog:
        return True
    found = {
        "catalog_type": words.CATALOG_TYPES.get(segment[1], "other"),
        "catalog_type_code": segment[1],
        "number": segment[2],
        "version": segment[3],
        "revision": segment[4],
        "description": segment[9],
    }
    catalog.update((name, value) for name, value in found.items() if value)
    read_purpose(segment[10], catalog)
    return False


_PRICE_LOOP = Section(
    {"CTP": PRICE, "CUR": PRICE_CURRENCY, "DTM": DATE, "REF": REFERENCE, "PO4": PACKAGING, "SAC": ALLOWANCE}
)
_PRICE_PARTS = ("dates", "references", "packaging", "allowances")


def _read_price(loop: Loop, owner: Plain, context: X12Context) -> None:
    """The CTP loop: one tier of the price, with its dates, contract, packing and allowances."""
    holder: Plain = {}
    fill(loop, holder, _PRICE_LOOP, context, inner=True)
    if len(holder.get("prices", ())) != 1:
        keep_loop(owner, loop)
        return
    price = holder["prices"][0]
    price.update((name, holder[name]) for name in _PRICE_PARTS if name in holder)
    put(owner, "prices", price)
    hand_over(holder, owner)


def _read_level(segment: Segment, level: Plain, context: X12Context) -> bool:
    """PKL: 01 and 02 the number on it, 03 unit, 04 how many, 05-08 size, 09-12 weight and volume, 13 yes or no."""
    held = number(segment, 4, context)
    if held is None or not segment[2] or not segment[3]:
        return True
    code = segment[1]
    level["identifier"] = {"scheme": words.ITEM_SCHEMES.get(code, "OTHER"), "value": segment[2]}
    if code:
        level["identifier"]["qualifier"] = code
    level["unit_code"] = segment[3]
    level["quantity"] = held
    found: Plain = {
        "dimensions": dimensions(segment, (7, 6, 5, 8), context),
        "weight": measure(segment, 9, 10, context),
        "volume": measure(segment, 11, 12, context),
        "indicator": segment[13],
    }
    level.update((name, value) for name, value in found.items() if value)
    return False


_LEVEL_LOOP = Section({"PKL": rule(_read_level, *range(1, 14)), "CTP": PRICE})


def _read_level_loop(loop: Loop, line: Plain, context: X12Context) -> None:
    """The PKL loop: one level of packing, with its own prices."""
    level: Plain = {}
    fill(loop, level, _LEVEL_LOOP, context, inner=True)
    if "identifier" not in level:
        keep_loop(line, loop)
        return
    hand_over(level, line)
    put(line, "levels", level)


_PART = Section({**x12_lines.SEGMENTS, "SLN": x12_lines.SUB_LINE}, {**x12_lines.LOOPS, "CTP": _read_price})

_LINE = Section(
    {
        **x12_lines.SEGMENTS,
        "CTB": CONDITION,
        "LDT": LEAD_TIME,
        "G53": MAINTENANCE,
        "ITD": TERMS,
        "FOB": FREIGHT_TERMS,
    },
    {**x12_lines.LOOPS, "CTP": _read_price, "PKL": _read_level_loop, "SLN": x12_lines.sub_lines(_PART)},
)

_CATALOG = Section(
    {
        **SEGMENTS,
        "BCT": rule(_read_beginning, 1, 2, 3, 4, 9, 10),
        "CTP": PRICE,
        "CTB": CONDITION,
        "LDT": LEAD_TIME,
    },
    {**LOOPS, "LIN": x12_lines.lines(_LINE)},
)


def _contract(references: list[Plain]) -> str | None:
    for reference in references:
        if reference.get("qualifier") == _CONTRACT and "value" in reference:
            return str(reference["value"])
    return None


def catalog(tree: Loop, context: X12Context) -> Plain:
    """The catalog in an 832; one without a number has its message's control number."""
    found: Plain = {}
    fill(tree, found, _CATALOG, context)
    found.setdefault("number", own_number(tree))
    dates = found.get("dates", ())
    told = {
        "effective_date": day_of(dates, "007"),
        "expiration_date": day_of(dates, "036"),
        "contract_number": _contract(found.get("references", [])),
    }
    found.update((name, value) for name, value in told.items() if value)
    return found
