"""An archive to try things on, and rows to put into it."""

import pathlib
from collections.abc import Callable, Iterator

import pytest

from periplus.archive import Archive, open_archive


@pytest.fixture
def folder(tmp_path: pathlib.Path) -> pathlib.Path:
    """Where the archive of a test stands."""
    return tmp_path / "archive"


@pytest.fixture
def opened(folder: pathlib.Path) -> Iterator[Callable[..., Archive]]:
    """Opens the test's archive; what is left open is closed at the end."""
    archives: list[Archive] = []

    def open_it(**options: bool) -> Archive:
        archives.append(open_archive(folder, **options))
        return archives[-1]

    yield open_it
    for archive in archives:
        archive.close()
