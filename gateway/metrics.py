"""What is counted and measured, for Prometheus. Label values are short names, never content."""

import re
from datetime import datetime

from prometheus_client import CollectorRegistry, Counter, Gauge, ProcessCollector, generate_latest

from gateway.disk.watch import DATA
from gateway.ledger.node_records import label
from gateway.ledger.outbound_records import BreakerState
from gateway.ledger.records import Backlog
from gateway.status import Status

_OPENNESS = {BreakerState.CLOSED: 0.0, BreakerState.HALF_OPEN: 0.5, BreakerState.OPEN: 1.0}
_SLUG = re.compile(r"[a-z0-9_.-]{1,64}")


def slug(value: str) -> str:
    """The value where it is a short name, else ``other``: a label can hold neither content nor endless variety."""
    return value if _SLUG.fullmatch(value) else "other"


class Metrics:
    """All measurements of one gateway, in the registry given."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self.registry = registry
        ProcessCollector(registry=registry)
        self._deliveries = Counter(
            "wharf_deliveries",
            "Deliveries answered, by channel and outcome.",
            ("channel", "outcome"),
            registry=registry,
        )
        self._documents = Counter(
            "wharf_documents", "Documents read, by type and status.", ("type", "status"), registry=registry
        )
        self._published = Counter("wharf_events_published", "Events confirmed by the broker.", registry=registry)
        self._retries = Counter("wharf_publish_retries", "Publishes that were begun again.", registry=registry)
        self._parcels = Counter(
            "wharf_parcels", "Outbound transmissions, by kind and outcome.", ("kind", "outcome"), registry=registry
        )
        self._backlog = Gauge("wharf_backlog", "What waits, by kind.", ("kind",), registry=registry)
        self._oldest = Gauge(
            "wharf_oldest_unpublished_seconds", "Age of the oldest event that waits to be published.", registry=registry
        )
        self._exceptions = Gauge("wharf_exceptions_open", "Exceptions that wait for a person.", registry=registry)
        self._ledger = Gauge("wharf_ledger_writable", "Whether the ledger can be written.", registry=registry)
        self._broker = Gauge("wharf_broker_confirming", "Whether events are being confirmed.", registry=registry)
        self._listening = Gauge(
            "wharf_channel_listening", "Whether the channel can receive.", ("channel",), registry=registry
        )
        self._connections = Gauge(
            "wharf_channel_connections", "Senders connected to the channel.", ("channel",), registry=registry
        )
        self._breakers = Gauge(
            "wharf_breaker_open",
            "Whether the destination is left alone because it failed: 1 open, 0.5 being tried, 0 well.",
            ("channel",),
            registry=registry,
        )
        self._disk = Gauge(
            "wharf_disk_free_bytes",
            "Room on the disk of the data folder, and of a channel's folder where that is another.",
            ("disk",),
            registry=registry,
        )
        self._stop = Gauge(
            "wharf_disk_stop_bytes", "Free bytes of the data folder's disk at which intake stops.", registry=registry
        )
        self._intake = Gauge("wharf_intake_open", "Whether there is room to take anything new.", registry=registry)
        self._leases = Gauge(
            "wharf_lease_owned",
            "Whether this node does what only one node does; of outbound lanes, in how many it sends.",
            ("lease",),
            registry=registry,
        )
        self._parts = Counter(
            "wharf_part_failures", "Parts of the gateway that failed and were started again.", ("part",),
            registry=registry,
        )  # fmt: skip
        self._certificates = Gauge(
            "wharf_certificate_expires_seconds",
            "Time until the certificate ends; negative where it has ended.",
            ("name",),
            registry=registry,
        )
        self._scan = Gauge(
            "wharf_last_scan_age_seconds", "Time since the folder was last looked at.", ("channel",), registry=registry
        )

    def delivery(self, channel: str, outcome: str) -> None:
        """A delivery was answered."""
        self._deliveries.labels(slug(channel), slug(outcome)).inc()

    def document(self, document_type: str, status: str, count: int = 1) -> None:
        """Documents were read."""
        self._documents.labels(slug(document_type), slug(status)).inc(count)

    def published(self, count: int = 1) -> None:
        """Events were confirmed."""
        self._published.inc(count)

    def publish_retried(self, count: int = 1) -> None:
        """Publishing was begun again."""
        self._retries.inc(count)

    def parcel(self, kind: str, outcome: str) -> None:
        """An outbound transmission was ``delivered`` or ``failed``."""
        self._parcels.labels(slug(kind.lower()), slug(outcome)).inc()

    def part_failed(self, part: str) -> None:
        """A part of the gateway failed and is started again."""
        self._parts.labels(slug(part.replace(" ", "."))).inc()

    def observe(self, status: Status, now: datetime) -> None:
        """Sets all gauges from the state of the gateway."""
        self._ledger.set(status.ledger_writable)
        self._broker.set(status.broker.confirmed or status.broker.standby)
        self._observe_node(status, now)
        for channel, count in status.connections.items():
            self._connections.labels(slug(channel)).set(count)
        self._breakers.clear()
        for channel, breaker in status.breakers.items():
            self._breakers.labels(slug(channel)).set(_OPENNESS[breaker.state])
        self._certificates.clear()
        for name, ends in status.certificates.items():
            self._certificates.labels(slug(name)).set((ends - now).total_seconds())
        self._intake.set(status.intake)
        for disk in status.disks:
            self._disk.labels(slug(disk.name)).set(disk.room.free)
            if disk.name == DATA:
                self._stop.set(disk.stop)
        if status.backlog is not None:
            self._observe_backlog(status.backlog, now)

    def text(self) -> bytes:
        """All of it in the Prometheus text format."""
        return generate_latest(self.registry)

    def _observe_node(self, status: Status, now: datetime) -> None:
        """What this node does; channels by which another one receives are that one's to tell of."""
        if status.node is not None:
            for name in (*status.node.owns, *status.node.stands_by):
                self._leases.labels(slug(label(name))).set(name in status.node.owns)
            self._leases.labels("lanes").set(status.node.lanes)
        self._listening.clear()
        self._scan.clear()
        for channel in status.channels.keys() - status.standby:
            self._listening.labels(slug(channel)).set(status.channels[channel])
        for channel in status.last_scans.keys() - status.standby:
            self._scan.labels(slug(channel)).set(_age(status.last_scans[channel], now))

    def _observe_backlog(self, backlog: Backlog, now: datetime) -> None:
        self._backlog.labels("deliveries").set(backlog.deliveries)
        self._backlog.labels("events").set(backlog.events)
        self._backlog.labels("parcels").set(backlog.parcels)
        self._exceptions.set(backlog.exceptions)
        self._oldest.set(_age(backlog.oldest_event_at, now) if backlog.oldest_event_at else 0)


def _age(then: datetime, now: datetime) -> float:
    return max(0.0, (now - then).total_seconds())
