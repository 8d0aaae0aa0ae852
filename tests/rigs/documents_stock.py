"""Catalogs and reports of stock for property tests of writing: what reading can make of an 832 or an 846."""

from hypothesis import strategies as st

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
    schedules,
    some,
    terms,
    texts,
    with_totals,
)

_PACKS = st.fixed_dictionaries({"pack": st.just("12"), "inner_pack": st.just("4")})
_FREIGHT = st.fixed_dictionaries({"payment": st.just("PP")})


@st.composite
def _lead_times(draw: Draw) -> Data:
    """An LDT."""
    return bare({"type": "AF", "value": draw(QUANTITIES), "unit_code": "DA", "date": draw(maybe(DAYS))})


@st.composite
def _conditions(draw: Draw) -> Data:
    """A CTB."""
    return bare(
        {
            "type": "OR", "description": draw(maybe(texts(80))), "quantity_type": "57", "quantity": draw(QUANTITIES),
            **draw(st.sampled_from([{}, {"amount_type": "TT", "amount": "12.50"}])),
        }
    )  # fmt: skip


@st.composite
def _prices(draw: Draw, *, loop: bool = True) -> Data:
    """A CTP, alone or as a loop."""
    more: Data = {}
    if loop:
        more = {
            "currency": draw(maybe(st.just("USD"))), "dates": draw(some(dates())),
            "references": draw(some(references())), "packaging": draw(some(_PACKS, 1)),
            "allowances": draw(some(allowances(), 1)),
        }  # fmt: skip
    amount = {"amount": draw(QUANTITIES), "type": draw(st.sampled_from(["CON", "CAT"]))}
    return bare({**amount, "class_of_trade": draw(maybe(st.just("DI"))), "quantity": draw(maybe(quantities())), **more})


_INCHES = st.from_regex(r"[1-9][0-9]{0,2}(\.[0-9]{1,3})?", fullmatch=True)
_SIZES = st.fixed_dictionaries({"length": _INCHES, "width": _INCHES, "height": _INCHES, "unit_code": st.just("IN")})


@st.composite
def _levels(draw: Draw) -> Data:
    """A PKL loop."""
    return bare(
        {
            "identifier": {"scheme": "SELLER", "qualifier": "VC", "value": draw(texts(48))}, "unit_code": "CA",
            "quantity": draw(QUANTITIES), "dimensions": draw(maybe(_SIZES)),
            "weight": draw(maybe(st.fixed_dictionaries({"value": QUANTITIES, "unit_code": st.just("LB")}))),
            "prices": draw(some(_prices(loop=False), 1)),
        }
    )  # fmt: skip


@st.composite
def _parts(draw: Draw) -> Data:
    """An SLN loop."""
    return bare(
        {
            "line_number": draw(st.integers(1, 99).map(str)), "item": draw(items(6)), "quantity": draw(quantities()),
            "prices": draw(some(_prices(loop=False), 1)), "dates": draw(some(dates(), 1)),
            "notes": [{"text": text, "type": "line", "qualifier": "LIN"} for text in draw(some(texts(264), 1))],
        }
    )  # fmt: skip


def _numbered(item: Data, draw: Draw) -> Data:
    """A LIN has at least one number."""
    own = {"scheme": "SELLER", "qualifier": "VC", "value": draw(texts(48))}
    return {**item, "identifiers": [own, *item["identifiers"]]}


@st.composite
def _item_lines(draw: Draw) -> Data:
    """What LIN loops of both kinds share."""
    return {
        "line_number": draw(st.integers(1, 9999).map(str)), "item": _numbered(draw(items()), draw),
        "references": draw(some(references())), "dates": draw(some(dates())), "contacts": draw(some(contacts(), 1)),
        "allowances": draw(some(allowances(), 1)), "maintenance_code": draw(st.sampled_from(["001", "021"])),
        "measures": draw(
            some(st.fixed_dictionaries({"type": st.just("WT"), "qualifier": st.just("G"), "value": QUANTITIES}), 1)
        ),
        "lead_times": draw(some(_lead_times(), 1)), "parties": draw(some(parties(), 1)),
    }  # fmt: skip


@st.composite
def _catalog_lines(draw: Draw) -> Data:
    shared: Data = draw(_item_lines())
    return shared | {
        "packaging": draw(some(_PACKS, 1)), "prices": draw(some(_prices())), "levels": draw(some(_levels())),
        "conditions": draw(some(_conditions(), 1)), "payment_terms": draw(some(terms(), 1)),
        "freight_terms": draw(some(_FREIGHT, 1)), "carriers": draw(carriers()), "sub_lines": draw(some(_parts(), 1)),
    }  # fmt: skip


@st.composite
def catalogs(draw: Draw, release: str) -> Data:
    """A catalog, as read from an 832."""
    document = draw(headings(release))
    code = draw(st.sampled_from(sorted(words.CATALOG_TYPES)))
    told = [*document["dates"], *({"type": words.DATES[one], "qualifier": one, "date": draw(DAYS)} for one in
                                  draw(st.lists(st.sampled_from(["007", "036"]), unique=True)))]  # fmt: skip
    days = {entry["qualifier"]: entry["date"] for entry in told}
    found = draw(some(references()))
    document |= {
        "document_type": "catalog", "number": draw(NUMBERS)[:15], "catalog_type": words.CATALOG_TYPES[code],
        "catalog_type_code": code, "version": draw(texts(5)), "references": found, "notes": [], "dates": told,
        "prices": draw(some(_prices(loop=False), 1)), "conditions": draw(some(_conditions(), 1)),
        "lead_times": draw(some(_lead_times(), 1)), "lines": draw(st.lists(_catalog_lines(), min_size=1, max_size=2)),
        "contract_number": next((one["value"] for one in found if one["qualifier"] == "CT"), None),
        "effective_date": days.get("007"), "expiration_date": days.get("036"),
    }  # fmt: skip
    return with_totals(draw, bare(document))


@st.composite
def _stock(draw: Draw) -> Data:
    """A QTY loop."""
    code = draw(st.sampled_from(["17", "33", "63"]))
    return bare(
        {
            "type": words.STOCK_QUANTITIES[code], "qualifier": code, "quantity": draw(quantities()),
            "price": draw(maybe(st.fixed_dictionaries({"amount": QUANTITIES, "basis": st.just("PE")}))),
            "dates": draw(some(dates())), "references": draw(some(references(), 1)),
            "lead_times": draw(some(_lead_times(), 1)),
            "schedules": [one for one in draw(schedules()) if "dates" in one],
        }
    )  # fmt: skip


@st.composite
def _stock_lines(draw: Draw) -> Data:
    shared: Data = draw(_item_lines())
    return shared | {
        "prices": draw(some(_prices(loop=False), 1)), "quantities": draw(some(_stock())),
        "schedules": [one for one in draw(schedules()) if "dates" not in one],
    }  # fmt: skip


@st.composite
def inventory_reports(draw: Draw, release: str) -> Data:
    """A report, as read from an 846."""
    heading = draw(headings(release))
    code = draw(st.sampled_from(["DD", "SI", "MM"]))
    names = ("buyer", "seller", "ship_to", "ship_from", "purpose", "purpose_code", "currency", "contacts")
    day, clock = draw(DAYS), draw(maybe(TIMES))
    issued = [{"type": "issued", "date": day, "time": clock}] if clock else []
    document = {name: heading[name] for name in names if name in heading} | {
        "document_type": "inventory_report", "number": draw(NUMBERS), "issue_date": day,
        "report_type": words.INVENTORY_REPORTS[code], "report_type_code": code,
        "action_code": draw(maybe(st.just("1"))),
        "references": draw(some(references())), "dates": issued + draw(some(dates())),
        "lines": draw(st.lists(_stock_lines(), min_size=1, max_size=2)),
    }  # fmt: skip
    return with_totals(draw, bare(document))
