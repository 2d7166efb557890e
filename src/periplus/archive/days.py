"""Day files: the observations of a day in one order, each row once."""

import pathlib
from collections.abc import Iterator, Sequence

import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from periplus.archive import durable
from periplus.archive.manifest import DAY_US, DayFile
from periplus.model.observation import OBSERVATION

ROW_GROUP = 1 << 16
MERGE_ROWS = 1_000_000  # rows in memory at once
MANY_FILES = 8
KEY = ("mmsi", "observed_at", "received_at")
COLUMNS = tuple(OBSERVATION.names)
# Columns of few values; for the rest a dictionary only costs time.
DICTIONARY = [name for name in COLUMNS if name not in ("observed_at", "received_at", "lon", "lat", "cog_deg")]


def ordered(rows: pl.DataFrame) -> pl.DataFrame:
    """The rows sorted by vessel and time, each once: rows equal in every column are one observation.

    The order is total, so that it does not depend on the way the rows came in.
    """
    rows = rows.sort(KEY)
    same = rows.select(pl.struct(KEY).rle_id().alias("n"))["n"]
    tied = (same.diff().fill_null(1) == 0) | (same.diff().shift(-1).fill_null(1) == 0)
    if not tied.any():
        return rows
    # Sorting by all columns is dear; only rows that share vessel and both times need it.
    ties = rows.filter(tied).unique().sort(COLUMNS, nulls_last=False)
    return pl.concat([rows.filter(~tied), ties]).sort(KEY, maintain_order=True)


def by_day(rows: pl.DataFrame) -> Iterator[tuple[int, pl.DataFrame]]:
    """The rows of each day of observation, as days since 1970."""
    day = pl.col("observed_at").to_physical().floordiv(DAY_US).alias("day")
    for (number,), part in (
        rows.with_columns(day).partition_by("day", as_dict=True, maintain_order=False).items()
    ):
        yield int(number), part.drop("day")


def file_name(day: int, serial: int) -> str:
    """Where a day file stands below the archive's folder."""
    return f"days/day={np.datetime64(day, 'D')}/{serial:08d}.parquet"


def write(folder: pathlib.Path, name: str, day: int, parts: Iterator[pl.DataFrame]) -> DayFile:
    """Write the parts, each of which follows the one before in order, as one durable day file."""
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    rows, first, last = 0, [], []
    mmsi: list[int] = []
    options = {
        "compression": "zstd",
        "compression_level": 3,
        "use_dictionary": DICTIONARY,
        "write_page_index": True,
    }
    with pq.ParquetWriter(path, OBSERVATION, **options) as writer:
        for part in parts:
            if part.is_empty():
                continue
            writer.write_table(part.to_arrow().cast(OBSERVATION), row_group_size=ROW_GROUP)
            times = part["observed_at"].to_physical()
            rows += part.height
            first.append(int(times.min()))  # type: ignore[arg-type]
            last.append(int(times.max()))  # type: ignore[arg-type]
            mmsi += [int(part["mmsi"][0]), int(part["mmsi"][-1])]
    durable.sync_file(path)
    for parent in (path.parent, path.parent.parent, folder):
        durable.sync_folder(parent)
    return DayFile(name, day, rows, (min(mmsi), max(mmsi)), (min(first), max(last)))


def merged(files: pl.LazyFrame) -> Iterator[pl.DataFrame]:
    """Rows of several files of one day in order, each once, a bounded number at a time."""
    heights = files.group_by("mmsi").len().sort("mmsi").collect(engine="streaming")
    slice_of = heights.select("mmsi", (pl.col("len").cum_sum() // MERGE_ROWS).alias("slice"))
    bounds = slice_of.group_by("slice", maintain_order=True).agg(
        pl.min("mmsi").alias("low"), pl.max("mmsi").alias("high")
    )
    for low, high in bounds.select("low", "high").iter_rows():
        yield ordered(files.filter(pl.col("mmsi").is_between(low, high)).collect())


def to_merge(files: Sequence[DayFile]) -> list[DayFile]:
    """Which files of a day to make one of: the small ones, and the large only when they no longer dwarf them.

    So each row is rewritten a few times at most, however often late rows arrive.
    """
    if len(files) <= MANY_FILES:
        return []
    chosen: list[DayFile] = []
    total = 0
    for file in sorted(files, key=lambda file: file.rows):
        if len(chosen) >= MANY_FILES and file.rows > 2 * total:
            break
        chosen.append(file)
        total += file.rows
    return chosen


def scan(paths: Sequence[pathlib.Path]) -> pl.LazyFrame:
    """The files as one lazy table of the observation's columns."""
    return pl.scan_parquet([str(path) for path in paths], glob=False, hive_partitioning=False)


def as_table(rows: pl.DataFrame) -> pa.Table:
    """Rows as the schema declares them."""
    return rows.select(COLUMNS).to_arrow().cast(OBSERVATION)
