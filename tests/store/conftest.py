"""One suite for both databases: every test that asks for `opened` or `dsn` runs in SQLite and in PostgreSQL."""

import itertools
import os
import pathlib
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator

import pytest
import sqlalchemy as sa

from periplus.store import Store, open_store

NOBODY = 65534


@pytest.fixture(scope="session")
def postgres() -> Iterator[Callable[[], str]]:
    """Debian's PostgreSQL, started for the run; gives the DSN of a new, empty database."""
    programs = sorted(
        pathlib.Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3])
    )
    if not programs:
        pytest.skip("PostgreSQL is not installed: apt-get install postgresql")
    bin_folder = programs[-1].parent
    # The path of a socket is limited to 107 bytes, so not below pytest's own folder.
    folder = pathlib.Path(tempfile.mkdtemp(prefix="pg"))
    become: list[str] = []
    if os.getuid() == 0:  # PostgreSQL refuses to run as root
        os.chown(folder, NOBODY, NOBODY)
        become = [
            "setpriv",
            f"--reuid={NOBODY}",
            f"--regid={NOBODY}",
            "--clear-groups",
            "env",
            f"HOME={folder}",
        ]

    def run(*command: str | pathlib.Path) -> None:
        subprocess.run(
            [*become, *map(str, command)], check=True, cwd=folder, stdout=subprocess.DEVNULL, timeout=60
        )

    data = folder / "data"
    options = f"-p 15432 -k {folder} -c listen_addresses='' -c fsync=off -c max_connections=40"
    try:
        run(bin_folder / "initdb", "-D", data, "-A", "trust", "-U", "periplus", "--no-sync", "-E", "UTF8",
            "--locale=C.UTF-8")  # fmt: skip
        run(bin_folder / "pg_ctl", "-D", data, "-l", folder / "log", "-w", "start", "-o", options)
        numbers = itertools.count()

        def fresh() -> str:
            name = f"test{next(numbers)}"
            with admin.connect() as connection:
                connection.exec_driver_sql(f"CREATE DATABASE {name}")
            return f"postgresql://periplus@/{name}?host={folder}&port=15432"

        admin = sa.create_engine(
            f"postgresql+psycopg://periplus@/postgres?host={folder}&port=15432", isolation_level="AUTOCOMMIT"
        )
        yield fresh
        admin.dispose()
        run(bin_folder / "pg_ctl", "-D", data, "-m", "immediate", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def dsn(request: pytest.FixtureRequest, tmp_path: pathlib.Path) -> str:
    """An empty database of either kind."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/store.db"
    new: str = request.getfixturevalue("postgres")()
    return new


@pytest.fixture
def opened(dsn: str) -> Iterator[Callable[[], Store]]:
    """Opens the test's store; what is left open is closed at the end."""
    stores: list[Store] = []

    def open_it() -> Store:
        stores.append(open_store(dsn))
        return stores[-1]

    yield open_it
    for store in stores:
        store.close()


@pytest.fixture
def store(opened: Callable[[], Store]) -> Store:
    """An empty store."""
    return opened()


@pytest.fixture
def raw(dsn: str) -> Iterator[sa.Engine]:
    """The same database behind the store's back."""
    engine = sa.create_engine(dsn.replace("postgresql://", "postgresql+psycopg://"))
    yield engine
    engine.dispose()
