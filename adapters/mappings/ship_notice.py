"""A seller's notice of a shipment: X12 856 to canonical."""

from adapters.formats.x12.tree import Loop, Segment
from adapters.mappings import x12_words as words
from adapters.mappings.context import X12Context
from adapters.mappings.x12_amounts import ALLOWANCE, CURRENCY, read_allowance
from adapters.mappings.x12_carriers import EQUIPMENT, FREIGHT_TERMS, LADING, ROUTE, SHIPMENT_LADING, read_equipment
from adapters.mappings.x12_dates import DATE, day_of
from adapters.mappings.x12_headers import read_purpose
from adapters.mappings.x12_hierarchy import Level, levels
from adapters.mappings.x12_instances import settle
from adapters.mappings.x12_measures import MEASURE
from adapters.mappings.x12_packages import PACKAGE
from adapters.mappings.x12_parties import CONTACT, read_line_party, read_party
from adapters.mappings.x12_references import REFERENCE
from adapters.mappings.x12_sections import ENVELOPE, Section, fill, keep, put, rule
from adapters.mappings.x12_shipped_lines import LINE, read_component, read_instance
from adapters.mappings.x12_totals import counting
from adapters.mappings.x12_values import date, time
from canonical.parts import Plain

_LINE_PARTS = ("K", "F")
"""HL03 of kits and components: parts of the item above, items of their own where there is none."""


def _read_beginning(segment: Segment, notice: Plain, context: X12Context) -> bool:
    """BSN: 01 purpose, 02 number, 03 date, 04 time, 05 structure."""
    if "number" in notice:
        return True
    read_purpose(segment[1], notice)
    day, clock = date(segment, 3, context), time(segment, 4, context)
    found = {
        "number": segment[2],
        "shipment_number": segment[2],
        "issue_date": day,
        "structure_code": segment[5],
    }
    notice.update((name, value) for name, value in found.items() if value)
    if clock:
        put(notice, "dates", {"type": "issued", "date": day, "time": clock})
    return False


def _read_order(segment: Segment, order: Plain, context: X12Context) -> bool:
    """PRF: 01 the order's number, 02 release, 04 date, 06 contract, 07 kind of order."""
    if "order_number" in order:
        return True
    found = {
        "order_number": segment[1],
        "release_number": segment[2],
        "order_date": date(segment, 4, context),
        "contract_number": segment[6],
        "order_type": segment[7],
    }
    order.update((name, value) for name, value in found.items() if value)
    return False


def _read_shipment_order(segment: Segment, notice: Plain, context: X12Context) -> bool:
    """PRF of a shipment without order levels: an order of its own."""
    order: Plain = {}
    lost = _read_order(segment, order, context)
    put(notice, "orders", order)
    return lost


_ORDER_RULE = (1, 2, 4, 6, 7)


def _ignore_levels(_loop: Loop, _notice: Plain, _context: X12Context) -> None:
    """The HL loops are read as a tree, after the heading."""


_NOTICE = Section(
    {
        "ST": ENVELOPE,
        "SE": ENVELOPE,
        "BSN": rule(_read_beginning, 1, 2, 3, 4, 5),
        "DTM": DATE,
        "CTT": counting("level_count"),
    },
    {"HL": _ignore_levels},
)

_SHIPMENT = Section(
    {
        "HL": ENVELOPE,
        "PRF": rule(_read_shipment_order, *_ORDER_RULE),
        "TD1": SHIPMENT_LADING,
        "TD5": ROUTE,
        "TD3": EQUIPMENT,
        "REF": REFERENCE,
        "PER": CONTACT,
        "MEA": MEASURE,
        "DTM": DATE,
        "FOB": FREIGHT_TERMS,
        "CUR": CURRENCY,
        "SAC": ALLOWANCE,
    },
    {"N1": read_party, "SAC": read_allowance, "TD3": read_equipment},
)

_ORDER = Section(
    {
        "HL": ENVELOPE,
        "PRF": rule(_read_order, *_ORDER_RULE),
        "TD1": LADING,
        "TD5": ROUTE,
        "TD3": EQUIPMENT,
        "REF": REFERENCE,
        "PER": CONTACT,
        "MEA": MEASURE,
        "DTM": DATE,
        "FOB": FREIGHT_TERMS,
        "SAC": ALLOWANCE,
    },
    {"N1": read_line_party, "SAC": read_allowance, "TD3": read_equipment},
)


def _read_shipment(level: Level, notice: Plain, context: X12Context) -> None:
    known = len(notice.get("orders", ()))
    fill(level.loop, notice, _SHIPMENT, context, inner=True)
    orders = notice.get("orders", ())
    if len(orders) == known + 1:
        level.order = orders[-1]
    _keep_head(level, notice, inner=True)


def _read_order_level(level: Level, notice: Plain, context: X12Context) -> None:
    level.order = order = {"hierarchy_id": level.hierarchy_id}
    fill(level.loop, order, _ORDER, context)
    _keep_head(level, order)
    put(notice, "orders", order)


def _read_package(level: Level, notice: Plain, context: X12Context) -> None:
    holder = notice if level.package is None else level.package
    package: Plain = {"type": words.PACKAGE_LEVELS.get(level.kind, "other"), "hierarchy_id": level.hierarchy_id}
    level.package = package
    fill(level.loop, package, PACKAGE, context)
    if not level.children and level.order is not None:
        level.whole = True
    _keep_head(level, package)
    put(holder, "packages", package)


def _read_line(level: Level, notice: Plain, context: X12Context) -> None:
    order, package = level.order, level.package
    line: Plain = {"hierarchy_id": level.hierarchy_id}
    if order and "order_number" in order:
        line["order_number"] = order["order_number"]
    if package is not None:
        line["package"] = package["hierarchy_id"]
    level.line = line
    fill(level.loop, line, LINE, context)
    if order is not None and "order_number" not in order:
        level.whole = True
    _keep_head(level, line)
    put(notice, "lines", line)


def _read_line_part(level: Level, line: Plain, own: list[Plain], context: X12Context) -> None:
    if level.kind == "X":
        read_instance(level.loop, line, own, context)
        return
    read_component(level.loop, line, context)
    head = level.head
    if head is not None:
        keep(line, head, level.loop)


def _keep_head(level: Level, owner: Plain, *, inner: bool = False) -> None:
    head = level.head
    if level.whole and head is not None:
        keep(owner, head, level.loop if inner else None)


def _read_levels(found: list[Level], notice: Plain, context: X12Context) -> None:
    """Reads all levels in order; single pieces are gathered per line and settled when all are known."""
    lines: list[tuple[Level, list[Plain]]] = []
    pieces: dict[int, list[Plain]] = {}
    for level in found:
        parent = level.parent
        if parent is not None:
            level.order, level.package, level.line = parent.order, parent.package, parent.line
        if level.kind == "S":
            _read_shipment(level, notice, context)
        elif level.kind == "O":
            _read_order_level(level, notice, context)
        elif level.line is not None and (level.kind in _LINE_PARTS or level.kind == "X"):
            _read_line_part(level, level.line, pieces[id(level.line)], context)
        elif level.kind in ("I", "X", *_LINE_PARTS):
            _read_line(level, notice, context)
            assert level.line is not None  # noqa: S101 - reading a line sets it
            pieces[id(level.line)] = own = level.line.pop("instances", [])
            lines.append((level, own))
        else:
            _read_package(level, notice, context)
    for level, own in lines:
        if level.line is not None:
            settle(level.line, own, level.loop.first("SN1"), context)


def _only_order(notice: Plain) -> str | None:
    """The order's number, where the shipment is for one only."""
    lines = notice.get("lines", ())
    numbers = {part.get("order_number") for part in (*notice.get("orders", ()), *lines)}
    return numbers.pop() if len(numbers) == 1 else None


def ship_notice(tree: Loop, context: X12Context) -> Plain:
    """The shipment in an 856: orders, a tree of packages, and every shipped line once, in ``lines``."""
    notice: Plain = {}
    fill(tree, notice, _NOTICE, context)
    _read_levels(levels(tree, context), notice, context)
    dates = notice.get("dates", ())
    for name, code in (("shipped_date", "011"), ("estimated_delivery", "017")):
        day = day_of(dates, code)
        if day:
            notice[name] = day
    order = _only_order(notice)
    if order:
        notice["order_number"] = order
    return notice
