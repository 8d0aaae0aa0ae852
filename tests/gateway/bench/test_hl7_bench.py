"""The measurement measures what it says: whole messages, accepted, and each library that is there."""

import importlib.util

import pytest

from gateway.bench import hl7
from gateway.bench.hl7 import FULL, HL7APY, PYTHON_HL7, measure
from gateway.bench.requests import requests
from tests.rigs.hl7_messages import document


def test_the_measured_messages_become_requisitions() -> None:
    data = document(requests(2, 3)[1])
    assert (data["documentType"], len(data["lines"])) == ("requisition", 3)


def test_each_way_is_measured_and_what_is_not_installed_is_named() -> None:
    measured = measure(2, 2, 1)
    names = {figure.name for figure in measured.figures}
    assert FULL in names
    assert all(figure.per_second > 0 for figure in measured.figures)
    for package, name, told in (("hl7apy", HL7APY, "hl7apy"), ("hl7", PYTHON_HL7, "python-hl7")):
        there = importlib.util.find_spec(package) is not None
        assert (name in names) is there
        assert (told in measured.missing) is not there
        assert (told in measured.ratios()) is there


def test_a_package_that_is_missing_stops_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hl7, "_module", lambda _: None)
    measured = measure(1, 1, 1)
    assert measured.missing == ("python-hl7", "hl7apy")
    assert measured.ratios() == {}
