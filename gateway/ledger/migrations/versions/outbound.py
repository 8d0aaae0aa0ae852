"""What is sent: what is in a parcel, what became of it, what is awaited, and what keeps it back."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_COLUMNS = (
    ("document_type", sa.String(length=64)),
    ("usage", sa.String(length=8)),
    ("closes_at", sa.BigInteger()),
    ("since", sa.BigInteger()),
    ("awaits", sa.String(length=8)),
    ("await_seconds", sa.BigInteger()),
    ("answer_seconds", sa.BigInteger()),
    ("due_at", sa.BigInteger()),
    ("acknowledged_at", sa.BigInteger()),
    ("verdict", sa.String(length=32)),
    ("functional_id", sa.String(length=8)),
    ("group_number", sa.String(length=16)),
    ("exception", sa.String(length=64)),
)


def _index(name: str, table: str, columns: list[str], where: str | None = None) -> None:
    condition = sa.text(where) if where else None
    op.create_index(op.f(name), table, columns, sqlite_where=condition, postgresql_where=condition)


def upgrade() -> None:
    """Adds columns, tables and indexes; parcels that failed before are ``retrying`` now."""
    for name, type in _COLUMNS:
        op.add_column("parcels", sa.Column(name, type, nullable=True))
    op.add_column("parcels", sa.Column("transmissions", sa.Integer(), nullable=False, server_default="1"))
    op.execute("UPDATE parcels SET state = 'retrying' WHERE state = 'ready' AND next_attempt_at IS NOT NULL")
    op.drop_index("ix_parcels_unsent", "parcels")
    _index("ix_parcels_channel_position", "parcels", ["channel", "position"])
    _index(
        "ix_parcels_troubled", "parcels", ["position", "state"], "state IN ('rejected', 'overdue', 'dead', 'refused')"
    )
    _index("ix_parcels_partner_control_number", "parcels", ["partner", "control_number"])
    _index(
        "ix_parcels_outstanding", "parcels", ["position", "next_attempt_at", "state", "channel", "partner"],
        "state IN ('queued', 'ready', 'sending', 'retrying', 'held')",
    )  # fmt: skip
    _index("ix_parcels_group", "parcels", ["partner", "group_number"], "group_number IS NOT NULL")
    _index("ix_parcels_awaited", "parcels", ["due_at", "state"], "due_at IS NOT NULL")
    _index(
        "ix_parcels_batch", "parcels", ["partner", "channel", "kind", "usage", "closes_at"], "closes_at IS NOT NULL"
    )  # fmt: skip
    op.create_table(
        "parcel_documents",
        sa.Column("parcel", sa.String(length=64), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("document", sa.String(length=64), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("status", sa.String(length=32), nullable=False),
        sa.Column("set_number", sa.String(length=16), nullable=True),
        sa.Column("answer_due_at", sa.BigInteger(), nullable=True),
        sa.Column("answered_by", sa.String(length=64), nullable=True),
        sa.Column("exception", sa.String(length=64), nullable=True),
        sa.ForeignKeyConstraint(["parcel"], ["parcels.id"], name=op.f("fk_parcel_documents_parcel")),
        sa.PrimaryKeyConstraint("parcel", "position", name=op.f("pk_parcel_documents")),
    )
    _index("ix_parcel_documents_document", "parcel_documents", ["document"])
    _index("ix_parcel_documents_unanswered", "parcel_documents", ["number"], "answer_due_at IS NOT NULL")
    _index("ix_parcel_documents_late", "parcel_documents", ["answer_due_at"], "answer_due_at IS NOT NULL")
    op.create_table(
        "parcel_history",
        sa.Column("position", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("parcel", sa.String(length=64), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("from_state", sa.String(length=16), nullable=False),
        sa.Column("to_state", sa.String(length=16), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("by", sa.String(length=255), nullable=False),
        sa.ForeignKeyConstraint(["parcel"], ["parcels.id"], name=op.f("fk_parcel_history_parcel")),
        sa.PrimaryKeyConstraint("position", name=op.f("pk_parcel_history")),
        sqlite_autoincrement=True,
    )
    _index("ix_parcel_history_parcel_position", "parcel_history", ["parcel", "position"])
    op.create_table(
        "holds",
        sa.Column("channel", sa.String(length=255), nullable=False),
        sa.Column("partner", sa.String(length=255), nullable=False),
        sa.Column("since", sa.BigInteger(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("by", sa.String(length=255), nullable=False),
        sa.PrimaryKeyConstraint("channel", "partner", name=op.f("pk_holds")),
    )
    op.create_table(
        "breakers",
        sa.Column("channel", sa.String(length=255), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("trips", sa.Integer(), nullable=False),
        sa.Column("changed_at", sa.BigInteger(), nullable=True),
        sa.Column("retry_at", sa.BigInteger(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("exception", sa.String(length=64), nullable=True),
        sa.PrimaryKeyConstraint("channel", name=op.f("pk_breakers")),
    )
    op.create_table(
        "told_once",
        sa.Column("key", sa.String(length=255), nullable=False),
        sa.Column("exception", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_told_once")),
    )
