"""Settings of what is sent: patience, agreements, and where test data may go."""

from datetime import timedelta
from pathlib import Path

import pytest

from gateway.config import Config, ConfigError, ConfigProblem, load_config

GOOD = """
[gateway]
name = "st-example"
[channels.suppliers]
kind = "drop"
path = "var/drop/in"
[channels.lab]
kind = "mllp"
connect = "lab.example:2575"
[channels.lab_tests]
kind = "mllp"
connect = "lab.example:2576"
"""


@pytest.fixture
def home(tmp_path: Path) -> Path:
    (tmp_path / "partners").mkdir()
    (tmp_path / "wharf.toml").write_text(GOOD)
    return tmp_path


def load(home: Path, *, more: str = "", **partners: str) -> Config:
    (home / "wharf.toml").write_text(GOOD + more)
    for name, text in partners.items():
        (home / "partners" / f"{name}.toml").write_text(f'name = "{name}"\n{text}')
    return load_config(home / "wharf.toml", {})


def refused(home: Path, *, more: str = "", **partners: str) -> ConfigProblem:
    with pytest.raises(ConfigError) as told:
        load(home, more=more, **partners)
    (problem,) = told.value.problems
    return problem


def test_patience_is_set(home: Path) -> None:
    config = load(home, more='[outbound]\nattempts = 7\ngive_up_after = "12h"\nrest = "5s"\nheld = "pass"\n')
    assert (config.outbound.attempts, config.outbound.give_up_after) == (7, timedelta(hours=12))
    assert (config.outbound.rest, config.outbound.held) == (timedelta(seconds=5), "pass")


@pytest.mark.parametrize("text", ['"4"', '"4 h"', '"-4h"', '"0h"', "4", '"4w"', '"1h30m"'])
def test_a_duration_is_a_number_with_a_unit(home: Path, text: str) -> None:
    problem = refused(home, more=f"[outbound]\ngive_up_after = {text}\n")
    assert (problem.key, problem.expected) == ("outbound.give_up_after", "how long one parcel is tried, as 12h or 7d")


def test_an_agreement_is_read(home: Path) -> None:
    text = """
[agreements.purchase_order]
release = "005010"
acknowledgment = "999"
acknowledged_within = "4h"
answered_within = "2d"
batch = { count = 50, window = "30s" }
"""
    agreed = load(home, acme=text).partners[0].agreements["purchase_order"]
    assert (agreed.release, agreed.acknowledgment) == ("005010", "999")
    assert (agreed.acknowledged_within, agreed.answered_within) == (timedelta(hours=4), timedelta(days=2))
    assert agreed.batch is not None
    assert (agreed.batch.count, agreed.batch.window) == (50, timedelta(seconds=30))


def test_an_agreement_is_about_a_document_that_there_is(home: Path) -> None:
    problem = refused(home, acme="[agreements.purchase_orders]\n")
    assert problem.expected == "a type of document, as purchase_order"
    assert problem.help is not None
    assert "purchase_order" in problem.help


def test_only_what_can_be_answered_has_a_time_for_its_answer(home: Path) -> None:
    problem = refused(home, acme='[agreements.invoice]\nanswered_within = "2d"\n')
    assert problem.key == "agreements.invoice.answered_within"
    load(home, acme='[agreements.purchase_order_change]\nanswered_within = "2d"\n')


def test_a_slip_in_an_agreement_is_told_with_its_place(home: Path) -> None:
    problem = refused(home, acme='[agreements.invoice]\nacknowledged_within = "soon"\n')
    assert (problem.key, problem.line) == ("agreements.invoice.acknowledged_within", 3)


def test_a_channel_for_tests_is_there_and_sends(home: Path) -> None:
    problem = refused(home, acme='send = { channel = "suppliers", test_channel = "supliers" }\n')
    assert problem.key == "send.test_channel"


SENDS = 'send = {{ channel = "{channel}" }}\n'
TEST = '[x12.write]\nusage = "T"\n'


def clashes(home: Path, **partners: str) -> list[tuple[str, str | None]]:
    """The key and what was found, of channels where test data would meet real data."""
    try:
        load(home, **partners)
    except ConfigError as error:
        told = [(problem.key, problem.found) for problem in error.problems]
        return [(key, found) for key, found in told if "real documents" in (found or "")]
    return []


def test_test_data_goes_where_nobody_gets_real_documents(home: Path) -> None:
    acme = SENDS.format(channel="lab")
    found = '"lab", by which acme gets real documents'
    assert clashes(home, acme=acme, bolt=acme + TEST) == [("send.channel", found)]
    assert clashes(home, acme=acme, bolt=SENDS.format(channel="lab_tests") + TEST) == []
    both = 'send = { channel = "suppliers", test_channel = "lab" }\n'
    assert clashes(home, acme=acme, bolt=both) == [("send.test_channel", found)]
    shared = SENDS.format(channel="suppliers")
    assert clashes(home, acme=shared, bolt=shared + TEST) == [], "each has a folder of its own"
