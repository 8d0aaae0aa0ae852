"""The gateway calls a partner's web service: it fetches orders, and hands answers in, whatever ends in between."""

import shutil
from collections.abc import Iterator
from contextlib import AbstractContextManager
from pathlib import Path

import pytest

from tests.rigs import soap_partner as rig
from tests.rigs.gateway import Gateway, gateway, wharf
from tests.rigs.soap_partner import WSDL, Partner, soap_partner

SAMPLES = Path(__file__).parents[2] / "samples"
CHANNELS = """
[channels.orders]
kind = "soap-poll"
wsdl = "soap/supply.wsdl"
address = "{address}"
operation = "FetchOrders"
arguments = {{ since = "{{cursor}}", max = 2 }}
items = "orders.order"
content = "document"
id = "id"
poll = 0.1
answer_seconds = 3.0
{more}

[channels.supply]
kind = "soap"

[channels.supply.call]
wsdl = "soap/supply.wsdl"
address = "{address}"
operation = "Deliver"
arguments = {{ id = "{{id}}", kind = "{{kind}}", content = "{{content}}" }}
user = "wharf"
password = {{ env = "WHARF_TEST_PASSWORD" }}
"""
ERP = """
name = "erp"
identities = [ { scheme = "ISA", qualifier = "ZZ", id = "STEXAMPLE-ERP" } ]
send = { channel = "supply" }
"""
CONFIRM = 'confirm = { operation = "ConfirmOrders", arguments = { id = "{ids}" } }'


def x12(number: int) -> bytes:
    """The stock order under a control number of its own."""
    content = (SAMPLES / "850-stock-order/input.edi").read_bytes()
    return content.replace(b"000000417", b"%09d" % (417 + number))


@pytest.fixture
def partner() -> Iterator[Partner]:
    with soap_partner() as running:
        running.orders = [(f"O{number}", x12(number)) for number in range(5)]
        yield running


def settle(own: Gateway, partner: Partner, more: str = CONFIRM) -> None:
    """Writes the channels, and has the partner's answers go to its service."""
    shutil.copytree(WSDL.parent, own.home / "soap")
    text = own.config.read_text("utf-8") + CHANNELS.format(address=partner.address, more=more)
    own.config.write_text(text, "utf-8")
    (own.home / "partners/erp.toml").write_text(ERP, "utf-8")


def house(home: Path) -> AbstractContextManager[Gateway]:
    return gateway(home, {"WHARF_TEST_PASSWORD": "secret word"}, start=False)


def test_orders_are_fetched_published_once_confirmed_and_answered(tmp_path: Path, partner: Partner) -> None:
    with house(tmp_path / "st") as own:
        settle(own, partner)
        own.start()
        own.wait(lambda: len(partner.delivered) == 5, "five acknowledgments")
        assert partner.confirmed == ["O0", "O1", "O2", "O3", "O4"]
        assert len(own.tap()) == 5
        assert all(b"\nAK1*PO*" in each or b"~AK1*PO*" in each for each in partner.delivered.values())
        assert any(b"PasswordDigest" in each for each in partner.envelopes)
        assert "secret word" not in own.log
        assert own.stop() == 0


@pytest.mark.failure("P1", "W6")
def test_killed_between_hand_over_and_confirmation_nothing_is_lost_or_doubled(tmp_path: Path, partner: Partner) -> None:
    partner.how["ConfirmOrders"] = rig.hangs
    with house(tmp_path / "st") as own:
        settle(own, partner)
        own.start()
        own.wait(lambda: partner.count("ConfirmOrders") == 1, "a confirmation")
        own.kill()
        assert partner.confirmed == []
        partner.how.clear()
        own.start()
        own.wait(lambda: len(partner.delivered) == 5, "five acknowledgments")
        assert sorted(partner.confirmed) == ["O0", "O1", "O2", "O3", "O4"]
        assert len(own.tap()) == 5
        assert len(own.messages()) == 5


@pytest.mark.failure("W7")
def test_a_cursor_survives_a_kill_and_a_partner_that_was_away(tmp_path: Path, partner: Partner) -> None:
    partner.cursors = True
    with house(tmp_path / "st") as own:
        settle(own, partner, 'cursor = "next"\nstart = "0"')
        own.start()
        own.wait(lambda: len(own.tap()) == 5, "five orders")
        own.kill()
        del partner.envelopes[:]
        partner.how["*"] = rig.hangs
        own.start()
        own.wait(lambda: partner.count("FetchOrders") > 4, "a call that hangs")
        own.wait(lambda: "did not answer within 3 s" in own.log, "its end", 15)
        partner.orders.append(("O5", x12(5)))
        partner.how.clear()
        own.wait(lambda: len(own.tap()) == 6, "the sixth")
        assert all(b"since>0<" not in each for each in partner.envelopes)
        assert len(own.messages()) == 6


def test_settings_are_checked_without_calling_anybody(tmp_path: Path, partner: Partner) -> None:
    with house(tmp_path / "st") as own:
        settle(own, partner)
        env = {"WHARF_TEST_PASSWORD": "secret word"}
        assert wharf("config", "check", "-c", own.config, env=env).returncode == 0
        own.config.write_text(own.config.read_text("utf-8").replace("FetchOrders", "FetchOrder"), "utf-8")
        done = wharf("config", "check", "-c", own.config, env=env)
        assert done.returncode != 0
        assert b'Did you mean "FetchOrders"?' in done.stdout + done.stderr
    assert partner.calls == []
