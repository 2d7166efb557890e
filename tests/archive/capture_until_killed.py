"""Captures, compacts, saves checkpoints and releases until it is killed, and prints what was acknowledged.

Arguments: folder, and optionally after how many file operations it kills itself.
"""

import itertools
import os
import pathlib
import signal
import sys

import pyarrow as pa

from archive.rows import numbered
from periplus.archive import open_archive

folder, *limit = sys.argv[1:]
operations = itertools.count()


def die_at(event: str, _arguments: object) -> None:
    """Die before the file operation that was asked for."""
    if (
        event in ("open", "os.rename", "os.remove", "os.truncate")
        and limit
        and next(operations) == int(limit[0])
    ):
        os.kill(os.getpid(), signal.SIGKILL)


archive = open_archive(pathlib.Path(folder))
sys.addaudithook(die_at)
for turn in itertools.count():
    first = archive.position
    print("captured", archive.capture(numbered(first, 50 + turn % 7)), flush=True)
    if turn % 3 == 2:
        archive.compact()
        print("compacted", flush=True)
    if turn % 4 == 3:
        archive.save_checkpoint(archive.position, {"seen": pa.table({"rows": [archive.position]})})
        print("checkpoint", archive.position, flush=True)
        archive.release(archive.position)
