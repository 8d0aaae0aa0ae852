"""A delivery of HL7 becomes messages, documents and closings, whatever shape it comes in."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.partner import Identity, Partner
from adapters.reading import Closing, Message
from adapters.translate import digest, first_sender, is_hl7, read_delivery
from gateway.partners import PartnerBook
from tests.rigs.hl7_messages import closings, codes, document, message, only, read

ONE = message("OMS^O05", "RQD|1|X|||5|EA")
TWO = message("OMS^O05", "RQD|1|Y|||5|EA", control="M2")
BATCH = b"BHS|^~\\&|CAB|3W|ERP|STEX|2026||||B7\r" + ONE + TWO


def shape(content: bytes) -> str:
    """Each item as a letter: message accepted or rejected (m, r), closing with a key or without (C, c)."""
    letters = []
    for item in read(content):
        if isinstance(item, Message):
            letters.append("m" if item.accepted else "r")
        else:
            letters.append("C" if item.key else "c")
    return "".join(letters)


@pytest.mark.parametrize(
    ("content", "wanted", "told"),
    [
        (ONE, "mC", []),
        (ONE + TWO, "mCmC", []),
        (b"\x0b" + ONE + b"\x1c\r\x0b" + TWO + b"\x1c\r", "mCmC", []),
        (ONE.replace(b"\r", b"\n"), "mC", ["HL7-I0107"]),
        (ONE.replace(b"\r", b"\r\n"), "mC", ["HL7-I0107"]),
        (b"noise\r" + ONE, "mCc", ["HL7-W0108"]),
        (BATCH + b"BTS|2\r", "mmC", []),
        (BATCH + b"BTS|3\r", "mmC", ["HL7-W0113"]),
        (BATCH, "mmC", ["HL7-W0114"]),
        (b"FHS|^~\\&|CAB\r" + BATCH + b"BTS|2\rFTS|1\r", "mmC", []),
        (b"FHS|^~\\&|CAB\r" + BATCH + b"BTS|2\rFTS|2\r", "mmCc", ["HL7-W0113"]),
        (b"FHS|^~\\&|CAB\r" + ONE + b"FTS|1\r", "mC", []),
        (ONE + b"BTS|1\r", "mCc", ["HL7-W0115"]),
        (b"\x0b" + ONE[:-6] + b"\x0b" + TWO + b"\x1c\r", "rCmC", ["HL7-E0116"]),
        (b"MSH|^~\\&|A|B\r", "rC", ["HL7-E0103"]),
        (b"PID|1||4711\rORC|NW|1\r", "rc", ["HL7-E0101"]),
        (ONE.decode().encode("utf-16-le"), "rc", ["HL7-E0106"]),
        (message("OMS^O05", "RQD|1|X|||5|EA", control=""), "mC", ["HL7-W0120"]),
        (message("OMS^O05", "RQD|1|X|||5|EA", version="3"), "mC", ["HL7-W0203"]),
        (ONE.replace(b"|P|", b"|Q|"), "mC", ["HL7-W0202"]),
        (message("OMS^O05", "RQD|1|X|||5|EA", "DSC|77|F"), "rC", ["HL7-E0121"]),
    ],
)
def test_each_shape_is_read(content: bytes, wanted: str, told: list[str]) -> None:
    assert shape(content) == wanted
    assert codes(content) == told


def test_a_message_that_is_too_large_is_refused_and_its_neighbour_read() -> None:
    large = message("OMS^O05", "RQD|1|X|||5|EA", "NTE|1||" + "x" * (16 << 20))
    items = read(large + TWO)
    assert [item.accepted for item in items if isinstance(item, Message)] == [False, True]
    assert "HL7-E0104" in codes(large + TWO)


def test_training_and_debugging_are_tests() -> None:
    assert [only(ONE.replace(b"|P|", mark)).test for mark in (b"|T|", b"|D|", b"|P|", b"||")] == [
        True,
        True,
        False,
        False,
    ]


def test_the_batch_stands_in_the_provenance() -> None:
    (first, _, closing) = read(BATCH + b"BTS|2\r")
    assert isinstance(first, Message)
    assert first.document.provenance is not None
    assert (first.document.provenance.interchange, first.document.provenance.transaction) == ("B7", "M1")
    assert isinstance(closing, Closing)
    assert closing.key is not None
    assert closing.key.control_number == "B7"


def test_a_message_is_the_same_by_its_bytes_and_new_by_others() -> None:
    """What the ledger compares: key and digest. An empty control id claims nothing."""
    (one,), (again,), (other,) = (
        closings(ONE),
        closings(b"\x0b" + ONE + b"\x1c\r"),
        closings(ONE.replace(b"|X|", b"|Z|")),
    )
    assert (one.key, one.sha256) == (again.key, again.sha256)
    assert one.key == other.key
    assert one.sha256 != other.sha256
    assert one.repeat is not None
    assert one.repeat.code == "HL7-I0118"
    assert one.reuse is not None
    assert one.reuse.code == "HL7-W0119"
    assert one.conflict is None
    (nameless,) = closings(message("OMS^O05", "RQD|1|X|||5|EA", control=""))
    assert nameless.reuse is None


def test_partners_are_found_by_application_and_facility() -> None:
    def partner(name: str, id: str) -> Partner:
        return Partner(name=name, identities=(Identity(scheme="MSH", id=id),))

    anybody = Partner(name="unlisted", catch_all=True)
    book = PartnerBook([partner("ward", "CAB|3W"), partner("cabinets", "CAB"), anybody])

    def named(content: bytes) -> list[str]:
        return [item.partner.name for item in read_delivery(content, digest(content), book.find)]

    assert named(ONE) == ["ward", "ward"]
    assert named(ONE.replace(b"|3W|", b"|4W|")) == ["cabinets", "cabinets"]
    assert named(ONE.replace(b"|CAB|", b"|XYZ|")) == ["unlisted", "unlisted"]
    assert named(ONE.replace(b"|CAB|3W|", b"|^1.2.3^ISO||")) == ["unlisted", "unlisted"]
    assert first_sender(ONE) == "CAB|3W"
    assert first_sender(b"BHS|^~\\&||\r" + ONE) == "CAB|3W"


def test_an_unknown_sender_is_held_and_named_as_a_partner_file_would() -> None:
    items = list(read_delivery(ONE, digest(ONE), lambda *_: None, live=True))
    held, closing = items
    assert isinstance(held, Message)
    assert isinstance(closing, Closing)
    assert not held.accepted
    assert closing.quarantine
    assert closing.reply is not None
    assert closing.reply.code == "AR"
    (problem,) = held.problems
    assert '{ scheme = "MSH", id = "CAB|3W" }' in (problem.help or "")


def test_the_agreed_character_set_is_used() -> None:
    content = message("OMS^O05", "RQD|1|X^GROSSE|||5|EA").replace(b"GROSSE", "Größe".encode("cp850"))
    assert document(content, {"charset": "cp850"})["lines"][0]["item"]["description"] == "Größe"


@pytest.mark.parametrize(
    "content", [b"", b"ISA*00*", b"\xff\xd8\xff\xe0", b"the MSH of a text", b"\x00" * 10_000, b"a,b,c\r\n1,2,3\r\n"]
)
def test_other_bytes_are_left_to_x12(content: bytes) -> None:
    assert not is_hl7(content)


def test_an_interchange_that_quotes_hl7_is_x12() -> None:
    isa = b"ISA*00*          *00*          *01*088391206      *01*062147855      *261116*1104*U*00401*000000123*0*P*>~"
    assert not is_hl7(isa + b"\rMSH|^~\\&|A|B\r")
    assert is_hl7(ONE + isa)


FIELD = st.text(alphabet='AZ09az ^~&\\|.+-"é\n\x00', max_size=12)
SEGMENT = st.builds(
    lambda tag, fields: "|".join([tag, *fields]),
    st.sampled_from(
        ["ORC", "RQD", "RQ1", "NTE", "PID", "PV1", "FT1", "MFI", "MFE", "IIM", "ITM", "VND", "PKG", "PCE", "IVT", "ILT",
         "SCH", "RGS", "AIS", "AIG", "AIL", "AIP", "RXD", "EQU", "INV", "OBX", "PRT", "MSA", "ERR", "MFA", "ZPM", "ZQD",
         "DSC", "ADD", "EVN", "MSH", "BHS", "BTS"]
    ),
    st.lists(FIELD, max_size=14),
)  # fmt: skip
TYPES = ["OMS^O05", "ORM^O01", "MFN^M15", "MFN^M16", "DFT^P03", "SIU^S12", "RDS^O13", "INU^U05", "ORU^R01", "ACK", "X"]
OVERLAY: dict[str, Any] = {
    "ack_files": "always",
    "order_replies": True,
    "fields": {"RQD-5": "RQD-3.2", "FT1-7": ""},
    "patient_fields": ["PID-3", "PV1-19.1"],
    "segments": {
        "ZPM": {"means": "movement", "fields": {"kind": "1", "item": "2", "quantity": "3"}, "kinds": {"A": "count"}},
        "ZQD": {"means": "instance", "fields": {"udi": "1", "expires": "2"}},
    },
}


@given(st.sampled_from(TYPES), st.lists(SEGMENT, max_size=10), st.sampled_from([None, OVERLAY]), st.booleans())
@settings(max_examples=300, deadline=None)
def test_nothing_brings_it_down(type: str, segments: list[str], overlay: dict[str, Any] | None, live: bool) -> None:
    """Whatever stands in the fields: messages with documents or located problems, and every answer can be written."""
    content = message(type, *segments)
    items = read(content, overlay, live=live)
    assert isinstance(items[-1], Closing)
    for item in items:
        for problem in item.problems:
            assert problem.offset is not None
            assert 0 <= problem.offset <= len(content)
            assert problem.line
        if isinstance(item, Message):
            assert item.document.to_json()
            assert item.accepted or any(problem.severity == "error" for problem in item.problems)


@pytest.mark.parametrize(
    ("content", "codes"),
    [
        (b"BHS|^~\\&|CAB|3W\rBTS|0\r", []),
        (b"FHS|^~\\&|CAB|3W\rFTS|0\r", []),
        (b"FHS|^~\\&|CAB|3W\rBHS|^~\\&|CAB|3W\rBTS|0\rFTS|1\r", []),
        (b"FHS", ["HL7-E0101"]),
        (b"BHS|^~\\&|CAB|3W\r", ["HL7-E0101"]),
        (b"BHS|^~\\&|CAB|3W\rBTS|5\r", ["HL7-E0101"]),
    ],
)
def test_a_whole_batch_may_be_empty_and_a_broken_one_is_rejected(content: bytes, codes: list[str]) -> None:
    messages = [item for item in read(content) if isinstance(item, Message)]
    assert [item.problems[0].code for item in messages] == codes
