"""Clean: set aside what is no position of a vessel, and what was heard twice; each by name, each counted."""

from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from periplus.geo.kernels import kernel
from periplus.geo.units import SECOND_US
from periplus.model.carry import Carry, groups
from periplus.model.fixes import COG, LAT, LON, SOG, Fixes, Floats, T, slot_zero
from periplus.model.mmsi import CRAFT, INVALID, SAR_AIRCRAFT, SHIP, station_class

DUPLICATE_S = (
    5  # a repeater or second station is heard within this; a ship at rest reports no oftener than 10 s
)
FUTURE_S = 5 * 60  # a clock may be this far ahead of the centre's
FASTEST_SOG_KN = (
    102.2  # 102.2 stands for "this or more" and is met as a glitch; 102.3 is "not available" (M.1371)
)
KEPT = 4  # fixes of an MMSI against which the next one is compared
LAST = KEPT * 5  # column of the carry: time of the last fix seen, repeated or not
WIDTH = LAST + 1

Mask = npt.NDArray[np.bool_]


def screen(observations: pa.Table, *, as_of_us: int | None = None) -> tuple[Mask, dict[str, int]]:
    """Which rows are positions of vessels, and how many of the others there are by reason. Looks at single rows.

    Rows without a position are static messages and no reject. `as_of_us`: nothing observed after it is believed.
    """
    lon, lat = _floats(observations, "lon"), _floats(observations, "lat")
    mmsi = observations.column("mmsi").to_numpy().astype(np.int64)
    observed, received = (
        observations.column(name).cast(pa.int64()).to_numpy() for name in ("observed_at", "received_at")
    )
    latest = received if as_of_us is None else np.minimum(received, as_of_us)
    stations = station_class(mmsi)
    reasons: dict[str, Mask] = {
        "static": np.isnan(lon) & np.isnan(lat),
        "sentinel": np.isnan(lon)
        | np.isnan(lat)
        | (lon == 181.0)
        | (lat == 91.0)
        | ((lon == 0.0) & (lat == 0.0)),
        "out_of_range": (np.abs(lon) > 180.0) | (np.abs(lat) > 90.0),
        "invalid_mmsi": stations == INVALID,
        "station_not_vessel": ~np.isin(stations, (SHIP, CRAFT, SAR_AIRCRAFT)),
        "future": observed > latest + FUTURE_S * SECOND_US,
    }
    left = np.ones(len(lon), bool)
    counts = {}
    for reason, mask in reasons.items():
        hit = left & mask
        counts[reason] = int(hit.sum())
        left &= ~mask
    return left, {reason: n for reason, n in counts.items() if n and reason != "static"}


def plausible(points: pa.Table) -> pa.Table:
    """Motion that the codes cannot mean becomes null: speeds at the top of the scale, angles past the circle."""
    for name, limit in (("sog_kn", FASTEST_SOG_KN), ("cog_deg", 360.0), ("heading_deg", 360.0)):
        column = points.column(name)
        sound = pc.and_(pc.greater_equal(column, 0.0), pc.less(column, limit))
        i = points.schema.get_field_index(name)
        points = points.set_column(i, points.schema.field(name), pc.if_else(sound, column, None))
    return points


def fold(carry: Carry, fixes: Fixes) -> tuple[Carry, Mask]:
    """Marks the fixes that repeat one heard within DUPLICATE_S: same MMSI, position, speed and course.

    Fixes in order (`order.in_order`); the carry is kept per MMSI, under its slot 0.
    """
    mmsi, starts = groups(fixes.mmsi)
    key = slot_zero(mmsi)
    data = carry.at(key)
    repeated = _repeated(fixes.x, starts, data)
    return carry.put(key, data), repeated


def empty() -> Carry:
    return Carry.empty(WIDTH)


def settle(carry: Carry, before_us: int) -> Carry:
    """Forgets what no admissible fix can repeat any more."""
    keep = carry.data[:, LAST] >= before_us - DUPLICATE_S * SECOND_US
    return Carry(carry.key[keep], carry.data[keep])


@kernel
def _repeated(x: Any, starts: Any, data: Any) -> Any:
    out = np.zeros(len(x), np.bool_)
    for g in range(len(starts) - 1):
        kept = data[g]
        for i in range(starts[g], starts[g + 1]):
            for k in range(KEPT):
                j = 5 * k
                if kept[j] == 0.0 or x[i, T] - kept[j] > DUPLICATE_S * SECOND_US:
                    continue
                if x[i, LON] != kept[j + 1] or x[i, LAT] != kept[j + 2]:
                    continue
                sog, cog = x[i, SOG], x[i, COG]
                same_sog = sog == kept[j + 3] or (np.isnan(sog) and np.isnan(kept[j + 3]))
                if same_sog and (cog == kept[j + 4] or (np.isnan(cog) and np.isnan(kept[j + 4]))):
                    out[i] = True
                    break
            kept[LAST] = x[i, T]
            if not out[i]:
                for j in range(5 * (KEPT - 1) - 1, -1, -1):
                    kept[j + 5] = kept[j]
                kept[0], kept[1], kept[2], kept[3], kept[4] = (
                    x[i, T],
                    x[i, LON],
                    x[i, LAT],
                    x[i, SOG],
                    x[i, COG],
                )
    return out


def _floats(table: pa.Table, name: str) -> Floats:
    return np.asarray(table.column(name).to_numpy(zero_copy_only=False), np.float64)
