"""Who brought a delivery, and which ones are held for a person."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Adds the column and the index."""
    op.add_column("deliveries", sa.Column("sender", sa.Text(), nullable=True))
    op.create_index(
        "ix_deliveries_held",
        "deliveries",
        ["sha256"],
        sqlite_where=sa.text("attempts > 5 AND state = 'recorded'"),
        postgresql_where=sa.text("attempts > 5 AND state = 'recorded'"),
    )
