"""Fishing fleets: grounds far enough from the shore, and boats that work them by the habits of their gear."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from periplus.exercises import fleet as fleets
from periplus.exercises.charts import Floats, Ints
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

# name for the boats, flag, gear, boats, share without AIS, share of class B among the rest,
# centre longitude and latitude, half axes east and north in nm, turned clockwise by degrees
GROUNDS = [
    ("SAHIL", "OM", "trawl", 26, 0.2, 0.6, 59.75, 19.40, 40, 20, -45),
    ("SUHAIL", "IR", "gillnet", 34, 0.4, 0.7, 60.30, 24.35, 55, 16, 0),
    ("DARYA", "PK", "gillnet", 44, 0.35, 0.8, 64.60, 24.55, 85, 20, 0),
    ("MEHRAN", "PK", "trawl", 30, 0.3, 0.8, 66.20, 23.45, 35, 32, 0),
    ("SAGAR", "IN", "trawl", 62, 0.3, 0.85, 68.90, 20.55, 48, 32, 0),
    ("KONKAN", "IN", "trawl", 54, 0.3, 0.85, 72.05, 17.70, 18, 70, 0),
    ("MALABAR", "IN", "trawl", 52, 0.3, 0.85, 75.25, 10.60, 15, 60, -27),
    ("KANYA", "IN", "gillnet", 34, 0.3, 0.85, 77.40, 7.35, 45, 18, 0),
    ("RUHUNU", "LK", "longline", 46, 0.1, 0.7, 80.80, 4.60, 75, 30, 0),
    ("SINDU", "LK", "gillnet", 34, 0.2, 0.8, 79.05, 6.60, 18, 40, 0),
    ("DIYAWARA", "LK", "gillnet", 30, 0.2, 0.8, 82.75, 7.80, 22, 60, 0),
    ("COROMANDEL", "IN", "trawl", 34, 0.3, 0.85, 80.85, 13.60, 14, 55, 5),
    ("KALINGA", "IN", "trawl", 40, 0.3, 0.85, 86.10, 18.70, 45, 20, -42),
    ("MEGHNA", "BD", "trawl", 40, 0.3, 0.6, 90.50, 20.60, 48, 28, 0),
    ("MERGUI", "MM", "trawl", 30, 0.3, 0.7, 96.40, 12.20, 25, 55, 0),
    ("LANGKAWI", "MY", "trawl", 26, 0.2, 0.8, 99.20, 6.05, 22, 22, 0),
    ("SAMUDERA", "ID", "longline", 30, 0.2, 0.6, 109.00, -9.10, 110, 28, 0),
    ("JAVA", "ID", "gillnet", 34, 0.3, 0.8, 111.00, -5.00, 110, 45, 0),
    ("SIAM", "TH", "trawl", 34, 0.1, 0.7, 101.00, 9.60, 38, 55, 0),
    ("MASODA", "MV", "pole", 30, 0.2, 0.8, 72.10, 2.60, 18, 100, 0),
    ("ODI", "MV", "pole", 26, 0.2, 0.8, 74.50, 3.80, 18, 100, 0),
    ("TXORI", "ES", "seine", 16, 0.0, 0.0, 52.60, -3.40, 170, 130, 0),
    ("ALBACORE", "SC", "seine", 14, 0.0, 0.0, 58.60, 0.60, 230, 160, 0),
    ("DOLOMIEU", "FR", "seine", 10, 0.0, 0.0, 50.80, -8.20, 150, 90, 0),
    ("FONG CHUN", "TW", "longline", 46, 0.05, 0.0, 65.50, -9.00, 480, 260, 0),
    ("LU RONG", "CN", "longline", 44, 0.05, 0.0, 80.50, -17.50, 480, 330, 0),
    ("HOKKO", "JP", "longline", 26, 0.0, 0.0, 62.00, -31.00, 560, 180, 0),
    ("SHIN YEONG", "KR", "longline", 18, 0.0, 0.0, 89.00, -4.00, 300, 200, 0),
    ("AL SHAHEEN", "IR", "gillnet", 34, 0.6, 0.7, 63.20, 18.00, 150, 110, 0),
    ("HAFUN", "YE", "gillnet", 44, 0.85, 1.0, 56.40, 12.30, 70, 45, 0),
    ("ADEN STAR", "YE", "gillnet", 26, 0.8, 1.0, 48.60, 13.35, 55, 12, -18),
    ("SOFALA", "MZ", "trawl", 26, 0.2, 0.6, 37.00, -19.40, 40, 26, 0),
    ("AGULHAS", "", "trawl", 24, 0.0, 0.2, 21.20, -35.95, 80, 26, 0),
    ("FARS", "IR", "gillnet", 26, 0.4, 0.8, 51.35, 27.45, 24, 16, 0),
    ("SONG BIEN", "", "gillnet", 34, 0.3, 0.8, 108.40, 8.60, 60, 45, 0),
]  # fmt: skip


def fish(end_s: float, rng: np.random.Generator) -> tuple[Fleet, Knots]:
    """All boats of all grounds, at work from before second 0 to after `end_s`."""
    ground = np.repeat(np.arange(len(GROUNDS)), [g[3] for g in GROUNDS])
    return _boats(ground, rng), _work(ground, end_s, rng)


def _boats(ground: Ints, rng: np.random.Generator) -> Fleet:
    rows = [GROUNDS[g] for g in ground]
    ships = fleets.invent(["f"] * len(rows), [r[1] for r in rows], ["fishing"] * len(rows), rng)
    sizes = np.array([GEARS[r[2]].length_m for r in rows])
    length = np.round(sizes[:, 0] + (sizes[:, 1] - sizes[:, 0]) * rng.random(len(rows)))
    dark, second = rng.random(len(rows)), rng.random(len(rows))
    class_b = second < np.array([r[5] for r in rows])
    big = length >= 45
    nth = np.arange(len(ground)) - np.searchsorted(ground, ground)
    number = [int(n) for n in rng.integers(2, 9, len(GROUNDS))]
    names = [f"{r[0]} {int(k) * number[g] + 1}" for r, k, g in zip(rows, nth, ground, strict=True)]
    return Fleet(
        mmsi=ships.mmsi,
        imo=np.where(big, 1, 0),
        name=np.array(names, object),
        callsign=ships.callsign,
        ship_type=np.full(len(rows), FISHING_TYPE),
        length_m=length,
        beam_m=np.round(length * 0.22),
        ais=np.where(dark < np.array([r[4] for r in rows]), NO_AIS, np.where(class_b & ~big, CLASS_B, CLASS_A)),
        group=ships.group,
        speed_kn=np.full(len(rows), 8.0),
    )


def _work(ground: Ints, end_s: float, rng: np.random.Generator) -> Knots:
    """Phase after phase for all boats at once, in miles from the centre of the ground, along its axes."""
    n = len(ground)
    gears = [GEARS[GROUNDS[g][2]] for g in ground]
    hours, knots = np.array([g.hours for g in gears]), np.array([g.knots for g in gears])
    turn, engaged = np.array([g.turn_deg for g in gears]), np.array([g.engaged for g in gears])
    axes = np.array([GROUNDS[g][8:10] for g in ground], float)
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
        there[out] = 0.6 * axes[boat][out] * _in_disc(int(out.sum()), rng)  # turns back for the middle of the ground
        leg = there - place[boat]
        course[boat] = np.degrees(np.arctan2(leg[:, 0], leg[:, 1]))
        t[boat] += np.maximum(np.hypot(*leg.T) / speed, 0.05) * HOUR_S
        place[boat] = there
        boat = boat[t[boat] < end_s]
        step += 1
    rows.append((np.arange(n), t, place, np.zeros(n, bool)))
    return join([_knots(ground, *row) for row in rows])


def _in_disc(n: int, rng: np.random.Generator) -> Floats:
    r, a = np.sqrt(rng.random(n)), rng.uniform(0, 2 * np.pi, n)
    return np.stack([r * np.cos(a), r * np.sin(a)], axis=1)


def _knots(ground: Ints, boat: Ints, t: Floats, place: Floats, engaged: npt.NDArray[np.bool_]) -> Knots:
    lon0, lat0, tilt = (np.array([GROUNDS[g][i] for g in ground[boat]], float) for i in (6, 7, 10))
    c, s = np.cos(np.radians(tilt)), np.sin(np.radians(tilt))
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
