"""The command `wharf broker setup`, as a person runs it."""

import subprocess
import sys

import pytest

from tests.rigs.rabbitmq import free_port


def wharf(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Runs the command in a process of its own."""
    program = "import sys; from gateway.cli.main import run; sys.exit(run(sys.argv[1:]))"
    return subprocess.run(
        [sys.executable, "-c", program, "broker", "setup", *arguments], capture_output=True, text=True, timeout=60
    )


@pytest.mark.broker
def test_it_tells_what_it_made_and_then_what_was_there(broker_url: str) -> None:
    first = wharf("--url", broker_url)
    assert first.returncode == 0, first.stderr
    line = next(line for line in first.stdout.splitlines() if " supply.purchase_order " in line)
    assert line.split() == ["created", "queue", "supply.purchase_order", "from", "supply.events,",
                            "supply.purchase_order.#"]  # fmt: skip
    second = wharf("--url", broker_url)
    assert second.returncode == 0
    assert "created" not in second.stdout
    assert second.stdout.count("was there") == len(first.stdout.splitlines())


def test_a_broker_that_is_away_is_one_clear_line_without_the_password() -> None:
    done = wharf("--url", f"amqp://wharf:s3cret@127.0.0.1:{free_port()}")
    assert done.returncode == 1
    assert done.stdout == ""
    assert "NET-E0301 the broker cannot be reached" in done.stderr
    assert "s3cret" not in done.stderr
    assert "Traceback" not in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_an_address_that_is_none_is_wrong_usage() -> None:
    done = wharf("--url", "http://wharf:s3cret@broker")
    assert done.returncode == 64
    assert "s3cret" not in done.stderr
