"""Cross references, what is parked for want of one, and what was routed."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Adds the tables."""
    count = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "cross_references",
        sa.Column("position", count, autoincrement=True, nullable=False),
        sa.Column("table", sa.String(length=16), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("cells", sa.Text(), nullable=False),
        sa.Column("imported_at", sa.BigInteger(), nullable=False),
        sa.Column("imported_by", sa.Text(), nullable=False),
        sa.Column("origin", sa.Text(), nullable=False),
        sa.Column("replaced_at", sa.BigInteger(), nullable=True),
        sa.Column("replaced_by", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("position", name=op.f("pk_cross_references")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_cross_references_table_key"), "cross_references", ["table", "key"])
    standing = sa.text("replaced_at IS NULL")
    op.create_index(
        "ix_cross_references_standing",
        "cross_references",
        ["table", "position"],
        sqlite_where=standing,
        postgresql_where=standing,
    )
    op.create_table(
        "parked",
        sa.Column("position", count, autoincrement=True, nullable=False),
        sa.Column("turn", sa.BigInteger(), nullable=False),
        sa.Column("document", sa.String(length=64), nullable=False),
        sa.Column("route", sa.String(length=64), nullable=False),
        sa.Column("table", sa.String(length=16), nullable=False),
        sa.Column("partner", sa.String(length=255), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("code", sa.String(length=32), nullable=False),
        sa.Column("exception", sa.String(length=64), nullable=False),
        sa.Column("since", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("position", name=op.f("pk_parked")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_parked_once", "parked", ["document", "route", "table", "partner", "key"], unique=True)
    op.create_index(op.f("ix_parked_turn"), "parked", ["turn"])
    op.create_index(op.f("ix_parked_table_partner_key"), "parked", ["table", "partner", "key"])
    op.create_table(
        "routed",
        sa.Column("document", sa.String(length=64), nullable=False),
        sa.Column("route", sa.String(length=64), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("document", "route", name=op.f("pk_routed")),
    )
