"""Merchant ships, dhows and ferries: to and fro between two ports, with waits at anchor and stays alongside."""

import heapq
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from periplus.exercises import fleet as fleets
from periplus.exercises.charts import Floats, Ints, Ports, Routes
from periplus.exercises.fleet import Fleet
from periplus.exercises.tracks import Knots, join
from periplus.geo.sphere import destination
from periplus.geo.units import HOUR_S, NM_M

Flags = npt.NDArray[np.bool_]
UNDER_WAY, AT_ANCHOR, MOORED = 0, 1, 5
_ANCHOR_SPOTS, _BERTHS = 60, 20
_CROWD = 1.25  # merchant ships for each that the table of flows names


@dataclass(frozen=True)
class Stay:
    """How long ships of a kind wait and lie, in hours: (share that anchors, anchor low-high, berth low-high)."""

    anchors: float
    anchor_h: tuple[float, float]
    berth_h: tuple[float, float]


STAYS = {
    "merchant": Stay(0.5, (4, 44), (12, 46)),
    "dhow": Stay(0.3, (3, 12), (20, 90)),
    "ferry": Stay(0, (1, 2), (0.7, 3.0)),
}


def sail(
    routes: Routes, ports: Ports, kind: str, end_s: float, rng: np.random.Generator
) -> tuple[Fleet, Knots]:
    """The ships of one kind of route and their tracks from before second 0 until after `end_s`."""
    own = np.flatnonzero(np.array(routes.kind) == kind)
    crowd = np.round(routes.vessels[own] * (_CROWD if kind == "merchant" else 1.0)).astype(np.int64)
    route = np.repeat(own, crowd)
    mixes = [routes.mix[r] for r in route]
    picks = rng.integers(0, 60, len(route))
    kinds = [mix[p % len(mix)] for mix, p in zip(mixes, picks, strict=True)]
    small = rng.random(len(route)) < 0.22
    length = routes.along_nm[routes.first[route + 1] - 1]
    kinds = ["k" if k == "c" and s and d < 2_600 else k for k, s, d in zip(kinds, small, length, strict=True)]
    home = np.where(picks % 2 == 0, routes.origin[route], routes.destination[route])
    local = kind != "merchant"
    countries = [_flag_of(ports.country[h]) if local else "" for h in home]
    ships = fleets.invent(kinds, countries, [kind] * len(route), rng)
    return ships, _schedule(routes, ports, ships, route, STAYS[kind], end_s, rng)


def _flag_of(country: str) -> str:
    return country if country in fleets.LOCAL else ""


def _schedule(
    routes: Routes,
    ports: Ports,
    ships: Fleet,
    route: Ints,
    stay: Stay,
    end_s: float,
    rng: np.random.Generator,
) -> Knots:
    n = len(route)
    miles = routes.along_nm[routes.first[route + 1] - 1]
    backwards = rng.random(n) < 0.5
    side = np.clip(rng.normal(0, 1, n), -1.7, 1.7)
    # Ships are met anywhere in their round: the first voyage began that long ago.
    passage = miles / (ships.speed_kn * 0.97) * HOUR_S
    rest = (stay.anchors * np.mean(stay.anchor_h) + np.mean(stay.berth_h)) * HOUR_S
    depart = -rng.random(n) * (passage + rest)
    parts, stays = [], []
    ship = np.arange(n)
    while len(ship):
        back = backwards[ship]
        voyage = _passage(routes, ports, ships, ship, route[ship], back, depart[ship], side[ship], rng)
        port = np.where(back, routes.origin[route[ship]], routes.destination[route[ship]])
        lying = _stay(ship, port, _last_of_each(voyage, ship), stay, rng)
        parts.append(voyage)
        stays.append(lying)
        depart[ship] = lying.leave
        backwards[ship] = ~back
        ship = ship[lying.leave < end_s]
    lying = Lying(*(np.concatenate([getattr(x, name) for x in stays]) for name in Lying.__dataclass_fields__))
    return join([*parts, _in_port(ports, lying)])


def _last_of_each(voyage: Knots, ship: Ints) -> Floats:
    return voyage.t_s[np.searchsorted(voyage.ship, ship, side="right") - 1]


def _passage(
    routes: Routes, ports: Ports, ships: Fleet, ship: Ints, route: Ints, backwards: Flags, depart: Floats, side: Floats,
    rng: np.random.Generator,
) -> Knots:  # fmt: skip
    """Corners of one voyage of each ship, to starboard of the route by the ship's own share of the lane."""
    count = (routes.first[route + 1] - routes.first[route]).astype(np.int64)
    row = np.repeat(np.arange(len(ship)), count)
    nth = np.arange(len(row)) - np.repeat(np.cumsum(count) - count, count)
    back = backwards[row]
    corner = routes.first[route][row] + np.where(back, count[row] - 1 - nth, nth)
    wobble = 0.12 * rng.normal(0, 1, len(row)).clip(-2, 2)
    off_nm = routes.keep_right_nm[corner] + routes.spread_nm[corner] * (side[row] + wobble)
    bearing = routes.starboard[corner] + np.where(back, 180.0, 0.0)
    off_nm = np.where((nth == 0) | (nth == count[row] - 1), 0.0, off_nm)
    lon, lat = destination(routes.lon[corner], routes.lat[corner], bearing, off_nm * NM_M)
    step_nm = _steps(lon, lat, nth)
    slow = np.interp(routes.spread_nm[corner], [0.0, 0.8, 2.5], [0.78, 0.92, 1.0])
    knots = ships.speed_kn[ship][row] * slow * rng.uniform(0.96, 1.04, len(row))
    hours = np.cumsum(step_nm / knots)
    hours -= np.repeat(hours[nth == 0], count)
    bound = np.where(backwards, routes.origin[route], routes.destination[route])
    return Knots(
        ship=ship[row],
        t_s=depart[row] + hours * HOUR_S,
        lon=lon,
        lat=lat,
        status=np.full(len(row), UNDER_WAY, np.int8),
        port=bound[row].astype(np.int16),
        draught_m=_draught(ships, ship, rng)[row],
    )


def _steps(lon: Floats, lat: Floats, nth: Ints) -> Floats:
    dy = np.diff(lat, prepend=lat[0])
    dx = np.diff(lon, prepend=lon[0]) * np.cos(np.radians(lat))
    return np.where(nth == 0, 0.0, 60.0 * np.hypot(dx, dy))


def _draught(ships: Fleet, ship: Ints, rng: np.random.Generator) -> Floats:
    return np.round(ships.length_m[ship] * 0.052 * rng.uniform(0.62, 1.0, len(ship)), 1)


@dataclass(frozen=True)
class Lying:
    """Stays in port, one row each; times in seconds."""

    ship: Ints
    port: Ints
    arrive: Floats  # at the route's end
    anchored: Floats
    weighed: Floats
    moored: Floats
    sailed: Floats
    leave: Floats  # back at the route's end
    anchors: Flags


def _stay(ship: Ints, port: Ints, arrive: Floats, stay: Stay, rng: np.random.Generator) -> Lying:
    """Some wait at anchor, all go alongside."""
    n = len(ship)
    anchors = rng.random(n) < stay.anchors
    anchored = arrive + 0.4 * HOUR_S
    weighed = anchored + np.where(anchors, rng.uniform(*stay.anchor_h, n), 0.05) * HOUR_S
    moored = weighed + 0.9 * HOUR_S
    sailed = moored + rng.uniform(*stay.berth_h, n) * HOUR_S
    leave = sailed + 0.9 * HOUR_S
    return Lying(ship, port, arrive + 1.0, anchored, weighed, moored, sailed, leave, anchors)


def _in_port(ports: Ports, lying: Lying) -> Knots:
    """Knots of all stays: no two ships lie in one place at a time."""
    n = len(lying.ship)
    end = ports.anchorage[lying.port]
    number = _places(lying.port, lying.anchored, lying.weighed)
    spot = _spiral(end, ports.anchorage_nm[lying.port], number, _ANCHOR_SPOTS)
    spot = np.where(lying.anchors[:, None], spot, end)
    number = _places(lying.port, lying.moored, lying.sailed)
    berth = _spiral(ports.berth[lying.port], np.full(n, 0.75), number, _BERTHS)
    at = np.concatenate([end, spot, spot, berth, berth])
    states = [UNDER_WAY, np.where(lying.anchors, AT_ANCHOR, UNDER_WAY), UNDER_WAY, MOORED, UNDER_WAY]
    return Knots(
        ship=np.tile(lying.ship, 5),
        t_s=np.concatenate([lying.arrive, lying.anchored, lying.weighed, lying.moored, lying.sailed]),
        lon=at[:, 0],
        lat=at[:, 1],
        status=np.concatenate([np.broadcast_to(np.asarray(s, np.int8), n) for s in states]),
        port=np.tile(lying.port.astype(np.int16), 5),
        draught_m=np.full(5 * n, np.nan),
    )


def _places(port: Ints, start: Floats, end: Floats) -> Ints:
    """For each stay the lowest place of its port that is free then, as a harbour master gives them out."""
    out = np.zeros(len(port), np.int64)
    free: dict[int, list[int]] = {}
    taken: dict[int, list[tuple[float, int]]] = {}
    for i in np.argsort(start, kind="stable"):
        here, busy = free.setdefault(int(port[i]), []), taken.setdefault(int(port[i]), [])
        while busy and busy[0][0] <= start[i]:
            heapq.heappush(here, heapq.heappop(busy)[1])
        out[i] = heapq.heappop(here) if here else len(busy)
        heapq.heappush(busy, (float(end[i]), int(out[i])))
    return out


def _spiral(centre: Floats, within_nm: Floats, number: Ints, of: int) -> Floats:
    """Places on a sunflower spiral: 60 within 2.2 nm lie half a mile apart, 20 within 0.75 nm a third."""
    k = number % of + 0.5
    lon, lat = destination(
        centre[:, 0], centre[:, 1], np.degrees(2.399963 * k), within_nm * np.sqrt(k / of) * NM_M
    )
    return np.stack([lon, lat], axis=1)
