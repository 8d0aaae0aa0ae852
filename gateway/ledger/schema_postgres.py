"""Tables that a ledger on PostgreSQL needs beside; they stay empty on SQLite."""

from sqlalchemy import BigInteger, Column, Integer, LargeBinary, String, Table

from gateway.ledger.schema import metadata

blobs = Table(
    "blobs",
    metadata,
    Column("sha256", String(64), primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("content", LargeBinary, nullable=False),
)
"""Large content in pieces, named by the digest of the whole; on SQLite it lies in files."""

writers = Table(
    "writers",
    metadata,
    Column("writer", String(64), primary_key=True),
    Column("batch", BigInteger, nullable=False),
    Column("at", BigInteger, nullable=False),
)
"""The last batch that each running process has committed, so that it can be told after a lost connection."""
