"""Questions to the archive: spool and day files answer as one."""

import pathlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.compute as pc

from periplus.archive import days, spool
from periplus.model.observation import OBSERVATION
from periplus.model.schema import TIME

COUNTS = pa.schema([("bin", TIME), ("observations", pa.int64()), ("vessels", pa.int64())])


@dataclass(frozen=True, slots=True)
class Held:
    """What the archive holds at one moment: the day files of a period, and the rows still in the spool."""

    paths: Sequence[pathlib.Path]
    tables: Sequence[pa.Table]  # coded, as the spool keeps them

    def rows(self, condition: pl.Expr, within: Callable[[pa.Table], pa.Array]) -> pl.DataFrame:
        """The rows that fulfil the condition, said once for the files and once for the spool."""
        parts = [_frame(spool.plain(table.filter(within(table)))) for table in self.tables]
        if self.paths:
            parts.append(days.scan(self.paths).filter(condition).collect())
        found = [part for part in parts if part.height]
        return days.ordered(pl.concat(found or [_frame(OBSERVATION.empty_table())]))


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
    parts = [_last(days.ordered(_positions(table, start, end))) for table in held.tables]
    parts += [_last(_positions_of_file(path, start, end)) for path in held.paths]
    rows = days.ordered(
        pl.concat([part for part in parts if part.height] or [_frame(OBSERVATION.empty_table())])
    )
    return days.as_table(_last(rows))


def counts(held: Held, start_us: int, end_us: int, bin_us: int) -> pa.Table:
    """Observations and vessels heard in each bin from start on; every bin has a row.

    A row captured twice counts twice until compaction has met both.
    """
    bins = max(0, -(-(end_us - start_us) // bin_us))
    pairs = [
        pl.DataFrame({"at": t["observed_at"].cast(pa.int64()), "mmsi": t["mmsi"]})
        for t in (table.filter(_within(table, start_us, end_us)) for table in held.tables)
    ]
    if held.paths:
        seen = days.scan(held.paths).filter(_between(start_us, end_us))
        pairs.append(
            seen.select(pl.col("observed_at").to_physical().alias("at"), "mmsi").collect(engine="streaming")
        )
    number = ((pl.col("at") - start_us) // bin_us).alias("bin")
    found = pl.concat(pairs).group_by(number).agg(pl.len(), pl.col("mmsi").n_unique()) if pairs else None
    observations, vessels = np.zeros(bins, np.int64), np.zeros(bins, np.int64)
    if found is not None and found.height:
        observations[found["bin"].to_numpy()] = found["len"].to_numpy()
        vessels[found["bin"].to_numpy()] = found["mmsi"].to_numpy()
    starts = pa.array(start_us + bin_us * np.arange(bins, dtype=np.int64)).cast(TIME)
    return pa.Table.from_arrays([starts, pa.array(observations), pa.array(vessels)], schema=COUNTS)


def _positions_of_file(path: pathlib.Path, start: int, end: int) -> pl.DataFrame:
    rows = days.scan([path]).filter(
        _between(start, end) & pl.col("lon").is_not_null() & pl.col("lat").is_not_null()
    )
    return rows.collect()


def _last(rows: pl.DataFrame) -> pl.DataFrame:
    return rows.unique("mmsi", keep="last", maintain_order=True)


def _positions(table: pa.Table, start: int, end: int) -> pl.DataFrame:
    placed = pc.and_(table["lon"].is_valid(), table["lat"].is_valid())
    return _frame(spool.plain(table.filter(pc.and_(_within(table, start, end), placed))))


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
