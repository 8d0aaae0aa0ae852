"""SQLAlchemy's PostgreSQL with our way to make columns: text of any length, compared byte by byte.

A bound on lengths is none of the ledger's business: what a partner sent is kept. The order of the C collation is the
same on every system and for ever, while that of a language changes with the system's library and spoils indexes.
"""

from typing import Any

from sqlalchemy import Column, String
from sqlalchemy.dialects.postgresql.base import PGDDLCompiler, PGTypeCompiler
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg


class _Types(PGTypeCompiler):
    def visit_VARCHAR(self, type_: Any, **kw: Any) -> str:  # noqa: ARG002, N802 - the name of the base
        return "TEXT"


class _Columns(PGDDLCompiler):
    def get_column_specification(self, column: Column[Any], **kwargs: Any) -> str:
        made: str = super().get_column_specification(column, **kwargs)  # type: ignore[no-untyped-call]
        return f'{made} COLLATE "C"' if isinstance(column.type, String) else made


class WharfDialect(PGDialect_psycopg):
    """Chosen by ``postgresql+wharf://``."""

    supports_statement_cache = True
    type_compiler_cls = _Types
    ddl_compiler = _Columns

    def do_executemany(self, cursor: Any, statement: Any, parameters: Any, context: Any = None) -> None:  # noqa: ARG002 - the base's
        """With an empty query behind it.

        The driver ends such statements with a message that is no query. The server takes it as a sign of life and no
        longer looks how long the transaction is idle: a node that froze then would keep the lock for ever.
        """
        cursor.executemany(statement, parameters)
        cursor.connection.execute(b"", prepare=False)
