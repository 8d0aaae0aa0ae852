"""Answers are written as the version, the separators and the characters of the sender want them."""

from datetime import UTC, datetime

import pytest

from adapters.formats.hl7.acknowledge import ErrorToTell, answer_type, error_rows, result_row
from adapters.formats.hl7.encoding import STANDARD, Encoding
from adapters.formats.hl7.message import parse_message
from adapters.formats.hl7.write import write_batch, write_message

AT = datetime(2026, 11, 21, 7, 30, tzinfo=UTC)
ERROR = ErrorToTell("102", "E", "HL7-E0303", "quantity is not a number", "RQD", 2, 5)


@pytest.mark.parametrize(
    ("version", "wanted"),
    [("2.1", "ACK"), ("2.2", "ACK"), ("2.3", "ACK^O05"), ("2.3.1", "ACK^O05^ACK"), ("2.4", "ACK^O05^ACK"),
     ("2.9", "ACK^O05^ACK"), ("", "ACK^O05^ACK"), ("two", "ACK^O05^ACK")],
)  # fmt: skip
def test_the_type_of_an_answer_follows_the_version(version: str, wanted: str) -> None:
    assert answer_type("ACK", "O05", version, STANDARD) == wanted


def test_other_answers_name_their_structure() -> None:
    assert answer_type("ORS", "O06", "2.5", STANDARD, "ORS_O06") == "ORS^O06^ORS_O06"
    assert answer_type("ACK", "", "2.5", STANDARD) == "ACK"


@pytest.mark.parametrize(
    ("version", "wanted"),
    [
        ("2.1", []),
        ("2.3", ["ERR|RQD^2^5^102&Data type error&HL70357"]),
        ("2.5", ["ERR||RQD^2^5^1|102^Data type error^HL70357|E|||HL7-E0303|quantity is not a number"]),
    ],
)
def test_an_error_is_told_as_the_version_knows_it(version: str, wanted: list[str]) -> None:
    assert ["|".join(row) for row in error_rows([ERROR], version, STANDARD)] == wanted


def test_several_errors_are_one_segment_or_several() -> None:
    assert len(list(error_rows([ERROR] * 30, "2.3", STANDARD))) == 1
    assert len(list(error_rows([ERROR] * 30, "2.5", STANDARD))) == 20


def test_the_control_id_is_repeated_as_it_came() -> None:
    assert result_row("AA", "A\\T\\1", "", "2.5", STANDARD) == ("MSA", "AA", "A\\T\\1", "")
    assert result_row("AE", "1", "a|b", "2.3", STANDARD)[3] == "a\\F\\b"


def test_a_message_is_written_with_its_own_separators_and_characters() -> None:
    encoding = Encoding("|", "~", "^", "\\", "&", codec="iso8859-1")
    content = write_message([("MSH", "Kö", "", "B", "C"), ("MSA", "AA", "1", "", "")], encoding)
    assert content == "MSH|~^\\&|Kö||B|C\rMSA|AA|1\r".encode("latin-1")
    assert parse_message(content).get("MSA-1") == "AA"


def test_a_batch_counts_its_messages() -> None:
    one = write_message([("MSH", "A"), ("MSA", "AA", "1")], STANDARD)
    content = write_batch([one, one], STANDARD, ["ERP", "STEX"])
    assert content == b"BHS|^~\\&|ERP|STEX\r" + one + one + b"BTS|2\r"
