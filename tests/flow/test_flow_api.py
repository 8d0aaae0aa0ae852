"""A document handed in over HTTP is sent once, whatever is killed, and however often it is handed in again."""

import json
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from tests.rigs.gateway import Gateway, gateway
from tests.rigs.submissions import ORDER


def submit(own: Gateway, number: str) -> tuple[int, dict[str, object], bool]:
    """Hands an order in under its number as key: status, answer, and whether it was answered before."""
    port = json.loads((own.data / "ports.json").read_text())["http"]
    request = urllib.request.Request(
        f"http://127.0.0.1:{port}/api/v1/documents/purchase_order?partner=acme",
        json.dumps({**ORDER, "number": number}).encode(),
        {"Content-Type": "application/json", "Idempotency-Key": number},
    )
    with urllib.request.urlopen(request, timeout=20) as answer:  # noqa: S310 - an address of our own
        return answer.status, json.loads(answer.read()), answer.headers["Idempotent-Replay"] == "true"


@pytest.mark.parametrize("point", ["ledger.before_commit:3", "ledger.after_commit:3", "outbound.after_send:1"])
@pytest.mark.failure("P1", "X6")
def test_a_kill_neither_loses_nor_doubles_an_order(tmp_path: Path, point: str) -> None:
    with gateway(tmp_path / "home", start=False) as own:
        partner = own.home / "partners" / "acme.toml"
        partner.write_text(partner.read_text() + '\nsend = { channel = "suppliers" }\n')
        own.arm(point)
        own.launch()
        own.wait(lambda: (own.data / "ports.json").exists() or own.exit_code is not None, "it is up")
        answers: dict[str, dict[str, object]] = {}
        for number in ("F1", "F2", "F3"):
            try:
                answers[number] = submit(own, number)[1]
            except (OSError, urllib.error.URLError, ValueError):
                break
        assert own.ended(30) == -9
        own.arm(None)
        own.start()
        for number in ("F1", "F2", "F3"):
            status, answer, again = submit(own, number)
            assert status == 202
            if number in answers:
                assert (answer, again) == (answers[number], True)
        own.wait(lambda: len(own.answers("acme", "850-")) >= 3, "all three left")
        own.wait(lambda: json.loads(own.get("/api/v1/parcels?waiting=true")[1])["items"] == [], "nothing waits")
        files = [path.read_bytes() for path in own.answers("acme", "850-")]
        assert sorted(number for number in ("F1", "F2", "F3") for file in files if f"*{number}*".encode() in file) == [
            "F1", "F2", "F3",
        ]  # fmt: skip
        assert [event["subject"] for event in own.tap()] == ["F1", "F2", "F3"]
