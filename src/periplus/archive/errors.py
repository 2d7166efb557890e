"""What the archive says when it cannot do its work: one line, for people."""

import contextlib
import errno
import pathlib
from collections.abc import Iterator

import polars as pl
import pyarrow as pa


class ArchiveError(Exception):
    """The archive is locked, damaged, too new, not writable, or its disk is full. The text is one line."""


class CheckpointError(ArchiveError):
    """No checkpoint can be read; what was captured is not touched by that. The text is one line."""


@contextlib.contextmanager
def disk(path: pathlib.Path) -> Iterator[None]:
    """Turn what the operating system refuses into one line that names the place."""
    try:
        yield
    except OSError as error:
        reasons = {
            errno.ENOSPC: "the disk is full",
            errno.EDQUOT: "the disk quota is used up",
            errno.EFBIG: "the file may not grow further",
            errno.EROFS: "the disk is read-only",
            errno.EACCES: "permission denied",
            errno.EPERM: "permission denied",
        }
        reason = reasons.get(error.errno or 0) or error.strerror or str(error)
        raise ArchiveError(f"{error.filename or path}: {reason}") from error
    except (pl.exceptions.PolarsError, pa.ArrowException) as error:
        line = next(iter(str(error).splitlines()), type(error).__name__)
        raise ArchiveError(f"{path} is damaged: {line}") from error
