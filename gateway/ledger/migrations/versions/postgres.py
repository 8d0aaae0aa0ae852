"""What a ledger on PostgreSQL needs: large content in pieces, and marks of commits."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Adds the tables."""
    op.create_table(
        "blobs",
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("sha256", "position", name=op.f("pk_blobs")),
    )
    if op.get_bind().dialect.name == "postgresql":
        # What was sent as bytes seldom becomes smaller, and to try costs more than to store.
        op.execute("ALTER TABLE blobs ALTER COLUMN content SET STORAGE EXTERNAL")
    op.create_table(
        "writers",
        sa.Column("writer", sa.String(length=64), nullable=False),
        sa.Column("batch", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("writer", name=op.f("pk_writers")),
    )
