"""Writes that survive a power cut, and the lock that keeps a centre to one program."""

import fcntl
import os
import pathlib

from periplus.archive.errors import ArchiveError


def sync_folder(folder: pathlib.Path) -> None:
    """Make the folder's entries durable: a new or renamed file is lost with the power otherwise."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def sync_file(path: pathlib.Path) -> None:
    """Make the file's content durable."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def replace_file(path: pathlib.Path, content: bytes) -> None:
    """Put `content` in place of the file: afterwards there is the old one or the new one, whole."""
    fresh = path.with_name(path.name + ".new")
    try:
        fresh.write_bytes(content)
        publish(fresh, path)
    except OSError:
        fresh.unlink(missing_ok=True)
        raise


def publish(fresh: pathlib.Path, path: pathlib.Path) -> None:
    """Rename a finished file into its place, durably."""
    sync_file(fresh)
    fresh.replace(path)
    sync_folder(path.parent)


class Lock:
    """Held as long as the archive is open for writing; the system lets go when the program dies."""

    def __init__(self, path: pathlib.Path) -> None:
        self._descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
        try:
            fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            owner = os.pread(self._descriptor, 20, 0).decode("ascii", "replace").strip() or "unknown"
            os.close(self._descriptor)
            raise ArchiveError(f"{path.parent} is in use by another Periplus (pid {owner})") from error
        os.ftruncate(self._descriptor, 0)
        os.pwrite(self._descriptor, f"{os.getpid()}\n".encode(), 0)

    def release(self) -> None:
        """Let others in."""
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1
