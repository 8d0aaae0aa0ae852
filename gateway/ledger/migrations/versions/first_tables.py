"""The first tables."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Makes all tables and indexes."""
    op.create_table(
        "counters",
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.Column("value", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_counters")),
    )
    op.create_table(
        "deliveries",
        sa.Column("position", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("channel", sa.String(length=255), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("origin", sa.Text(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("received_at", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("partner", sa.String(length=255), nullable=True),
        sa.Column("outcome", sa.String(length=32), nullable=True),
        sa.Column("accepted", sa.Integer(), nullable=False),
        sa.Column("rejected", sa.Integer(), nullable=False),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("repeats", sa.String(length=64), nullable=True),
        sa.PrimaryKeyConstraint("position", name=op.f("pk_deliveries")),
        sa.UniqueConstraint("id", name=op.f("uq_deliveries_id")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_deliveries_channel_origin"), "deliveries", ["channel", "origin"])
    op.create_index(op.f("ix_deliveries_channel_sha256"), "deliveries", ["channel", "sha256"])
    op.create_index(op.f("ix_deliveries_outcome_position"), "deliveries", ["outcome", "position"])
    op.create_index(op.f("ix_deliveries_partner_position"), "deliveries", ["partner", "position"])
    op.create_index(
        "ix_deliveries_unread",
        "deliveries",
        ["position"],
        sqlite_where=sa.text("state = 'received'"),
        postgresql_where=sa.text("state = 'received'"),
    )
    op.create_table(
        "meta",
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_meta")),
    )
    op.create_table(
        "numbers",
        sa.Column("scope", sa.String(length=255), nullable=False),
        sa.Column("value", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("scope", name=op.f("pk_numbers")),
    )
    op.create_table(
        "contents",
        sa.Column("delivery", sa.String(length=64), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(["delivery"], ["deliveries.id"], name=op.f("fk_contents_delivery")),
        sa.PrimaryKeyConstraint("delivery", name=op.f("pk_contents")),
    )
    op.create_table(
        "documents",
        sa.Column("sequence", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("delivery", sa.String(length=64), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("partner", sa.String(length=255), nullable=False),
        sa.Column("document_type", sa.String(length=64), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("correlation", sa.Text(), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("standard", sa.String(length=16), nullable=False),
        sa.Column("message_type", sa.Text(), nullable=True),
        sa.Column("interchange", sa.Text(), nullable=True),
        sa.Column("group", sa.Text(), nullable=True),
        sa.Column("transaction", sa.Text(), nullable=True),
        sa.Column("body", sa.LargeBinary(), nullable=True),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("recorded_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["delivery"], ["deliveries.id"], name=op.f("fk_documents_delivery")),
        sa.PrimaryKeyConstraint("sequence", name=op.f("pk_documents")),
        sa.UniqueConstraint("id", name=op.f("uq_documents_id")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_documents_delivery_position"), "documents", ["delivery", "position"])
    op.create_index(op.f("ix_documents_document_type_sequence"), "documents", ["document_type", "sequence"])
    op.create_index(op.f("ix_documents_number_sequence"), "documents", ["number", "sequence"])
    op.create_index(op.f("ix_documents_partner_sequence"), "documents", ["partner", "sequence"])
    op.create_index(
        "ix_documents_rejected",
        "documents",
        ["sequence"],
        sqlite_where=sa.text("status = 'rejected'"),
        postgresql_where=sa.text("status = 'rejected'"),
    )
    op.create_table(
        "exceptions",
        sa.Column("position", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("code", sa.String(length=32), nullable=False),
        sa.Column("partner", sa.String(length=255), nullable=True),
        sa.Column("delivery", sa.String(length=64), nullable=True),
        sa.Column("document", sa.String(length=64), nullable=True),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("opened_at", sa.BigInteger(), nullable=False),
        sa.Column("resolved_at", sa.BigInteger(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["delivery"], ["deliveries.id"], name=op.f("fk_exceptions_delivery")),
        sa.PrimaryKeyConstraint("position", name=op.f("pk_exceptions")),
        sa.UniqueConstraint("id", name=op.f("uq_exceptions_id")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_exceptions_open",
        "exceptions",
        ["position"],
        sqlite_where=sa.text("resolved_at IS NULL"),
        postgresql_where=sa.text("resolved_at IS NULL"),
    )
    op.create_table(
        "interchanges",
        sa.Column("position", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("delivery", sa.String(length=64), nullable=False),
        sa.Column("partner", sa.String(length=255), nullable=False),
        sa.Column("sender", sa.String(length=255), nullable=False),
        sa.Column("receiver", sa.String(length=255), nullable=False),
        sa.Column("control_number", sa.String(length=64), nullable=False),
        sa.Column("usage", sa.String(length=8), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("verdict", sa.String(length=16), nullable=False),
        sa.Column("recorded_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["delivery"], ["deliveries.id"], name=op.f("fk_interchanges_delivery")),
        sa.PrimaryKeyConstraint("position", name=op.f("pk_interchanges")),
        sa.UniqueConstraint("id", name=op.f("uq_interchanges_id")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_interchanges_delivery"), "interchanges", ["delivery"])
    op.create_index(
        "ix_interchanges_key", "interchanges", ["sender", "receiver", "control_number", "usage", "recorded_at"]
    )
    op.create_table(
        "parcels",
        sa.Column("position", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("partner", sa.String(length=255), nullable=False),
        sa.Column("channel", sa.String(length=255), nullable=False),
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=True),
        sa.Column("body_sha256", sa.String(length=64), nullable=False),
        sa.Column("context", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("delivery", sa.String(length=64), nullable=True),
        sa.Column("interchange", sa.String(length=64), nullable=True),
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column("content", sa.LargeBinary(), nullable=True),
        sa.Column("content_sha256", sa.String(length=64), nullable=True),
        sa.Column("control_number", sa.String(length=64), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_attempt_at", sa.BigInteger(), nullable=True),
        sa.Column("delivered_at", sa.BigInteger(), nullable=True),
        sa.Column("repeats", sa.String(length=64), nullable=True),
        sa.Column("last_error", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["delivery"], ["deliveries.id"], name=op.f("fk_parcels_delivery")),
        sa.PrimaryKeyConstraint("position", name=op.f("pk_parcels")),
        sa.UniqueConstraint("id", name=op.f("uq_parcels_id")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_parcels_delivery"), "parcels", ["delivery"])
    op.create_index(op.f("ix_parcels_interchange"), "parcels", ["interchange"])
    op.create_index(op.f("ix_parcels_partner_position"), "parcels", ["partner", "position"])
    op.create_index(
        "ix_parcels_unsent",
        "parcels",
        ["position", "next_attempt_at"],
        sqlite_where=sa.text("state <> 'delivered'"),
        postgresql_where=sa.text("state <> 'delivered'"),
    )
    op.create_table(
        "problems",
        sa.Column("position", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("delivery", sa.String(length=64), nullable=False),
        sa.Column("document", sa.String(length=64), nullable=True),
        sa.Column("code", sa.String(length=32), nullable=False),
        sa.Column("severity", sa.String(length=16), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["delivery"], ["deliveries.id"], name=op.f("fk_problems_delivery")),
        sa.PrimaryKeyConstraint("position", name=op.f("pk_problems")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_problems_delivery_sha256"), "problems", ["delivery", "sha256"], unique=True)
    op.create_index(op.f("ix_problems_document"), "problems", ["document"])
    op.create_table(
        "events",
        sa.Column("sequence", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("document", sa.String(length=64), nullable=False),
        sa.Column("delivery", sa.String(length=64), nullable=False),
        sa.Column("document_type", sa.String(length=64), nullable=False),
        sa.Column("partner", sa.String(length=255), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("is_first", sa.Boolean(), nullable=False),
        sa.Column("ready_at", sa.BigInteger(), nullable=True),
        sa.Column("routing_key", sa.Text(), nullable=False),
        sa.Column("ordering_key", sa.Text(), nullable=False),
        sa.Column("attributes", sa.Text(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("replay_of", sa.String(length=64), nullable=True),
        sa.Column("feed_position", sa.BigInteger(), nullable=True),
        sa.Column("published_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["delivery"], ["deliveries.id"], name=op.f("fk_events_delivery")),
        sa.ForeignKeyConstraint(["document"], ["documents.id"], name=op.f("fk_events_document")),
        sa.PrimaryKeyConstraint("sequence", name=op.f("pk_events")),
        sa.UniqueConstraint("feed_position", name=op.f("uq_events_feed_position")),
        sa.UniqueConstraint("id", name=op.f("uq_events_id")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_events_delivery"), "events", ["delivery"])
    op.create_index(op.f("ix_events_document"), "events", ["document"])
    op.create_index(
        "ix_events_feed_partner",
        "events",
        ["partner", "feed_position"],
        sqlite_where=sa.text("feed_position IS NOT NULL"),
        postgresql_where=sa.text("feed_position IS NOT NULL"),
    )
    op.create_index(
        "ix_events_feed_type",
        "events",
        ["document_type", "feed_position"],
        sqlite_where=sa.text("feed_position IS NOT NULL"),
        postgresql_where=sa.text("feed_position IS NOT NULL"),
    )
    op.create_index(
        "ix_events_first",
        "events",
        ["sequence", "routing_key"],
        sqlite_where=sa.text("is_first"),
        postgresql_where=sa.text("is_first"),
    )
    op.create_index(
        "ix_events_one_first",
        "events",
        ["ordering_key"],
        unique=True,
        sqlite_where=sa.text("is_first"),
        postgresql_where=sa.text("is_first"),
    )
    op.create_index(
        "ix_events_ready",
        "events",
        ["ordering_key", "sequence"],
        sqlite_where=sa.text("state = 'ready'"),
        postgresql_where=sa.text("state = 'ready'"),
    )
