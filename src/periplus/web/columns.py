"""Columns as JSON: whole arrays at once, null for what is not available, thinned where there are too many."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa


def micros(table: pa.Table, name: str) -> list[int]:
    """A column of times as microseconds UTC."""
    times: list[int] = table.column(name).cast(pa.int64()).to_pylist()
    return times


def numbers(table: pa.Table, name: str, digits: int) -> list[float | None]:
    """A column of numbers, rounded; null and NaN are null."""
    values = table.column(name).cast(pa.float64()).to_numpy()
    missing = ~np.isfinite(values)
    rounded = np.round(np.where(missing, 0.0, values), digits).tolist()
    if missing.any():
        for k in np.flatnonzero(missing):
            rounded[k] = None
    return list(rounded)


def thinned(table: pa.Table, most: int) -> pa.Table:
    """At most this many rows, evenly taken, with the first and the last."""
    return table if table.num_rows <= most else table.take(even(table.num_rows, most))


def even(rows: int, most: int) -> npt.NDArray[np.int64]:
    return np.unique(np.linspace(0, rows - 1, most).round().astype(np.int64))


def finite(value: Any) -> Any:
    """A number that JSON knows, else null."""
    return None if isinstance(value, float) and not np.isfinite(value) else value


def lanes(table: pa.Table, by: Sequence[str], most: int) -> list[tuple[dict[str, str], pa.Table]]:
    """The rows of each combination of the columns `by`, thinned, in order of the combination."""
    keys = table.group_by(by).aggregate([]).sort_by([(name, "ascending") for name in by]).to_pylist()
    found = []
    for key in keys:
        which = np.ones(table.num_rows, np.bool_)
        for name, value in key.items():
            which &= np.asarray(table.column(name).to_numpy(zero_copy_only=False) == value)
        found.append((key, thinned(table.filter(pa.array(which)), most)))
    return found
