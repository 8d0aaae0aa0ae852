"""Certificates that end: told by the doctor, the metric, readiness, and an exception at each step once."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from prometheus_client import CollectorRegistry

from gateway.certificates import CertificateWatch, certificate_files, certificates_of
from gateway.config import load_config
from gateway.config.settings import Config
from gateway.doctor import certificates
from gateway.ledger.store import SqlLedger, open_ledger
from gateway.metrics import Metrics
from gateway.status import BrokerStatus, Status
from tests.rigs.mllp import Authority

SETTINGS = """
[gateway]
name = "st-example"
[broker]
url = "amqps://mq.example/?cafile=/none.pem"
[http]
auth = "keys"
tls = {{ certificate = "{folder}/gw.pem", key = "{folder}/gw.key", client_ca = "{folder}/authority.pem" }}
[channels.ehr]
kind = "mllp"
listen = "127.0.0.1:2575"
connect = "127.0.0.1:2576"
tls = {{ certificate = "{folder}/ehr.pem", key = "{folder}/ehr.key" }}
connect_tls = {{ ca = "{folder}/authority.pem" }}
"""


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    return Authority(tmp_path)


@pytest.fixture
def config(tmp_path: Path, authority: Authority) -> Config:
    for name, days in (("gw", 40), ("ehr", 400)):
        authority.issue(name, valid=timedelta(days=days)).key.chmod(0o600)
    (tmp_path / "wharf.toml").write_text(SETTINGS.format(folder=tmp_path))
    return load_config(tmp_path / "wharf.toml", {})


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[SqlLedger]:
    opened = open_ledger(tmp_path / "var")
    yield opened
    opened.close()


def test_every_file_of_the_settings_is_watched(config: Config, tmp_path: Path) -> None:
    assert certificate_files(config) == {
        "http.tls.certificate": tmp_path / "gw.pem",
        "http.tls.client_ca": tmp_path / "authority.pem",
        "channels.ehr.tls.certificate": tmp_path / "ehr.pem",
        "channels.ehr.connect_tls.ca": tmp_path / "authority.pem",
        "broker.cafile": Path("/none.pem"),
    }
    assert [each.name for each in certificates_of(config)][-1] == "channels.ehr.tls.certificate"


def test_a_person_is_told_thirty_seven_and_one_days_before_and_at_the_end_once_each(
    config: Config, ledger: SqlLedger, tmp_path: Path
) -> None:
    (tmp_path / "authority.pem").write_bytes((tmp_path / "ehr.pem").read_bytes())
    start = datetime.now(UTC)
    for day in range(45):
        # Each day another process, twice: what was told is in the ledger, not in somebody's memory.
        for _ in range(2):
            CertificateWatch(config, ledger, lambda day=day: start + timedelta(days=day, hours=1)).look()  # type: ignore[misc]
        done = [row.id for row in ledger.read(lambda reads: reads.exceptions())]
        ledger.write(lambda tx, done=done: tx.resolve_exceptions(done, start, "seen")).result()  # type: ignore[misc]
    told = ledger.read(lambda reads: reads.exceptions(open_only=False))
    assert sorted((row.code, row.message.partition(" in ")[2]) for row in told) == [
        ("SEC-E0302", ""), ("SEC-W0301", "0 days"), ("SEC-W0301", "29 days"), ("SEC-W0301", "6 days"),
    ]  # fmt: skip
    assert all(row.message.startswith("http.tls.certificate: end") for row in told)


def test_a_new_certificate_is_told_of_anew(config: Config, ledger: SqlLedger, authority: Authority) -> None:
    now = datetime.now(UTC)
    watch = CertificateWatch(config, ledger, lambda: now)
    authority.issue("gw", valid=timedelta(days=5))
    watch.look()
    authority.issue("gw", valid=timedelta(days=6))
    watch.look()
    told = [row.message for row in ledger.read(lambda reads: reads.exceptions())]
    assert len([message for message in told if message.startswith("http.tls.certificate")]) == 2


def test_the_metric_and_readiness_tell_how_long(config: Config, ledger: SqlLedger) -> None:
    now = datetime.now(UTC)
    watch = CertificateWatch(config, ledger, lambda: now)
    watch.look()
    metrics = Metrics(CollectorRegistry())
    status = Status(True, {}, BrokerStatus("embedded", True), certificates=watch.ends())
    metrics.observe(status, now)
    text = metrics.text().decode()
    line = next(line for line in text.splitlines() if 'seconds{name="http.tls.certificate"}' in line)
    assert float(line.split()[1]) == pytest.approx(40 * 86400, abs=120)


def test_the_doctor_tells_good_soon_and_ended(config: Config) -> None:
    for days, word in ((0, "good"), (20, "note"), (41, "bad")):
        found = {each.subject: each for each in certificates(config, datetime.now(UTC) + timedelta(days=days))}
        assert found["certificate http.tls.certificate"].verdict.value == word
