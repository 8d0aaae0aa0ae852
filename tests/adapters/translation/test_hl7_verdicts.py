"""What an answer says about a message that was sent."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.contracts import Verdict
from adapters.translation.hl7_verdicts import verdict_on, words_of
from tests.rigs.hl7_messages import message

SENT = message("ACK^O05^ACK", "MSA|AA|M1", control="77")


def answer(code: str, *segments: str, about: str = "77", version: str = "2.5") -> bytes:
    return message("ACK^O05^ACK", f"MSA|{code}|{about}", *segments, control="9", version=version)


@pytest.mark.parametrize(
    ("received", "verdict"),
    [
        (answer("AA"), Verdict.ACCEPTED),
        (answer("CA"), Verdict.ACCEPTED),
        (answer("AE"), Verdict.REFUSED),
        (answer("AE", "ERR|||101^Required field missing^HL70357|E"), Verdict.REFUSED),
        (answer("AE", "ERR|||207^Application internal error^HL70357|E"), Verdict.BUSY),
        (answer("AE", "ERR|||207|E", "ERR|||101|E"), Verdict.REFUSED),
        (answer("CR"), Verdict.REFUSED),
        (answer("AR"), Verdict.BUSY),
        (answer("AR", "ERR|||207^Application internal error^HL70357|E"), Verdict.BUSY),
        (answer("AR", "ERR|||200^Unsupported message type^HL70357|E"), Verdict.REFUSED),
        (answer("AR", "ERR|MSH^1^12^203&Unsupported version id&HL70357", version="2.3"), Verdict.REFUSED),
        (answer("CE"), Verdict.BUSY),
        (answer("CE", "ERR|||102^Data type error^HL70357|E"), Verdict.REFUSED),
        (answer("CE", "ERR|||104^Value too long^HL70357|E"), Verdict.REFUSED),
        (answer("CE", "ERR|||206^Application record locked^HL70357|E"), Verdict.BUSY),
        (answer("AR", "ERR|||X9^Ours^L|E"), Verdict.BUSY),
        (answer(" aa "), Verdict.ACCEPTED),
        (answer("AA", about="78"), Verdict.STRAY),
        (answer("AE", about=""), Verdict.STRAY),
        (answer("XX"), Verdict.STRAY),
        (message("ADT^A01", "PID|1"), Verdict.STRAY),
        (b"MSA|AA|77\r", Verdict.STRAY),
        (b"", Verdict.STRAY),
    ],
)
def test_a_code_and_its_condition_decide(received: bytes, verdict: Verdict) -> None:
    assert verdict_on(SENT, received) is verdict


def test_other_separators_and_escapes_in_the_answer_are_read() -> None:
    sent = SENT.replace(b"|77|", rb"|7\S\7|")
    assert verdict_on(sent, answer("AA", about=r"7\S\7")) is Verdict.ACCEPTED
    assert verdict_on(sent, rb"MSH*%~\&*A*B*C*D*2026**ACK*1*P*2.5" + b"\rMSA*AA*7^7\r") is Verdict.ACCEPTED


@pytest.mark.parametrize(
    ("received", "words"),
    [
        (answer("AE", "ERR|||207|E", "ERR|||101|E"), "AE 101 207"),
        (answer("ar"), "AR"),
        (answer("AE", "ERR|||Doe Jane|E||||no bed for DOE"), "AE"),
        (answer("AE", *(f"ERR|||1{number:02d}|E" for number in range(40))), "AE 100 101 102 103 104"),
        (b"", ""),
        (message("ADT^A01", "PID|1"), ""),
    ],
)
def test_a_no_is_told_by_its_codes_alone(received: bytes, words: str) -> None:
    assert words_of(received) == words


def test_nothing_sent_is_answered_by_nothing() -> None:
    assert verdict_on(b"ISA*00*", answer("AA")) is Verdict.STRAY


@given(st.one_of(st.binary(max_size=200), st.binary(max_size=60).map(lambda tail: answer("AE") + tail)))
def test_whatever_comes_there_is_a_verdict(received: bytes) -> None:
    assert isinstance(verdict_on(SENT, received), Verdict)
    assert len(words_of(received)) < 60
