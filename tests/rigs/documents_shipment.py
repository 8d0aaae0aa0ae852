"""Ship notices and receipts for property tests of writing: what reading can make of an 856 or an 861.

The tree of a notice is one of the usual ones: packages in orders, orders in packages, or no packages at all.
"""

from collections.abc import Callable, Iterator

from hypothesis import strategies as st

from adapters.formats.check_digits import gs1_check_digit
from adapters.mappings import x12_words as words
from tests.rigs.documents import (
    DAYS,
    NUMBERS,
    QUANTITIES,
    TIMES,
    Data,
    Draw,
    allowances,
    bare,
    carriers,
    contacts,
    dates,
    headings,
    items,
    maybe,
    parties,
    quantities,
    references,
    some,
    texts,
    with_totals,
)

_PACKS = st.fixed_dictionaries({"pack": st.just("12"), "inner_pack": st.just("4")})
_FREIGHT = st.fixed_dictionaries({"payment": st.just("PP")})
_MEASURES = st.fixed_dictionaries({"type": st.just("WT"), "qualifier": st.just("G"), "value": QUANTITIES})
_PARTIES = ("buyer", "seller", "ship_to", "bill_to", "ship_from", "remit_to", "other_parties")
_OWN_CODES = frozenset({"LT", "SN"})
"""Numbers that reading gathers as lots and serial numbers."""


@st.composite
def _lading(draw: Draw) -> Data:
    """A TD1."""
    weight = st.fixed_dictionaries({"qualifier": st.just("G"), "value": QUANTITIES, "unit_code": st.just("LB")})
    return bare({"packaging_code": "CTN", "count": draw(st.integers(1, 999).map(str)), "weight": draw(maybe(weight))})


@st.composite
def _marked(draw: Draw) -> Data:
    """MAN, with or without the serial shipping container code."""
    marks: list[Data] = []
    found: Data = {}
    if draw(st.booleans()):
        digits = draw(st.text("0123456789", min_size=17, max_size=17))
        code = digits + gs1_check_digit(digits)
        prefix = draw(st.sampled_from(["", "00"]))
        marks.append({"type": "sscc", "qualifier": "GM", "value": prefix + code})
        found["sscc"] = code
    if draw(st.booleans()):
        range_end = draw(maybe(texts(20)))
        mark = {"type": "carrierPackage", "qualifier": "CP", "value": draw(texts(48))}
        marks.append(bare({**mark, "description": f"to {range_end}" if range_end else None}))
    return found | {"marks": marks}


@st.composite
def _lots(draw: Draw, quantity: Data | None) -> tuple[list[Data], list[Data], list[Data]]:
    """A lot in LIN with its date in DTM: the number, the date, and the instance that reading gathers."""
    lot, day = draw(maybe(texts(30))), draw(maybe(DAYS))
    if not lot and not day:
        return [], [], []
    numbers = [{"scheme": "LOT", "qualifier": "LT", "value": lot}] if lot else []
    told = [{"type": "expiration", "qualifier": "036", "date": day}] if day else []
    instance = {"lot_number": lot, "expiration_date": day, "quantity": quantity}
    return numbers, told, [bare(instance)]


def _without_lots(item: Data) -> Data:
    kept = [one for one in item["identifiers"] if one["qualifier"] not in _OWN_CODES]
    return {**item, "identifiers": kept}


@st.composite
def _shipped(draw: Draw) -> Data:
    """What shipped and received lines share."""
    quantity = draw(quantities())
    item = _without_lots(draw(items()))
    numbers, told, instances = draw(_lots(quantity))
    return bare(
        {
            "line_number": draw(maybe(st.integers(1, 9999).map(str))),
            "item": {**item, "identifiers": item["identifiers"] + numbers}, "quantity": quantity,
            "packaging": draw(some(_PACKS, 1)), "measures": draw(some(_MEASURES, 1)),
            "references": draw(some(references())), "dates": draw(some(dates())) + told,
            "contacts": draw(some(contacts(), 1)), "allowances": draw(some(allowances(), 1)),
            "carriers": draw(carriers()), "parties": draw(some(parties(), 1)), "lading": draw(some(_lading(), 1)),
            "instances": instances, **draw(_marked()),
        }
    )  # fmt: skip


@st.composite
def _components(draw: Draw) -> Data:
    """An SLN."""
    numbers = _without_lots(draw(items(6)))["identifiers"]
    number = draw(st.integers(1, 99).map(str))
    return {"line_number": number, "item": {"identifiers": numbers}, "quantity": draw(quantities())}


@st.composite
def _lines(draw: Draw) -> Data:
    """The level of an item."""
    ordered, status = draw(maybe(quantities())), draw(maybe(st.sampled_from(["AC", "BP"])))
    return bare(
        draw(_shipped())
        | {
            "ordered_quantity": ordered, "cumulative_quantity": draw(maybe(QUANTITIES)), "status_code": status,
            "components": draw(some(_components())),
        }
    )  # fmt: skip


@st.composite
def _packages(draw: Draw, kind: str) -> Data:
    """The level of a package, without what stands in it."""
    return {
        "type": kind, "packaging": draw(some(_PACKS, 1)), "measures": draw(some(_MEASURES, 1)),
        "references": draw(some(references())), "dates": draw(some(dates(), 1)), "lading": draw(some(_lading(), 1)),
        **draw(_marked()),
    }  # fmt: skip


@st.composite
def _orders(draw: Draw) -> Data:
    """The level of an order."""
    return bare(
        {
            "order_number": draw(NUMBERS), "release_number": draw(maybe(NUMBERS)), "order_date": draw(maybe(DAYS)),
            "contract_number": draw(maybe(NUMBERS)), "order_type": draw(maybe(st.just("SA"))),
            "references": draw(some(references())), "dates": draw(some(dates(), 1)),
            "parties": draw(some(parties(), 1)), "contacts": draw(some(contacts(), 1)),
            "freight_terms": draw(some(_FREIGHT, 1)), "carriers": draw(carriers()),
            "lading": draw(some(_lading(), 1)), "measures": draw(some(_MEASURES, 1)),
            "allowances": draw(some(allowances(), 1)),
        }
    )  # fmt: skip


def _tree(draw: Draw, structure: str, next_id: Callable[[], str]) -> Data:
    """Orders, packages and lines that belong together, numbered in the order in which they are written."""
    tree: dict[str, list[Data]] = {"orders": [], "packages": [], "lines": []}

    def several() -> Iterator[int]:
        return iter(range(draw(st.integers(1, 2))))

    def order() -> Data:
        tree["orders"].append(draw(_orders()) | {"hierarchy_id": next_id()})
        return tree["orders"][-1]

    def package(holder: list[Data], kind: str) -> Data:
        holder.append(draw(_packages(kind)) | {"hierarchy_id": next_id(), "packages": []})
        return holder[-1]

    def lines(of: Data, inside: Data | None) -> None:
        for _ in several():
            home = {"package": inside["hierarchy_id"]} if inside else {}
            number = {"hierarchy_id": next_id(), "order_number": of["order_number"]}
            tree["lines"].append(draw(_lines()) | number | home)

    for _ in several():
        if structure == "0003":
            box = package(tree["packages"], "pack")
            for _ in several():
                lines(order(), box)
            continue
        own = order()
        if structure == "0004":
            lines(own, None)
            continue
        outer = package(tree["packages"], "tare")["packages"] if draw(st.booleans()) else tree["packages"]
        for _ in several():
            lines(own, package(outer, "pack"))
    return tree


def _count(tree: Data) -> int:
    """How many levels there are, the shipment's included."""

    def packages(found: list[Data]) -> int:
        return sum(1 + packages(one["packages"]) for one in found)

    return 1 + len(tree["orders"]) + len(tree["lines"]) + packages(tree["packages"])


@st.composite
def ship_notices(draw: Draw, release: str) -> Data:
    """A notice, as read from an 856."""
    heading = draw(headings(release))
    names = (*_PARTIES, "purpose", "purpose_code", "currency", "contacts", "freight_terms", "carriers", "allowances")
    structure = draw(st.sampled_from(["0001", "0003", "0004"]))
    number, day = draw(NUMBERS), draw(DAYS)
    last = 1

    def next_id() -> str:
        nonlocal last
        last += 1
        return str(last)

    tree = _tree(draw, structure, next_id)
    told = [
        {"type": words.DATES[code], "qualifier": code, "date": draw(DAYS)}
        for code in draw(st.lists(st.sampled_from(["011", "017"]), unique=True))
    ]
    orders = {one["order_number"] for one in tree["orders"]}
    days = {entry["qualifier"]: entry["date"] for entry in told}
    document = {name: heading[name] for name in names if name in heading} | {
        "document_type": "ship_notice", "number": number, "shipment_number": number, "issue_date": day,
        "structure_code": structure, "references": draw(some(references())),
        "dates": [{"type": "issued", "date": day, "time": draw(TIMES)}, *draw(some(dates())), *told],
        "shipped_date": days.get("011"), "estimated_delivery": days.get("017"),
        "packaging": draw(some(_lading())), "measures": draw(some(_MEASURES, 1)), **tree,
        "order_number": orders.pop() if len(orders) == 1 else None,
    }  # fmt: skip
    if draw(st.booleans()):
        document["totals"] = {"level_count": _count(tree)}
    return bare(document)


@st.composite
def _order_references(draw: Draw) -> Data:
    """A PRF."""
    return bare(
        {
            "order_number": draw(NUMBERS), "release_number": draw(maybe(NUMBERS)), "order_date": draw(maybe(DAYS)),
            "line_number": draw(maybe(st.just("10"))), "contract_number": draw(maybe(NUMBERS)),
        }
    )  # fmt: skip


@st.composite
def _received(draw: Draw) -> Data:
    """An RCD loop."""
    questions = []
    for code in draw(st.lists(st.sampled_from(["01", "02", "07"]), max_size=5)):
        told = {"quantity": draw(quantities()), "condition": words.CONDITIONS[code], "condition_code": code}
        questions.append(told)
    shipped = draw(maybe(quantities()))
    return bare(
        draw(_shipped())
        | {
            "in_question": questions, "returned_quantity": draw(maybe(quantities())), "shipped_quantity": shipped,
            "ordered_quantity": draw(maybe(quantities())) if shipped else None,
            "orders": draw(some(_order_references(), 1)), "freight_terms": draw(some(_FREIGHT, 1)),
        }
    )  # fmt: skip


@st.composite
def receipts(draw: Draw, release: str) -> Data:
    """A receipt, as read from an 861."""
    heading = draw(headings(release))
    names = (*_PARTIES, "purpose", "purpose_code", "currency", "contacts", "carriers")
    code, condition = draw(st.sampled_from(sorted(words.RECEIPT_TYPES))), draw(maybe(st.just("07")))
    day, clock, received = draw(DAYS), draw(maybe(TIMES)), draw(DAYS)
    issued = [{"type": "issued", "date": day, "time": clock}] if clock else []
    found = draw(some(references(("DP", "SI"))))
    orders = draw(some(_order_references()))
    lines = draw(st.lists(_received(), min_size=1, max_size=2))
    numbers = {one["order_number"] for one in [*orders, *(inner for line in lines for inner in line["orders"])]}
    document = {name: heading[name] for name in names if name in heading} | {
        "document_type": "receipt", "number": draw(NUMBERS), "issue_date": day,
        "receipt_type": words.RECEIPT_TYPES[code], "receipt_type_code": code, "references": found,
        "condition": words.CONDITIONS[condition] if condition else None, "condition_code": condition,
        "dates": [*issued, {"type": words.DATES["050"], "qualifier": "050", "date": received}, *draw(some(dates()))],
        "received_date": received, "orders": orders, "lading": draw(some(_lading())),
        "measures": draw(some(_MEASURES, 1)), "lines": lines,
        "shipment_number": next((one["value"] for one in found if one["qualifier"] == "SI"), None),
        "order_number": numbers.pop() if len(numbers) == 1 else None,
    }  # fmt: skip
    return with_totals(draw, bare(document))
