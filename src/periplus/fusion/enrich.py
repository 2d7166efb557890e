"""Enrichment: the facts of the place become columns of every track point."""

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from periplus.fusion.facts import Facts

Rows = npt.NDArray[np.int64] | slice


def enrich(points: pa.Table, facts: Facts) -> pa.Table:
    """Track points with shore_nm, port_km, anchorage_km and zones filled in; what is there already is kept.

    Each row is answered from that row alone, so any division of the points gives the same. Where the facts
    hold no list of anchorages, the distance to the nearest port stands in for that to the nearest anchorage.
    """
    if not points.num_rows:
        return points
    lon, lat = points.column("lon").to_numpy(), points.column("lat").to_numpy()
    at_us = points.column("observed_at").cast(pa.int64()).to_numpy()
    out = _fill(points, "shore_nm", lambda rows: facts.shore.distance_nm(lon[rows], lat[rows]))
    out = _fill(out, "port_km", lambda rows: facts.ports.nearest_km(lon[rows], lat[rows])[0])
    if facts.anchorages_are_ports:
        out = _put(out, "anchorage_km", pc.coalesce(out.column("anchorage_km"), out.column("port_km")))
    else:
        out = _fill(out, "anchorage_km", lambda rows: facts.anchorages.nearest_km(lon[rows], lat[rows])[0])
    return _fill(out, "zones", lambda rows: facts.zones_at(lon[rows], lat[rows], at_us[rows]))


def _fill(points: pa.Table, name: str, compute: Callable[[Rows], npt.NDArray[Any]]) -> pa.Table:
    """The column with its nulls computed, and no other row."""
    column = points.column(name)
    if column.null_count == 0:
        return points
    if column.null_count == len(column):
        return _put(points, name, _known(compute(slice(None)), column.type))
    missing = pc.is_null(column).combine_chunks()
    rows = np.flatnonzero(missing.to_numpy(zero_copy_only=False))
    return _put(points, name, pc.replace_with_mask(column, missing, _known(compute(rows), column.type)))


def _known(values: npt.NDArray[Any], kind: pa.DataType) -> pa.Array:
    return pa.array(values, kind, from_pandas=True)  # NaN, not known, becomes null


def _put(points: pa.Table, name: str, column: pa.Array | pa.ChunkedArray) -> pa.Table:
    at = points.schema.get_field_index(name)
    return points.set_column(at, points.schema.field(at), column)
