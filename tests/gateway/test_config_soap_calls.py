"""Settings of services that are called: everything wrong told in its place, and nothing called to find out."""

import shutil
from pathlib import Path

import pytest

from gateway.config import Config, ConfigError, ConfigProblem, load_config
from gateway.config.channels import SoapChannel, SoapPollChannel
from tests.rigs.soap_partner import WSDL

HEAD = '[gateway]\nname = "st"\n[channels.orders]\nkind = "soap-poll"\n'
SERVICE = 'wsdl = "soap/supply.wsdl"\naddress = "http://127.0.0.1:1/supply"\n'
FETCH = 'operation = "FetchOrders"\narguments = { max = 50 }\nitems = "orders.order"\n'
POLL = HEAD + SERVICE + FETCH
CONFIRM = 'confirm = { operation = "ConfirmOrders", arguments = { id = "{ids}" } }\n'
CALL = f"""[gateway]
name = "st"
[channels.erp]
kind = "soap"
[channels.erp.call]
{SERVICE}operation = "Deliver"
arguments = {{ id = "{{id}}", kind = "{{kind}}", content = "{{content}}" }}
"""


@pytest.fixture(autouse=True)
def description(tmp_path: Path) -> None:
    shutil.copytree(WSDL.parent, tmp_path / "soap")


def load(folder: Path, text: str) -> Config:
    (folder / "wharf.toml").write_text(text)
    return load_config(folder / "wharf.toml", {})


def only(folder: Path, text: str) -> ConfigProblem:
    with pytest.raises(ConfigError) as told:
        load(folder, text)
    assert len(told.value.problems) == 1, told.value
    return told.value.problems[0]


def test_polling_needs_a_description_an_address_and_the_way_to_the_items(tmp_path: Path) -> None:
    channel = load(tmp_path, POLL).channels["orders"]
    assert isinstance(channel, SoapPollChannel)
    assert (channel.wsdl, channel.poll, channel.arguments) == (tmp_path / "soap/supply.wsdl", 30.0, {"max": 50})
    assert not channel.sends
    assert not channel.waited_on


def test_a_channel_that_calls_needs_no_path(tmp_path: Path) -> None:
    config = load(tmp_path, CALL)
    channel = config.channels["erp"]
    assert isinstance(channel, SoapChannel)
    assert channel.call is not None
    assert channel.call.wsdl == tmp_path / "soap/supply.wsdl"
    assert (channel.sends, channel.waited_on, channel.collected) == (True, False, False)
    assert config.soap() == {}


@pytest.mark.parametrize(
    ("text", "key", "line", "words"),
    [
        (POLL.replace("supply.wsdl", "none.wsdl"), "wsdl", 5, "none.wsdl: no such file"),
        (POLL.replace("supply.wsdl", "types.xsd"), "wsdl", 5, "types.xsd has no binding"),
        (POLL.replace("FetchOrders", "FetchOrder"), "operation", 7, '"FetchOrder", which the WSDL does not have'),
        (POLL.replace("max = 50", 'max = 1, since = "{curser}"'), "arguments", 8, '"{curser}"'),
        (POLL.replace("max = 50", "max = 50, until = 1"), "arguments", 8, "until"),
        (POLL.replace("max = 50", ""), "arguments", 8, "Missing element max"),
        (POLL.replace("orders.order", "orders//order"), "items", 9, '"orders//order"'),
        (POLL.replace("http://", "ftp://"), "address", 6, '"ftp://127.0.0.1:1/supply"'),
        (POLL.replace("//127", "//me:secret@127"), "address", 6, "//(hidden)@127.0.0.1:1/supply"),
        (POLL + 'user = "wharf"\n', "password", 3, None),
        (POLL + 'user = "wharf"\npassword = "secret"\n', "password", 11, "the secret itself"),
        (POLL + 'cursor = "next"\n', "cursor", 10, "no argument"),
        (POLL + 'confirm = { operation = "Bogus" }\n', "confirm.operation", 10, "Bogus"),
        (POLL + CONFIRM.replace("{ids}", "{id}") + 'id = "id"\n', "confirm.arguments", 10, '"{id}"'),
        (POLL + CONFIRM, "id", 3, None),
        (POLL + "pole = 1\n", "pole", 10, "pole"),
        (POLL + 'key = "soap/x.pem"\n', "certificate", 3, None),
        (POLL.replace("http://", "https://") + 'ca = "soap/x.pem"\n', "ca", 10, "x.pem"),
        (CALL.replace("{content}", "{contents}"), "call.arguments", 9, '"{contents}"'),
        (CALL.replace("Deliver", "Delivery"), "call.operation", 8, '"Delivery"'),
        (CALL.replace('"soap"\n', '"soap"\nmax_bytes = 5000\n'), "max_bytes", 5, "a setting for path"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told_with_its_line(tmp_path: Path, text: str, key: str, line: int, words: str | None) -> None:
    problem = only(tmp_path, text)
    channel = "orders" if text.startswith(HEAD) else "erp"
    assert (problem.key, problem.line) == (f"channels.{channel}.{key}", line), problem
    assert words in (problem.found or "") if words is not None else problem.found is None
    assert "secret@" not in str(ConfigError([problem]))


def test_a_password_does_not_travel_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "password").write_text("secret\n")
    (tmp_path / "password").chmod(0o600)
    basic = 'user = "wharf"\npassword = { file = "password" }\nbasic = true\n'
    load(tmp_path, POLL + basic)
    load(tmp_path, POLL.replace("http://127.0.0.1", "https://partner.example") + basic)
    problem = only(tmp_path, POLL.replace("127.0.0.1", "partner.example") + basic)
    assert problem.key == "channels.orders.address"
    load(tmp_path, POLL.replace("127.0.0.1", "partner.example") + basic.replace("true", "false"))


def test_a_soap_channel_that_neither_calls_nor_is_called_is_refused(tmp_path: Path) -> None:
    problem = only(tmp_path, '[gateway]\nname = "st"\n[channels.erp]\nkind = "soap"\n')
    assert (problem.code, problem.key) == ("CFG-E0005", "channels.erp.path")


PARTNER = 'name = "acme"\nidentities = [ {{ scheme = "{}", id = "ACME" }} ]\n{}'


@pytest.mark.parametrize(
    ("scheme", "more", "fits"),
    [
        ("ISA", "", False),
        ("ISA", 'acknowledgments = { functional = "never", interchange = "never" }\n', True),
        ("ISA", 'send = { channel = "folder" }\n', True),
        ("MSH", "", True),
    ],
)
def test_whose_files_are_polled_needs_a_way_for_its_acknowledgments(
    tmp_path: Path, scheme: str, more: str, fits: bool
) -> None:
    (tmp_path / "partners").mkdir()
    (tmp_path / "partners" / "acme.toml").write_text(PARTNER.format(scheme, more))
    text = POLL + 'partner = "acme"\n[channels.folder]\nkind = "drop"\npath = "in"\n'
    if fits:
        load(tmp_path, text)
        return
    problem = only(tmp_path, text)
    assert (problem.code, problem.key) == ("CFG-E0005", "send")
    assert "orders" in (problem.help or "")
