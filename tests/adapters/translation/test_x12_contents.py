"""Values that contradict themselves or each other are told as warnings, and the document goes on."""

from collections.abc import Sequence

import pytest

from adapters.formats.x12.cursor import Cursor, grammar
from adapters.formats.x12.tree import Segment
from adapters.partner import Partner
from adapters.reading import Item, Message
from adapters.translate import digest, read_delivery
from adapters.translation.x12_contents import content_findings
from tests.rigs.x12_bytes import group, interchange, transaction_set

ANYBODY = Partner(name="acme", catch_all=True)
ORDER_HEAD = ("BEG*00*NE*4500012345**20261120",)
INVOICE_HEAD = ("BIG*20261120*90417**4500012345",)


def read(rows: Sequence[str], set_id: str, functional_id: str, release: str = "004010") -> Message:
    """The one message of a set with these rows."""
    content = interchange(
        group(transaction_set(rows, set_id=set_id), functional_id=functional_id, release=release),
        version="00" + release[1:4],
    )
    items: list[Item] = list(read_delivery(content, digest(content), lambda *_: ANYBODY))
    (message,) = [item for item in items if isinstance(item, Message)]
    return message


def told(message: Message, *families: str) -> list[tuple[str, str | None, int | None, str | None]]:
    """Code, segment, element and expectation of the problems whose code ends so."""
    return [
        (problem.code, problem.segment, problem.element, problem.expected)
        for problem in message.problems
        if problem.code.endswith(families)
    ]


def order(*rows: str) -> Message:
    """An order with these rows."""
    return read((*ORDER_HEAD, *rows), "850", "PO")


def invoice(*rows: str, release: str = "004010") -> Message:
    """An invoice with these rows."""
    return read((*INVOICE_HEAD, *rows), "810", "IN", release)


def test_wrong_check_digits_are_warnings_at_their_elements_and_no_acknowledgment_tells_them() -> None:
    message = order(
        "N1*ST*NORTH CLINIC*UL*9501101530004",
        "PO1*1*10*BX*5.00**VN*GLV-M-200*UP*036000291453*N4*1234-5678-90*HI*+A123BJC5D6E71F",
        "CTT*1",
    )
    assert message.accepted
    assert told(message, "") == [
        ("X12-W0504", "N1", 4, "check digit 3"),
        ("X12-W0501", "PO1", 9, "check digit 2"),
        ("X12-W0502", "PO1", 11, "digits as 5-4-2"),
        ("X12-W0503", "PO1", 13, "check character 'G'"),
    ]
    assert [problem.ack for problem in message.problems] == [None] * 4


def test_right_identifiers_are_not_told() -> None:
    message = order("N1*ST*NORTH CLINIC*UL*9501101530003", "PO1*1*10*BX*5.00**VN*GLV*UP*036000291452", "CTT*1")
    assert message.problems == ()


@pytest.mark.parametrize(
    "rows",
    [
        ("IT1*1*10*BX*5.00", "TDS*5000"),
        ("IT1*1*10*BX*5.00", "TDS*5400", "TXI*ST*4.00"),
        ("IT1*1*10*BX*5.00", "TDS*6200", "SAC*C*D240***1200"),
        ("IT1*1*10*BX*5.00", "TDS*4500", "SAC*A*C310***500*******02"),
        ("IT1*1*10*BX*5.00", "TDS*5000", "SAC*A*C310***500*******01"),
        ("IT1*1*10*BX*5.00", "SAC*A*C310***500", "TDS*4500"),
        ("IT1*1*10*BX*5.00", "SAC*A*C310***500", "TDS*5000"),
        ("IT1*1*10*BX*5.00", "TXI*ST*4.00", "TDS*5400", "TXI*ST*4.00"),
        ("IT1*1*10*BX*5.00", "TDS*5400", "TXI*ST*4.00", "SAC*C*H850***400"),
        ("IT1*1*1500*EA*12.50*HP", "TDS*18750"),
        ("IT1*1*15*HU*12.50*HP", "TDS*18750"),
        ("IT1*1*1500*EA*12.50*TP", "TDS*1875"),
        ("IT1*1*24*EA*6.00*PD", "TDS*1200"),
        ("IT1*1*3*EA*.335", "TDS*101"),
        ("IT1*1*3*EA*.335", "TDS*100"),
        ("IT1*1*-10*BX*5.00", "TDS*5000"),
        ("IT1*1*10*BX*5.00*PP", "TDS*9999"),
        ("IT1*1*10*BX*5.00", "TDS*9999", "SAC*C*D240****1*5"),
        ("IT1*1*10*BX", "TDS*9999"),
    ],
)
def test_invoices_that_add_up_or_cannot_be_added_up_are_not_told(rows: tuple[str, ...]) -> None:
    assert told(invoice(*rows, "CTT*1"), "W0511") == []


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        (("IT1*1*10*BX*5.00", "TDS*5500"), "5000, for 50.00 added up"),
        (("IT1*1*10*BX*5.00", "TDS*5002"), "5000, for 50.00 added up"),
        (("IT1*1*10*BX*5.00*CT", "TDS*5500"), "5000, for 50.00 added up"),
        (("IT1*1*1500*EA*12.50*HP", "TDS*1875000"), "18750, for 187.50 added up"),
        (("IT1*1*10*BX*5.00", "TDS*5000", "SAC*C*D240***1200"), "6200, for 62.00 added up"),
        (("IT1*1*10*BX*5.00", "SAC*C*D240***1200", "TDS*6000", "TXI*ST*4.00"), "6600, for 66.00 added up"),
    ],
)
def test_an_invoice_total_that_fits_no_reading_is_told(rows: tuple[str, ...], expected: str) -> None:
    message = invoice(*rows, "CTT*1")
    assert message.accepted
    assert told(message, "W0511") == [("X12-W0511", "TDS", 1, expected)]


def test_taxes_of_a_charge_count_in_both_releases() -> None:
    rows = ("IT1*1*10*BX*5.00", "TDS*6300", "SAC*C*D240***1200", "TXI*ST*1.00", "CTT*1")
    assert told(invoice(*rows), "W0511") == []
    assert told(invoice(*rows, release="005010"), "W0511") == []


@pytest.mark.parametrize(("amount", "codes"), [("50", []), ("50.01", []), ("62", []), ("55", ["X12-W0512"])])
def test_an_order_total_is_held_against_its_lines(amount: str, codes: list[str]) -> None:
    message = order("SAC*C*D240***1200", "PO1*1*10*BX*5.00", "CTT*1", f"AMT*TT*{amount}")
    assert [code for code, *_ in told(message, "W0512")] == codes


@pytest.mark.parametrize(
    ("set_id", "rows", "expected"),
    [
        ("832", ("BCT*PC", "LIN**VN*GLV", "LIN**VN*GLW", "CTT*3"), ["2 counted in LIN"]),
        ("846", ("BIA*00*DD*1*20261120", "LIN**VN*GLV", "QTY*33*7", "CTT*1*8"), ["7 added up in QTY02"]),
        (
            "860",
            ("BCH*04*NE*1***20261120", "POC*1*CA*12*3*EA*5", "CTT*2*11"),
            ["1 counted in POC", "12 added up in POC03"],
        ),
        ("861", ("BRA*1*20261120*00*1", "DTM*050*20261120", "RCD**10*EA", "CTT*1*9"), ["10 added up in RCD02"]),
        ("865", ("BCA*04*AC*1***20261120", "POC*1*CA*12*3*EA*5", "CTT*1*12"), []),
    ],
)
@pytest.mark.parametrize("release", ["004010", "005010"])
def test_counts_of_every_set_are_held_against_its_lines(
    set_id: str, rows: tuple[str, ...], expected: list[str], release: str
) -> None:
    known = grammar(set_id, release)
    assert known is not None
    cursor = Cursor(known)
    sent = enumerate((f"ST*{set_id}*0001", *rows, "SE*9*0001"), start=1)
    segments = [Segment(row.split("*"), index, 0, len(row)) for index, row in sent]
    for segment in segments:
        cursor.place(segment)
    assert [fault.kind.code for fault in cursor.faults] == []
    assert [finding.expected for finding in content_findings(cursor.root, release, segments)] == expected


def ship_notice(*rows: str) -> Message:
    """A ship notice with these levels."""
    return read(("BSN*00*SHP001*20261120*0915*0001", *rows), "856", "SH")


def test_levels_at_their_places_are_not_told() -> None:
    message = ship_notice(
        "HL*1**S*1", "HL*2*1*O*1", "PRF*4500012345", "HL*3*2*P*1", "MAN*GM*00106141412345678908",
        "HL*4*3*I*0", "LIN**VN*GLV", "SN1**10*BX", "CTT*4",
    )  # fmt: skip
    assert told(message, "W0521", "W0522", "W0506", "W0416") == []


def test_levels_out_of_place_and_wrong_child_codes_are_told() -> None:
    message = ship_notice(
        "HL*1**O*1", "PRF*4500012345", "HL*2*1*S*1", "HL*3*2*I*1", "LIN**VN*GLV", "SN1**10*BX", "CTT*3"
    )
    assert told(message, "W0521", "W0522") == [
        ("X12-W0521", "HL", 3, "S, the shipment, at the top"),
        ("X12-W0521", "HL", 2, "shipment (S) never stands under order (O)"),
        ("X12-W0522", "HL", 4, "0, by what was sent"),
    ]


def test_a_wrong_sscc_is_told() -> None:
    message = ship_notice(
        "HL*1**S*1", "HL*2*1*O*1", "PRF*4500012345", "HL*3*2*P*1", "MAN*GM*00106141412345678909",
        "HL*4*3*I*0", "LIN**VN*GLV", "SN1**10*BX", "CTT*4",
    )  # fmt: skip
    assert told(message, "W0506") == [("X12-W0506", "MAN", 2, "check digit 8")]


@pytest.mark.parametrize(
    ("rows", "place"),
    [
        (("LS*LDT", "LDT*AF*3*DA", "LE*LDT", "N9*L1*NOTE", "MSG*TEXT", "CTT*1"), None),
        (("LS*LDT", "LDT*AF*3*DA", "N9*L1*NOTE", "MSG*TEXT", "CTT*1"), ("N9", 6)),
        (("LS*LDT", "LDT*AF*3*DA", "PO1*2*1*EA*1", "CTT*2"), ("PO1", 6)),
        (("LS*LDT", "LDT*AF*3*DA", "QTY*01*3", "CTT*1"), ("CTT", 7)),
    ],
)
def test_ls_without_le_is_a_missing_segment(rows: tuple[str, ...], place: tuple[str, int] | None) -> None:
    message = order("PO1*1*10*BX*5.00", *rows)
    assert message.accepted
    found = [problem for problem in message.problems if problem.code == "X12-W0420"]
    assert [(problem.segment, problem.segment_index, problem.ack) for problem in found] == (
        [("LE", place[1], "AK304=3")] if place else []
    )


@pytest.mark.parametrize("release", ["003040", "003060", "002001"])
def test_short_dates_are_right_before_004010(release: str) -> None:
    rows = ("BEG*00*NE*4500012345**961120", "DTM*002*961201", "PO1*1*10*BX*5.00", "CTT*1")
    message = read(rows, "850", "PO", release)
    assert [problem.code for problem in message.problems] == []
    assert b"1996-11-20" in message.document.to_json()


@pytest.mark.parametrize("date", ["961301", "1996112"])
def test_a_wrong_date_is_told_in_every_release(date: str) -> None:
    rows = (f"BEG*00*NE*4500012345**{date}", "PO1*1*10*BX*5.00", "CTT*1")
    message = read(rows, "850", "PO", "003040")
    assert [problem.element for problem in message.problems] == [5]


def test_short_dates_are_told_from_004010_on() -> None:
    rows = ("BEG*00*NE*4500012345**261120", "PO1*1*10*BX*5.00", "CTT*1")
    assert [problem.code for problem in read(rows, "850", "PO").problems] == ["X12-W0304"]
