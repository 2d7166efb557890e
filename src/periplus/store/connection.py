"""Connections to SQLite or PostgreSQL that behave alike, and a schema brought up to date on opening."""

import pathlib
import sqlite3
from typing import Any

import sqlalchemy as sa
from alembic.config import Config
from alembic.runtime.environment import EnvironmentContext
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from periplus.store.errors import StoreError

MIGRATIONS = pathlib.Path(__file__).parent / "migrations"
PRAGMAS = (
    "journal_mode=WAL",
    "synchronous=FULL",
    "foreign_keys=ON",
    "recursive_triggers=ON",
    "busy_timeout=5000",
)


def connect(dsn: str) -> tuple[sa.Engine, sa.Engine]:
    """An engine for writers and one for readers, each of which sees one moment in a transaction."""
    try:
        url = sa.make_url(dsn)
    except sa.exc.ArgumentError as error:
        raise StoreError("a store is named sqlite:///path or postgresql://user@host/database") from error
    kind = url.get_backend_name()
    if kind == "sqlite":
        if url.database in (None, "", ":memory:"):
            raise StoreError("a store in SQLite needs a file: sqlite:///path")
        return _sqlite(url, "BEGIN IMMEDIATE"), _sqlite(url, "BEGIN")
    if kind == "postgresql":
        engine = sa.create_engine(url.set(drivername="postgresql+psycopg"), pool_pre_ping=True)
        return engine, engine.execution_options(isolation_level="REPEATABLE READ")
    raise StoreError(f"a store is in SQLite or PostgreSQL, not in {kind}")


def migrate(writer: sa.Engine, place: str) -> None:
    """Bring the schema up to this program's. Raises StoreError where a newer program has written it."""
    script = ScriptDirectory(str(MIGRATIONS), version_locations=[str(MIGRATIONS)])
    newest = script.get_current_head()
    with writer.begin() as connection:
        current = MigrationContext.configure(connection).get_current_revision()
        if current == newest:
            return
        if current is not None and current not in {revision.revision for revision in script.walk_revisions()}:
            raise StoreError(
                f"{place} was written by a newer Periplus (schema {current}; this one knows {newest})"
            )

        def steps(revision: Any, _context: Any) -> Any:
            return script._upgrade_revs("head", revision)

        with EnvironmentContext(Config(), script, fn=steps) as environment:
            environment.configure(connection=connection, render_as_batch=True)
            environment.run_migrations()


def _sqlite(url: sa.URL, begin: str) -> sa.Engine:
    engine = sa.create_engine(url)

    @sa.event.listens_for(engine, "connect")
    def _(connection: sqlite3.Connection, _record: Any) -> None:
        # The driver's own transactions begin too late: a read before the first write would not be covered.
        connection.isolation_level = None
        for pragma in PRAGMAS:
            connection.execute(f"PRAGMA {pragma}")

    @sa.event.listens_for(engine, "begin")
    def _(connection: sa.Connection) -> None:
        connection.exec_driver_sql(begin)

    return engine
