"""``wharf sample`` for HL7: messages that are read without a word, the same goods, and broken ones that are caught."""

from pathlib import Path

import pytest

from adapters.reading import Message
from adapters.samples.hl7_make import HL7_KINDS, HL7_RULES
from adapters.samples.story import story_of
from adapters.translate import digest, read_delivery
from gateway.cli.main import run
from gateway.config import load_config
from gateway.partners import PartnerBook
from tests.rigs.hl7_messages import codes, document, only

BREAKABLE = {
    **{name: ["OMS", "MFN-M16", "SIU"] for name in HL7_RULES},
    "hl7-item-missing": ["OMS", "ORM", "DFT"],
    "hl7-not-a-number": ["OMS", "OMN", "ORM", "MFN-M15", "DFT", "SIU"],
}


def made(capfdbinary: pytest.CaptureFixture[bytes], *arguments: str, code: int = 0) -> tuple[bytes, str]:
    assert run(["sample", *arguments]) == code
    out, err = capfdbinary.readouterr()
    return out, err.decode()


@pytest.mark.parametrize("kind", HL7_KINDS)
@pytest.mark.parametrize("seed", ["1", "7"])
def test_each_kind_is_read_as_its_document(kind: str, seed: str, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    content, told = made(capfdbinary, kind, "--seed", seed, "--lines", "6")
    assert told == ""
    assert codes(content) == []
    found = document(content)
    assert only(content).document.document_type == HL7_KINDS[kind].document_type
    assert len(found.get("lines") or found["items"]) == 6
    assert content == made(capfdbinary, kind.lower(), "--seed", seed, "--lines", "6")[0]
    text = str(found)
    for line in story_of(int(seed), 1, 6).lines:
        assert line.good.number in text or f"S{line.item:05d}" in text


def test_patients_are_in_the_message_and_not_in_the_document(capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    content, _ = made(capfdbinary, "DFT")
    row = next(line for line in content.decode().split("\r") if line.startswith("PID|"))
    name = row.split("|")[5].split("^")[0]
    assert name
    assert name not in str(document(content))


def test_several_messages_have_numbers_of_their_own(capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    content, _ = made(capfdbinary, "SIU", "--sets", "3", "--usage", "T")
    headers = [line.split("|") for line in content.decode().split("\r") if line.startswith("MSH|")]
    assert len({header[9] for header in headers}) == 3
    assert {header[10] for header in headers} == {"T"}


@pytest.mark.parametrize(("rule", "kind"), [(rule, kind) for rule, kinds in BREAKABLE.items() for kind in kinds])
def test_what_is_broken_is_found(rule: str, kind: str, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    wanted = HL7_RULES[rule].kind.code
    for asked in (rule, wanted):
        content, told = made(capfdbinary, kind, "--break", asked, "--seed", "3")
        assert told.startswith(f"wharf: broken by {rule} ({wanted}): ")
        assert wanted in codes(content)


def test_a_wish_that_cannot_be_met_is_told(capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    assert "no place for hl7-not-a-number" in made(capfdbinary, "MFN-M16", "--break", "hl7-not-a-number", code=64)[
        1
    ].replace("\n", " ").replace("│", "").replace("  ", " ")
    made(capfdbinary, "OMS", "--break", "parent-unknown", code=64)
    listed = made(capfdbinary, "--list-kinds")[0].decode()
    assert all(kind in listed for kind in HL7_KINDS)


@pytest.mark.parametrize(("identity", "header"), [("CAB&1|3 WEST", ["CAB\\T\\1", "3 WEST"]), ("CAB", ["CAB", ""])])
def test_the_sender_is_a_partner_of_the_settings(
    tmp_path: Path, identity: str, header: list[str], capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    (tmp_path / "partners").mkdir()
    settings = tmp_path / "wharf.toml"
    settings.write_text('[gateway]\nname = "st"\nidentities = [{ scheme = "MSH", id = "ERP|STEX" }]\n')
    (tmp_path / "partners/cabinet.toml").write_text(
        f'name = "cabinet"\nidentities = [{{ scheme = "MSH", id = "{identity}" }}]\n'
    )
    (tmp_path / "partners/acme.toml").write_text('name = "acme"\nidentities = [{ scheme = "IP", id = "10.1.2.3" }]\n')
    content, _ = made(capfdbinary, "OMS", "--partner", "cabinet", "-c", str(settings))
    assert content.decode().split("|")[2:6] == [*header, "ERP", "STEX"]
    partner = load_config(settings, {}).partners[1]
    found = read_delivery(content, digest(content), PartnerBook((partner,)).find)
    assert {item.partner.name for item in found if isinstance(item, Message)} == {"cabinet"}
    _, told = made(capfdbinary, "OMS", "--partner", "acme", "-c", str(settings), code=64)
    assert "no identity of the scheme MSH" in " ".join(told.replace("│", " ").split())
    _, told = made(capfdbinary, "OMS", "--partner", "cabinett", "-c", str(settings), code=64)
    assert "there are: acme, cabinet" in " ".join(told.replace("│", " ").split())
