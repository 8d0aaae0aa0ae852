"""The ledger's tables of the nodes that share it, and of the leases that say which of them does what."""

from sqlalchemy import BigInteger, Column, Index, String, Table, Text

from gateway.ledger.schema import metadata

nodes = Table(
    "nodes",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("name", String(255), nullable=False),
    Column("version", String(64), nullable=False),
    Column("address", Text, nullable=False),
    Column("started", BigInteger, nullable=False),
    Column("seen", BigInteger, nullable=False),
)

leases = Table(
    "leases",
    metadata,
    Column("name", String(255), primary_key=True),
    Column("node", String(64), nullable=False),
    Column("token", BigInteger, nullable=False),
    Column("since", BigInteger, nullable=False),
    Column("expires_at", BigInteger, nullable=False),
)
"""A lease that was given back has no node. Its row stays, so that its token only ever grows."""
Index(None, leases.c.node)
