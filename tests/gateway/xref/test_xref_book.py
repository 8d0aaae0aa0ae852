"""What answers: the most specific row, on the day that is asked for, an imported row before one of a file."""

from datetime import date, timedelta
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.xref.book import CrossReferences
from gateway.xref.entries import AccountEntry, ItemEntry, LocationEntry, VendorEntry

DAY = date(2026, 11, 21)
days = st.integers(-60, 60).map(lambda count: DAY + timedelta(days=count))


@st.composite
def periods(draw: st.DrawFn) -> list[tuple[date | None, date | None]]:
    """Periods that follow each other without an overlap, the first and the last perhaps without an end."""
    edges = sorted(draw(st.lists(days, min_size=2, max_size=9, unique=True)))
    made: list[tuple[date | None, date | None]] = []
    for begin, end in zip(edges[::2], edges[1::2], strict=False):
        made.append((begin, end - timedelta(days=1)))
    if draw(st.booleans()):
        made[0] = (None, made[0][1])
    if draw(st.booleans()):
        made[-1] = (made[-1][0], None)
    return made


@settings(max_examples=200, deadline=None)
@given(periods(), days, st.randoms(use_true_random=False))
def test_on_each_day_the_row_of_that_day_answers(
    made: list[tuple[date | None, date | None]], day: date, random: Random
) -> None:
    rows = [
        ItemEntry(partner="acme", ours="S1", theirs=f"T{number}", valid_from=begin, valid_to=end)
        for number, (begin, end) in enumerate(made)
    ]
    wanted = [
        f"T{number}"
        for number, (begin, end) in enumerate(made)
        if (begin is None or begin <= day) and (end is None or day <= end)
    ]
    random.shuffle(rows)
    assert [row.theirs for row in CrossReferences(rows).on(day).item("acme", ["S1"])] == wanted


def test_a_partners_row_goes_before_one_for_all_and_an_import_before_a_file() -> None:
    def item(theirs: str, partner: str = "", scheme: str = "SELLER") -> ItemEntry:
        return ItemEntry(partner=partner, ours="S1", theirs=theirs, scheme=scheme)

    book = CrossReferences([item("all"), item("acme", "acme"), item("0614", scheme="GTIN")], [item("new")])
    on = book.on(DAY)
    assert [row.theirs for row in on.item("acme", ["S1"])] == ["0614", "acme"]
    assert [row.theirs for row in on.item("best", ["S1"])] == ["0614", "new"]
    assert on.item("best", ["S9", "S1"])[0].theirs == "0614"
    assert on.item("best", ["S9"]) == ()
    assert on.our_item("acme", [("SELLER", "nobody's"), ("SELLER", "acme")]) == "S1"


def test_the_vendor_is_found_by_name_then_item_then_category_then_for_everything_else() -> None:
    rows = [
        ItemEntry(ours="S1", category="GLOVES"),
        ItemEntry(ours="S2", category="GLOVES"),
        VendorEntry(vendor="V7", partner="named"),
        VendorEntry(item="S1", partner="by_item"),
        VendorEntry(category="GLOVES", partner="by_category"),
        VendorEntry(partner="rest"),
    ]
    on = CrossReferences(rows).on(DAY)
    assert on.vendor(["V7"], ["S1"]) == "named"
    assert on.vendor([], ["S1"]) == "by_item"
    assert on.vendor([], ["S2"]) == "by_category"
    assert on.vendor([], ["S3"]) == "rest"
    # A vendor that was asked for by name is never replaced by another one.
    assert on.vendor(["V8"], ["S1"]) is None


def test_places_and_accounts_both_ways() -> None:
    rows = [
        LocationEntry(ours="3W", theirs="0614141000340"),
        LocationEntry(ours="3W", theirs="77", scheme="SELLER", partner="acme"),
        AccountEntry(ours="6100", theirs="A-6", partner="erp"),
    ]
    on = CrossReferences(rows).on(DAY)
    assert {(row.scheme, row.theirs) for row in on.location("acme", "3W")} == {
        ("GLN", "0614141000340"),
        ("SELLER", "77"),
    }
    assert [row.theirs for row in on.location("best", "3W")] == ["0614141000340"]
    assert on.our_location("acme", [("SELLER", "77")]) == "3W"
    assert on.our_location("best", [("SELLER", "77")]) is None
    assert (on.account("erp", "6100"), on.account("acme", "6100")) == ("A-6", None)
