"""What persons do: keys, notes and names of exceptions, replays, and marks on what cannot go on by itself."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

_OPEN = sa.text("resolved_at IS NULL")
_UNDONE = sa.text("done_at IS NULL")


def upgrade() -> None:
    """Adds columns, tables and indexes."""
    _exceptions()
    _replays()
    _dead_letters()


def _position() -> "sa.Column[int]":
    counted = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    return sa.Column("position", counted, autoincrement=True, nullable=False)


def _exceptions() -> None:
    for column in (
        sa.Column("key", sa.String(length=255), nullable=True),
        sa.Column("parcel", sa.String(length=64), nullable=True),
        sa.Column("channel", sa.String(length=255), nullable=True),
        sa.Column("assigned_to", sa.String(length=255), nullable=True),
        sa.Column("resolved_by", sa.String(length=255), nullable=True),
        sa.Column("seen", sa.Integer(), nullable=False, server_default="1"),
        sa.Column("last_at", sa.BigInteger(), nullable=True),
        sa.Column("again_of", sa.String(length=64), nullable=True),
    ):
        op.add_column("exceptions", column)
    op.create_index(
        "ix_exceptions_open_key", "exceptions", ["key"], unique=True, sqlite_where=_OPEN, postgresql_where=_OPEN
    )
    op.create_index(op.f("ix_exceptions_key_position"), "exceptions", ["key", "position"])
    op.create_index(op.f("ix_exceptions_delivery"), "exceptions", ["delivery"])
    op.create_index(op.f("ix_exceptions_parcel"), "exceptions", ["parcel"])
    op.create_table(
        "exception_notes",
        _position(),
        sa.Column("exception", sa.String(length=64), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("by", sa.String(length=255), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("position", name=op.f("pk_exception_notes")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_exception_notes_exception_position"), "exception_notes", ["exception", "position"])


def _replays() -> None:
    op.create_table(
        "replays",
        _position(),
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("by", sa.String(length=255), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("as_new", sa.Boolean(), nullable=False),
        sa.Column("chosen", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("position", name=op.f("pk_replays")),
        sa.UniqueConstraint("id", name=op.f("uq_replays_id")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "replay_items",
        sa.Column("replay", sa.String(length=64), nullable=False),
        sa.Column("delivery", sa.String(length=64), nullable=False),
        sa.Column("document", sa.String(length=64), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("how", sa.String(length=16), nullable=False),
        sa.Column("became", sa.String(length=64), nullable=True),
        sa.Column("done_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["replay"], ["replays.id"], name=op.f("fk_replay_items_replay_replays")),
        sa.PrimaryKeyConstraint("replay", "delivery", "document", name=op.f("pk_replay_items")),
    )
    op.create_index(op.f("ix_replay_items_document"), "replay_items", ["document"])
    op.create_index(op.f("ix_replay_items_became"), "replay_items", ["became"])
    op.create_index(
        "ix_replay_items_undone", "replay_items", ["delivery"], sqlite_where=_UNDONE, postgresql_where=_UNDONE
    )


def _dead_letters() -> None:
    op.create_table(
        "dead_letter_marks",
        _position(),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("of", sa.String(length=255), nullable=False),
        sa.Column("action", sa.String(length=16), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("by", sa.String(length=255), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("position", name=op.f("pk_dead_letter_marks")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_dead_letter_marks_kind_of_position"), "dead_letter_marks", ["kind", "of", "position"])
    op.create_table(
        "event_troubles",
        sa.Column("event", sa.String(length=64), nullable=False),
        sa.Column("failure", sa.String(length=16), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("since", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("event", name=op.f("pk_event_troubles")),
    )
    op.create_table(
        "letters",
        _position(),
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("queue", sa.String(length=255), nullable=False),
        sa.Column("facts", sa.Text(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=True),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("taken_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("position", name=op.f("pk_letters")),
        sa.UniqueConstraint("id", name=op.f("uq_letters_id")),
        sqlite_autoincrement=True,
    )
