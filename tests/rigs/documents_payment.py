"""Remittance advices for property tests of writing: what reading can make of an 820 that keeps to the standard."""

from hypothesis import strategies as st

from adapters.mappings import x12_words as words
from tests.rigs.documents import (
    DAYS,
    NUMBERS,
    QUANTITIES,
    Data,
    Draw,
    bare,
    contacts,
    dates,
    identifiers,
    maybe,
    parties,
    references,
    some,
    texts,
)

_CODED = ("DP", "CT", "VR")


@st.composite
def _notes(draw: Draw) -> Data:
    return {"text": draw(texts(80)), "type": "payment", "qualifier": "PMT"}


@st.composite
def _accounts(draw: Draw) -> Data:
    return {"bank_scheme": "01", "bank": "021000021", "account_type": "DA", "account": draw(NUMBERS)}


@st.composite
def _simple_adjustments(draw: Draw) -> Data:
    """RMR07 and RMR08, or an ADX that says no more."""
    code = draw(st.sampled_from(["01", "06", "54", "L9"]))
    return {"amount": draw(QUANTITIES), "reason": words.ADJUSTMENTS.get(code, code), "reason_code": code}


@st.composite
def _adjustments(draw: Draw, *, dated: bool) -> Data:
    """An ADX loop."""
    simple: Data = draw(_simple_adjustments())
    return simple | {
        "references": draw(some(references(_CODED))), "notes": draw(some(_notes(), 1)),
        "contacts": draw(some(contacts(), 1)), "dates": draw(some(dates(), 1)) if dated else [],
    }  # fmt: skip


@st.composite
def _remittances(draw: Draw) -> Data:
    """An RMR loop."""
    discount = draw(maybe(QUANTITIES))
    paid = {"type": "invoice", "qualifier": "IV", "value": draw(NUMBERS)}
    return bare(
        {
            "reference": paid, "action_code": draw(maybe(st.just("PO"))), "paid_amount": draw(QUANTITIES),
            "gross_amount": draw(maybe(QUANTITIES)), "discount_amount": discount,
            "adjustments": draw(some(_simple_adjustments() | _adjustments(dated=False))),
            "references": draw(some(references())), "dates": draw(some(dates())), "notes": draw(some(_notes())),
        }
    )  # fmt: skip


@st.composite
def _entities(draw: Draw, number: str) -> Data:
    """An ENT segment."""
    known = [
        {"role": words.ROLES[role], "identifiers": [draw(identifiers())]}
        for role in draw(st.lists(st.sampled_from(["PE", "PR", "BY"]), max_size=2, unique=True))
    ]
    told = [{"type": "contract", "qualifier": "CT", "value": draw(NUMBERS)}] if draw(st.booleans()) else []
    return {"number": number, "parties": known, "references": told}


@st.composite
def remittance_advices(draw: Draw, release: str) -> Data:
    """An advice, as read from an 820."""
    number = draw(NUMBERS)
    entities, remittances, adjustments = [], [], []
    for ordinal in range(1, draw(st.integers(1, 2)) + 1):
        key = str(ordinal)
        entities.append(draw(_entities(key)))
        remittances += [one | {"entity": key} for one in draw(some(_remittances()))]
        adjustments += [one | {"entity": key} for one in draw(some(_adjustments(dated=True), 1))]
    handling, direction, method = draw(st.sampled_from(["C", "D", "I"])), draw(st.sampled_from("CD")), "ACH"
    return bare(
        {
            "document_type": "remittance_advice", "number": number, "amount": draw(QUANTITIES),
            "handling": words.PAYMENT_HANDLINGS[handling], "handling_code": handling,
            "direction": words.PAYMENT_DIRECTIONS[direction], "direction_code": direction,
            "method": words.PAYMENT_METHODS[method], "method_code": method,
            "payment_format": draw(maybe(st.just("CTX"))),
            "originating_account": draw(maybe(_accounts())), "originator": draw(maybe(st.just("1234567890"))),
            "receiving_account": draw(maybe(_accounts())), "payment_date": draw(maybe(DAYS)),
            "return_account": draw(maybe(_accounts())), "currency": draw(maybe(st.just("USD"))),
            "payer": draw(maybe(parties(("PR",)))), "payee": draw(maybe(parties(("PE",)))),
            "other_parties": draw(some(parties(), 1)), "references": draw(some(references())),
            "dates": draw(some(dates())), "notes": draw(some(_notes())),
            "trace": bare({"type": "1", "number": number, "originator": draw(maybe(st.just("1234567890")))}),
            "entities": entities, "remittances": remittances, "adjustments": adjustments,
        }
    )  # fmt: skip
