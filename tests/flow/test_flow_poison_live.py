"""A message that ends the gateway each time it is read is held and answered, and other senders are not blamed."""

import json
import signal
import threading
import time
from pathlib import Path

import pytest

from gateway.ledger.records import MOST_ATTEMPTS
from tests.rigs.gateway import Gateway, gateway, wharf
from tests.rigs.hl7_messages import message
from tests.rigs.mllp_sender import MllpSender

ROOT = Path(__file__).parents[2]
SENDERS, EACH = 4, 25

_FATAL = """
import os, signal
import gateway.reader, gateway.waiting

def fatal_in(module):
    read = module.read_delivery

    def fatal(content, *rest, **more):
        for item in read(content, *rest, **more):
            if b"POISON" in bytes(content) and not os.path.exists({mended!r}):
                os.kill(os.getpid(), signal.SIGKILL)
            yield item

    module.read_delivery = fatal

fatal_in(gateway.reader)
fatal_in(gateway.waiting)
"""


def order(control: str, note: str = "") -> bytes:
    return message("OMS^O05", f"ORC|NW|R{control}", f"RQD|1|104412||{note}|12|BX", control=control)


POISON = order("P1", "POISON")
"""Stands for bytes that meet a fault in compiled code or use up the memory: no exception can be caught there."""


def start_again_until(own: Gateway, done: threading.Event) -> int:
    """Starts it each time it ends; returns how often it ended."""
    ends = 0
    deadline = time.monotonic() + 120
    while not done.is_set():
        if own.exit_code is not None:
            assert own.exit_code == -signal.SIGKILL, own.log[-3000:]
            ends += 1
            assert ends < 20, "it never was held"
            own.launch()
        assert time.monotonic() < deadline, own.log[-3000:]
        time.sleep(0.02)
    return ends


@pytest.mark.failure("X7")
def test_only_the_message_that_ends_the_gateway_is_held_and_answered(tmp_path: Path) -> None:
    (tmp_path / "site").mkdir()
    mended = tmp_path / "mended"
    (tmp_path / "site" / "sitecustomize.py").write_text(_FATAL.format(mended=str(mended)))
    with gateway(tmp_path / "st", {"PYTHONPATH": f"{tmp_path / 'site'}:{ROOT}"}) as own:
        ports = own.data / "ports.json"
        answers: dict[str, bytes | None] = {}

        def send(lane: int) -> None:
            caller = MllpSender(ports, "ehr", patience=120)
            for ordinal in range(EACH):
                control = f"L{lane}-{ordinal}"
                answers[control] = caller.ask(order(control))
            caller.close()

        def poison() -> None:
            caller = MllpSender(ports, "ehr", patience=120)
            answers["P1"] = caller.ask(POISON)
            caller.close()

        lanes = [threading.Thread(target=send, args=(lane,)) for lane in range(SENDERS)]
        lanes.append(threading.Thread(target=poison))
        done = threading.Event()

        def wait() -> None:
            for lane in lanes:
                lane.join(120)
            done.set()

        for lane in lanes:
            lane.start()
        threading.Thread(target=wait).start()
        ends = start_again_until(own, done)
        # Once before it was counted, then as often as a file.
        assert ends == 1 + MOST_ATTEMPTS

        held = answers.pop("P1") or b""
        assert b"\rMSA|AE|P1" in held
        assert b"held for a person" in held
        assert len(answers) == SENDERS * EACH
        assert [
            control for control, answer in answers.items() if f"\rMSA|AA|{control}\r".encode() not in (answer or b"")
        ] == []
        own.wait(lambda: len(own.tap()) == SENDERS * EACH + 1, "all events")
        (rejected,) = [event for event in own.tap() if ".rejected." in event["type"]]
        assert [problem["code"] for problem in rejected["data"]["problems"]] == ["NET-E0401"]

        caller = MllpSender(ports, "ehr")
        assert caller.ask(POISON) == held
        # A clean end ends the caution too, and still nobody reads what is held.
        assert own.stop() == 0
        own.start()
        assert caller.ask(POISON) == held
        assert own.exit_code is None

        mended.touch()
        delivery = rejected["causationid"]
        done_again = wharf("messages", "replay", delivery, "-c", own.config)
        assert done_again.returncode == 0, done_again.stderr
        own.wait(lambda: len(own.tap()) == SENDERS * EACH + 2, "the one that was held")
        assert b"\rMSA|AA|P1\r" in (caller.ask(POISON) or b"")
        caller.close()
        shown = wharf("messages", "show", delivery, "--json", "-c", own.config)
        sender = json.loads(shown.stdout)["delivery"]["sender"]
        assert sender["address"] == "127.0.0.1"
        assert own.stop() == 0
