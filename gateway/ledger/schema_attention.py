"""The ledger's tables of what persons do: notes on exceptions, replays, and marks on what cannot go on by itself."""

from sqlalchemy import BigInteger, Boolean, Column, ForeignKey, Index, Integer, LargeBinary, String, Table, Text, text

from gateway.ledger.schema import id_column, metadata, order_column

exception_notes = Table(
    "exception_notes",
    metadata,
    order_column(),
    Column("exception", String(64), nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("by", String(255), nullable=False),
    Column("text", Text, nullable=False),
    sqlite_autoincrement=True,
)
Index(None, exception_notes.c.exception, exception_notes.c.position)

replays = Table(
    "replays",
    metadata,
    order_column(),
    id_column(),
    Column("at", BigInteger, nullable=False),
    Column("by", String(255), nullable=False),
    Column("reason", Text, nullable=False),
    Column("as_new", Boolean(create_constraint=False), nullable=False),
    Column("chosen", Text, nullable=False),
    sqlite_autoincrement=True,
)
"""``chosen`` is what was asked for, as JSON."""

replay_items = Table(
    "replay_items",
    metadata,
    Column("replay", String(64), ForeignKey("replays.id"), primary_key=True),
    Column("delivery", String(64), primary_key=True),
    Column("document", String(64), primary_key=True),
    Column("place", Integer, nullable=False),
    Column("how", String(16), nullable=False),
    Column("became", String(64)),
    Column("done_at", BigInteger),
)
"""``document`` is empty where a delivery without any is read again; ``place`` is the message's in its delivery."""
Index(None, replay_items.c.document)
Index(None, replay_items.c.became)
UNDONE = text("done_at IS NULL")
Index("ix_replay_items_undone", replay_items.c.delivery, sqlite_where=UNDONE, postgresql_where=UNDONE)

dead_letter_marks = Table(
    "dead_letter_marks",
    metadata,
    order_column(),
    Column("kind", String(16), nullable=False),
    Column("of", String(255), nullable=False),
    Column("action", String(16), nullable=False),
    Column("why", Text, nullable=False),
    Column("by", String(255), nullable=False),
    Column("at", BigInteger, nullable=False),
    sqlite_autoincrement=True,
)
"""What persons did with what cannot go on by itself; the newest mark holds."""
Index(None, dead_letter_marks.c.kind, dead_letter_marks.c.of, dead_letter_marks.c.position)

event_troubles = Table(
    "event_troubles",
    metadata,
    Column("event", String(64), primary_key=True),
    Column("failure", String(16), nullable=False),
    Column("reason", Text, nullable=False),
    Column("since", BigInteger, nullable=False),
)
"""Events that the publisher refuses each time, until they are confirmed."""

letters = Table(
    "letters",
    metadata,
    order_column(),
    id_column(),
    Column("queue", String(255), nullable=False),
    Column("facts", Text, nullable=False),
    Column("body", LargeBinary),
    Column("sha256", String(64), nullable=False),
    Column("taken_at", BigInteger, nullable=False),
    sqlite_autoincrement=True,
)
"""Messages that a person took off a queue of the broker, as they were: nothing is thrown away."""
