"""The measurement of MLLP measures what it says: every way answers, and those with a ledger commit."""

import json

import pytest

from adapters.transports.mllp.framing import Decoder
from gateway.bench.mllp import NAMES, flushes, measure, message
from gateway.bench.mllp_server import TRANSPORT
from gateway.cli.main import run


def test_each_way_answers_and_those_with_a_ledger_commit() -> None:
    figures = list(measure(0.3, counts=(1, 4)))
    assert [(figure.way, figure.connections) for figure in figures] == [(way, n) for way in NAMES for n in (1, 4)]
    assert all(figure.per_second > 0 and 0 < figure.p50 <= figure.p99 for figure in figures)
    assert all(0 < figure.half_p50 <= figure.half_p99 for figure in figures)
    committed = [figure.per_commit for figure in figures]
    assert committed[:4] == [None] * 4
    for alone, four in zip(committed[4::2], committed[5::2], strict=True):
        assert alone == pytest.approx(1, abs=0.05), "a lone sender shares its commit with nobody"
        assert four is not None
        assert 1 < four <= 4.1


def test_messages_are_about_a_kilobyte_and_differ_in_their_control_id() -> None:
    one, other = message(1), message(2)
    assert 900 < len(one) < 1600
    assert one != other
    assert one.split(b"|")[9] == b"B000000001"
    assert Decoder(10_000).feed(b"\x0b" + one + b"\x1c\r") == [one]


def test_the_command_tells_flushes_and_figures(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["bench", "mllp", "--seconds", "0.2", "--json"]) == 0
    disk, *figures = (json.loads(line) for line in capsys.readouterr().out.splitlines())
    assert disk["flushesPerSecond"] > 0
    assert [figure["connections"] for figure in figures] == [1, 8, 64] * len(NAMES)
    assert all(0 < figure["halfLoad"]["p50"] <= figure["halfLoad"]["p99"] for figure in figures)
    assert flushes(0.05) > 0


def test_idle_connections_stay_beside(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gateway.bench.mllp.NAMES", {TRANSPORT: "listener"})
    (figure,) = measure(0.2, counts=(1,), idle=300)
    assert figure.per_second > 0


def test_more_connections_than_files_are_refused_in_words(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("resource.getrlimit", lambda _: (1024, 1024))
    assert run(["bench", "mllp", "--seconds", "0.2", "--idle", "1000"]) == 2
    assert "ulimit -Hn" in capsys.readouterr().err
