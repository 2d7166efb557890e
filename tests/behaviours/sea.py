"""A small sea to write tests on: tracks by way of speed and time, as observations."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pyarrow as pa

from periplus import pipeline
from periplus.geo import sphere
from periplus.model.observation import OBSERVATION
from periplus.model.schema import TIME, conform

EPOCH_US = 1_762_300_800_000_000  # 2025-11-05T00:00:00Z
MINUTE, HOUR = 60, 3600
LABEL = "TEST//TLP:AMBER"


def observations(
    mmsi: int,
    t_s: Sequence[float] | np.ndarray,
    lon: Any,
    lat: Any,
    *,
    sog: Any = np.nan,
    cog: Any = np.nan,
    source: str = "shore",
    sensor: str = "ais",
    **facts: Any,
) -> pa.Table:
    """One vessel's positions at seconds after EPOCH_US, received when observed; facts are further columns."""
    t = EPOCH_US + np.round(np.asarray(t_s, np.float64) * 1e6).astype(np.int64)
    n = len(t)

    def column(value: Any) -> pa.Array:
        return pa.array(np.broadcast_to(np.asarray(value, np.float64), n), from_pandas=True)

    time = pa.array(t).cast(TIME)
    nav_status = facts.pop("nav_status", None)
    table = pa.table(
        {
            "observed_at": time, "received_at": time, "mmsi": pa.array([mmsi] * n, pa.uint32()),
            "message": pa.array([1] * n, pa.int8()), "lon": column(lon), "lat": column(lat), "sog_kn": column(sog),
            "cog_deg": column(cog), "nav_status": pa.array([nav_status] * n, pa.int8()),
            "source": [source] * n, "sensor": [sensor] * n, "label": [LABEL] * n,
        }
    )  # fmt: skip
    table = conform(table, OBSERVATION)
    for name, value in facts.items():
        values = np.full(n, value)
        table = table.append_column(name, pa.array(values, pa.uint64() if name == "zones" else pa.float64()))
    return table


def voyage(
    mmsi: int, hours: tuple[float, float], *, every_s: float = 300.0, lon: float = 60.0, lat: float = 5.0,
    kn: float = 12.0, course: float = 90.0, **more: Any,
) -> pa.Table:  # fmt: skip
    """A straight passage that begins at lon, lat when the hours begin."""
    t = np.arange(hours[0] * HOUR, hours[1] * HOUR, every_s)
    x, y = sphere.destination(lon, lat, course, kn * (t - t[0]) / HOUR * 1852.0)
    return observations(mmsi, t, x, y, sog=kn, cog=course, **more)


def neighbours(
    hours: tuple[float, float], *, n: int = 20, lon: float = 60.9, lat: float = 5.0, **more: Any
) -> pa.Table:
    """Ships round a place that are heard all the time, so that a silence there means something."""
    rng = np.random.default_rng(7)
    return pa.concat_tables(
        voyage(
            232_000_100 + k, hours, lon=lon + rng.uniform(-0.7, 0.7), lat=lat + rng.uniform(-0.2, 0.2), kn=1.0,
            course=60.0 * k, every_s=600.0, **more,
        )
        for k in range(n)
    )  # fmt: skip


def between(table: pa.Table, start_h: float, end_h: float) -> pa.Table:
    """Only what was observed in these hours."""
    t = (table.column("observed_at").cast(pa.int64()).to_numpy() - EPOCH_US) / 1e6 / HOUR
    return table.filter(pa.array((t >= start_h) & (t < end_h)))


def without(table: pa.Table, start_h: float, end_h: float) -> pa.Table:
    """A silence."""
    t = (table.column("observed_at").cast(pa.int64()).to_numpy() - EPOCH_US) / 1e6 / HOUR
    return table.filter(pa.array(~((t >= start_h) & (t < end_h))))


def sea(*tables: pa.Table) -> pa.Table:
    """All of it in order of time."""
    return pa.concat_tables(tables).sort_by("observed_at")


def detect(
    kind: str, observed: pa.Table, *, facts: Any = None, profile: str | None = None, **thresholds: float
) -> list[dict[str, Any]]:
    """The events of one kind."""
    plan = pipeline.plan(facts, kinds=[kind], profile=profile, overrides=thresholds)
    return pipeline.detect(plan, observed).to_pylist()
