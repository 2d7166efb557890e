"""Opening a store: made where there is none, and one clear line where it cannot be."""

import pathlib
import resource
from collections.abc import Callable

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext

from periplus.store import Store, StoreError, open_store
from periplus.store.schema import metadata
from store.entries import plain


def test_a_store_is_there_again_after_closing(opened: Callable[[], Store]) -> None:
    store = opened()
    recorded = store.append([plain(1)])
    store.close()
    assert opened().entries() == recorded


def test_the_migrations_make_the_tables_that_the_program_uses(store: Store, raw: sa.Engine) -> None:
    with raw.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []


def test_a_store_of_a_newer_program_is_refused(opened: Callable[[], Store], raw: sa.Engine, dsn: str) -> None:
    opened().close()
    with raw.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(StoreError, match="was written by a newer Periplus") as caught:
        open_store(dsn)
    assert "\n" not in str(caught.value)


def test_sqlite_keeps_what_it_acknowledges(tmp_path: pathlib.Path) -> None:
    store = open_store(f"sqlite:///{tmp_path}/store.db")
    for engine in (store._writer, store._reader):
        with engine.connect() as connection:
            assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"
            assert connection.exec_driver_sql("PRAGMA synchronous").scalar() == 2
    store.close()


@pytest.mark.parametrize(
    ("dsn", "message"),
    [
        ("nonsense", "a store is named sqlite:///path or postgresql://"),
        ("sqlite://", "needs a file"),
        ("mysql://a@b/c", "not in mysql"),
        ("sqlite:////nowhere/at/all/store.db", "unable to open database file"),
        ("postgresql://u:secret@127.0.0.1:1/x", "connection"),
    ],
)
def test_a_store_that_cannot_be_opened_is_named_in_one_line(dsn: str, message: str) -> None:
    with pytest.raises(StoreError, match=message) as caught:
        open_store(dsn)
    assert "\n" not in str(caught.value)
    assert "secret" not in str(caught.value)


def test_a_full_disk_refuses_an_entry_loses_nothing_and_takes_it_when_there_is_room(
    tmp_path: pathlib.Path,
) -> None:
    store = open_store(f"sqlite:///{tmp_path}/store.db")
    store.append([plain(1)])
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, ((tmp_path / "store.db-wal").stat().st_size + 3000, limits[1]))
    try:
        with pytest.raises(StoreError, match="disk") as caught:
            store.append([plain(n, text="x" * 1000) for n in range(2, 50)])
        assert "\n" not in str(caught.value)
        assert [recorded.entry for recorded in store.entries()] == [plain(1)]
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert len(store.append([plain(n) for n in range(1, 50)])) == 48
    assert store.verify().ok
    store.close()


@pytest.mark.postgres
def test_a_lost_connection_is_made_again(postgres: Callable[[], str]) -> None:
    dsn = postgres()
    store = open_store(dsn)
    store.append([plain(1)])
    store.entries()
    engine = sa.create_engine(dsn.replace("postgresql://", "postgresql+psycopg://"))
    with engine.connect() as connection:
        connection.exec_driver_sql(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
    engine.dispose()
    assert len(store.append([plain(2)])) == 1
    assert len(store.entries()) == 2
    store.close()


def test_a_file_that_is_no_database_is_refused(tmp_path: pathlib.Path) -> None:
    (tmp_path / "store.db").write_bytes(b"something else entirely" * 100)
    with pytest.raises(StoreError, match="file is not a database"):
        open_store(f"sqlite:///{tmp_path}/store.db")
