"""Questions to the archive: spool and day files answer as one."""

import pathlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.compute as pc

from periplus.archive import days, spool
from periplus.model.observation import OBSERVATION
from periplus.model.schema import TIME

SLICE_ROWS = 1 << 21  # looked at in one go: bounds memory
SEEN = ["observed_at", "mmsi"]
COUNTS = pa.schema([("bin", TIME), ("observations", pa.int64()), ("vessels", pa.int64())])


@dataclass(frozen=True, slots=True)
class FileRows:
    """A day file and how many rows it has."""

    path: pathlib.Path
    rows: int


@dataclass(frozen=True, slots=True)
class Held:
    """What the archive holds at one moment: the day files of a period, and the rows still in the spool."""

    files: Sequence[FileRows]
    tables: Sequence[pa.Table]  # coded, as the spool keeps them

    def rows(self, condition: pl.Expr, within: Callable[[pa.Table], pa.Array]) -> pl.DataFrame:
        """The rows that fulfil the condition, said once for the files and once for the spool."""
        parts = [_frame(spool.plain(table.filter(within(table)))) for table in self.tables]
        if self.files:
            parts.append(days.scan([file.path for file in self.files]).filter(condition).collect())
        found = [part for part in parts if part.height]
        return days.ordered(pl.concat(found or [_frame(OBSERVATION.empty_table())]))


def everything(held: Held, start_us: int, end_us: int) -> Iterator[pa.Table]:
    """All rows with start <= observed_at < end by vessel and time, a bounded number at a time."""
    tables = [_frame(spool.plain(table.filter(_within(table, start_us, end_us)))) for table in held.tables]
    parts = [table.lazy() for table in tables if table.height]
    if held.files:
        parts.append(days.scan([file.path for file in held.files]).filter(_between(start_us, end_us)))
    if parts:
        yield from map(days.as_table, days.merged(pl.concat(parts)))


def track(held: Held, mmsi: int, start_us: int, end_us: int) -> pa.Table:
    """Everything of one MMSI with start <= observed_at < end, by observed_at."""
    rows = held.rows(
        _between(start_us, end_us) & (pl.col("mmsi") == pl.lit(mmsi, pl.UInt32)),
        lambda table: pc.and_(
            _within(table, start_us, end_us), pc.equal(table["mmsi"], pa.scalar(mmsi, pa.uint32()))
        ),
    )
    return days.as_table(rows)


def box(held: Held, corners: tuple[float, float, float, float], start_us: int, end_us: int) -> pa.Table:
    """Positions inside west, south, east, north (edges included) with start <= observed_at < end."""
    west, south, east, north = corners
    lon = pl.col("lon")
    inside = (lon >= west) | (lon <= east) if west > east else lon.is_between(west, east)
    # The antimeridian has two names.
    if west == -180 or east == 180:
        inside = inside | (lon.abs() == 180)
    inside = inside & pl.col("lat").is_between(south, north)
    condition = _between(start_us, end_us) & inside

    def within(table: pa.Table) -> pa.Array:
        near = pl.DataFrame({"lon": pl.from_arrow(table["lon"]), "lat": pl.from_arrow(table["lat"])})
        return pc.and_(
            _within(table, start_us, end_us), near.select(inside.fill_null(False)).to_series().to_arrow()
        )

    return days.as_table(held.rows(condition, within))


def latest(held: Held, at_us: int, lookback_us: int) -> pa.Table:
    """The last position of each MMSI with at - lookback < observed_at <= at."""
    start, end = at_us - lookback_us + 1, at_us + 1
    parts = [_last(days.ordered(_newest(table, start, end))) for table in held.tables]
    for file in held.files:
        parts += [_last(rows) for rows in _positions_of_file(file, start, end)]
    rows = days.ordered(
        pl.concat([part for part in parts if part.height] or [_frame(OBSERVATION.empty_table())])
    )
    return days.as_table(_last(rows))


def counts(held: Held, start_us: int, end_us: int, bin_us: int) -> pa.Table:
    """Observations and vessels heard in each bin from start on; every bin has a row.

    A row captured twice counts twice until compaction has met both.
    """
    bins = max(0, -(-(end_us - start_us) // bin_us))
    runs = [
        _runs(_frame(table.filter(_within(table, start_us, end_us)).select(SEEN)), start_us, bin_us)
        for table in held.tables
    ]
    for file in held.files:
        seen = days.scan([file.path]).filter(_between(start_us, end_us)).select(SEEN)
        runs.append(_runs(seen.collect(), start_us, bin_us))
    found = pl.concat(runs or [_runs(_frame(OBSERVATION.empty_table()), start_us, bin_us)])
    found = found.group_by("bin").agg(pl.col("rows").sum(), pl.col("mmsi").n_unique())
    observations, vessels = np.zeros(bins, np.int64), np.zeros(bins, np.int64)
    observations[found["bin"].to_numpy()] = found["rows"].to_numpy()
    vessels[found["bin"].to_numpy()] = found["mmsi"].to_numpy()
    starts = pa.array(start_us + bin_us * np.arange(bins, dtype=np.int64)).cast(TIME)
    return pa.Table.from_arrays([starts, pa.array(observations), pa.array(vessels)], schema=COUNTS)


def _runs(seen: pl.DataFrame, start_us: int, bin_us: int) -> pl.DataFrame:
    """How many rows in a row are of one vessel in one bin.

    Day files are sorted by vessel and time, so that what is left of them is short; no hashing of every row.
    """
    at, mmsi = seen["observed_at"].to_physical().to_numpy(), seen["mmsi"].to_numpy()
    number = (at - start_us) // bin_us
    first = np.flatnonzero(np.diff(number, prepend=-1) | np.diff(mmsi.astype(np.int64), prepend=-1))
    rows = np.diff(first, append=len(at))
    return pl.DataFrame({"bin": number[first], "mmsi": mmsi[first], "rows": rows})


def _positions_of_file(file: FileRows, start: int, end: int) -> Iterator[pl.DataFrame]:
    condition = _between(start, end) & pl.col("lon").is_not_null() & pl.col("lat").is_not_null()
    for offset in range(0, file.rows, SLICE_ROWS):
        yield days.scan([file.path]).slice(offset, SLICE_ROWS).filter(condition).collect()


def _last(rows: pl.DataFrame) -> pl.DataFrame:
    return rows.unique("mmsi", keep="last", maintain_order=True)


def _newest(table: pa.Table, start: int, end: int) -> pl.DataFrame:
    """The rows of each MMSI's newest position in a table of the spool: found by two columns, then read whole."""
    placed = pc.and_(table["lon"].is_valid(), table["lat"].is_valid())
    rows = table.filter(pc.and_(_within(table, start, end), placed))
    when = pl.DataFrame({"mmsi": pl.from_arrow(rows["mmsi"]), "at": pl.from_arrow(rows["observed_at"])})
    newest = when.with_row_index("n").filter(pl.col("at") == pl.col("at").max().over("mmsi"))["n"]
    return _frame(spool.plain(rows.take(newest.to_arrow())))


def _between(start_us: int, end_us: int) -> pl.Expr:
    start, end = (pl.lit(value, pl.Int64).cast(pl.Datetime("us", "UTC")) for value in (start_us, end_us))
    return (pl.col("observed_at") >= start) & (pl.col("observed_at") < end)


def _within(table: pa.Table, start_us: int, end_us: int) -> pa.Array:
    start, end = (pa.scalar(value, TIME) for value in (start_us, end_us))
    return pc.and_(pc.greater_equal(table["observed_at"], start), pc.less(table["observed_at"], end))


def _frame(table: pa.Table) -> pl.DataFrame:
    frame = pl.from_arrow(table)
    assert isinstance(frame, pl.DataFrame)
    return frame
