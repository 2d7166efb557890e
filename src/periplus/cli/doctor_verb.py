"""`periplus doctor`: whether everything needed is here and healthy, a line each."""

import argparse
import importlib.util
import shutil
import socket
import sys
from collections.abc import Callable
from pathlib import Path

from periplus import settings
from periplus.cli import FAILED

EXAMPLE = "periplus doctor --centre ~/centres/north"
LOW_DISK_GB = 5
NEEDED = ("pyarrow", "polars", "numba", "shapely", "sqlalchemy", "fastapi", "uvicorn", "pyais", "searoute")


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--centre", metavar="DIR", type=Path, help="the centre's folder (default: the exercise's)"
    )
    parser.add_argument(
        "--listen", metavar="HOST:PORT", default=f"{settings.HOST}:{settings.PORT}", help="the address to try"
    )


def run(args: argparse.Namespace) -> int:
    folder = args.centre or settings.default_centre("exercise")
    checks: dict[str, Callable[[], tuple[bool, str]]] = {
        "python": _python,
        "packages": _packages,
        "watch floor": _floor,
        "disk": lambda: _disk(folder),
        "archive": lambda: _archive(folder),
        "log": lambda: _log(folder),
        "address": lambda: _address(settings.parse_listen(args.listen)),
    }
    healthy = True
    for name, check in checks.items():
        ok, detail = check()
        healthy = healthy and ok
        print(f"{'ok  ' if ok else 'FAIL'}  {name:<12} {detail}")
    return 0 if healthy else FAILED


def _python() -> tuple[bool, str]:
    return sys.version_info >= (3, 11), sys.version.split()[0]


def _packages() -> tuple[bool, str]:
    missing = [name for name in NEEDED if importlib.util.find_spec(name) is None]
    return (
        not missing,
        f"missing: {', '.join(missing)}" if missing else f"{len(NEEDED)} of {len(NEEDED)} found",
    )


def _floor() -> tuple[bool, str]:
    from periplus.web.page import BUILT

    built = any((folder / "index.html").is_file() for folder in BUILT)
    return built, "built" if built else "not built: make ui"


def _disk(folder: Path) -> tuple[bool, str]:
    there = next(path for path in (folder, *folder.parents) if path.exists())
    free_gb = shutil.disk_usage(there).free / 1e9
    return free_gb > LOW_DISK_GB, f"{free_gb:,.0f} GB free at {there}"


def _archive(folder: Path) -> tuple[bool, str]:
    from periplus.archive import ArchiveError, open_archive

    if not folder.exists():
        return True, "no centre here yet"
    try:
        archive = open_archive(folder, read_only=True)
    except ArchiveError as error:
        return False, str(error)
    kept = archive.position
    archive.close()
    return True, f"{kept:,} observations kept in {folder}"


def _log(folder: Path) -> tuple[bool, str]:
    from periplus.store import StoreError, open_store

    if not (folder / "centre.sqlite").exists():
        return True, "no log here yet"
    try:
        store = open_store(settings.database(folder, None))
        found = store.verify()
        store.close()
    except StoreError as error:
        return False, str(error)
    return found.ok, f"{found.entries:,} entries, " + ("the chain is whole" if found.ok else found.detail)


def _address(listen: settings.Listen) -> tuple[bool, str]:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((listen.host, listen.port))
        except OSError as error:
            return True, f"{listen.host}:{listen.port}: {error.strerror} (a watch may be running)"
    return True, f"{listen.host}:{listen.port} is free" + ("" if listen.loopback else ", and not loopback")
