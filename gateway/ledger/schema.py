"""The ledger's tables, the same for SQLite and PostgreSQL.

Times are whole microseconds since 1970 in UTC: exact, sortable, the same everywhere. Digests are SHA-256 in
hexadecimal. ``position`` is the order of recording, from 1. Bytes above a limit lie in files (``blobs``): then the
column is empty and the digest names the file.
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ColumnElement,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    literal_column,
    text,
)

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def word(value: str) -> ColumnElement[str]:
    """A fixed value in a condition, written out: a bound one hides from SQLite that a partial index fits, and makes
    some builds plan the statement anew each time."""
    return literal_column(f"'{value}'", String())


_Count = BigInteger().with_variant(Integer(), "sqlite")
"""SQLite numbers rows by itself only in a column that is called INTEGER."""


def order_column() -> Column[int]:
    """The order of recording, from 1."""
    return Column("position", _Count, primary_key=True, autoincrement=True)


def id_column() -> Column[str]:
    """The id by which others name a row."""
    return Column("id", String(64), nullable=False, unique=True)


meta = Table(
    "meta",
    metadata,
    Column("name", String(64), primary_key=True),
    Column("value", Text, nullable=False),
)

numbers = Table(
    "numbers",
    metadata,
    Column("scope", String(255), primary_key=True),
    Column("value", BigInteger, nullable=False),
)

counters = Table(
    "counters",
    metadata,
    Column("name", String(255), primary_key=True),
    Column("value", BigInteger, nullable=False),
)

deliveries = Table(
    "deliveries",
    metadata,
    order_column(),
    id_column(),
    Column("channel", String(255), nullable=False),
    Column("name", Text, nullable=False),
    Column("origin", Text, nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("received_at", BigInteger, nullable=False),
    Column("state", String(16), nullable=False),
    Column("partner", String(255)),
    Column("outcome", String(32)),
    Column("accepted", Integer, nullable=False),
    Column("rejected", Integer, nullable=False),
    Column("summary", Text, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("repeats", String(64)),
    Column("sender", Text),
    Column("pruned_at", BigInteger),
    Column("reader", String(64)),
    sqlite_autoincrement=True,
)
Index(None, deliveries.c.channel, deliveries.c.sha256)
Index(None, deliveries.c.channel, deliveries.c.origin)
Index(None, deliveries.c.partner, deliveries.c.position)
Index(None, deliveries.c.outcome, deliveries.c.position)
UNREAD = text("state = 'received'")
Index("ix_deliveries_unread", deliveries.c.position, sqlite_where=UNREAD, postgresql_where=UNREAD)

HELD = text("attempts > 5 AND state = 'recorded'")
"""Those that could not be read: more attempts than ``records.MOST_ATTEMPTS``."""
Index("ix_deliveries_held", deliveries.c.sha256, sqlite_where=HELD, postgresql_where=HELD)

contents = Table(
    "contents",
    metadata,
    Column("delivery", String(64), ForeignKey("deliveries.id"), primary_key=True),
    Column("content", LargeBinary),
)
"""Raw bytes, apart from their deliveries: lists of deliveries never pass over them."""

answers = Table(
    "answers",
    metadata,
    Column("delivery", String(64), ForeignKey("deliveries.id"), primary_key=True),
    Column("content", LargeBinary, nullable=False),
)
"""What a sender that waited was told, byte for byte: the same bytes again get the same answer."""

interchanges = Table(
    "interchanges",
    metadata,
    order_column(),
    id_column(),
    Column("delivery", String(64), ForeignKey("deliveries.id"), nullable=False, index=True),
    Column("partner", String(255), nullable=False),
    Column("sender", String(255), nullable=False),
    Column("receiver", String(255), nullable=False),
    Column("control_number", String(64), nullable=False),
    Column("usage", String(8), nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("verdict", String(16), nullable=False),
    Column("recorded_at", BigInteger, nullable=False),
    sqlite_autoincrement=True,
)
Index(
    "ix_interchanges_key",
    interchanges.c.sender,
    interchanges.c.receiver,
    interchanges.c.control_number,
    interchanges.c.usage,
    interchanges.c.recorded_at,
)

documents = Table(
    "documents",
    metadata,
    Column("sequence", _Count, primary_key=True, autoincrement=True),
    id_column(),
    Column("delivery", String(64), ForeignKey("deliveries.id"), nullable=False),
    Column("position", Integer, nullable=False),
    Column("partner", String(255), nullable=False),
    Column("document_type", String(64), nullable=False),
    Column("number", Text, nullable=False),
    Column("correlation", Text, nullable=False),
    Column("status", String(16), nullable=False),
    Column("standard", String(16), nullable=False),
    Column("message_type", Text),
    Column("interchange", Text),
    Column("group", Text),
    Column("transaction", Text),
    Column("body", LargeBinary),
    Column("sha256", String(64), nullable=False),
    Column("recorded_at", BigInteger, nullable=False),
    Column("direction", String(16), nullable=False, server_default="received"),
    Column("pruned_at", BigInteger),
    sqlite_autoincrement=True,
)
"""Here ``position`` is the message's place in its delivery, ``sequence`` the order of recording."""
Index(None, documents.c.delivery, documents.c.position)
Index(None, documents.c.partner, documents.c.sequence)
Index(None, documents.c.document_type, documents.c.sequence)
Index(None, documents.c.number, documents.c.sequence)
Index(None, documents.c.correlation, documents.c.sequence)
REFUSED = text("status = 'rejected'")
Index("ix_documents_rejected", documents.c.sequence, sqlite_where=REFUSED, postgresql_where=REFUSED)

problems = Table(
    "problems",
    metadata,
    order_column(),
    Column("delivery", String(64), ForeignKey("deliveries.id"), nullable=False),
    Column("document", String(64), index=True),
    Column("code", String(32), nullable=False),
    Column("severity", String(16), nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("sha256", String(64), nullable=False),
    sqlite_autoincrement=True,
)
"""``sha256`` is of document and body: the same problem of one delivery stands once, however often it is read."""
Index(None, problems.c.delivery, problems.c.sha256, unique=True)

events = Table(
    "events",
    metadata,
    Column("sequence", _Count, primary_key=True, autoincrement=True),
    id_column(),
    Column("document", String(64), ForeignKey("documents.id"), nullable=False, index=True),
    Column("delivery", String(64), ForeignKey("deliveries.id"), nullable=False, index=True),
    Column("document_type", String(64), nullable=False),
    Column("partner", String(255), nullable=False),
    Column("state", String(16), nullable=False),
    Column("is_first", Boolean(create_constraint=False), nullable=False),
    Column("ready_at", BigInteger),
    Column("routing_key", Text, nullable=False),
    Column("ordering_key", Text, nullable=False),
    Column("attributes", Text, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("replay_of", String(64)),
    Column("feed_position", BigInteger, unique=True),
    Column("published_at", BigInteger),
    sqlite_autoincrement=True,
)
"""``is_first`` stands at the first ready event of each ordering key and at no other, so that a claim reads only as
many rows as it gives, however long one key's queue is."""
READY = text("state = 'ready'")
FIRST = text("is_first")
Index("ix_events_ready", events.c.ordering_key, events.c.sequence, sqlite_where=READY, postgresql_where=READY)
Index("ix_events_first", events.c.sequence, events.c.routing_key, sqlite_where=FIRST, postgresql_where=FIRST)
Index("ix_events_one_first", events.c.ordering_key, unique=True, sqlite_where=FIRST, postgresql_where=FIRST)
FED = text("feed_position IS NOT NULL")
Index("ix_events_feed_type", events.c.document_type, events.c.feed_position, sqlite_where=FED, postgresql_where=FED)
Index("ix_events_feed_partner", events.c.partner, events.c.feed_position, sqlite_where=FED, postgresql_where=FED)

nonces = Table(
    "nonces",
    metadata,
    Column("value", String(64), primary_key=True),
    Column("expires_at", BigInteger, nullable=False, index=True),
)
"""What security headers used once, as digests; kept until the message they came in would be too old anyway."""

cursors = Table(
    "cursors",
    metadata,
    Column("channel", String(255), primary_key=True),
    Column("value", Text, nullable=False),
    Column("at", BigInteger, nullable=False),
)
"""How far a channel that asks has come at the service that it asks; in the service's own words."""

exceptions = Table(
    "exceptions",
    metadata,
    order_column(),
    id_column(),
    Column("kind", String(16), nullable=False),
    Column("code", String(32), nullable=False),
    Column("partner", String(255)),
    Column("delivery", String(64), ForeignKey("deliveries.id")),
    Column("document", String(64)),
    Column("message", Text, nullable=False),
    Column("opened_at", BigInteger, nullable=False),
    Column("resolved_at", BigInteger),
    Column("note", Text),
    Column("key", String(255)),
    Column("parcel", String(64)),
    Column("channel", String(255)),
    Column("assigned_to", String(255)),
    Column("resolved_by", String(255)),
    Column("seen", Integer, nullable=False, server_default="1"),
    Column("last_at", BigInteger),
    Column("again_of", String(64)),
    sqlite_autoincrement=True,
)
"""``key`` names the trouble: of one key at most one exception is open, and further ones are counted in ``seen``."""
OPEN = text("resolved_at IS NULL")
Index("ix_exceptions_open", exceptions.c.position, sqlite_where=OPEN, postgresql_where=OPEN)
Index("ix_exceptions_open_key", exceptions.c.key, unique=True, sqlite_where=OPEN, postgresql_where=OPEN)
Index(None, exceptions.c.key, exceptions.c.position)
Index(None, exceptions.c.delivery)
Index(None, exceptions.c.parcel)

api_keys = Table(
    "api_keys",
    metadata,
    order_column(),
    id_column(),
    Column("name", String(64), nullable=False),
    Column("digest", String(64), nullable=False, unique=True),
    Column("scopes", Text, nullable=False),
    Column("partner", String(255)),
    Column("channel", String(255)),
    Column("created_at", BigInteger, nullable=False),
    Column("expires_at", BigInteger),
    Column("revoked_at", BigInteger),
    Column("last_used_at", BigInteger),
    sqlite_autoincrement=True,
)
"""Keys of the API. ``digest`` is all that is kept of a key itself."""
