"""Whatever the order of captures, compactions and reopenings, the archive answers as a plain list would."""

import pathlib
import tempfile
from typing import Any

import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from archive.rows import DAY, SECOND, START, everything, observation, observations
from periplus.archive import Archive, open_archive

Row = dict[str, Any]
ROWS = st.builds(
    lambda mmsi, at, place, source: observation(mmsi, at, *place, source=source),
    st.integers(1, 3),
    st.sampled_from([0, 1, 2, 86_399, 86_400, 200_000]),
    st.sampled_from([(None, None), (10.0, 1.0), (-180.0, 0.0), (180.0, 0.0), (179.0, -1.0)]),
    st.sampled_from(["a", "b"]),
)
STEPS = st.one_of(
    st.lists(ROWS, max_size=6), st.sampled_from(["compact", "reopen", "release", "compact before the last"])
)


@settings(max_examples=40, deadline=None)
@given(st.lists(STEPS, max_size=12))
def test_the_archive_answers_as_a_plain_list_of_rows(steps: list[list[Row] | str]) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder, captured, kept_from = pathlib.Path(name), [], 0
        archive = open_archive(folder)
        for step in steps:
            if isinstance(step, list):
                captured += step
                assert archive.capture(observations(*step)) == len(captured)
            elif step == "reopen":
                archive.close()
                archive = open_archive(folder)
            elif step == "release":
                kept_from = len(captured)
                archive.release(kept_from)
            else:
                archive.compact(before=len(captured) - 1 if "before" in step else None)
        _compare(archive, captured, kept_from)
        archive.close()


def _compare(archive: Archive, captured: list[Row], kept_from: int) -> None:
    assert archive.position == len(captured)
    assert everything(list(archive.since(kept_from))).equals(observations(*captured[kept_from:]))
    once = list({repr(row): row for row in captured}.values())
    for start, end in ((START, START + 3 * DAY), (START + SECOND, START + DAY)):
        inside = [row for row in once if start <= row["observed_at"] < end]
        for mmsi in (1, 2):
            _same(archive.track(mmsi, start, end), [row for row in inside if row["mmsi"] == mmsi])
        crossing = [
            row for row in inside if row["lon"] is not None and (row["lon"] >= 179 or row["lon"] == -180)
        ]
        _same(archive.box(179.0, -1.0, -180.0, 0.5, start, end), crossing)
        _same(pa.concat_tables([observations(), *archive.read(start, end)]), inside)
        placed = [row for row in inside if row["lon"] is not None]
        last: dict[int, int] = {}
        for row in placed:
            last[row["mmsi"]] = max(last.get(row["mmsi"], 0), row["observed_at"])
        latest = archive.latest(end - 1, end - start)
        assert latest["mmsi"].to_pylist() == sorted(last)
        assert latest["observed_at"].cast(pa.int64()).to_pylist() == [last[mmsi] for mmsi in sorted(last)]
        counts = archive.counts(start, end, DAY)
        assert len(inside) <= sum(counts["observations"].to_pylist()) <= len(captured)
        assert max(counts["vessels"].to_pylist()) <= len({row["mmsi"] for row in inside})


def _same(table: pa.Table, rows: list[Row]) -> None:
    expected = observations(*rows)
    assert sorted(map(repr, table.to_pylist())) == sorted(map(repr, expected.to_pylist()))
    keys = list(zip(table["mmsi"].to_pylist(), table["observed_at"].to_pylist(), strict=True))
    days = [(at.date(), mmsi, at) for mmsi, at in keys]
    assert keys == sorted(keys) or days == sorted(days)
