"""The ledger's table of legal holds: what must be kept whatever its age."""

from sqlalchemy import BigInteger, Column, String, Table, Text

from gateway.ledger.schema import id_column, metadata, order_column

legal_holds = Table(
    "legal_holds",
    metadata,
    order_column(),
    id_column(),
    Column("kind", String(16), nullable=False),
    Column("value", Text, nullable=False),
    Column("why", Text, nullable=False),
    Column("by", String(255), nullable=False),
    Column("since", BigInteger, nullable=False),
    Column("released_at", BigInteger),
    Column("released_by", String(255)),
    sqlite_autoincrement=True,
)
"""``kind`` is ``order`` (its number), ``partner`` (its name) or ``delivery`` (its id). Released ones stay, as proof."""
