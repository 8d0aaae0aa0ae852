"""The ledger's table of the audit trail: who did or saw what, each row bound to the one before it by a digest."""

from sqlalchemy import BigInteger, Column, Index, String, Table, Text

from gateway.ledger.schema import metadata

audit = Table(
    "audit",
    metadata,
    # Given by the one who writes: a gap would be a row that is gone.
    Column("position", BigInteger, primary_key=True, autoincrement=False),
    Column("at", BigInteger, nullable=False),
    Column("actor", String(255), nullable=False),
    Column("actor_kind", String(16), nullable=False),
    Column("action", String(64), nullable=False),
    Column("object", Text, nullable=False),
    Column("partner", String(255)),
    Column("reason", Text, nullable=False),
    Column("source", String(255)),
    Column("details", Text, nullable=False),
    Column("previous", String(64), nullable=False),
    Column("digest", String(64), nullable=False),
)
Index(None, audit.c.at)
Index(None, audit.c.action, audit.c.position)
