"""Documents that we send, beside those that we received."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Adds the column."""
    op.add_column("documents", sa.Column("direction", sa.String(length=16), nullable=False, server_default="received"))
