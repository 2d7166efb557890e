"""Odd conduct planted among the ordinary traffic, with what nearly is: what detectors are measured against."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from periplus.exercises.charts import Ints
from periplus.exercises.fleet import CLASS_A, NO_AIS, Fleet
from periplus.exercises.receivers import nearest_two, stations
from periplus.exercises.tracks import Knots, Tracks, join, unit_vectors
from periplus.exercises.world import Alias, Silence
from periplus.fusion.shore import Shore
from periplus.geo.sphere import bearing_deg, destination, distance_nm, interpolate
from periplus.geo.units import DAY_S, HOUR_S, MINUTE_S, NM_M

ADRIFT = 0  # ships adrift keep saying "under way using engine", as most do
_BIN_S = 2 * HOUR_S  # the sea is looked over that often for ships to plant something on


@dataclass(frozen=True)
class Plant:
    """One planted event: what it is, who, when, where, and whether a detector should find it."""

    kind: str  # the behaviour it is for
    case: str  # what was planted
    ships: tuple[int, ...]
    start_s: float
    end_s: float
    lon: float
    lat: float
    expected: bool | None  # None: either answer can be defended
    detail: Mapping[str, Any] = field(default_factory=dict)


@dataclass
class Planted:
    """What planting changed."""

    knots: Knots
    plants: list[Plant]
    silences: list[Silence]
    aliases: list[Alias]


def plant(
    fleet: Fleet, knots: Knots, a_day: Mapping[str, int], end_s: float, keep: Ints, rng: np.random.Generator
) -> Planted:
    """The tracks with odd conduct in them, about so many a day of each case; the ships in `keep` stay as they are."""
    garden = _Garden(fleet, knots, keep, rng)
    bins = int(end_s / _BIN_S)
    for case, number in a_day.items():
        # Evenly over the exercise, each at its own minute: no hour is empty, none is crowded.
        total = round(number * end_s / DAY_S)
        spread = (np.arange(total) + rng.random(total)) * end_s / max(total, 1)
        for start in spread[(spread > 2 * HOUR_S) & (spread < end_s - 8 * HOUR_S)]:
            garden.wishes.setdefault(min(int(start / _BIN_S), bins - 1), []).append((float(start), case))
    for at_bin in sorted(garden.wishes):
        garden.look(at_bin)
        for start, case in sorted(garden.wishes[at_bin]):
            CASES[case](garden, start)
    return garden.harvest()


class _Garden:
    """The sea being planted: who is where in this bin, who is still free, and what was changed."""

    def __init__(self, fleet: Fleet, knots: Knots, keep: Ints, rng: np.random.Generator) -> None:
        self.fleet, self.knots, self.rng = fleet, knots, rng
        self.tracks, self.shore, self.stations = Tracks(knots), Shore(), stations()
        self._groups = fleet.group.astype(str)
        self.free = fleet.ais != NO_AIS
        self.free[keep] = False
        self.wishes: dict[int, list[tuple[float, str]]] = {}
        self.plants: list[Plant] = []
        self.silences: list[Silence] = []
        self.aliases: list[Alias] = []
        self._rewritten: dict[int, Knots] = {}

    def look(self, at_bin: int) -> None:
        """Where everybody is in the middle of the bin."""
        self.t = (at_bin + 0.5) * _BIN_S
        ship = np.arange(len(self.fleet))
        fix = self.tracks.at(ship, np.full(len(ship), self.t))
        self.lon, self.lat, self.sog = fix.lon, fix.lat, fix.sog_kn
        self.shore_nm = self.shore.distance_nm(fix.lon, fix.lat)
        cell = (np.floor(fix.lat) * 360 + np.floor(fix.lon)).astype(np.int64)
        here, back = np.unique(cell, return_inverse=True)
        talking = (self.fleet.ais == CLASS_A) & (fix.sog_kn > 0.5)
        _, _, share, _ = nearest_two(unit_vectors(fix.lon, fix.lat), self.stations, self.stations.reach_nm)
        self.covered = share < 0.7
        self.company = np.bincount(back, weights=talking, minlength=len(here))[back]

    def pick(self, wanted: Any, n: int = 1) -> Ints:
        """Some of the free ships that fit, or none."""
        fit = np.flatnonzero(wanted & self.free)
        return self.rng.permutation(fit)[:n]

    def group(self, *groups: str) -> Any:
        return np.isin(self._groups, groups)

    def track(self, ship: int) -> Knots:
        return self.knots.take(np.arange(self.tracks.first[ship], self.tracks.first[ship + 1]))

    def place(self, ship: int, t_s: float) -> tuple[float, float]:
        fix = self.tracks.at(np.array([ship]), np.array([t_s]))
        return float(fix.lon[0]), float(fix.lat[0])

    def rewrite(
        self, ship: int, leave_s: float, stops: list[tuple[float, float, float]], back_s: float
    ) -> None:
        """The ship leaves her track, passes `stops` (time, lon, lat), and takes it up again so much later."""
        old = self.track(ship)
        before = old.take(old.t_s <= leave_s)
        after = old.take(old.t_s > leave_s)
        lon, lat = self.place(ship, leave_s)
        rows = [(leave_s, lon, lat), *stops, (back_s, lon, lat)]
        t, x, y = (np.array(c) for c in zip(*rows, strict=True))
        like = before.take(np.full(len(rows), len(before.t_s) - 1))
        new = Knots(like.ship, t, x, y, np.full(len(rows), ADRIFT, np.int8), like.port, like.draught_m)
        later = Knots(**(_columns(after) | {"t_s": after.t_s + (back_s - leave_s)}))
        self._rewritten[ship] = join([before, new, later])
        self.free[ship] = False

    def harvest(self) -> Planted:
        """All tracks, the changed ones in place of what they were."""
        keep = ~np.isin(self.knots.ship, list(self._rewritten))
        knots = join([self.knots.take(keep), *self._rewritten.values()])
        return Planted(knots, sorted(self.plants, key=lambda p: p.start_s), self.silences, self.aliases)


def _columns(knots: Knots) -> dict[str, Any]:
    return {name: getattr(knots, name) for name in Knots.__dataclass_fields__}


def _silence(garden: _Garden, start: float) -> None:
    """AIS off on purpose, four and a half to nine hours, in a lane where others go on being heard."""
    _switch_off(garden, start, garden.rng.uniform(4.6, 9.0) * HOUR_S, "silence", least_company=7)


def _short_silence(garden: _Garden, start: float) -> None:
    _switch_off(garden, start, garden.rng.uniform(0.7, 1.8) * HOUR_S, "short_silence", least_company=4)


def _switch_off(garden: _Garden, start: float, lasts: float, case: str, least_company: int) -> None:
    under_way = garden.group("merchant", "fishing") & (garden.sog > 2.5) & (garden.shore_nm > 12)
    talks = garden.fleet.ais == CLASS_A
    for ship in garden.pick(under_way & talks & (garden.company >= least_company)):
        lon, lat = garden.place(int(ship), start)
        garden.silences.append(Silence(int(ship), start, start + lasts))
        garden.free[ship] = False
        detail = {"silence_s": round(lasts), "ships_near": int(garden.company[ship])}
        expected = case == "silence"
        garden.plants.append(
            Plant("gap", case, (int(ship),), start, start + lasts, lon, lat, expected, detail)
        )


def _rendezvous(garden: _Garden, start: float) -> None:
    """Two ships stop side by side offshore for two and a half to five hours."""
    apart_m = float(garden.rng.uniform(60, 190))
    _side_by_side(garden, start, garden.rng.uniform(2.6, 5.0) * HOUR_S, apart_m, "rendezvous", 30.0)


def _near_rendezvous(garden: _Garden, start: float) -> None:
    """The same, but a thousand metres apart, or for twenty minutes."""
    far = garden.rng.random() < 0.5
    apart_m, lasts = (1_000.0, 3.0 * HOUR_S) if far else (150.0, 20.0 * MINUTE_S)
    _side_by_side(garden, start, lasts, apart_m, "near_rendezvous", 30.0)


def _bunkering(garden: _Garden, start: float) -> None:
    """Side by side as bunkering ships are, but in an anchorage: both are there already, one shifts alongside."""
    resting = garden.group("merchant") & (garden.sog < 0.3) & (garden.shore_nm < 12)
    still = np.flatnonzero(resting & garden.free)
    if len(still) < 2:
        return
    first = garden.rng.permutation(still)[:40]
    for a in first:
        ends = garden.tracks.knots.t_s[np.minimum(garden.tracks.leg(np.array([a]), np.array([start])) + 1,
                                                  len(garden.knots.ship) - 1)]  # fmt: skip
        miles = distance_nm(garden.lon[a], garden.lat[a], garden.lon[still], garden.lat[still])
        near = still[(miles > 0.1) & (miles < 3.0)]
        if len(near) and ends[0] > start + 5 * HOUR_S:
            _meet(
                garden,
                int(a),
                int(near[0]),
                start,
                2.5 * HOUR_S,
                120.0,
                "bunkering",
                expected=False,
                host_stays=True,
            )
            return


def _side_by_side(
    garden: _Garden, start: float, lasts: float, apart_m: float, case: str, least_nm: float
) -> None:
    """A pair of fishing vessels, or of tankers, that are near one another anyway."""
    fishing = garden.rng.random() < 0.6
    if fishing:
        kind = garden.group("fishing") & (garden.fleet.length_m < 60)
    else:
        kind = garden.group("merchant") & np.isin(garden.fleet.ship_type, [80])
    # Within hearing of the shore if such a pair is free: what only satellites hear, nobody can be blamed for missing.
    for heard, off_nm in ((garden.covered, 0.5 * least_nm), (garden.fleet.ais == CLASS_A, least_nm)):
        fit = kind & heard & (garden.sog > 1.0) & (garden.shore_nm > off_nm) & garden.free
        candidates = garden.rng.permutation(np.flatnonzero(fit))
        for a in candidates[:60]:
            miles = distance_nm(garden.lon[a], garden.lat[a], garden.lon[candidates], garden.lat[candidates])
            near = candidates[(miles > 0.5) & (miles < 22.0)]
            if len(near):
                sure = True if garden.covered[a] else None
                expected = sure if case == "rendezvous" else False
                _meet(garden, int(a), int(near[0]), start, lasts, apart_m, case, expected=expected)
                return


def _meet(
    garden: _Garden, host: int, guest: int, start: float, lasts: float, apart_m: float, case: str, *,
    expected: bool | None, host_stays: bool = False,
) -> None:  # fmt: skip
    """The host stops; the guest leaves her way, lies alongside so far off, and both go on. They drift together."""
    rng = garden.rng
    lon, lat = garden.place(host, start)
    set_deg, drift_kn = rng.uniform(0, 360), 0.0 if host_stays else rng.uniform(0.2, 0.7)
    from_lon, from_lat = garden.place(guest, start)
    sail_s = max(float(distance_nm(from_lon, from_lat, lon, lat)) / 9.0 * HOUR_S, 600.0)
    arrive, leave = start + sail_s, start + sail_s + lasts
    lies = float(bearing_deg(lon, lat, from_lon, from_lat))

    def drifted(t: float, off_m: float) -> tuple[float, float, float]:
        x, y = destination(lon, lat, set_deg, drift_kn * (t - start) / HOUR_S * NM_M)
        if off_m:
            x, y = destination(x, y, lies, off_m)
        return t, float(x), float(y)

    over = leave + 0.2 * HOUR_S
    if not host_stays:
        home_s = max(drift_kn * (over - start) / 7.0, 60.0)
        garden.rewrite(host, start, [drifted(over, 0.0)], over + home_s)
    garden.rewrite(guest, start, [drifted(arrive, apart_m), drifted(leave, apart_m)], leave + sail_s * 1.4)
    garden.free[host] = False
    middle = drifted((arrive + leave) / 2, 0.0)
    detail = {"apart_m": round(apart_m), "together_s": round(lasts), "host": host, "guest": guest}
    garden.plants.append(
        Plant("encounter", case, (host, guest), arrive, leave, middle[1], middle[2], expected, detail)
    )


def _loitering(garden: _Garden, start: float) -> None:
    """Adrift for eight to thirteen hours, far from the shore."""
    _drift(garden, start, garden.rng.uniform(8.0, 13.0) * HOUR_S, "loitering", expected=True)


def _short_stop(garden: _Garden, start: float) -> None:
    """Adrift for an hour or two: an engine repaired, a pilot awaited."""
    _drift(garden, start, garden.rng.uniform(0.7, 2.0) * HOUR_S, "short_stop", expected=False)


def _drift(garden: _Garden, start: float, lasts: float, case: str, *, expected: bool) -> None:
    under_way = garden.group("merchant") & (garden.sog > 5) & (garden.shore_nm > 45)
    for ship in garden.pick(under_way & (garden.fleet.ais == CLASS_A)):
        lon, lat = garden.place(int(ship), start)
        drift_kn = float(garden.rng.uniform(0.3, 1.1))
        x, y = destination(lon, lat, garden.rng.uniform(0, 360), drift_kn * lasts / HOUR_S * NM_M)
        back = float(distance_nm(lon, lat, x, y)) / 8.0 * HOUR_S
        garden.rewrite(int(ship), start, [(start + lasts, float(x), float(y))], start + lasts + back + 60.0)
        detail = {"drift_kn": round(drift_kn, 2), "lasts_s": round(lasts)}
        middle = interpolate(lon, lat, x, y, 0.5)
        place = (float(middle[0]), float(middle[1]))
        garden.plants.append(
            Plant("loitering", case, (int(ship),), start, start + lasts, *place, expected, detail)
        )


def _shared_mmsi(garden: _Garden, start: float) -> None:
    """For some hours a second ship, hundreds of miles off, sends the number of the first."""
    moving = garden.group("merchant", "fishing") & (garden.sog > 2.5) & (garden.fleet.ais == CLASS_A)
    pair = garden.pick(moving & (garden.company >= 2), 60)
    for other in pair[1:]:
        first = int(pair[0])
        miles = float(distance_nm(garden.lon[first], garden.lat[first], garden.lon[other], garden.lat[other]))
        if miles > 250:
            lasts = float(garden.rng.uniform(3.0, 9.0)) * HOUR_S
            number = int(garden.fleet.mmsi[first])
            garden.aliases.append(Alias(int(other), start, start + lasts, number))
            garden.free[[first, other]] = False
            lon, lat = garden.place(first, start)
            detail = {"mmsi": number, "apart_nm": round(miles)}
            ships = (first, int(other))
            garden.plants.append(
                Plant("impossible_jump", "shared_mmsi", ships, start, start + lasts, lon, lat, True, detail)
            )
            there = garden.place(int(other), start)
            own = Plant(
                "gap", "number_changed", (int(other),), start, start + lasts, *there, None, {"sends": number}
            )
            end = start + lasts  # the number's second voice ends there
            after = Plant(
                "gap",
                "second_voice_ends",
                (first,),
                end,
                end + 12 * HOUR_S,
                *there,
                None,
                {"ship": int(other)},
            )
            garden.plants += [own, after]
            return


CASES = {
    "silence": _silence,
    "short_silence": _short_silence,
    "rendezvous": _rendezvous,
    "near_rendezvous": _near_rendezvous,
    "bunkering": _bunkering,
    "loitering": _loitering,
    "short_stop": _short_stop,
    "shared_mmsi": _shared_mmsi,
}
