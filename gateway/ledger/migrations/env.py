"""Runs migrations on the connection that ``upgrade`` has opened, inside its transaction."""

from alembic import context

from gateway.crash import crash_point
from gateway.ledger.schema_postgres import blobs

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=blobs.metadata,
    transactional_ddl=True,
    render_as_batch=True,
    on_version_apply=lambda **_: crash_point("ledger.migration_step"),
)
context.run_migrations()
