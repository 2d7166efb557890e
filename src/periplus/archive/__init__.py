"""Columnar history: every observation as it came, durable first, then by day. Alone knows Parquet."""

import pathlib

from periplus.archive.archive import Archive
from periplus.archive.errors import ArchiveError, CheckpointError, disk

__all__ = ["Archive", "ArchiveError", "CheckpointError", "open_archive"]


def open_archive(folder: pathlib.Path, *, read_only: bool = False) -> Archive:
    """Open the archive in the folder; a new one is made there unless it is for reading only.

    Raises ArchiveError, one line, when another program writes it, or it is of a newer version, damaged
    or not writable.
    """
    with disk(folder):
        return Archive(folder, read_only=read_only)
