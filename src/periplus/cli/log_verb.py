"""`periplus log verify`: recomputes the log's hash chain from its first entry to its last."""

import argparse
from pathlib import Path

from periplus import settings
from periplus.cli import FAILED, VerbError
from periplus.cli.progress import Progress
from periplus.store import open_store

EXAMPLE = "periplus log verify --centre ~/centres/north"


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "what", metavar="verify", choices=["verify"], help="recompute every entry's hash and compare"
    )
    parser.add_argument(
        "--centre", metavar="DIR", type=Path, help="the centre's folder (default: the exercise's)"
    )
    parser.add_argument("--database", metavar="DSN", help="postgresql://… instead of SQLite in the folder")


def run(args: argparse.Namespace) -> int:
    folder = args.centre or settings.default_centre("exercise")
    dsn = settings.database(folder, args.database)
    if dsn.startswith("sqlite:///") and not Path(dsn.removeprefix("sqlite:///")).exists():
        raise VerbError(f"no log at {dsn.removeprefix('sqlite:///')}")  # to open it would be to found it
    store = open_store(dsn)
    try:
        with Progress("verifying") as progress:
            found = store.verify(lambda n, of: progress(f"{n:,} of {of:,} entries"))
    finally:
        store.close()
    if not found.ok:
        print(f"the chain breaks at entry {found.first_bad_seq}: {found.detail}")
        return FAILED
    print(f"{found.entries:,} entries, the chain is whole")
    return 0
