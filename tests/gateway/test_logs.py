"""Logs cannot hold a payload: canaries are sent in by every way that there is, and none may come out."""

import io
import json
import logging
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import structlog

from adapters.contracts import AdapterError
from gateway.logs import UNHEARD, configure_logging

CANARY = "CANARY DOE^JANE MRN4711"
LIBRARIES = (
    "aio_pika",
    "aiormq",
    "uvicorn.error",
    "sqlalchemy.engine",
    "watchdog",
    "paramiko.transport",
    "alembic",
    "asyncio",
)


@pytest.fixture(autouse=True)
def own_logging() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    yield
    root.handlers = handlers
    root.setLevel(level)
    logging.captureWarnings(capture=False)
    structlog.reset_defaults()


def lines(stream: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


@pytest.fixture
def stream() -> io.StringIO:
    stream = io.StringIO()
    configure_logging(level="debug", format="json", stream=stream)
    return stream


def test_known_fields_come_out(stream: io.StringIO) -> None:
    structlog.get_logger().info("delivery recorded", delivery="d1", partner="acme", outcome="accepted", accepted=2)
    (line,) = lines(stream)
    assert line.pop("timestamp").endswith("Z")
    assert line == {
        "event": "delivery recorded", "level": "info", "delivery": "d1", "partner": "acme", "outcome": "accepted",
        "accepted": 2,
    }  # fmt: skip


@pytest.mark.failure("L1")
def test_unknown_fields_and_content_in_known_ones_are_withheld_and_counted(stream: io.StringIO) -> None:
    structlog.get_logger().warning(
        "delivery refused", content=CANARY, patient=CANARY, delivery=CANARY, state={"name": CANARY}, partner="acme",
        kind=[CANARY], documents=CANARY, size=CANARY.encode(), count=3,
    )  # fmt: skip
    (line,) = lines(stream)
    assert "CANARY" not in stream.getvalue()
    assert line["withheld"] == 7
    assert (line["partner"], line["count"]) == ("acme", 3)


@pytest.mark.failure("L1")
def test_an_event_that_holds_content_is_withheld(stream: io.StringIO) -> None:
    structlog.get_logger().info(f"read {CANARY}")
    (line,) = lines(stream)
    assert (line["event"], line["withheld"]) == ("withheld", 1)


@pytest.mark.failure("L1")
def test_a_strangers_exception_is_told_by_type_and_place_only(stream: io.StringIO) -> None:
    def parse(payload: str) -> None:
        raise ValueError(payload)

    try:
        parse(CANARY)
    except ValueError:
        structlog.get_logger().exception("reading failed", delivery="d1")
    (line,) = lines(stream)
    assert "CANARY" not in stream.getvalue()
    assert line["error_type"] == "ValueError"
    assert line["frames"][-1].endswith(":parse")
    assert line["frames"][-1].startswith("test_logs.py:")


def test_an_error_in_our_own_words_is_told(stream: io.StringIO) -> None:
    structlog.get_logger().error("sending failed", exc_info=AdapterError("the folder is away"))
    structlog.get_logger().error("sending failed", exc_info=OSError(28, "No space left on device"))
    assert [line["error"] for line in lines(stream)] == ["the folder is away", "No space left on device"]


def test_libraries_are_told_without_what_they_worked_on(stream: io.StringIO) -> None:
    for name in LIBRARIES:
        logger = logging.getLogger(name)
        logger.info("read %s", CANARY)
        logger.warning("could not handle %s", CANARY)
        logger.error(CANARY, extra={"body": CANARY})
        try:
            raise KeyError(CANARY)
        except KeyError:
            logger.exception("could not handle it: %s", CANARY)
    warnings.warn(CANARY, stacklevel=1)
    told = lines(stream)
    assert "CANARY" not in stream.getvalue()
    heard = [name for name in LIBRARIES if not name.startswith(UNHEARD)]
    assert len(heard) >= 4
    assert [line["logger"] for line in told] == [name for name in heard for _ in range(3)] + ["py.warnings"]
    assert {line["level"] for line in told} == {"warning", "error"}
    assert all(line["source"] for line in told)
    assert told[2]["error_type"] == "KeyError"


def test_our_own_modules_are_told_in_their_words_under_the_same_rules(stream: io.StringIO) -> None:
    logger = logging.getLogger("gateway.relay")
    logger.warning("publishing is degraded: %s", "NET-E0301 the broker cannot be reached (127.0.0.1:9)")
    logger.warning(CANARY)
    degraded, withheld = lines(stream)
    assert degraded["event"] == "publishing is degraded"
    assert degraded["reason"] == "NET-E0301 the broker cannot be reached (127.0.0.1:9)"
    assert withheld["event"] == "withheld"


def test_level_is_kept(stream: io.StringIO) -> None:
    configure_logging(level="warning", format="json", stream=stream)
    structlog.get_logger().info("delivery recorded")
    assert stream.getvalue() == ""


@pytest.mark.parametrize("format", ["console", "json"])
def test_both_formats_keep_the_rules(format: str) -> None:
    stream = io.StringIO()
    configure_logging(level="info", format=format, stream=stream)
    try:
        raise RuntimeError(CANARY)
    except RuntimeError:
        structlog.get_logger().exception("task ended", name=CANARY, component="relay")
    logging.getLogger("aio_pika").error("lost %s", CANARY)
    assert "CANARY" not in stream.getvalue()
    assert "relay" in stream.getvalue()
    assert "RuntimeError" in stream.getvalue()


def test_off_a_terminal_it_is_json(tmp_path: Path) -> None:
    with (tmp_path / "log").open("w") as file:
        configure_logging(level="info", format="auto", stream=file)
        structlog.get_logger().info("gateway started", version="1.0")
    assert json.loads((tmp_path / "log").read_text())["event"] == "gateway started"
