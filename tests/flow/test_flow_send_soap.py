"""`wharf send soap` against a gateway as its users run it."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.rigs.gateway import Gateway, wharf
from tests.rigs.soap_house import PASSWORD, port_of, soap_house

SAMPLES = Path(__file__).parents[2] / "samples"
ORDER = SAMPLES / "850-stock-order/input.edi"


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Gateway]:
    with soap_house(tmp_path_factory.mktemp("send") / "st") as running:
        yield running


def address(own: Gateway, path: str = "/soap/desk") -> str:
    return f"http://127.0.0.1:{port_of(own)}{path}"


def test_each_answer_is_shown_with_its_problems(own: Gateway) -> None:
    bad = SAMPLES / "bad-quantity/input.edi"
    done = wharf("send", "soap", address(own), ORDER, bad)
    assert done.returncode == 1, done.stderr
    out = done.stdout.decode()
    assert out.startswith("accepted ")
    assert f"{ORDER}  " in out
    assert "rejected " in out
    assert "\N{ESCAPE}" not in out
    again = wharf("send", "soap", address(own), ORDER, "--soap12", "--json")
    assert again.returncode == 0
    row = json.loads(again.stdout)
    assert (row["file"], row["outcome"], row["failure"]) == (str(ORDER), "duplicate", None)
    rows = json.loads(wharf("send", "soap", address(own), bad, "--json").stdout)
    assert rows["problems"][0]["line"]


def test_a_document_is_handed_in_for_a_partner(own: Gateway, tmp_path: Path) -> None:
    line = {
        "lineNumber": "1", "quantity": {"value": "24", "unitCode": "EA"}, "price": {"amount": "3.10"},
        "item": {"identifiers": [{"scheme": "SELLER", "qualifier": "VN", "value": "A-100"}]},
    }  # fmt: skip
    order = {
        "documentType": "purchase_order", "number": "SEND-1", "purpose": "original", "purposeCode": "00",
        "orderType": "NE", "issueDate": "2026-11-20", "lines": [line],
    }  # fmt: skip
    file = tmp_path / "order.json"
    file.write_text(json.dumps(order))
    command = ("send", "soap", address(own, "/soap/guarded"), file, "--type", "purchase_order", "--partner", "acme")
    denied = wharf(*command)
    assert denied.returncode == 1
    assert denied.stdout.startswith(b"fault ")
    assert b"SEC-E" in denied.stdout
    shown = ("--user", "erp", "--secret-env", "ERP_PASSWORD")
    done = wharf(*command, *shown, env={"ERP_PASSWORD": PASSWORD})
    assert done.returncode == 0, done.stdout + done.stderr
    assert wharf(*command, *shown, env={"ERP_PASSWORD": "wrong"}).returncode == 1
    file.write_text(json.dumps({**order, "lines": []}))
    refused = wharf(*command, *shown, env={"ERP_PASSWORD": PASSWORD})
    assert refused.returncode == 1
    assert b"lines" in refused.stdout


def test_no_answer_and_wrong_words_are_told(own: Gateway) -> None:
    nobody = wharf("send", "soap", "http://127.0.0.1:1/soap", ORDER)
    assert (nobody.returncode, nobody.stderr) == (2, b"")
    assert b"connection refused" in nobody.stdout
    assert wharf("send", "soap", address(own), "none.edi").returncode == 2
    page = wharf("send", "soap", address(own, "/healthz"), ORDER)
    assert page.returncode == 2
    assert b"no SOAP" in page.stdout
    assert wharf("send", "soap", "127.0.0.1", ORDER).returncode == 64
    assert wharf("send", "soap", address(own), ORDER, "--type", "purchase_order").returncode == 64
    assert wharf("send", "soap", address(own), ORDER, "--user", "erp").returncode == 64
