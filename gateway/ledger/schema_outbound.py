"""The ledger's tables of what is sent: parcels, what is in them, what became of them, and what keeps them back."""

from sqlalchemy import BigInteger, Column, ForeignKey, Index, Integer, LargeBinary, String, Table, Text, text

from gateway.ledger.schema import id_column, metadata, order_column

parcels = Table(
    "parcels",
    metadata,
    order_column(),
    id_column(),
    Column("partner", String(255), nullable=False),
    Column("channel", String(255), nullable=False),
    Column("kind", String(64), nullable=False),
    Column("body", LargeBinary),
    Column("body_sha256", String(64), nullable=False),
    Column("context", Text, nullable=False),
    Column("state", String(16), nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("delivery", String(64), ForeignKey("deliveries.id"), index=True),
    Column("interchange", String(64), index=True),
    Column("name", Text),
    Column("content", LargeBinary),
    Column("content_sha256", String(64)),
    Column("control_number", String(64)),
    Column("attempts", Integer, nullable=False),
    Column("next_attempt_at", BigInteger),
    Column("delivered_at", BigInteger),
    Column("repeats", String(64)),
    Column("last_error", Text),
    Column("document_type", String(64)),
    Column("usage", String(8)),
    Column("closes_at", BigInteger),
    Column("since", BigInteger),
    Column("transmissions", Integer, nullable=False, server_default="1"),
    Column("awaits", String(8)),
    Column("await_seconds", BigInteger),
    Column("answer_seconds", BigInteger),
    Column("due_at", BigInteger),
    Column("acknowledged_at", BigInteger),
    Column("verdict", String(32)),
    Column("functional_id", String(8)),
    Column("group_number", String(16)),
    Column("exception", String(64)),
    Column("pruned_at", BigInteger),
    sqlite_autoincrement=True,
)
Index(None, parcels.c.partner, parcels.c.position)
Index(None, parcels.c.channel, parcels.c.position)
Index(None, parcels.c.partner, parcels.c.control_number)
OUTSTANDING = text("state IN ('queued', 'ready', 'sending', 'retrying', 'held')")
Index(
    "ix_parcels_outstanding", parcels.c.position, parcels.c.next_attempt_at, parcels.c.state, parcels.c.channel,
    parcels.c.partner, sqlite_where=OUTSTANDING, postgresql_where=OUTSTANDING,
)  # fmt: skip
TROUBLED = text("state IN ('rejected', 'overdue', 'dead', 'refused')")
Index("ix_parcels_troubled", parcels.c.position, parcels.c.state, sqlite_where=TROUBLED, postgresql_where=TROUBLED)
GROUPED = text("group_number IS NOT NULL")
Index(
    "ix_parcels_group", parcels.c.partner, parcels.c.group_number, sqlite_where=GROUPED, postgresql_where=GROUPED
)  # fmt: skip
AWAITED = text("due_at IS NOT NULL")
Index("ix_parcels_awaited", parcels.c.due_at, parcels.c.state, sqlite_where=AWAITED, postgresql_where=AWAITED)
OPEN_BATCH = text("closes_at IS NOT NULL")
Index(
    "ix_parcels_batch", parcels.c.partner, parcels.c.channel, parcels.c.kind, parcels.c.usage, parcels.c.closes_at,
    sqlite_where=OPEN_BATCH, postgresql_where=OPEN_BATCH,
)  # fmt: skip
"""``closes_at`` is emptied when a batch is rendered: only those that documents may join stand in this index."""

parcel_documents = Table(
    "parcel_documents",
    metadata,
    Column("parcel", String(64), ForeignKey("parcels.id"), primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("document", String(64), nullable=False, index=True),
    Column("number", Text, nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("status", String(32), nullable=False),
    Column("set_number", String(16)),
    Column("answer_due_at", BigInteger),
    Column("answered_by", String(64)),
    Column("exception", String(64)),
)
UNANSWERED = text("answer_due_at IS NOT NULL")
Index("ix_parcel_documents_unanswered", parcel_documents.c.number, sqlite_where=UNANSWERED, postgresql_where=UNANSWERED)
Index(
    "ix_parcel_documents_late", parcel_documents.c.answer_due_at, sqlite_where=UNANSWERED, postgresql_where=UNANSWERED
)

parcel_history = Table(
    "parcel_history",
    metadata,
    order_column(),
    Column("parcel", String(64), ForeignKey("parcels.id"), nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("from_state", String(16), nullable=False),
    Column("to_state", String(16), nullable=False),
    Column("why", Text, nullable=False),
    Column("by", String(255), nullable=False),
    sqlite_autoincrement=True,
)
Index(None, parcel_history.c.parcel, parcel_history.c.position)

holds = Table(
    "holds",
    metadata,
    Column("channel", String(255), primary_key=True),
    Column("partner", String(255), primary_key=True),
    Column("since", BigInteger, nullable=False),
    Column("why", Text, nullable=False),
    Column("by", String(255), nullable=False),
)
"""``partner`` is empty where the whole channel is held."""

breakers = Table(
    "breakers",
    metadata,
    Column("channel", String(255), primary_key=True),
    Column("state", String(16), nullable=False),
    Column("failures", Integer, nullable=False),
    Column("trips", Integer, nullable=False),
    Column("changed_at", BigInteger),
    Column("retry_at", BigInteger),
    Column("reason", Text, nullable=False),
    Column("exception", String(64)),
)

told_once = Table(
    "told_once",
    metadata,
    Column("key", String(255), primary_key=True),
    Column("exception", String(64), nullable=False),
)
"""What was told to a person and must not be told again, as an acknowledgment for nothing that we sent."""
