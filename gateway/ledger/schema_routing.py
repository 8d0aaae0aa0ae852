"""The ledger's tables of routing: imported cross references with their history, what is parked, what was routed."""

from sqlalchemy import BigInteger, Column, Index, Integer, String, Table, Text, text

from gateway.ledger.schema import metadata

_Count = BigInteger().with_variant(Integer(), "sqlite")

references = Table(
    "cross_references",
    metadata,
    Column("position", _Count, primary_key=True, autoincrement=True),
    Column("table", String(16), nullable=False),
    Column("key", Text, nullable=False),
    Column("cells", Text, nullable=False),
    Column("imported_at", BigInteger, nullable=False),
    Column("imported_by", Text, nullable=False),
    Column("origin", Text, nullable=False),
    Column("replaced_at", BigInteger),
    Column("replaced_by", Text),
    sqlite_autoincrement=True,
)
"""Rows are never changed, only replaced: ``replaced_at`` is empty in those that stand."""
Index(None, references.c.table, references.c.key)
STANDING = text("replaced_at IS NULL")
Index(
    "ix_cross_references_standing", references.c.table, references.c.position,
    sqlite_where=STANDING, postgresql_where=STANDING,
)  # fmt: skip

parked = Table(
    "parked",
    metadata,
    Column("position", _Count, primary_key=True, autoincrement=True),
    Column("turn", BigInteger, nullable=False),
    Column("document", String(64), nullable=False),
    Column("route", String(64), nullable=False),
    Column("table", String(16), nullable=False),
    Column("partner", String(255), nullable=False),
    Column("key", Text, nullable=False),
    Column("code", String(32), nullable=False),
    Column("exception", String(64), nullable=False),
    Column("since", BigInteger, nullable=False),
    sqlite_autoincrement=True,
)
"""One row for each document, rule, and thing that it waits for; ``turn`` is the order in which they began to."""
Index(None, parked.c.turn)
Index("ix_parked_once", parked.c.document, parked.c.route, parked.c.table, parked.c.partner, parked.c.key, unique=True)
Index(None, parked.c.table, parked.c.partner, parked.c.key)

routed = Table(
    "routed",
    metadata,
    Column("document", String(64), primary_key=True),
    Column("route", String(64), primary_key=True),
    Column("at", BigInteger, nullable=False),
)
"""Which documents a rule is done with: it never takes them again."""
