"""The spool: what was acknowledged is found again, what was torn is cut, what is damaged is said."""

import pathlib
import resource
from collections.abc import Callable

import pytest

from archive.rows import everything, numbered, seconds
from periplus.archive import Archive, ArchiveError, open_archive

Opened = Callable[..., Archive]


def _segment(folder: pathlib.Path) -> pathlib.Path:
    return max((folder / "spool").glob("*.spool"))


@pytest.mark.parametrize("kept", [0.0, 0.1, 0.5, 0.99])
def test_a_torn_tail_is_cut_and_the_rows_before_it_stay(
    opened: Opened, folder: pathlib.Path, kept: float
) -> None:
    archive = opened()
    archive.capture(numbered(0, 10))
    whole = _segment(folder).stat().st_size
    archive.capture(numbered(10, 10))
    archive.close()
    content = _segment(folder).read_bytes()
    _segment(folder).write_bytes(content[: whole + int(kept * (len(content) - whole))])
    archive = opened()
    assert archive.position == 10
    assert archive.capture(numbered(10, 3)) == 13
    archive.close()
    assert seconds(everything(list(opened().since(0)))) == list(range(13))


def test_a_tail_of_rubbish_is_cut(opened: Opened, folder: pathlib.Path) -> None:
    archive = opened()
    archive.capture(numbered(0, 10))
    archive.close()
    with _segment(folder).open("ab") as file:
        file.write(bytes(4096) + b"PPF1" + b"\xff" * 100)
    assert opened().position == 10


def test_a_reader_does_not_touch_the_tail_that_a_writer_is_writing(
    opened: Opened, folder: pathlib.Path
) -> None:
    opened().capture(numbered(0, 10))
    with _segment(folder).open("ab") as file:
        file.write(b"PPF1 half a frame")
    before = _segment(folder).read_bytes()
    reader = opened(read_only=True)
    assert everything(list(reader.since(0))).num_rows == 10
    assert _segment(folder).read_bytes() == before


def test_damage_with_rows_behind_it_is_an_error_and_not_a_torn_tail(
    opened: Opened, folder: pathlib.Path
) -> None:
    archive = opened()
    archive.capture(numbered(0, 10))
    archive.capture(numbered(10, 10))
    archive.close()
    content = bytearray(_segment(folder).read_bytes())
    content[200] ^= 1
    _segment(folder).write_bytes(content)
    with pytest.raises(ArchiveError, match="is damaged at byte 0, and rows follow it"):
        open_archive(folder)
    assert _segment(folder).read_bytes() == content


def test_a_lost_segment_is_an_error(opened: Opened, folder: pathlib.Path) -> None:
    archive = opened()
    for first in (0, 5, 10):
        archive.capture(numbered(first, 5))
        archive.compact()
    archive.close()
    sorted((folder / "spool").glob("*.spool"))[1].unlink()
    with pytest.raises(ArchiveError, match="rows 5 to 10 are missing"):
        open_archive(folder)


def test_a_full_disk_refuses_a_capture_loses_nothing_and_takes_it_when_there_is_room(opened: Opened) -> None:
    archive = opened()
    archive.capture(numbered(0, 100))
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (_segment(archive.folder).stat().st_size + 5000, limits[1]))
    try:
        for _ in range(2):
            with pytest.raises(ArchiveError, match="the file may not grow further"):
                archive.capture(numbered(100, 10_000))
        assert archive.position == 100
        assert seconds(everything(list(archive.since(0)))) == list(range(100))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert archive.capture(numbered(100, 10_000)) == 10_100
    archive.close()
    assert seconds(everything(list(opened().since(0)))) == list(range(10_100))


def test_a_full_disk_during_compaction_leaves_the_rows_in_the_spool(opened: Opened) -> None:
    archive = opened()
    archive.capture(numbered(0, 50_000))
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, limits[1]))
    try:
        with pytest.raises(ArchiveError, match="the file may not grow further"):
            archive.compact()
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert not list(archive.folder.glob("days/*/*"))
    rows = archive.track(200_000_003, 0, 1 << 60)
    archive.compact()
    assert archive.track(200_000_003, 0, 1 << 60).equals(rows)
    assert rows.num_rows == 7143
