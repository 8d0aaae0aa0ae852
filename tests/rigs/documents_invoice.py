"""Invoices for property tests of writing: what reading can make of an 810 that keeps to the standard."""

from hypothesis import strategies as st

from adapters.mappings import x12_words as words
from tests.rigs.documents import (
    AMOUNTS,
    DAYS,
    NUMBERS,
    PERCENTS,
    QUANTITIES,
    Data,
    Draw,
    allowances,
    bare,
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
)

_TAXES = st.fixed_dictionaries({"type": st.just("ST"), "amount": QUANTITIES})


@st.composite
def _transports(draw: Draw) -> Data:
    """A CAD."""
    return bare(
        {
            "mode": "M", "scac": draw(maybe(st.just("UPSN"))), "routing": draw(texts(35)),
            "equipment": draw(maybe(st.sampled_from(["4711", "ABCD1234567890"]))),
            "service_level": draw(maybe(st.just("ND"))),
        }
    )  # fmt: skip


@st.composite
def _noted(draw: Draw) -> tuple[list[Data], list[Data]]:
    """The reference of the only N9 loop, and notes: those of NTE, then those under it."""
    notes = [{"text": text, "type": "general", "qualifier": "GEN"} for text in draw(some(texts(80)))]
    found = []
    if draw(st.booleans()):
        about = {"type": "notes", "qualifier": "L1"}
        found.append({**about, "value": draw(texts(30))})
        notes += [{"text": text, **about} for text in draw(st.lists(texts(264), min_size=1, max_size=2))]
    return found, notes


@st.composite
def _parts(draw: Draw) -> Data:
    """An SLN loop, which has references and no notes here."""
    return bare(
        {
            "line_number": draw(st.integers(1, 99).map(str)), "item": draw(items(6)), "quantity": draw(quantities()),
            "price": draw(maybe(st.fixed_dictionaries({"amount": QUANTITIES, "basis": st.just("PE")}))),
            "references": draw(some(references())), "dates": draw(some(dates(), 1)),
            "allowances": draw(some(allowances(), 1)), "taxes": draw(some(_TAXES, 1)),
        }
    )  # fmt: skip


@st.composite
def _lines(draw: Draw) -> Data:
    """An IT1 loop."""
    price = draw(st.fixed_dictionaries({"amount": QUANTITIES}))
    return bare(
        {
            "line_number": draw(maybe(st.integers(1, 9999).map(str))), "item": draw(items(10)),
            "quantity": draw(quantities()), "price": price,
            "prices": draw(some(st.fixed_dictionaries({"amount": QUANTITIES, "type": st.just("CON")}))),
            "packaging": draw(some(st.fixed_dictionaries({"pack": st.just("12"), "inner_pack": st.just("4")}), 1)),
            "references": draw(some(references())), "dates": draw(some(dates())),
            "contacts": draw(some(contacts(), 1)), "allowances": draw(some(allowances())),
            "taxes": draw(some(_TAXES)), "carriers": draw(some(_transports())), "parties": draw(some(parties(), 1)),
            "sub_lines": draw(some(_parts())),
        }
    )  # fmt: skip


@st.composite
def _shipments(draw: Draw) -> Data:
    """An ISS."""
    measure = st.fixed_dictionaries({"value": QUANTITIES, "unit_code": st.just("LB")})
    return bare(
        {"quantity": draw(quantities()), "weight": draw(maybe(measure)), "volume": draw(maybe(measure))},
    )


@st.composite
def invoices(draw: Draw, release: str) -> Data:
    """An invoice, as read from an 810. Its tax is a percentage, so that its total cannot be added up."""
    document: Data = draw(headings(release))
    found, notes = draw(_noted())
    code = draw(st.sampled_from([None, "DI", "CR", "CN", "DR"]))
    document |= {
        "document_type": "invoice", "number": draw(NUMBERS), "issue_date": draw(DAYS), "order_date": draw(DAYS),
        "order_number": draw(NUMBERS), "invoice_type": words.INVOICE_TYPES[code or ""], "references": found,
        "notes": notes, "carriers": draw(some(_transports(), 1)),
        "taxes": [{"type": "LS", "percent": draw(PERCENTS)}],
        "lines": draw(st.lists(_lines(), min_size=1, max_size=2)),
    }  # fmt: skip
    document["references"] = draw(some(references())) + found
    if code:
        document["invoice_type_code"] = code
    totals = {"amount": draw(AMOUNTS), "discountable_amount": draw(maybe(AMOUNTS))}
    if draw(st.booleans()):
        totals["line_count"] = len(document["lines"])
    return document | {"totals": bare({**totals, "shipments": draw(some(_shipments()))})}
