"""Lots and serial numbers of a shipped line, gathered from wherever senders put them.

A lot stands in LIN (LT, B8) or REF (LT, BT), a serial number in LIN (SN) or REF (SE), its dates in DTM, its own
quantity in SLN or in an HL loop of its own (level X). The identifiers and references stay where they are as well.
"""

from collections.abc import Iterable
from decimal import Decimal

from adapters.formats.x12.tree import Segment
from adapters.mappings import x12_words as words
from adapters.mappings.context import X12Context
from adapters.mappings.problems import LOT_QUANTITIES_DIFFER
from canonical.parts import Plain

LOT_ITEMS = frozenset({"LT", "B8"})
"""Element 235: lot and batch."""
SERIAL_ITEMS = frozenset({"SN"})
"""Element 235: serial number."""
_LOT_REFERENCES = frozenset({"LT", "BT"})
_SERIAL_REFERENCES = frozenset({"SE"})


def _values(entries: Iterable[Plain], codes: frozenset[str], name: str = "value") -> list[str]:
    """The values that have one of these codes, in order."""
    return [entry[name] for entry in entries if entry.get("qualifier") in codes and name in entry]


def gather(part: Plain) -> list[Plain]:
    """The instances that a part's identifiers, references and dates tell; several lots without own quantities.

    A single lot, date or serial number holds for all; as many dates as lots belong to them in order. Where lots and
    serial numbers cannot be paired, each stands for itself: nobody but the sender knows which serial is of which lot.
    """
    identifiers = part["item"]["identifiers"] if "item" in part else ()
    references, dates = part.get("references", ()), part.get("dates", ())
    lots = _once(_values(identifiers, LOT_ITEMS) + _values(references, _LOT_REFERENCES))
    serials = _once(_values(identifiers, SERIAL_ITEMS) + _values(references, _SERIAL_REFERENCES))
    paired = not lots or not serials or len(lots) in (1, len(serials))
    dated = serials if paired and serials else lots
    expirations = _values(dates, words.EXPIRATION_DATES, "date")
    productions = _values(dates, words.MANUFACTURE_DATES, "date")
    total = len(dated) or min(1, len(expirations) + len(productions))
    found: list[Plain] = [{} for _ in range(total)]
    _share(lots, "lot_number", found)
    if paired:
        _share(serials, "serial_number", found)
    _share(expirations, "expiration_date", found)
    _share(productions, "manufacture_date", found)
    if not paired:
        found += [{"serial_number": serial} for serial in serials]
    if len(found) == 1 and "quantity" in part and not (serials and part["quantity"]["value"] != "1"):
        # One serial number is one piece: it does not stand for the ten of its line.
        found[0]["quantity"] = part["quantity"]
    return found


def _once(values: list[str]) -> list[str]:
    """Each value once, in order."""
    return list(dict.fromkeys(values)) if len(values) > 1 else values


def _share(values: list[str], name: str, instances: list[Plain]) -> None:
    """Gives each instance its own value, or all of them the only one; other numbers of values tell nothing."""
    if len(values) == len(instances):
        for instance, value in zip(instances, values, strict=True):
            instance[name] = value
    elif len(_once(values)) == 1:
        for instance in instances:
            instance[name] = values[0]


def settle(line: Plain, own: list[Plain], shipped: Segment | None, context: X12Context) -> None:
    """Gives the line its ``instances``: ``own`` ones that were told one by one, else those of the line itself.

    What the line says of all of them (its only lot, its only date) holds for own ones that do not say it. Reports
    own quantities that do not add up to the line's; ``shipped`` is the segment that has that.
    """
    gathered = gather(line)
    if not own:
        if gathered:
            line["instances"] = gathered
        return
    if len(gathered) == 1:
        shared = {name: value for name, value in gathered[0].items() if name not in ("quantity", "serial_number")}
        own = [{**shared, **instance} for instance in own]
    line["instances"] = own
    if _differs(line.get("quantity"), [instance.get("quantity") for instance in own]):
        context.report(LOT_QUANTITIES_DIFFER, shipped, 2)


def _differs(whole: Plain | None, parts: list[Plain | None]) -> bool:
    """Whether all quantities are known in one unit and do not add up."""
    if whole is None:
        return False
    total = Decimal(0)
    for part in parts:
        if part is None or part.get("unit_code") != whole.get("unit_code"):
            return False
        total += Decimal(part["value"])
    return total != Decimal(whole["value"])
