"""The acknowledgments that leave the house: right content, right envelope, and a second opinion."""

import io
import itertools
from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
import pyx12.x12file

from adapters.formats.x12.tree import Delimiters
from adapters.partner import Acknowledgments, Partner
from adapters.reading import Closing, Message
from adapters.translate import digest, read_delivery, render
from tests.rigs.x12_bytes import group, interchange, order, transaction_set

NOW = datetime(2026, 11, 21, 7, 30, tzinfo=UTC)
BAD = ("BEG*00*NE*4500012346**20261120", "PO1*1*1O*BX*13.45", "CTT*1")


def answers_to(content: bytes, wanted: Acknowledgments | None = None) -> list[str]:
    """Every answer as text, numbers from 1."""
    partner = Partner(name="acme", catch_all=True, acknowledgments=wanted or Acknowledgments())
    numbers: defaultdict[str, Iterator[int]] = defaultdict(lambda: itertools.count(1))
    found = []
    for item in read_delivery(content, digest(content), lambda *_: partner):
        if isinstance(item, Closing):
            found += [render(answer, lambda scope: next(numbers[scope]), NOW)[0].decode() for answer in item.answers]
    return found


def second_opinion(text: str) -> list[tuple[str, ...]]:
    """The segments as pyx12 reads them; fails on any error that it finds in the envelopes."""
    reader = pyx12.x12file.X12Reader(io.StringIO(text.replace("\n", "")))
    rows = [tuple(str(element.format()) for element in segment.elements) for segment in reader]
    assert reader.pop_errors() == []
    return rows


def test_an_accepted_order_gets_a_997() -> None:
    (text,) = answers_to(order())
    assert text.splitlines() == [
        "ISA*00*          *00*          *01*987654321      *01*123456789      *261121*0730*U*00401*000000001*0*P*>~",
        "GS*FA*STEX*ACME*20261121*0730*1*X*004010~",
        "ST*997*0001~",
        "AK1*PO*7~",
        "AK2*850*0001~",
        "AK5*A~",
        "AK9*A*1*1*1~",
        "SE*6*0001~",
        "GE*1*1~",
        "IEA*1*000000001~",
    ]


def test_a_bad_quantity_is_told_at_its_element() -> None:
    sets = (transaction_set(), transaction_set(BAD, number="0002"), transaction_set(number="0003"))
    (text,) = answers_to(interchange(group(*sets)))
    rows = [row.rstrip("~") for row in text.splitlines()]
    place = rows.index("AK2*850*0002")
    assert rows[place : place + 4] == ["AK2*850*0002", "AK3*PO1*3**8", "AK4*2*330*6*1O", "AK5*R*5"]
    assert "AK9*P*3*3*2" in rows


def test_the_answer_speaks_the_senders_release_and_separators() -> None:
    content = interchange(group(transaction_set(), release="005010"), version="00501", end="\n")
    content = content.replace(b"*", b"|")
    (text,) = answers_to(content)
    assert text.splitlines()[0].endswith("|^|00501|000000001|0|P|>")
    assert "AK1|PO|7|005010" in text.splitlines()
    assert "GS|FA|STEX|ACME|20261121|0730|1|X|005010" in text.splitlines()


def test_groups_of_several_releases_get_groups_of_answers() -> None:
    content = interchange(
        group(transaction_set()), group(transaction_set(), number="8", release="005010"), version="00501"
    )
    (text,) = answers_to(content)
    assert [row[-7:] for row in text.splitlines() if row.startswith("GS*")] == ["004010~", "005010~"]


@pytest.mark.parametrize(
    ("ask", "wanted", "kinds"),
    [
        ("0", Acknowledgments(), ["GS"]),
        ("1", Acknowledgments(), ["TA1", "GS"]),
        ("1", Acknowledgments(interchange="never"), ["GS"]),
        ("0", Acknowledgments(interchange="always"), ["TA1", "GS"]),
        ("0", Acknowledgments(interchange="rejected"), ["GS"]),
        ("0", Acknowledgments(functional="never"), []),
        ("0", Acknowledgments(functional="rejected"), []),
    ],
)
def test_what_is_due_follows_isa14_and_the_partner(ask: str, wanted: Acknowledgments, kinds: list[str]) -> None:
    content = interchange(group(transaction_set()), ask=ask)
    assert [text.splitlines()[1].split("*")[0] for text in answers_to(content, wanted)] == kinds


def test_a_ta1_stands_alone_and_names_the_interchange() -> None:
    (text,) = answers_to(order().replace(b"IEA*1*000000123", b"IEA*1*000000999"))
    assert text.splitlines()[1:] == ["TA1*000000123*261120*0915*R*001~", "IEA*0*000000001~"]


def test_without_detail_accepted_sets_are_left_out() -> None:
    sets = (transaction_set(), transaction_set(BAD, number="0002"))
    (text,) = answers_to(interchange(group(*sets)), Acknowledgments(detail=False))
    assert [row for row in text.splitlines() if row.startswith("AK2")] == ["AK2*850*0002~"]
    assert "AK9*P*2*2*1~" in text.splitlines()


@pytest.mark.parametrize("release", ["004010", "005010"])
def test_our_own_reader_and_pyx12_accept_every_answer(release: str) -> None:
    """What we write is read without a fault by our reader, and without an envelope error by an independent one."""
    version = "00401" if release == "004010" else "00501"
    sets = (transaction_set(), transaction_set(BAD, number="0002"))
    content = interchange(group(*sets, release=release), ask="1", version=version)
    texts = answers_to(content)
    assert len(texts) == 2
    partner = Partner(name="us", catch_all=True)
    for text in texts:
        rows = second_opinion(text)
        assert rows
        raw = text.encode()
        items = list(read_delivery(raw, digest(raw), lambda *_: partner))
        found = [item for item in items if isinstance(item, Message)]
        assert [message.accepted for message in found] == [True]
        assert [problem for item in items for problem in item.problems] == []


def test_data_that_holds_a_separator_is_never_written() -> None:
    """An application id that holds our separators comes out without them: the answer stays readable."""
    marks = Delimiters("*", ">", "~")
    content = order().replace(b"GS*PO*ACME*", b"GS*PO*AC\nME*")
    (text,) = answers_to(content)
    assert marks.segment in text
    second_opinion(text)


@pytest.mark.parametrize(("component", "declared"), [(b"^", "!"), (b">", "^")])
def test_an_answer_declares_a_repetition_separator_that_is_free(component: bytes, declared: str) -> None:
    """Senders of 00501 write U in ISA11; the answer must not make their component separator play two roles."""
    content = order().replace(b"*00401*", b"*00501*").replace(b"*P*>~", b"*P*" + component + b"~")
    (text,) = answers_to(content)
    assert text[82] == declared
    assert text[104] == component.decode()
    second_opinion(text)


def test_a_made_up_version_or_release_is_not_repeated() -> None:
    content = order().replace(b"*00401*", b"*00410*").replace(b"*X*004010", b"*X*999999")
    (text,) = answers_to(content)
    assert text[84:89] == "00401"
    assert "*X*004010~" in text


def test_an_id_of_another_charset_keeps_the_header_at_its_bytes() -> None:
    content = order().replace(b"123456789      *", "Möller".encode().ljust(15) + b"*")
    partner = Partner(name="acme", catch_all=True)
    (closing,) = [item for item in read_delivery(content, "", lambda *_: partner) if isinstance(item, Closing)]
    rendered, _ = render(closing.answers[0], lambda _: 1, NOW)
    assert rendered[105:106] == b"~"
    assert rendered[54:69] == "Möller".encode().ljust(15)


def test_a_segment_is_named_as_far_as_it_can_be() -> None:
    """AK301 holds two or three letters and digits; the rest is told by AK5, and nothing unreadable is sent on."""
    rows = ("BEG*00*NE*4500012345**20261120", "WRONGLONG*1", "X*1", "\x07?*1", "PO1*1*12*BX*13.45", "CTT*1")
    (text,) = answers_to(interchange(group(transaction_set(rows))))
    assert [row for row in text.splitlines() if row.startswith("AK3")] == ["AK3*WRO*3**1~"]
    assert "AK5*E*5~" in text
    assert text.replace("\n", "").isprintable()
