"""Which certificates the gateway rests on, until when they are valid, and a person told in time."""

import asyncio
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import structlog

from gateway import problems_protection as kinds
from gateway.config.channels import Channel, MllpChannel, SoapChannel, SoapPollChannel
from gateway.config.secrets import SecretNotFoundError
from gateway.config.settings import Config, broker_files
from gateway.ids import Clock
from gateway.ledger.contract import Ledger, LedgerError, Transaction
from gateway.ledger.records import ExceptionRow

HOUR = 3600.0
DAYS = (30, 7, 1)
"""How long before its end a person is told of a certificate, once each."""

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Certificate:
    """The certificate of a file that ends first."""

    name: str
    """Where the settings name the file, as ``http.tls.certificate``."""
    ends: datetime
    serial: str
    """Tells it from the one that comes in its place."""


def certificate_files(config: Config) -> dict[str, Path]:
    """The files of certificates that the settings name, by the place where they do. Raises SecretNotFoundError."""
    found: dict[str, Path | None] = {}
    tls = config.http.tls
    if tls is not None:
        found |= {"http.tls.certificate": tls.certificate, "http.tls.client_ca": tls.client_ca}
    for name, channel in config.channels.items():
        found |= {f"channels.{name}.{place}": file for place, file in _of_channel(channel).items()}
    if not config.embedded():
        files = broker_files(config.broker_url().get_secret_value())
        found |= {"broker.cafile": files.get("cafile"), "broker.certfile": files.get("certfile")}
    return {name: file for name, file in found.items() if file is not None}


def _of_channel(channel: Channel) -> dict[str, Path | None]:
    found: dict[str, Path | None] = {}
    if isinstance(channel, MllpChannel):
        if channel.tls is not None:
            found |= {"tls.certificate": channel.tls.certificate, "tls.client_ca": channel.tls.client_ca}
        if channel.connect_tls is not None:
            called = channel.connect_tls
            found |= {"connect_tls.certificate": called.certificate, "connect_tls.ca": called.ca}
    if isinstance(channel, SoapPollChannel):
        found |= {"certificate": channel.certificate, "ca": channel.ca}
    if isinstance(channel, SoapChannel) and channel.call is not None:
        found |= {"call.certificate": channel.call.certificate, "call.ca": channel.call.ca}
    return found


def first_to_end(name: str, file: Path) -> Certificate | None:
    """Of all certificates in a PEM file the one that ends first; None where none can be read.

    Whether the file serves at all is asked elsewhere: where it is loaded.
    """
    from cryptography import x509

    try:
        made = x509.load_pem_x509_certificates(file.read_bytes())
    except (OSError, ValueError):
        return None
    if not made:
        return None
    first = min(made, key=lambda each: each.not_valid_after_utc)
    return Certificate(name, first.not_valid_after_utc.astimezone(UTC), f"{first.serial_number:x}")


def certificates_of(config: Config) -> list[Certificate]:
    """All of them, the one that ends first in front."""
    try:
        files = certificate_files(config)
    except SecretNotFoundError:
        return []
    found = (first_to_end(name, file) for name, file in files.items())
    return sorted((each for each in found if each is not None), key=lambda each: each.ends)


def left(certificate: Certificate, now: datetime) -> str:
    """How long it is valid, in words."""
    days = (certificate.ends - now).days
    if certificate.ends <= now:
        return f"ended on {certificate.ends:%Y-%m-%d}"
    return f"ends on {certificate.ends:%Y-%m-%d}, in {days} day{'' if days == 1 else 's'}"


@dataclass(slots=True)
class CertificateWatch:
    """Looks every hour, and opens an exception once for each step of each certificate."""

    config: Config
    ledger: Ledger
    clock: Clock
    _found: Mapping[str, Certificate] = field(default_factory=dict)
    _told: set[str] = field(default_factory=set)

    def ends(self) -> Mapping[str, datetime]:
        """Name to when it ends, as of the last look."""
        return {name: each.ends for name, each in self._found.items()}

    async def run(self) -> None:
        """Looks, for ever."""
        while True:
            await asyncio.to_thread(self.look)
            await asyncio.sleep(HOUR)

    def look(self) -> None:
        """Looks once. What the ledger does not take now is taken with the next look."""
        found = certificates_of(self.config)
        self._found = {each.name: each for each in found}
        now = self.clock()
        for each in found:
            if (step := _step(each, now)) is None:
                continue
            row = self._row(each, step, now)
            if row.id in self._told:
                continue
            log.warning("a certificate ends", code=row.code, reason=row.message)
            try:
                self.ledger.write(partial(_open, row)).result()
                self._told.add(row.id)
            except LedgerError as error:
                log.warning("that is not in the ledger yet", reason=str(error))

    @staticmethod
    def _row(certificate: Certificate, step: int, now: datetime) -> ExceptionRow:
        mark = f"{certificate.name} {certificate.serial} {step}"
        kind = kinds.CERTIFICATE_ENDED if step == 0 else kinds.CERTIFICATE_ENDS
        return ExceptionRow(
            # The same step of the same certificate is the same exception, whoever has resolved it meanwhile.
            id=f"certificate-{hashlib.sha256(mark.encode()).hexdigest()[:24]}", kind="technical", code=kind.code,
            partner=None, delivery=None, document=None, message=f"{certificate.name}: {left(certificate, now)}",
            opened_at=now,
        )  # fmt: skip


def _step(certificate: Certificate, now: datetime) -> int | None:
    """The smallest of the steps that it is within; 0 where it has ended; None where there is time."""
    if certificate.ends <= now:
        return 0
    return min((days for days in DAYS if certificate.ends - now <= timedelta(days=days)), default=None)


def _open(row: ExceptionRow, tx: Transaction) -> None:
    """One that was opened before, and may be resolved, stays as it is."""
    tx.open_exception(row)
