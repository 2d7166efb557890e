"""The archive of one centre: captured first, asked as one, opened by one program."""

import pathlib
import threading
from collections.abc import Callable

import pyarrow as pa
import pytest

from archive.rows import (
    DAY,
    HOUR,
    SECOND,
    START,
    everything,
    numbered,
    observation,
    observations,
    seconds,
)
from periplus.archive import Archive, ArchiveError, open_archive
from periplus.model.observation import OBSERVATION
from periplus.model.schema import SchemaError

Opened = Callable[..., Archive]
ALL = (START - DAY, START + 30 * DAY)


def test_the_position_counts_rows_ever_captured_over_restarts(opened: Opened) -> None:
    archive = opened()
    assert archive.position == 0
    assert archive.capture(numbered(0, 3)) == 3
    assert archive.capture(numbered(3, 0)) == 3
    archive.close()
    archive = opened()
    assert archive.capture(numbered(3, 2)) == 5
    archive.compact()
    archive.release(5)
    archive.close()
    assert opened().position == 5


def test_rows_come_back_in_the_order_of_capture_with_the_position_after_them(opened: Opened) -> None:
    archive = opened()
    archive.capture(observations(observation(2, 9), observation(1, 5)))
    archive.capture(observations(observation(1, 7)))
    found = list(archive.since(1))
    assert [position for position, _ in found] == [3]
    assert seconds(everything(found)) == [5, 7]
    assert list(archive.since(3)) == []


def test_reading_on_from_a_position_works_after_compaction_until_it_is_released(opened: Opened) -> None:
    archive = opened()
    archive.capture(numbered(0, 10))
    archive.compact()
    archive.capture(numbered(10, 5))
    assert seconds(everything(list(archive.since(4)))) == list(range(4, 15))
    archive.release(10)
    assert seconds(everything(list(archive.since(10)))) == list(range(10, 15))
    with pytest.raises(ArchiveError, match="rows from 4 on have left the spool"):
        list(archive.since(4))


def test_a_release_before_compaction_loses_nothing(opened: Opened) -> None:
    archive = opened()
    archive.capture(numbered(0, 10))
    archive.release(10)
    assert seconds(everything(list(archive.since(0)))) == list(range(10))
    archive.compact()
    assert archive.track(200_000_000, *ALL).num_rows == 2


def test_a_position_beyond_the_end_is_refused(opened: Opened) -> None:
    archive = opened()
    archive.capture(numbered(0, 2))
    with pytest.raises(ArchiveError, match="holds 2 rows, not 3"):
        list(archive.since(3))


def test_large_captures_come_back_in_bounded_tables(opened: Opened) -> None:
    archive = opened()
    table = pa.concat_tables([numbered(0, 1000)] * 150)
    archive.capture(table)
    found = list(archive.since(0))
    assert max(part.num_rows for _, part in found) < 140_000
    assert everything(found).num_rows == 150_000
    assert found[-1][0] == 150_000


def test_a_row_comes_back_as_it_went_in(opened: Opened) -> None:
    said = {"name": "MARIE CÉLESTE", "callsign": "A1", "destination": "جدة", "imo": 9074729, "ship_type": 70}
    size = {"length_m": 103.0, "beam_m": 15.5, "draught_m": 4.1}
    moved = {"message": 5, "sog_kn": 12.3, "cog_deg": 359.9, "heading_deg": 0.0, "nav_status": 15}
    heard = {"position_sd_m": 10.0, "station": "r003669945", "sensor": "ais_satellite"}
    full = observation(419000913, 1.25, 59.123456789, -4.5, **said, **size, **moved, **heard)
    table = observations(full, observation(419000913, 2, lon=None, lat=None))
    archive = opened()
    archive.capture(table)
    for _ in range(2):
        track = archive.track(419000913, *ALL)
        assert track.schema == OBSERVATION
        assert track.equals(table)
        assert everything(list(archive.since(0))).equals(table)
        archive.compact()


def test_spool_and_day_files_answer_as_one(opened: Opened) -> None:
    archive = opened()
    archive.capture(observations(observation(1, 20), observation(2, 5)))
    archive.compact()
    archive.capture(observations(observation(1, 10), observation(1, 30)))
    assert seconds(archive.track(1, *ALL)) == [10, 20, 30]
    assert seconds(archive.track(1, START + 10 * SECOND, START + 30 * SECOND)) == [10, 20]
    assert archive.track(3, *ALL).num_rows == 0
    assert archive.span() == (START + 5 * SECOND, START + 30 * SECOND)


def test_late_rows_of_a_compacted_day_join_it(opened: Opened) -> None:
    archive = opened()
    for n in (5, 3, 4, 1, 2, 9, 8, 7, 6, 0, 11, 10):
        archive.capture(observations(observation(1, n), observation(1, n + 86_400)))
        archive.compact()
    assert seconds(archive.track(1, *ALL)) == [*range(12), *range(86_400, 86_412)]
    assert len(list(archive.folder.glob("days/*/*.parquet"))) <= 16
    assert len(list(archive.folder.glob("days/*"))) == 2


def test_exact_duplicates_are_one_observation(opened: Opened) -> None:
    once = observation(1, 1)
    heard_later = once | {"received_at": once["received_at"] + 1}
    archive = opened()
    archive.capture(observations(once, once, heard_later))
    assert archive.track(1, *ALL).num_rows == 2
    archive.compact()
    archive.capture(observations(once))
    assert archive.track(1, *ALL).num_rows == 2
    assert archive.counts(START, START + DAY, DAY)["observations"].to_pylist() == [3]
    assert archive.position == 4


def test_merging_day_files_drops_duplicates_between_them(opened: Opened) -> None:
    archive = opened()
    for _ in range(12):
        archive.capture(observations(observation(1, 1)))
        archive.compact()
    assert archive.counts(START, START + DAY, DAY)["observations"].to_pylist()[0] <= 4


def test_a_box_holds_its_edges_and_no_row_without_a_position(opened: Opened) -> None:
    archive = opened()
    inside = [observation(1, 1, 10.0, 20.0), observation(2, 2, 12.0, 22.0)]
    outside = [observation(3, 3, 9.999, 21.0), observation(4, 4, 11.0, 22.001), observation(5, 5, None, None)]
    archive.capture(observations(*inside, *outside))
    for _ in range(2):
        assert archive.box(10.0, 20.0, 12.0, 22.0, *ALL)["mmsi"].to_pylist() == [1, 2]
        assert archive.box(10.0, 20.0, 12.0, 22.0, START, START + 2 * SECOND)["mmsi"].to_pylist() == [1]
        archive.compact()


def test_a_box_crosses_the_antimeridian(opened: Opened) -> None:
    archive = opened()
    archive.capture(
        observations(
            *(observation(n, n, lon) for n, lon in enumerate((-180.0, 180.0, 179.5, -179.5, 0.0), 1))
        )
    )
    for _ in range(2):
        assert archive.box(179.0, -1.0, -179.0, 1.0, *ALL)["mmsi"].to_pylist() == [1, 2, 3, 4]
        assert archive.box(179.0, -1.0, 180.0, 1.0, *ALL)["mmsi"].to_pylist() == [1, 2, 3]
        assert archive.box(-180.0, -1.0, -179.0, 1.0, *ALL)["mmsi"].to_pylist() == [1, 2, 4]
        archive.compact()


def test_latest_is_the_last_position_of_each_vessel_at_that_time(opened: Opened) -> None:
    archive = opened()
    archive.capture(
        observations(observation(1, 10, 1.0), observation(1, 30, 3.0), observation(2, 5), observation(3, 99))
    )
    archive.compact()
    archive.capture(observations(observation(1, 20, 2.0), observation(1, 21, None, None), observation(2, 3)))
    at = START + 25 * SECOND
    found = archive.latest(at, HOUR)
    assert found.select(["mmsi", "lon"]).to_pylist() == [{"mmsi": 1, "lon": 2.0}, {"mmsi": 2, "lon": 60.0}]
    assert archive.latest(at, 5 * SECOND).num_rows == 0
    assert archive.latest(START + 30 * SECOND, SECOND)["lon"].to_pylist() == [3.0]


def test_counts_have_a_row_for_every_bin(opened: Opened) -> None:
    archive = opened()
    archive.capture(
        observations(observation(1, 0), observation(1, 59), observation(2, 30), observation(2, 120))
    )
    archive.compact()
    archive.capture(observations(observation(1, 40), observation(3, 179), observation(3, 180)))
    found = archive.counts(START, START + 180 * SECOND, 60 * SECOND)
    assert found["bin"].cast(pa.int64()).to_pylist() == [START + n * 60 * SECOND for n in range(3)]
    assert found["observations"].to_pylist() == [4, 0, 2]
    assert found["vessels"].to_pylist() == [2, 0, 2]


def test_reading_all_gives_each_row_once_by_day_vessel_and_time(opened: Opened) -> None:
    archive = opened()
    archive.capture(
        observations(observation(2, 86_400), observation(2, 1), observation(1, 5), observation(1, 5))
    )
    archive.compact()
    archive.capture(observations(observation(1, 3), observation(1, 90_000), observation(2, 1)))
    assert seconds(pa.concat_tables(archive.read(*ALL))) == [3, 5, 1, 90_000, 86_400]
    assert seconds(pa.concat_tables(archive.read(START + 4 * SECOND, START + DAY + SECOND))) == [5, 86_400]


def test_compaction_may_stop_short_of_a_position(opened: Opened) -> None:
    archive = opened()
    archive.capture(numbered(0, 5))
    archive.compact(before=3)
    assert not list(archive.folder.glob("days/*/*"))
    archive.compact(before=5)
    assert list(archive.folder.glob("days/*/*"))


def test_a_table_that_is_no_observation_is_refused_and_nothing_of_it_kept(opened: Opened) -> None:
    archive = opened()
    with pytest.raises(SchemaError, match="missing column: received_at"):
        archive.capture(numbered(0, 5).drop_columns(["received_at"]))
    assert archive.position == 0


def test_a_second_program_is_told_who_has_it(opened: Opened, folder: pathlib.Path) -> None:
    archive = opened()
    with pytest.raises(ArchiveError, match=r"is in use by another Periplus \(pid \d+\)"):
        open_archive(folder)
    archive.close()
    opened()


def test_a_reader_beside_the_writer_sees_what_was_captured_and_compacted_since(opened: Opened) -> None:
    writer = opened()
    writer.capture(numbered(0, 4))
    reader = opened(read_only=True)
    assert everything(list(reader.since(0))).num_rows == 4
    writer.capture(numbered(4, 4))
    assert sum(reader.track(200_000_000 + n, *ALL).num_rows for n in range(7)) == 8
    writer.compact()
    writer.release(8)
    writer.capture(numbered(8, 1))
    assert sum(reader.track(200_000_000 + n, *ALL).num_rows for n in range(7)) == 9
    with pytest.raises(ArchiveError, match="opened for reading only"):
        reader.capture(numbered(0, 1))


def test_threads_capture_compact_release_and_ask_at_once(opened: Opened) -> None:
    archive, stop, failed = opened(), threading.Event(), []

    def until_stopped(work: Callable[[], object]) -> None:
        try:
            while not stop.is_set():
                work()
        except Exception as error:
            failed.append(error)

    def seen() -> None:
        least = archive.position
        assert sum(archive.track(200_000_000 + n, *ALL).num_rows for n in range(7)) >= least

    def kept() -> None:
        archive.release(archive.position - 50)

    threads = [threading.Thread(target=until_stopped, args=(work,)) for work in (archive.compact, seen, kept)]
    for thread in threads:
        thread.start()
    for first in range(0, 3000, 30):
        archive.capture(numbered(first, 30))
    stop.set()
    for thread in threads:
        thread.join()
    assert failed == []
    assert sorted(seconds(pa.concat_tables(archive.read(*ALL)))) == list(range(3000))


def test_a_closed_archive_takes_nothing(opened: Opened) -> None:
    archive = opened()
    archive.close()
    for act in (
        lambda: archive.capture(numbered(0, 1)),
        archive.compact,
        lambda: archive.save_checkpoint(0, {}),
    ):
        with pytest.raises(ArchiveError, match="was closed"):
            act()


def test_reading_where_there_is_no_archive_makes_none(folder: pathlib.Path) -> None:
    with pytest.raises(ArchiveError, match="there is no archive at"):
        open_archive(folder, read_only=True)
    assert not folder.exists()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("periplus archive 99\n", "was written by a newer Periplus"),
        ("something else", "is no Periplus archive"),
        ("", "is no Periplus archive"),
    ],
)
def test_another_format_is_refused_in_one_line(
    opened: Opened, folder: pathlib.Path, text: str, message: str
) -> None:
    opened().close()
    (folder / "FORMAT").write_text(text)
    with pytest.raises(ArchiveError, match=message) as caught:
        open_archive(folder)
    assert "\n" not in str(caught.value)


def test_a_place_that_cannot_be_written_is_named_in_one_line(tmp_path: pathlib.Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(ArchiveError, match=f"{tmp_path}/file"):
        open_archive(tmp_path / "file" / "archive")


def test_a_damaged_manifest_is_named_in_one_line(opened: Opened, folder: pathlib.Path) -> None:
    archive = opened()
    archive.capture(numbered(0, 3))
    archive.compact()
    archive.close()
    (folder / "manifest.json").write_text('{"compacted": 3, "fi')
    with pytest.raises(ArchiveError, match=r"manifest\.json is damaged"):
        open_archive(folder)


def test_a_lost_manifest_is_an_error_once_rows_left_the_spool(opened: Opened, folder: pathlib.Path) -> None:
    archive = opened()
    archive.capture(numbered(0, 3))
    archive.compact()
    archive.release(3)
    archive.close()
    (folder / "manifest.json").unlink()
    for _ in range(2):
        with pytest.raises(ArchiveError, match=r"manifest\.json is missing"):
            open_archive(folder)
        for path in (folder / "spool").iterdir():
            path.unlink()
    assert list(folder.glob("days/*/*.parquet"))


def test_a_manifest_lost_while_the_spool_has_all_is_made_again(opened: Opened, folder: pathlib.Path) -> None:
    archive = opened()
    archive.capture(numbered(0, 3))
    archive.compact()
    archive.close()
    (folder / "manifest.json").unlink()
    archive = opened()
    archive.compact()
    assert seconds(pa.concat_tables(archive.read(*ALL))) == [0, 1, 2]


def test_a_damaged_day_file_is_named_in_one_line(opened: Opened, folder: pathlib.Path) -> None:
    archive = opened()
    archive.capture(numbered(0, 3))
    archive.compact()
    (path,) = folder.glob("days/*/*.parquet")
    path.write_bytes(path.read_bytes()[:40])
    with pytest.raises(ArchiveError, match="damaged"):
        archive.track(200_000_000, *ALL)
