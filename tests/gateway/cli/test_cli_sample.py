"""``wharf sample``: files on standard output, what was broken on standard error, clear words for a wrong wish."""

import subprocess
import sys
from pathlib import Path

import pytest

from adapters.samples.hl7_make import HL7_KINDS, HL7_RULES
from adapters.samples.make import KINDS
from adapters.samples.rules import RULES
from gateway.cli.main import run
from tests.rigs.x12_written import messages, pyx12_errors


def made(capfdbinary: pytest.CaptureFixture[bytes], *arguments: str, code: int = 0) -> tuple[bytes, str]:
    """Standard output as bytes and standard error as text."""
    assert run(["sample", *arguments]) == code
    out, err = capfdbinary.readouterr()
    return out, err.decode()


def test_a_file_comes_out_as_asked(capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    options = ("--lines", "6", "--sets", "2", "--seed", "9", "--release", "005010", "--usage", "T")
    content, told = made(capfdbinary, "ship_notice", *options)
    assert told == ""
    assert pyx12_errors(content) == []
    found = messages(content)
    assert [message.document.document_type for message in found] == ["ship_notice"] * 2
    assert all(message.test and message.accepted for message in found)
    assert content == made(capfdbinary, "856", *options)[0]


def test_what_was_broken_is_told_and_found(capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    content, told = made(capfdbinary, "850", "--break", "not-a-number", "--break", "X12-W0404", "--seed", "3")
    first, second = told.splitlines()
    assert first.startswith("wharf: broken by not-a-number (X12-E0307): ")
    assert second.startswith("wharf: broken by number-of-segments (X12-W0404): SE01, segment ")
    (message,) = messages(content)
    assert not message.accepted
    assert {"X12-E0307", "X12-W0404"} <= {problem.code for problem in message.problems}


def test_a_file_can_be_written_and_has_the_parties_of_the_options(
    tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    file = tmp_path / "a.edi"
    assert made(capfdbinary, "810", "-o", str(file), "--seller", "ZZ:ACME", "--hospital", "01:111111111") == (b"", "")
    header = file.read_bytes().split(b"*")
    assert header[5:9] == [b"ZZ", b"ACME           ", b"01", b"111111111      "]


def test_a_partner_of_the_settings_is_the_seller(tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    assert run(["init", str(tmp_path / "here")]) == 0
    partner = tmp_path / "here/partners/acme.toml"
    partner.write_text(partner.read_text().replace("123456789", "555555555"))
    capfdbinary.readouterr()
    content, _ = made(capfdbinary, "855", "--partner", "acme", "-c", str(tmp_path / "here/wharf.toml"))
    assert content.split(b"*")[5:9] == [b"01", b"555555555      ", b"01", b"987654321      "]
    assert made(capfdbinary, "855", "--partner", "nobody", "-c", str(tmp_path / "here/wharf.toml"), code=64)[0] == b""


def test_lists_name_all_rules_and_kinds(capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    rules, _ = made(capfdbinary, "--list-rules")
    assert [line.split()[0] for line in rules.decode().splitlines()] == [*RULES, *HL7_RULES]
    assert made(capfdbinary, "850", "--break", "list")[0] == rules
    kinds, _ = made(capfdbinary, "--list-kinds")
    assert [line.split()[0] for line in kinds.decode().splitlines()] == [*KINDS, *HL7_KINDS]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((), "name a kind"),
        (("ship-notise",), "did you mean ship_notice?"),
        (("850", "--break", "not-a-numbr"), "did you mean not-a-number"),
        (("850", "--break", "X12-E9999"), "--list-rules"),
        (("820", "--break", "container-check-digit"), "no place for container-check-digit"),
        (("850", "--seller", "nobody"), "two characters, a colon"),
        (("850", "--lines", "0"), "--lines"),
        (("850", "--lines", "5000", "--sets", "500"), "at most 100,000 lines"),
    ],
)
def test_a_wrong_wish_is_told(
    arguments: tuple[str, ...], words: str, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    out, err = made(capfdbinary, *arguments, code=64)
    assert out == b""
    assert words in " ".join(err.replace("│", " ").split())


def test_it_pipes_into_check() -> None:
    sample = [sys.executable, "-m", "gateway", "sample", "856", "--break", "parent-unknown"]
    content = subprocess.run(sample, capture_output=True, check=True).stdout
    check = [sys.executable, "-m", "gateway", "check", "-"]
    done = subprocess.run(check, input=content, capture_output=True, check=False)
    assert done.returncode == 0
    assert b"warning[MAP-W0004]" in done.stdout
