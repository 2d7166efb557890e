"""Fleet frames: a view's vessels as 32-byte records, packed once a tick for everybody who has that view.

The layout is that of ui/src/core/api.ts; a browser reads it with typed arrays and no library.
"""

import struct
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from periplus.model.vocabulary import SHAPES, shape
from periplus.sharing.released import Released

MAGIC = 0x31465050  # 'PPF1'
SNAPSHOT, DELTA = 1, 2
HEADER = struct.Struct("<IB3xIId")
RECORD = np.dtype(
    [
        ("id", "<u4"),
        ("lon", "<i4"),  # 1e-7 degree
        ("lat", "<i4"),
        ("observed_at", "<u4"),  # seconds UTC
        ("sog", "<u2"),  # 0.1 kn
        ("cog", "<u2"),  # 0.1 degree
        ("heading", "<u2"),
        ("interval", "<u2"),  # seconds
        ("length", "<u2"),
        ("shape", "u1"),
        ("flags", "u1"),
        ("priority", "u1"),
        ("nav_status", "u1"),
        ("beam", "<u2"),
    ]
)
PROVISIONAL, SPLIT, LOST, GONE = 1, 2, 4, 8
NOT_AVAILABLE = 65535
NO_STATUS = 255

Records = npt.NDArray[np.void]

_SHAPE_OF_TYPE = np.array([SHAPES.index(shape(code)) for code in range(256)], np.uint8)


def records(fleet: Released[pa.Table], *, settled_before_us: int) -> Records:
    """The fleet of a view as records, ascending by id.

    The table is that of sharing.view.FLEET. Whatever was observed at or after `settled_before_us`
    is marked provisional.
    """
    table = fleet.content
    out = np.zeros(table.num_rows, RECORD)
    out["id"] = _column(table, "id")
    for name in ("lon", "lat"):
        out[name] = np.rint(_column(table, name) * 1e7)
    observed_us = _column(table, "observed_at")
    out["observed_at"] = np.clip(observed_us // 1_000_000, 0, 2**32 - 1)
    out["sog"] = _scaled(table, "sog_kn", 10)
    out["cog"] = _scaled(table, "cog_deg", 10, wrap=3600)
    out["heading"] = _scaled(table, "heading_deg", 1, wrap=360)
    out["interval"] = _scaled(table, "interval_s", 1)
    out["length"] = _scaled(table, "length_m", 1, missing=0)
    out["beam"] = _scaled(table, "beam_m", 1, missing=0)
    out["shape"] = _SHAPE_OF_TYPE[np.clip(_column(table, "ship_type", 0), 0, 255).astype(np.int64)]
    out["priority"] = _column(table, "priority", 0)
    out["nav_status"] = np.clip(_column(table, "nav_status", NO_STATUS), 0, NO_STATUS)
    flags = np.where(observed_us >= settled_before_us, PROVISIONAL, 0)
    flags |= np.where(_column(table, "split"), SPLIT, 0)
    flags |= np.where(_column(table, "lost"), LOST, 0)
    out["flags"] = flags
    return out[np.argsort(out["id"], kind="stable")]


def changed(before: Records, after: Records) -> Records:
    """What turns one tick's records into the next: rows new or different, and GONE for those left out.

    Both ascending by id, without repetition.
    """
    if not len(before):
        return after
    at = np.minimum(np.searchsorted(before["id"], after["id"]), len(before) - 1)
    same = (_words(before[at]) == _words(after)).all(axis=1)
    gone = before[~np.isin(before["id"], after["id"], assume_unique=True)].copy()
    gone["flags"] |= GONE
    return np.concatenate([after[~same], gone])


def pack(kind: int, rows: Records, *, total: int, now_us: int) -> bytes:
    """The message: header and records."""
    return HEADER.pack(MAGIC, kind, len(rows), total, float(now_us)) + rows.tobytes()


def unpack(data: bytes) -> tuple[int, int, int, Records]:
    """(kind, total, now_us, records) of a frame. Raises ValueError on anything else."""
    if len(data) < HEADER.size:
        raise ValueError("not a fleet frame: shorter than its header")
    magic, kind, count, total, now_us = HEADER.unpack_from(data)
    if magic != MAGIC or len(data) != HEADER.size + count * RECORD.itemsize:
        raise ValueError("not a fleet frame: wrong magic or length")
    return kind, total, int(now_us), np.frombuffer(data, RECORD, count, HEADER.size)


def _words(rows: Records) -> npt.NDArray[np.uint64]:
    """Records as four words each: comparing those takes a fraction of what comparing fields does."""
    return np.ascontiguousarray(rows).view(np.uint64).reshape(len(rows), RECORD.itemsize // 8)


def _column(table: pa.Table, name: str, missing: float | None = None) -> npt.NDArray[Any]:
    """A column as numbers; nulls become `missing`, or NaN where there is none."""
    column = table.column(name)
    if pa.types.is_timestamp(column.type):
        column = column.cast(pa.int64())
    if not column.null_count:
        return np.asarray(column.to_numpy())
    values = np.asarray(column.cast(pa.float64()).to_numpy())
    return values if missing is None else np.where(np.isnan(values), missing, values)


def _scaled(
    table: pa.Table, name: str, factor: int, *, missing: int = NOT_AVAILABLE, wrap: int | None = None
) -> npt.NDArray[Any]:
    """A column in whole steps of 1/factor; what is null or does not fit is `missing`."""
    values = np.rint(_column(table, name).astype(np.float64) * factor)
    if wrap is not None:
        values = np.mod(values, wrap)
    fits = (values >= 0) & (values < NOT_AVAILABLE)  # false for NaN, which is how nulls arrive
    return np.where(fits, values, missing)
