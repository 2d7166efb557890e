"""Sailed: where one vessel was, from everything received under its MMSI, cleaned as the picture cleans it."""

import math

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from periplus import pipeline
from periplus.geo.sphere import distance_m
from periplus.model.track import SLOTS, TRACK_POINT, vessel_number
from periplus.sharing.holdings import Row
from periplus.sharing.released import Released

# Track only: no facts of the place, no behaviours, and nothing is late in what is read from the archive.
_PLAN = pipeline.Plan(None, (), lateness_s=1e9)


def sailed(observations: Released[pa.Table], vessel: str, ship: Row | None) -> pa.Table:
    """The track points of a vessel among the observations of its MMSI, by time (TRACK_POINT).

    `ship` is its latest state where that is known: it tells which of several ships under the MMSI it is,
    because which of them is heard first in a stretch of time is chance.
    """
    rows = observations.content
    if not rows.num_rows:
        return TRACK_POINT.empty_table()
    _, out = pipeline.step(_PLAN, pipeline.start(_PLAN), rows)
    number = _called(out.points, vessel_number(vessel), ship)
    mine = out.points.filter(pc.equal(out.points.column("vessel"), number))
    return mine.sort_by("observed_at")


def _called(points: pa.Table, number: int, ship: Row | None) -> int:
    """What these points call the vessel that the picture calls `number`."""
    found = np.unique(points.column("vessel").to_numpy())
    if len(found) == 1 and number % SLOTS == 0:
        return int(found[0])
    if ship is None or not len(found):
        return number
    nearest, least_m = number, math.inf
    times = points.column("observed_at").cast(pa.int64()).to_numpy()
    for each in found:
        which = np.flatnonzero(points.column("vessel").to_numpy() == each)
        k = int(which[np.argmin(np.abs(times[which] - ship["observed_at"]))])
        lon, lat = points.column("lon")[k].as_py(), points.column("lat")[k].as_py()
        away_m = float(distance_m(lon, lat, ship["lon"], ship["lat"]))
        if away_m < least_m:
            nearest, least_m = int(each), away_m
    return nearest
