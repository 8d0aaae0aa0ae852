"""Content that was pruned stays known by its row; legal holds keep it."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Adds the marks and the table."""
    for table in ("deliveries", "documents", "parcels"):
        op.add_column(table, sa.Column("pruned_at", sa.BigInteger(), nullable=True))
    op.create_table(
        "legal_holds",
        sa.Column("position", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("by", sa.String(length=255), nullable=False),
        sa.Column("since", sa.BigInteger(), nullable=False),
        sa.Column("released_at", sa.BigInteger(), nullable=True),
        sa.Column("released_by", sa.String(length=255), nullable=True),
        sa.PrimaryKeyConstraint("position", name=op.f("pk_legal_holds")),
        sa.UniqueConstraint("id", name=op.f("uq_legal_holds_id")),
        sqlite_autoincrement=True,
    )
