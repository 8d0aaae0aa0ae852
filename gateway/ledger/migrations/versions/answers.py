"""What senders that waited were told."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Adds the table."""
    op.create_table(
        "answers",
        sa.Column("delivery", sa.String(length=64), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["delivery"], ["deliveries.id"], name=op.f("fk_answers_delivery_deliveries")),
        sa.PrimaryKeyConstraint("delivery", name=op.f("pk_answers")),
    )
