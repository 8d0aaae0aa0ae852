"""Documents for property tests of writing: what reading can make of files that keep to the standard.

Each strategy gives plain data for a model. Texts hold what people write: small letters, accents, and characters that
are separators somewhere. `as_written` tells how such a text comes back.
"""

from collections.abc import Callable, Mapping
from typing import Any

from hypothesis import strategies as st

from adapters.formats.x12.guide import element_guide
from adapters.formats.x12.tree import Delimiters
from adapters.mappings import x12_words as words

Data = dict[str, Any]
Draw = Callable[[st.SearchStrategy[Any]], Any]

SEPARATORS = (
    Delimiters("*", ">", "~", "^"),
    Delimiters("|", ":", "'", "!"),
    Delimiters("^", "<", "\n", "&"),
    Delimiters(",", "\\", "~", "#"),
)
"""Sets of separators, each of which turns other characters of a text into blanks."""

_LETTERS = "ABCMNXYZabcmnxyz0123456789 .,-/'&()#+%*>~:^|!<\\éÜÅß中"


def texts(longest: int, shortest: int = 1) -> st.SearchStrategy[str]:
    """A text that begins and ends with a letter or digit, so that no separator leaves nothing of it."""
    inner = st.text(_LETTERS, max_size=max(0, min(longest, 30) - 2))
    return st.builds(lambda text: f"X{text}x"[:longest].rstrip(" ").ljust(shortest, "Q"), inner)


def long_texts(longest: int) -> st.SearchStrategy[str]:
    """Words with single blanks between them, longer than one element."""
    words_of = st.lists(st.text("abcXYZ019-/é", min_size=1, max_size=12), min_size=1, max_size=40)
    return words_of.map(lambda found: " ".join(found)[:longest].strip(" "))


NUMBERS = st.text("ABCDEFGHJKLMNPQRSTUVWXYZ0123456789-", min_size=2, max_size=20)
DAYS = st.dates().map(lambda day: day.isoformat())
TIMES = st.sampled_from(["09:30", "23:59:59", "00:00", "12:01:02.5", "12:01:02.25"])
QUANTITIES = st.from_regex(r"[1-9][0-9]{0,4}(\.[0-9]{1,3})?", fullmatch=True)
AMOUNTS = st.from_regex(r"-?(0|[1-9][0-9]{0,5})\.[0-9]{2}", fullmatch=True).filter(lambda text: text != "-0.00")
PERCENTS = st.from_regex(r"[1-9][0-9]?(\.[0-9]{1,2})?", fullmatch=True)
UNITS = st.sampled_from(["EA", "BX", "CA", "PK"])


ITEM_CODES = ["VC", "VN", "VP", "IN", "BP", "CB", "PI", "MG", "MF", "SK", "LT", "SN"]
"""Numbers without a form of their own: those that have one are checked by it."""


def maybe(strategy: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """The value, or nothing."""
    return st.none() | strategy


def some(strategy: st.SearchStrategy[Any], most: int = 2) -> st.SearchStrategy[list[Any]]:
    """Up to so many of them."""
    return st.lists(strategy, max_size=most)


def codes_of(element: str, table: Mapping[str, str], release: str) -> list[str]:
    """The codes of a table of ours that the release has."""
    guide = element_guide(element, release)
    assert guide is not None
    return sorted(code for code in table if guide.codes is None or code in guide.codes)


def bare(data: Data) -> Data:
    """Data without what is nothing."""
    return {name: value for name, value in data.items() if value is not None}


@st.composite
def quantities(draw: Draw) -> Data:
    """A number with its unit."""
    return {"value": draw(QUANTITIES), "unit_code": draw(UNITS)}


@st.composite
def references(draw: Draw, codes: tuple[str, ...] = ("DP", "CT", "VR", "IA", "ZZ")) -> Data:
    """A REF with words or without."""
    code = draw(st.sampled_from(codes))
    return bare(
        {
            "type": words.REFERENCES.get(code, code), "qualifier": code, "value": draw(texts(30)),
            "description": draw(maybe(texts(80))),
        }
    )  # fmt: skip


@st.composite
def noted(draw: Draw, release: str) -> tuple[list[Data], list[Data]]:
    """References of N9 loops, and the notes under each in order; each code comes once."""
    found, notes = [], []
    for code in draw(st.lists(st.sampled_from(["L1", "TN", "PD"]), max_size=2, unique=True)):
        about = words.REFERENCES[code]
        found.append({"type": about, "qualifier": code, "value": draw(texts(30))})
        told = draw(st.lists(texts(264), min_size=1, max_size=2))
        notes += [{"text": text, "type": about, "qualifier": code} for text in told]
        if release >= "005010" and draw(st.booleans()):
            notes.append({"text": draw(texts(500)), "type": "delivery", "qualifier": "DEL"})
    return found, notes


@st.composite
def dates(draw: Draw) -> Data:
    """A DTM."""
    code = draw(st.sampled_from(["002", "010", "037", "038", "063"]))
    clock = draw(maybe(TIMES))
    return bare(
        {
            "type": words.DATES[code], "qualifier": code, "date": draw(DAYS), "time": clock,
            "zone": draw(maybe(st.just("ET"))) if clock else None,
        }
    )  # fmt: skip


@st.composite
def contacts(draw: Draw) -> Data:
    """A PER."""
    kinds = draw(st.lists(st.sampled_from(["phone", "email", "fax"]), max_size=3))
    return bare(
        {
            "function": draw(st.sampled_from(["BD", "IC", "OC"])), "name": draw(maybe(texts(60))),
            "channels": [{"type": kind, "value": draw(texts(80))} for kind in kinds],
        }
    )  # fmt: skip


@st.composite
def identifiers(draw: Draw) -> Data:
    """A party's identifier."""
    code = draw(st.sampled_from(["91", "92", "FI", "ZZ"]))
    return {"scheme": words.PARTY_SCHEMES[code], "value": draw(NUMBERS), "qualifier": code}


@st.composite
def addresses(draw: Draw) -> Data:
    """N3 and N4."""
    return bare(
        {
            "lines": draw(some(texts(55), 4)), "city": draw(texts(30, 2)), "state": draw(maybe(st.just("MA"))),
            "postal_code": draw(maybe(st.just("02199"))), "country": draw(maybe(st.just("US"))),
            "location": draw(maybe(st.just("WH:17"))),
        }
    )  # fmt: skip


@st.composite
def parties(draw: Draw, codes: tuple[str, ...] = ("SO", "MF", "Z7")) -> Data:
    """An N1 loop."""
    name = draw(texts(60))
    return bare(
        {
            "role": words.ROLES[draw(st.sampled_from(codes))], "name": name,
            "additional_names": draw(some(texts(60), 4)), "identifiers": draw(some(identifiers(), 1)),
            "address": draw(maybe(addresses())), "contacts": draw(some(contacts())),
            "references": draw(some(references())),
        }
    )  # fmt: skip


@st.composite
def items(draw: Draw, most: int = 12) -> Data:
    """Numbers and a description of an item."""
    codes = draw(st.lists(st.sampled_from(ITEM_CODES), max_size=most))
    numbers = [{"scheme": words.ITEM_SCHEMES[code], "value": draw(texts(48)), "qualifier": code} for code in codes]
    return bare({"identifiers": numbers, "description": draw(maybe(texts(80) | long_texts(300)))})


@st.composite
def allowances(draw: Draw) -> Data:
    """A SAC."""
    percent = draw(maybe(PERCENTS))
    return bare(
        {
            "indicator": draw(st.sampled_from(["allowance", "charge"])),
            "code": draw(st.sampled_from(["D240", "C310"])), "amount": draw(AMOUNTS), "percent": percent,
            "percent_basis": "1" if percent else None, "quantity": draw(maybe(quantities())),
            "method": draw(maybe(st.just("06"))), "description": draw(maybe(texts(80))),
        }
    )  # fmt: skip


@st.composite
def terms(draw: Draw) -> Data:
    """An ITD."""
    percent = draw(maybe(PERCENTS))
    return bare(
        {
            "type": "01", "basis_date": "3", "discount_percent": percent, "net_days": "30",
            "discount_days": "10" if percent else None, "net_date": draw(maybe(DAYS)),
            "discount_amount": draw(maybe(AMOUNTS)) if percent else None, "description": draw(maybe(texts(80))),
        }
    )  # fmt: skip


@st.composite
def carriers(draw: Draw) -> list[Data]:
    """TD5, and TD3 for the last."""
    found = [
        bare({"scac": "UPSN", "routing": draw(maybe(texts(35))), "mode": draw(maybe(st.just("M")))})
        for _ in range(draw(st.integers(0, 2)))
    ]
    if found and draw(st.booleans()):
        found[-1] |= {"equipment": draw(st.sampled_from(["4711", "ABCD1234567890"])), "equipment_type": "TL"}
    return found


@st.composite
def schedules(draw: Draw) -> list[Data]:
    """SDQ, then SCH."""
    by_place = [
        {"quantity": draw(quantities()), "location": {"scheme": "BUYER", "value": draw(NUMBERS), "qualifier": "92"}}
        for _ in range(draw(st.integers(0, 3)))
    ]
    by_date = [
        {"quantity": draw(quantities()), "dates": draw(st.lists(dates().map(_without_zone), min_size=1, max_size=2))}
        for _ in range(draw(st.integers(0, 2)))
    ]
    return by_place + by_date


def _without_zone(told: Data) -> Data:
    return {name: value for name, value in told.items() if name != "zone"}


@st.composite
def lines(draw: Draw, release: str, *, noted_alone: bool) -> Data:
    """What lines of orders, changes and answers share."""
    own, notes = draw(noted(release))
    alone = [{"text": text} for text in draw(some(texts(264)))] if noted_alone else []
    return bare(
        {
            "line_number": draw(maybe(st.integers(1, 9999).map(str))), "item": draw(items()),
            "quantity": draw(quantities()), "price": draw(maybe(st.fixed_dictionaries({"amount": QUANTITIES}))),
            "packaging": draw(some(st.fixed_dictionaries({"pack": st.just("12"), "inner_pack": st.just("4")}), 1)),
            "measures": draw(
                some(st.fixed_dictionaries({"type": st.just("WT"), "qualifier": st.just("G"), "value": QUANTITIES}), 1)
            ),
            "references": draw(some(references())) + own, "notes": alone + notes, "dates": draw(some(dates())),
            "contacts": draw(some(contacts(), 1)), "allowances": draw(some(allowances())),
            "taxes": draw(some(st.fixed_dictionaries({"type": st.just("ST"), "amount": QUANTITIES}), 1)),
            "carriers": draw(carriers()), "parties": draw(some(parties(), 1)), "schedules": draw(schedules()),
        }
    )  # fmt: skip


@st.composite
def sub_lines(draw: Draw, release: str) -> Data:
    """An SLN loop."""
    own, notes = draw(noted(release))
    return bare(
        {
            "line_number": draw(st.integers(1, 99).map(str)), "item": draw(items(6)), "quantity": draw(quantities()),
            "price": draw(maybe(st.fixed_dictionaries({"amount": QUANTITIES, "basis": st.just("PE")}))),
            "references": own, "notes": notes, "dates": draw(some(dates(), 1)), "parties": draw(some(parties(), 1)),
        }
    )  # fmt: skip


@st.composite
def headings(draw: Draw, release: str) -> Data:
    """What the headings of orders, changes and answers share."""
    own, notes = draw(noted(release))
    named = {
        "buyer": parties(("BY",)), "seller": parties(("SE", "SU", "VN")), "ship_to": parties(("ST",)),
        "bill_to": parties(("BT",)), "ship_from": parties(("SF",)), "remit_to": parties(("RI",)),
    }  # fmt: skip
    return bare(
        {
            "purpose": "original", "purpose_code": "00", "currency": draw(maybe(st.sampled_from(["USD", "EUR"]))),
            "references": draw(some(references())) + own, "notes": notes, "dates": draw(some(dates())),
            "payment_terms": draw(some(terms(), 1)), "carriers": draw(carriers()),
            "freight_terms": draw(some(st.fixed_dictionaries({"payment": st.just("PP")}), 1)),
            "allowances": draw(some(allowances())), "contacts": draw(some(contacts())),
            "taxes": draw(some(st.fixed_dictionaries({"type": st.just("LS"), "percent": PERCENTS}), 1)),
            **{name: draw(maybe(party)) for name, party in named.items()},
            "other_parties": draw(some(parties())),
        }
    )  # fmt: skip


def with_totals(draw: Draw, document: Data) -> Data:
    """With or without a right count."""
    if draw(st.booleans()):
        document["totals"] = {"line_count": len(document["lines"])}
    return document


@st.composite
def purchase_orders(draw: Draw, release: str) -> Data:
    """An order, as read from an 850."""
    document = draw(headings(release))
    rows = draw(st.lists(lines(release, noted_alone=True), min_size=1, max_size=2))
    for line in rows:
        line["sub_lines"] = draw(some(sub_lines(release)))
    document |= {
        "document_type": "purchase_order", "number": draw(NUMBERS), "issue_date": draw(DAYS), "order_type": "NE",
        "lines": rows,
    }  # fmt: skip
    return with_totals(draw, _with_requested_delivery(document))


@st.composite
def purchase_order_changes(draw: Draw, release: str) -> Data:
    """A change, as read from an 860."""
    document = draw(headings(release))
    number = draw(NUMBERS)
    rows = []
    for line in draw(st.lists(lines(release, noted_alone=True), min_size=1, max_size=2)):
        code = draw(st.sampled_from(codes_of("670", words.LINE_CHANGES, release)))
        line |= {"change": words.LINE_CHANGES[code], "change_code": code, "quantity_left": draw(QUANTITIES)}
        rows.append(line | {"sub_lines": draw(some(sub_lines(release)))})
    document |= {
        "document_type": "purchase_order_change", "number": number, "order_number": number, "order_type": "NE",
        "order_date": draw(DAYS), "change_number": draw(NUMBERS)[:8], "lines": rows,
    }  # fmt: skip
    document |= bare({"issue_date": draw(maybe(DAYS)), "acknowledgment_date": draw(maybe(DAYS))})
    return with_totals(draw, _with_requested_delivery(document))


@st.composite
def line_acknowledgments(draw: Draw) -> Data:
    """An ACK loop."""
    code = draw(st.sampled_from(sorted(words.LINE_STATUSES)))
    numbers = draw(items(4))["identifiers"]
    told = draw(maybe(dates())) or {}
    return bare(
        {
            "status": words.LINE_STATUSES[code], "source_code": code, "quantity": draw(quantities()),
            "date": told.get("date"), "date_type": told.get("type"), "date_qualifier": told.get("qualifier"),
            "item": {"identifiers": numbers} if numbers else None, "dates": draw(some(dates(), 1)),
        }
    )  # fmt: skip


@st.composite
def purchase_order_acknowledgments(draw: Draw, release: str, *, answers: str = "order") -> Data:
    """An answer, as read from an 855, or from an 865 where it answers a change."""
    document = draw(headings(release))
    code = draw(st.sampled_from(sorted(words.ORDER_STATUSES)))
    rows = []
    for line in draw(st.lists(lines(release, noted_alone=answers == "change"), max_size=2)):
        line["acknowledgments"] = draw(some(line_acknowledgments()))
        if answers == "change":
            line |= {"change": "quantityIncrease", "change_code": "QI", "quantity_left": draw(QUANTITIES)}
        rows.append(line)
    number, own, day = draw(NUMBERS), draw(maybe(NUMBERS)), draw(DAYS)
    document |= {
        "document_type": "purchase_order_acknowledgment", "answers": answers, "number": own or number,
        "order_number": number, "order_date": draw(DAYS), "status": words.ORDER_STATUSES[code], "status_code": code,
        "acknowledgment_date": day, "issue_date": day, "lines": rows,
    }  # fmt: skip
    if own:
        document["seller_order_number"] = own
    if answers == "change":
        document |= {"change_number": draw(NUMBERS)[:8], "change_date": draw(DAYS)}
    return with_totals(draw, document)


def _with_requested_delivery(document: Data) -> Data:
    days = (told["date"] for told in document["dates"] if told["qualifier"] == "002")
    return document | bare({"requested_delivery": next(days, None)})


def as_written(data: Any, marks: Delimiters) -> Any:
    """The data as it comes back: separators are blanks, and blanks at the end of a text are not sent."""
    unwanted = {marks.element, marks.component, marks.segment, marks.repetition or "", "\r", "\n"} - {""}

    def clean(value: Any, name: str = "") -> Any:
        if isinstance(value, str) and name not in ("time", "location"):
            return "".join(" " if one in unwanted else one for one in value).rstrip(" ")
        if isinstance(value, dict):
            return {key: clean(inner, key) for key, inner in value.items()}
        return [clean(inner) for inner in value] if isinstance(value, list) else value

    return clean(data)
