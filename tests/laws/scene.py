"""A sea in which everything happens once or twice, drawn from a seed, to hold the laws against."""

import numpy as np
import pyarrow as pa
from behaviours.sea import HOUR, between, neighbours, observations, sea, voyage, without

ZONES = {
    "type": "FeatureCollection",
    "features": [
        {
            "type": "Feature",
            "properties": {"name": "Test area", "kind": "own", "watch": True},
            "geometry": {
                "type": "Polygon",
                "coordinates": [[[60.3, 4], [61, 4], [61, 6], [60.3, 6], [60.3, 4]]],
            },
        }
    ],
}


def scene(seed: int, *, turn_deg: float = 0.0, later_s: float = 0.0) -> pa.Table:
    """About 14 hours; `turn_deg` turns the whole sea about the axis of the earth, `later_s` moves it in time."""
    rng = np.random.default_rng(seed)
    kn = rng.uniform(8, 14, 4)
    tables = [
        neighbours((0, 14), n=6),
        without(voyage(232_000_001, (0, 14), kn=kn[0]), 2.0 + rng.uniform(0, 1), 5.8 + rng.uniform(0, 2)),
        between(voyage(232_000_002, (0, 14), kn=kn[1], lat=5.1), 0, 9 + rng.uniform(0, 1)),
        voyage(232_000_003, (0, 14), kn=kn[2], lat=4.8, lon=59.7),
        voyage(232_000_004, (1, 12), kn=0.8, lat=4.9, lon=59.9, course=rng.uniform(0, 360)),
        *_meeting(rng),
        *_clash(rng),
        _edge(rng),
        _glitches(rng),
    ]
    whole = sea(*tables)
    lon = (whole.column("lon").to_numpy() + turn_deg + 180.0) % 360.0 - 180.0
    whole = whole.set_column(whole.schema.get_field_index("lon"), whole.schema.field("lon"), pa.array(lon))
    for name in ("observed_at", "received_at"):
        i = whole.schema.get_field_index(name)
        later = pa.array(whole.column(name).cast(pa.int64()).to_numpy() + int(later_s * 1e6))
        whole = whole.set_column(i, whole.schema.field(name), later.cast(whole.schema.field(name).type))
    return whole


def _meeting(rng: np.random.Generator) -> list[pa.Table]:
    """Two ships drift side by side over midnight of the drawing's own clock, one with a silence in between."""
    start, course = rng.uniform(1, 3), rng.uniform(0, 360)
    one = voyage(232_000_005, (start, start + 8), lon=60.2, lat=5.4, kn=0.6, course=course, every_s=240)
    two = voyage(
        232_000_006, (start, start + 8), lon=60.2 + 0.002, lat=5.4, kn=0.6, course=course, every_s=200
    )
    return [one, without(two, start + 3.2, start + 3.2 + rng.choice([0.7, 1.4]))]


def _clash(rng: np.random.Generator) -> list[pa.Table]:
    """One MMSI on two ships, a long way apart."""
    return [
        voyage(232_000_007, (0, 12), lat=5.2, kn=10.0, every_s=600),
        voyage(232_000_007, (3, 9), lon=57.0, lat=1.0, kn=10.0, every_s=700 + 10 * rng.integers(10)),
    ]


def _edge(rng: np.random.Generator) -> pa.Table:
    """Along the edge of the zone, in and out by the error of the position."""
    t = np.arange(0, 10 * HOUR, 300.0)
    return observations(
        232_000_008, t, 60.3 + rng.normal(0, 0.002, len(t)), 4.2 + t / HOUR * 0.15, sog=9.0, cog=0.0
    )


def _glitches(rng: np.random.Generator) -> pa.Table:
    """Single corrupt positions and impossible speeds."""
    t = np.arange(0, 14 * HOUR, 300.0)
    lon, sog = 60.0 + t / HOUR * 0.15, np.full(len(t), 9.0)
    corrupt = rng.choice(len(t), 6, replace=False)
    lon[corrupt[:3]] += rng.uniform(-60, 60, 3)
    sog[corrupt[3:]] = 102.2
    return observations(232_000_009, t, lon, 5.05, sog=sog, cog=90.0)
