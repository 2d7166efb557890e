"""Fishing fleets: grounds far enough from the shore, and boats that work them by the habits of their gear."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from periplus.exercises import fleet as fleets
from periplus.exercises.charts import Floats, Ints, read_rows
from periplus.exercises.fleet import CLASS_A, CLASS_B, NO_AIS, Fleet
from periplus.exercises.tracks import Knots, join
from periplus.geo.units import HOUR_S

FISHING_TYPE = 30
UNDER_WAY, ENGAGED = 0, 7


@dataclass(frozen=True)
class Gear:
    """Two phases that take turns: hours low-high, knots low-high, how much the course changes after (one sigma)."""

    hours: tuple[tuple[float, float], tuple[float, float]]
    knots: tuple[tuple[float, float], tuple[float, float]]
    turn_deg: tuple[float, float]
    engaged: tuple[bool, bool]
    length_m: tuple[float, float]


# All but the short stops of seiners and pole boats keep above 2.3 kn: drifting is left to those that mean it.
GEARS = {
    "trawl": Gear(((1.5, 3.5), (0.2, 0.6)), ((2.7, 4.2), (4.0, 7.5)), (25, 140), (True, False), (14, 32)),
    "gillnet": Gear(((2.0, 5.0), (1.0, 3.0)), ((2.5, 3.4), (5.0, 7.5)), (50, 90), (True, False), (12, 24)),
    "longline": Gear(((4.0, 6.0), (7.0, 11.0)), ((7.0, 8.5), (3.0, 4.6)), (35, 150), (True, True), (24, 58)),
    "seine": Gear(((0.8, 2.6), (0.5, 1.0)), ((8.5, 12.5), (0.5, 1.4)), (55, 60), (False, True), (62, 105)),
    "pole": Gear(((0.5, 1.6), (0.2, 0.5)), ((5.5, 9.0), (0.6, 1.5)), (60, 80), (False, True), (15, 34)),
}


@dataclass(frozen=True)
class Ground:
    """An ellipse of sea, far enough from the shore, and the boats that work it."""

    name: str
    country: str  # empty: flags as among merchant ships
    gear: Gear
    boats: int
    share_dark: float
    share_class_b: float  # of those with AIS
    lon: float
    lat: float
    axes_nm: tuple[float, float]  # half axes, east and north
    turned_deg: float  # clockwise


def read_grounds() -> list[Ground]:
    return [
        Ground(
            name=r["name"],
            country=r["country"],
            gear=GEARS[r["gear"]],
            boats=int(r["boats"]),
            share_dark=float(r["share_dark"]),
            share_class_b=float(r["share_class_b"]),
            lon=float(r["lon"]),
            lat=float(r["lat"]),
            axes_nm=(float(r["east_nm"]), float(r["north_nm"])),
            turned_deg=float(r["turned_deg"]),
        )
        for r in read_rows("grounds.csv")
    ]


def fish(end_s: float, rng: np.random.Generator) -> tuple[Fleet, Knots]:
    """All boats of all grounds, at work from before second 0 to after `end_s`."""
    grounds = read_grounds()
    ground = np.repeat(np.arange(len(grounds)), [g.boats for g in grounds])
    return _boats(grounds, ground, rng), _work(grounds, ground, end_s, rng)


def _boats(grounds: list[Ground], ground: Ints, rng: np.random.Generator) -> Fleet:
    rows = [grounds[g] for g in ground]
    ships = fleets.invent(["f"] * len(rows), [r.country for r in rows], ["fishing"] * len(rows), rng)
    sizes = np.array([r.gear.length_m for r in rows])
    length = np.round(sizes[:, 0] + (sizes[:, 1] - sizes[:, 0]) * rng.random(len(rows)))
    dark, second = rng.random(len(rows)), rng.random(len(rows))
    class_b = second < np.array([r.share_class_b for r in rows])
    big = length >= 45
    nth = np.arange(len(ground)) - np.searchsorted(ground, ground)
    number = [int(n) for n in rng.integers(2, 9, len(grounds))]
    names = [f"{r.name} {int(k) * number[g] + 1}" for r, k, g in zip(rows, nth, ground, strict=True)]
    return Fleet(
        mmsi=ships.mmsi,
        imo=np.where(big, 1, 0),
        name=np.array(names, object),
        callsign=ships.callsign,
        ship_type=np.full(len(rows), FISHING_TYPE),
        length_m=length,
        beam_m=np.round(length * 0.22),
        ais=np.where(
            dark < np.array([r.share_dark for r in rows]), NO_AIS, np.where(class_b & ~big, CLASS_B, CLASS_A)
        ),
        group=ships.group,
        speed_kn=np.full(len(rows), 8.0),
    )


def _work(grounds: list[Ground], ground: Ints, end_s: float, rng: np.random.Generator) -> Knots:
    """Phase after phase for all boats at once, in miles from the centre of the ground, along its axes."""
    n = len(ground)
    gears = [grounds[g].gear for g in ground]
    hours, knots = np.array([g.hours for g in gears]), np.array([g.knots for g in gears])
    turn, engaged = np.array([g.turn_deg for g in gears]), np.array([g.engaged for g in gears])
    axes = np.array([grounds[g].axes_nm for g in ground], float)
    place = axes * _in_disc(n, rng)
    course = rng.uniform(0, 360, n)
    t = -rng.uniform(0, 8, n) * HOUR_S
    boat, rows = np.arange(n), []
    first_phase = rng.integers(0, 2, n)
    step = 0
    while len(boat):
        phase = (first_phase[boat] + step) % 2
        low, high = hours[boat, phase].T
        lasts = low + (high - low) * rng.random(len(boat))
        slow, fast = knots[boat, phase].T
        speed = slow + (fast - slow) * rng.random(len(boat))
        rows.append((boat, t[boat].copy(), place[boat].copy(), engaged[boat, phase]))
        course[boat] += rng.normal(0, 1, len(boat)) * turn[boat, phase]
        way = np.stack([np.sin(np.radians(course[boat])), np.cos(np.radians(course[boat]))], axis=1)
        there = place[boat] + way * (lasts * speed)[:, None]
        out = ((there / axes[boat]) ** 2).sum(1) > 1
        # Who would leave the ground turns back for its middle, and not at the pace of a haul.
        there[out] = 0.6 * axes[boat[out]] * _in_disc(int(out.sum()), rng)
        speed[out] = np.maximum(speed[out], knots[boat[out]].max(axis=(1, 2)) * 0.8)
        leg = there - place[boat]
        course[boat] = np.degrees(np.arctan2(leg[:, 0], leg[:, 1]))
        t[boat] += np.maximum(np.hypot(*leg.T) / speed, 0.05) * HOUR_S
        place[boat] = there
        boat = boat[t[boat] < end_s]
        step += 1
    rows.append((np.arange(n), t, place, np.zeros(n, bool)))
    return join([_knots(grounds, ground, *row) for row in rows])


def _in_disc(n: int, rng: np.random.Generator) -> Floats:
    r, a = np.sqrt(rng.random(n)), rng.uniform(0, 2 * np.pi, n)
    return np.stack([r * np.cos(a), r * np.sin(a)], axis=1)


def _knots(
    grounds: list[Ground], ground: Ints, boat: Ints, t: Floats, place: Floats, engaged: npt.NDArray[np.bool_]
) -> Knots:
    centres = np.array([(g.lon, g.lat, np.radians(g.turned_deg)) for g in grounds])
    lon0, lat0, turned = centres[ground[boat]].T
    c, s = np.cos(turned), np.sin(turned)
    east, north = place[:, 0] * c + place[:, 1] * s, place[:, 1] * c - place[:, 0] * s
    return Knots(
        ship=boat,
        t_s=t,
        lon=lon0 + east / (60.0 * np.cos(np.radians(lat0))),
        lat=lat0 + north / 60.0,
        status=np.where(engaged, ENGAGED, UNDER_WAY).astype(np.int8),
        port=np.full(len(boat), -1, np.int16),
        draught_m=np.full(len(boat), np.nan),
    )
