"""Fixes: positions as numpy columns, the form in which stages work on them; tables at the seams."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from periplus.model.schema import TIME
from periplus.model.track import SLOTS, TRACK_POINT

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

# Columns of `Fixes.x`. Times are microseconds UTC: exact in a float64 until the year 2255. NaN: not available.
FEATURES = (
    "t", "lon", "lat", "sog_kn", "cog_deg", "source", "labels", "satellite", "nav_status", "shore_nm", "port_km",
    "anchorage_km", "reception_per_day",
)  # fmt: skip
(T, LON, LAT, SOG, COG, SOURCE, LABELS, SATELLITE, NAV, SHORE, PORT, ANCHORAGE,
 RECEPTION) = range(len(FEATURES))  # fmt: skip
FIX = 6  # the first six columns are what an event keeps of a fix
LABEL_BITS = 52  # labels told apart exactly; all further ones count as one, with the join of their labels


@dataclass(frozen=True, slots=True)
class Names:
    """Interned text: `source`, `labels` and so on in `Fixes` are codes into these. Only ever grows."""

    texts: tuple[str, ...] = ()

    def intern(self, column: pa.ChunkedArray | pa.Array) -> tuple[Names, Ints]:
        """The names with those of the column added, and the code of each of its rows."""
        encoded = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
        encoded = encoded.cast(pa.string()).dictionary_encode()
        found = encoded.dictionary.to_pylist()
        known = {text: code for code, text in enumerate(self.texts)}
        for text in found:
            known.setdefault(text, len(known))
        lookup = np.array([known[text] for text in found] or [0], np.int64)
        return Names(tuple(known)), lookup[encoded.indices.to_numpy(zero_copy_only=False)]

    def column(self, codes: Ints) -> pa.Array:
        """The text of each code."""
        names = pa.array(self.texts or ("",), pa.string())
        return pa.DictionaryArray.from_arrays(pa.array(codes, pa.int32()), names).cast(pa.string())

    def table(self) -> pa.Table:
        return pa.table({"text": pa.array(self.texts, pa.string())})

    @staticmethod
    def of(table: pa.Table) -> Names:
        return Names(tuple(table.column("text").to_pylist()))


@dataclass(frozen=True, slots=True)
class Fixes:
    """Positions in one order, all columns of one length. `x` holds FEATURES, shape (n, len(FEATURES))."""

    mmsi: Ints
    vessel: Ints  # mmsi * SLOTS + slot
    received: Ints
    x: Floats
    heading: Floats
    message: npt.NDArray[np.int16]  # -1: none
    sensor: Ints
    label: Ints
    zones: npt.NDArray[np.uint64]

    def __len__(self) -> int:
        return len(self.mmsi)

    @property
    def t(self) -> Ints:
        return self.x[:, T].astype(np.int64)

    def take(self, rows: Any) -> Fixes:
        """The rows by index or mask, in that order."""
        if isinstance(rows, np.ndarray) and rows.dtype == np.bool_ and rows.all():
            return self
        return Fixes(*(column[rows] for column in self._columns()))

    def with_vessel(self, vessel: Ints) -> Fixes:
        return replace(self, vessel=vessel)

    def with_x(self, x: Floats) -> Fixes:
        return replace(self, x=x)

    def _columns(self) -> tuple[npt.NDArray[Any], ...]:
        return (
            self.mmsi, self.vessel, self.received, self.x, self.heading, self.message, self.sensor, self.label,
            self.zones,
        )  # fmt: skip

    @staticmethod
    def concat(parts: Sequence[Fixes]) -> Fixes:
        return Fixes(
            *(np.concatenate(columns) for columns in zip(*(p._columns() for p in parts), strict=True))
        )

    @staticmethod
    def none() -> Fixes:
        ints = np.empty(0, np.int64)
        return Fixes(
            ints, ints, ints, np.empty((0, len(FEATURES))), np.empty(0), np.empty(0, np.int16), ints, ints,
            np.empty(0, np.uint64),
        )  # fmt: skip

    def table(self) -> pa.Table:
        """The columns as they are, codes and all, for a checkpoint."""
        named = dict(zip(_PLAIN, (c for c in self._columns() if c.ndim == 1), strict=True))
        return pa.table({**{k: pa.array(v) for k, v in named.items()}, "x": matrix_column(self.x)})

    @staticmethod
    def of(table: pa.Table) -> Fixes:
        plain = {name: table.column(name).to_numpy() for name in _PLAIN}
        return Fixes(x=column_matrix(table.column("x"), len(FEATURES)), **plain)

    @staticmethod
    def of_points(points: pa.Table, names: Names, labels: Names) -> tuple[Fixes, Names, Names]:
        """From a TRACK_POINT table; names grow by its sources and sensors, labels by its labels."""
        codes = {}
        names, codes["source"] = names.intern(points.column("source"))
        names, codes["sensor"] = names.intern(points.column("sensor"))
        labels, codes["label"] = labels.intern(points.column("label"))
        x = np.empty((points.num_rows, len(FEATURES)))
        x[:, T] = points.column("observed_at").cast(pa.int64()).to_numpy()
        for i, name in ((LON, "lon"), (LAT, "lat"), (SOG, "sog_kn"), (COG, "cog_deg"), (NAV, "nav_status"),
                        (SHORE, "shore_nm"), (PORT, "port_km"), (ANCHORAGE, "anchorage_km"),
                        (RECEPTION, "reception_per_day")):  # fmt: skip
            x[:, i] = _floats(points.column(name))
        satellite = np.array(["satellite" in text for text in names.texts] or [False])
        x[:, SOURCE] = codes["source"]
        x[:, SATELLITE] = satellite[codes["sensor"]] if len(x) else 0.0
        x[:, LABELS] = 2.0 ** np.minimum(codes["label"], LABEL_BITS - 1)
        mmsi = points.column("mmsi").to_numpy().astype(np.int64)
        zones = points.column("zones").fill_null(0).to_numpy().astype(np.uint64)
        fixes = Fixes(
            mmsi, points.column("vessel").to_numpy(), points.column("received_at").cast(pa.int64()).to_numpy(), x,
            _floats(points.column("heading_deg")), points.column("message").fill_null(-1).to_numpy().astype(np.int16),
            codes["sensor"], codes["label"], zones,
        )  # fmt: skip
        return fixes, names, labels

    def points(self, names: Names, labels: Names) -> pa.Table:
        """As a TRACK_POINT table."""
        x = self.x

        def nullable(values: Floats, kind: pa.DataType) -> pa.Array:
            missing = np.isnan(values)
            return pa.array(np.where(missing, 0.0, values), mask=missing).cast(kind, safe=False)

        return pa.Table.from_arrays(
            [
                pa.array(self.vessel), pa.array(self.mmsi, pa.uint32()), pa.array(self.t).cast(TIME),
                pa.array(self.received).cast(TIME), pa.array(x[:, LON]), pa.array(x[:, LAT]),
                nullable(x[:, SOG], pa.float64()), nullable(x[:, COG], pa.float64()),
                nullable(self.heading, pa.float64()), nullable(x[:, NAV], pa.int8()),
                pa.array(self.message, mask=self.message < 0).cast(pa.int8()),
                names.column(x[:, SOURCE].astype(np.int64)), names.column(self.sensor), labels.column(self.label),
                nullable(x[:, SHORE], pa.float64()), nullable(x[:, PORT], pa.float64()),
                nullable(x[:, ANCHORAGE], pa.float64()), nullable(x[:, RECEPTION], pa.float64()),
                pa.array(self.zones),
            ],
            schema=TRACK_POINT,
        )  # fmt: skip


_PLAIN = ("mmsi", "vessel", "received", "heading", "message", "sensor", "label", "zones")


def slot_zero(mmsi: Ints) -> Ints:
    """The first vessel under each MMSI; also the key of what is kept per MMSI."""
    return mmsi * SLOTS


def matrix_column(data: Floats) -> pa.Array:
    """A float matrix as one Arrow column of fixed-size lists, without a copy."""
    flat = pa.array(np.ascontiguousarray(data).reshape(-1))
    return pa.FixedSizeListArray.from_arrays(flat, data.shape[1])


def column_matrix(column: pa.ChunkedArray, width: int) -> Floats:
    """The matrix that `matrix_column` made a column of.

    What an older program kept has fewer columns: those that have come since stand last, and are not available.
    """
    held = column.type.list_size
    parts = [
        # `values` ignores the chunk's own offset and is never copied; `flatten` heeds it and is.
        chunk.values.to_numpy(zero_copy_only=False)[chunk.offset * held : (chunk.offset + len(chunk)) * held]
        for chunk in column.chunks
    ]
    flat = parts[0] if len(parts) == 1 else np.concatenate([np.empty(0), *parts])
    data = np.asarray(flat, np.float64).reshape(-1, held)
    return data if held == width else np.pad(data, ((0, 0), (0, width - held)), constant_values=np.nan)


def _floats(column: pa.ChunkedArray) -> Floats:
    """Null as NaN."""
    if column.null_count == len(column):
        return np.full(len(column), np.nan)
    return np.asarray(column.cast(pa.float64()).to_numpy(zero_copy_only=False), np.float64)
