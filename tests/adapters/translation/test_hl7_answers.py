"""What a sender of HL7 is told: the right code, in its own words, and nothing about any patient."""

from datetime import UTC, datetime
from itertools import count

import pytest

from adapters.partner import Partner
from adapters.translate import answer_from, render
from adapters.translation.hl7_refusals import not_kept, too_large
from adapters.translation.hl7_render import Hl7Answer
from tests.rigs.hl7_messages import closings, message

AT = datetime(2026, 11, 21, 7, 30, tzinfo=UTC)
GOOD = ("RQD|1|X|||5|EA",)
BAD = ("RQD|1|X|||1O|EA",)


def text(answer: Hl7Answer | None) -> list[str]:
    """The segments of an answer."""
    assert answer is not None
    numbers = count(1)
    content, _ = render(answer, lambda _: next(numbers), AT)
    assert content.endswith(b"\r")
    again, _ = render(answer_from(answer.model_dump_json(exclude_none=True).encode()), lambda _: 1, AT)
    assert len(again) == len(content)
    return content.decode(answer.codec).rstrip("\r").split("\r")


def modes(accept: str, application: str) -> str:
    """MSH-13 to MSH-16."""
    return f"|||{accept}|{application}"


def codes(segments: tuple[str, ...], accept: str, application: str, **settings: object) -> tuple[str, str]:
    """The code on the line, and that of the message of its own; empty for none."""
    content = message("OMS^O05", *segments, more=modes(accept, application))
    (closing,) = closings(content, settings)
    later = closing.messages[0].code if closing.messages else ""
    return closing.reply.code if closing.reply else "", later


@pytest.mark.parametrize(
    ("accept", "application", "good", "bad"),
    [
        ("", "", ("AA", ""), ("AE", "")),
        ("AL", "NE", ("CA", ""), ("CE", "")),
        ("AL", "AL", ("CA", "AA"), ("CA", "AE")),
        ("AL", "ER", ("CA", ""), ("CA", "AE")),
        ("AL", "SU", ("CA", "AA"), ("CE", "")),
        ("ER", "NE", ("", ""), ("CE", "")),
        ("SU", "NE", ("CA", ""), ("", "")),
        ("NE", "AL", ("AA", ""), ("AE", "")),
        ("", "AL", ("AA", ""), ("AE", "")),
        ("NE", "NE", ("AA", ""), ("AE", "")),
        ("NE", "", ("AA", ""), ("AE", "")),
        ("??", "NE", ("CA", ""), ("CE", "")),
    ],
)
def test_the_answer_is_the_one_that_is_asked_for(
    accept: str, application: str, good: tuple[str, str], bad: tuple[str, str]
) -> None:
    assert codes(GOOD, accept, application) == good
    # An error is told where the sender listens for it: in the application acknowledgment, else at once.
    assert codes(BAD, accept, application) == bad


def test_a_sender_can_be_answered_in_one_mode_whatever_it_asks_for() -> None:
    assert codes(GOOD, "AL", "NE", ack_mode="original") == ("AA", "")
    assert codes(GOOD, "", "", ack_mode="enhanced") == ("CA", "")
    assert codes(GOOD, "NE", "NE", ack_mode="strict") == ("", "")
    assert codes(GOOD, "NE", "NE", ack_mode="auto") == ("AA", "")


def test_errors_of_content_and_of_kind_are_told_apart() -> None:
    assert codes(BAD, "", "") == ("AE", "")
    assert codes(BAD, "", "", content_errors="accept") == ("AA", "")
    assert codes(BAD, "AL", "NE", content_errors="accept") == ("CA", "")
    (refused,) = closings(message("ADT^A08", "PID|1"), {"unmapped": "reject"})
    assert refused.reply is not None
    assert refused.reply.code == "AR"
    assert next(line for line in text(refused.reply) if line.startswith("ERR")).split("|")[3].startswith("200^")
    (commit,) = closings(message("ADT^A08", "PID|1", more=modes("AL", "NE")), {"unmapped": "reject"})
    assert commit.reply is not None
    assert commit.reply.code == "CR"


@pytest.mark.parametrize(("accept", "code"), [("", "AR"), ("AL", "CE")])
def test_an_error_of_our_own_asks_for_the_message_again(accept: str, code: str) -> None:
    content = message("OMS^O05", *GOOD, more=modes(accept, ""))
    answer = not_kept(content, lambda *_: Partner(name="ehr", catch_all=True), AT)
    assert answer is not None
    segments = answer.decode().split("\r")
    assert segments[1].startswith(f"MSA|{code}|")
    assert "207^Application internal error" in segments[2]


def test_a_message_that_is_too_large_is_refused_from_its_first_bytes() -> None:
    beginning = message("OMS^O05", *GOOD)[:90]
    answer = too_large(beginning, lambda *_: Partner(name="ehr", catch_all=True), AT)
    assert answer is not None
    assert b"\rMSA|AE|" in answer
    assert too_large(b"GET / HTTP/1.1\r\n", lambda *_: None, AT) is None
    assert too_large(message("ACK", "MSA|AA|1"), lambda *_: None, AT) is None


@pytest.mark.failure("X4")
def test_an_answer_is_never_answered() -> None:
    for type in ("ACK^O05", "ORS^O06", "RSP^K31"):
        (closing,) = closings(message(type, "MSA|AA|77", more=modes("AL", "AL")))
        assert closing.reply is None
        assert closing.messages == ()


def test_an_answer_repeats_the_senders_own_words() -> None:
    content = (
        "MSH|~^\\&|K\u00f6ln\\T\\Co~1.2~ISO|3W|ERP|STEX|2026||OMS~O05|A\\S\\1|T|2.4||||||8859/1\r" + "RQD|1|X|||5|EA\r"
    ).encode("latin-1")
    (closing,) = closings(content)
    assert text(closing.reply) == [
        "MSH|~^\\&|ERP|STEX|K\u00f6ln\\T\\Co~1.2~ISO|3W|20261121073000+0000||ACK~O05~ACK|1|T|2.4||||||8859/1",
        "MSA|AA|A\\S\\1",
    ]
    assert closing.reply is not None
    assert closing.reply.codec == "iso8859-1"


@pytest.mark.parametrize(
    ("version", "wanted"),
    [
        ("2.1", ["MSA|AE|M1|quantity is not a number"]),
        ("2.3", ["MSA|AE|M1|quantity is not a number", "ERR|RQD^1^5^102&Data type error&HL70357"]),
        ("2.5.1", ["MSA|AE|M1",
                   "ERR||RQD^1^5^1|102^Data type error^HL70357|E|||HL7-E0303|quantity is not a number"]),
    ],
)  # fmt: skip
def test_an_error_is_told_as_the_version_has_it(version: str, wanted: list[str]) -> None:
    (closing,) = closings(message("OMS^O05", *BAD, version=version))
    assert text(closing.reply)[1:] == wanted


def test_the_second_of_two_segments_is_named_as_the_second() -> None:
    (closing,) = closings(message("OMS^O05", *GOOD, "ORC|NW|R2", *BAD))
    assert text(closing.reply)[2].startswith("ERR||RQD^2^5^1|")


def test_warnings_are_told_to_who_wants_them() -> None:
    content = message("OMS^O05", "RQD|1|X|||5")
    assert len(text(closings(content)[0].reply)) == 2
    told = text(closings(content, {"tell_warnings": True})[0].reply)
    assert told[1:] == [
        "MSA|AA|M1",
        "ERR||RQD^1^6^1|101^Required field missing^HL70357|W|||MAP-W0006|quantity comes without its unit",
    ]


@pytest.mark.parametrize(
    ("level", "shape"),
    [("AL", "MFK^M15^MFK_M01"), ("SU", "MFK^M15^MFK_M01"), ("NE", "ACK^M15^ACK"), ("ER", "ACK^M15^ACK"),
     ("", "ACK^M15^ACK")],
)  # fmt: skip
def test_a_master_file_is_answered_entry_by_entry_where_it_asks(level: str, shape: str) -> None:
    content = message("MFN^M15", f"MFI|INV||UPD|||{level}", "MFE|MAD|E1|2026|K1|CE", "IIM|K1", "MFE|MUP|E2||K2")
    told = text(closings(content)[0].reply)
    assert told[0].split("|")[8] == shape
    if shape.startswith("MFK"):
        assert told[2:] == [
            f"MFI|INV||UPD|||{level}", "MFA|MAD|E1|20261121073000|S|K1|CE", "MFA|MUP|E2|20261121073000|S|K2",
        ]  # fmt: skip


def test_orders_are_answered_one_by_one_where_that_is_agreed() -> None:
    content = message("OMS^O05", "ORC|NW|R1^MM", *GOOD, "ORC|NW|R2", "RQD|2|Y|||1|EA")
    assert text(closings(content)[0].reply)[0].split("|")[8] == "ACK^O05^ACK"
    told = text(closings(content, {"order_replies": True})[0].reply)
    assert told[0].split("|")[8] == "ORS^O06^ORS_O06"
    assert told[1:] == ["MSA|AA|M1", "ORC|OK|R1^MM", "RQD|1|X|||5|EA", "ORC|OK|R2", "RQD|2|Y|||1|EA"]
    refused = text(closings(message("OMN^O07", "ORC|NW|R1", *BAD), {"order_replies": True})[0].reply)
    assert refused[0].split("|")[8] == "ORN^O08^ORN_O08"
    assert refused[-2:] == ["ORC|UA|R1", "RQD|1|X|||1O|EA"]


@pytest.mark.parametrize(
    ("wanted", "good", "bad"), [("never", [], []), ("errors", [], ["AE"]), ("always", ["AA"], ["AE"])]
)
def test_a_file_is_answered_where_that_is_agreed(wanted: str, good: list[str], bad: list[str]) -> None:
    for segments, codes_told in ((GOOD, good), (BAD, bad)):
        (closing,) = closings(message("OMS^O05", *segments), {"ack_files": wanted}, live=False)
        assert closing.reply is None
        assert [answer.code for answer in closing.messages] == codes_told


def test_a_batch_is_answered_as_a_batch() -> None:
    batch = (
        b"BHS|^~\\&|CAB|3W|ERP|STEX|2026||||B7\r" + message("OMS^O05", *GOOD) + message("OMS^O05", *BAD, control="M2")
    )
    (closing,) = closings(batch + b"BTS|2\r", {"ack_files": "always"}, live=False)
    (answer,) = closing.messages
    lines = text(answer)
    assert lines[0] == "BHS|^~\\&|ERP|STEX|CAB|3W|20261121073000+0000||||1|B7"
    assert [line.split("|")[1:3] for line in lines if line.startswith("MSA")] == [["AA", "M1"], ["AE", "M2"]]
    assert lines[-1] == "BTS|2"
