"""The ledger's questions and changes of nodes and leases.

Writing transactions are serial in every ledger, so whoever finds a lease free here is the only one who does. Leases run
by the clock of the database where several machines share it: how the clocks of the nodes stand does not matter.
"""

from collections.abc import Callable, Collection, Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, bindparam, delete, or_, select, text, update
from sqlalchemy.dialects.postgresql import insert

from gateway.ledger.contract import LeaseLost
from gateway.ledger.node_records import Lease, LeaseRow, NodeRow, life
from gateway.ledger.rows import microseconds, moment
from gateway.ledger.schema import deliveries
from gateway.ledger.schema_nodes import leases, nodes

_OF: Any = bindparam("of")
_NODE: Any = bindparam("by")
_TIME = text("SELECT CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000000 AS bigint)")
"""Not ``now()``: that is when the transaction began, and it may have waited since."""

_NODES = select(nodes).order_by(nodes.c.name, nodes.c.id)
_LEASES = select(leases).order_by(leases.c.name)
_LEASE = select(leases.c.node, leases.c.token, leases.c.expires_at).where(leases.c.name == _OF)
_ENTER = insert(nodes).values({column.name: bindparam(column.name) for column in nodes.c})
_ENTERED = _ENTER.on_conflict_do_update(
    index_elements=["id"],
    set_={name: _ENTER.excluded[name] for name in ("name", "version", "address", "started", "seen")},
)
_SEEN = update(nodes).where(nodes.c.id == _NODE).values(seen=bindparam("at"))
_CLAIM = insert(leases).values(
    name=_OF, node=_NODE, token=1, since=bindparam("at"), expires_at=bindparam("until")
)  # fmt: skip
_CLAIMED = _CLAIM.on_conflict_do_update(
    index_elements=["name"],
    set_={
        "node": _CLAIM.excluded.node,
        "token": leases.c.token + 1,
        "since": _CLAIM.excluded.since,
        "expires_at": _CLAIM.excluded.expires_at,
    },
    where=or_(leases.c.expires_at <= bindparam("at"), leases.c.node == _NODE, bindparam("force") == 1),
).returning(leases.c.token)
_RENEWED = (
    update(leases)
    .where(leases.c.node == _NODE, leases.c.name.in_(bindparam("names", expanding=True)))
    .values(expires_at=bindparam("until"))
    .returning(leases.c.name, leases.c.token)
)
_RELEASED = (
    update(leases)
    .where(leases.c.name == _OF, leases.c.node == _NODE, leases.c.token == bindparam("shown"))
    .values(node="", expires_at=0)
)
_READER = select(deliveries.c.reader).where(deliveries.c.id == _OF)
_READ_BY = update(deliveries).where(deliveries.c.id == _OF).values(reader=_NODE)
_FORGET = delete(nodes).where(nodes.c.seen < bindparam("before"))


class SqlNodeReads:
    """Questions on one connection; ``clock`` tells the time where the database has no own."""

    def __init__(self, connection: Connection, clock: Callable[[], datetime]) -> None:
        self._connection = connection
        self._clock = clock

    def all(self) -> list[NodeRow]:
        """By name."""
        living = {lease.name for lease in self.leases() if lease.alive}
        return [
            NodeRow(
                id=row.id, name=row.name, version=row.version, address=row.address, started=moment(row.started),
                seen=moment(row.seen), alive=life(row.id) in living,
            )
            for row in self._connection.execute(_NODES)
        ]  # fmt: skip

    def leases(self) -> list[LeaseRow]:
        """By name."""
        now = self._now()
        return [
            LeaseRow(
                name=row.name, node=row.node, token=row.token, since=moment(row.since),
                expires_at=moment(row.expires_at), alive=bool(row.node) and row.expires_at > now,
            )
            for row in self._connection.execute(_LEASES)
        ]  # fmt: skip

    def alive(self, node: str) -> bool:
        """By its own lease."""
        row = self._connection.execute(_LEASE, {"of": life(node)}).one_or_none()
        return row is not None and row.node == node and row.expires_at > self._now()

    def _now(self) -> int:
        if self._connection.dialect.name == "postgresql":
            time: int = self._connection.execute(_TIME).scalar_one()
            return time
        return microseconds(self._clock())


class SqlNodeChanges(SqlNodeReads):
    """Changes on one connection, inside its open transaction."""

    def enter(self, row: NodeRow) -> None:
        """Once more where it is there."""
        now = self._now()
        values = {"id": row.id, "name": row.name, "version": row.version, "address": row.address}
        self._connection.execute(_ENTERED, {**values, "started": microseconds(row.started), "seen": now})

    def seen(self, node: str) -> None:
        """By the ledger's time."""
        self._connection.execute(_SEEN, {"by": node, "at": self._now()})

    def forget(self, before: datetime) -> int:
        """Those that are long gone."""
        found: int = self._connection.execute(_FORGET, {"before": microseconds(before)}).rowcount
        return found

    def claim(self, name: str, node: str, seconds: float, *, force: bool = False) -> Lease | None:
        """In one statement."""
        now = self._now()
        values = {"of": name, "by": node, "at": now, "until": now + _span(seconds), "force": int(force)}
        token: int | None = self._connection.execute(_CLAIMED, values).scalar_one_or_none()
        return None if token is None else Lease(name, node, token)

    def renew(self, held: Collection[Lease], node: str, seconds: float) -> set[str]:
        """In one statement."""
        if not held:
            return set()
        tokens: Mapping[str, int] = {lease.name: lease.token for lease in held}
        values = {"by": node, "names": list(tokens), "until": self._now() + _span(seconds)}
        rows = self._connection.execute(_RENEWED, values).all()
        return {row.name for row in rows if tokens[row.name] == row.token}

    def release(self, lease: Lease) -> bool:
        """Free for anybody at once."""
        values = {"of": lease.name, "by": lease.node, "shown": lease.token}
        found: int = self._connection.execute(_RELEASED, values).rowcount
        return found > 0

    def require(self, lease: Lease) -> None:
        """By its token."""
        row = self._connection.execute(_LEASE, {"of": lease.name}).one_or_none()
        if row is None or (row.node, row.token) != (lease.node, lease.token):
            raise LeaseLost(lease)

    def read_by(self, delivery: str, node: str) -> None:
        """By a mark."""
        self._connection.execute(_READ_BY, {"of": delivery, "by": node})

    def require_reader(self, delivery: str, node: str) -> None:
        """By the mark that the last beginning left."""
        reader = self._connection.execute(_READER, {"of": delivery}).scalar_one_or_none()
        if reader != node:
            raise LeaseLost(Lease(f"the reading of delivery {delivery}", node, 0))


def _span(seconds: float) -> int:
    return int(timedelta(seconds=seconds).total_seconds() * 1_000_000)
