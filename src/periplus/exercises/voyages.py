"""Merchant ships, dhows and ferries: to and fro between two ports, with waits at anchor and stays alongside."""

from dataclasses import dataclass

import numpy as np

from periplus.exercises import fleet as fleets
from periplus.exercises.charts import Floats, Ints, Ports, Routes
from periplus.exercises.fleet import Fleet
from periplus.exercises.tracks import Knots, join
from periplus.geo.sphere import destination
from periplus.geo.units import HOUR_S, NM_M

UNDER_WAY, AT_ANCHOR, MOORED = 0, 1, 5
_SPOTS = 60
_CROWD = 1.25  # merchant ships for each that the table of flows names


@dataclass(frozen=True)
class Stay:
    """How long ships of a kind wait and lie, in hours: (share that anchors, anchor low-high, berth low-high)."""

    anchors: float
    anchor_h: tuple[float, float]
    berth_h: tuple[float, float]


STAYS = {"merchant": Stay(0.5, (4, 44), (12, 46)), "dhow": Stay(0.3, (3, 12), (20, 90)), "ferry": Stay(0, (1, 2), (0.7, 3.0))}


def sail(routes: Routes, ports: Ports, kind: str, end_s: float, rng: np.random.Generator) -> tuple[Fleet, Knots]:
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
    routes: Routes, ports: Ports, ships: Fleet, route: Ints, stay: Stay, end_s: float, rng: np.random.Generator
) -> Knots:
    n = len(route)
    miles = routes.along_nm[routes.first[route + 1] - 1]
    backwards = rng.random(n) < 0.5
    side = np.clip(rng.normal(0, 1, n), -1.7, 1.7)
    # Ships are met anywhere in their round: the first voyage began that long ago.
    passage = miles / (ships.speed_kn * 0.97) * HOUR_S
    rest = (stay.anchors * np.mean(stay.anchor_h) + np.mean(stay.berth_h)) * HOUR_S
    depart = -rng.random(n) * (passage + rest)
    parts = []
    ship = np.arange(n)
    while len(ship):
        voyage = _passage(routes, ports, ships, ship, route[ship], backwards[ship], depart[ship], side[ship], rng)
        parts.append(voyage)
        arrive = _last_of_each(voyage, ship)
        lying, leave = _port_stay(routes, ports, ship, route[ship], backwards[ship], arrive, stay, rng)
        parts.append(lying)
        depart[ship] = leave
        backwards[ship] = ~backwards[ship]
        ship = ship[leave < end_s]
    return join(parts)


def _last_of_each(voyage: Knots, ship: Ints) -> Floats:
    return voyage.t_s[np.searchsorted(voyage.ship, ship, side="right") - 1]


def _passage(
    routes: Routes, ports: Ports, ships: Fleet, ship: Ints, route: Ints, backwards: Ints, depart: Floats, side: Floats,
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


def _port_stay(
    routes: Routes, ports: Ports, ship: Ints, route: Ints, backwards: Ints, arrive: Floats, stay: Stay,
    rng: np.random.Generator,
) -> tuple[Knots, Floats]:  # fmt: skip
    """Wait at anchor (some), go alongside, leave: knots, and when each ship is back at the route's end."""
    n = len(ship)
    port = np.where(backwards, routes.origin[route], routes.destination[route])
    anchors = rng.random(n) < stay.anchors
    wait = np.where(anchors, rng.uniform(*stay.anchor_h, n), 0.05) * HOUR_S
    lie = rng.uniform(*stay.berth_h, n) * HOUR_S
    spot = _anchor_spots(ports.anchorage[port], ports.anchorage_nm[port], rng)
    berth = ports.berth[port] + rng.normal(0, 0.25, (n, 2)).clip(-0.4, 0.4) / 60.0
    in_s, shift_s = 0.4 * HOUR_S, 0.9 * HOUR_S
    times = [arrive + 1.0, arrive + in_s, arrive + in_s + wait]
    times += [times[-1] + shift_s, times[-1] + shift_s + lie]
    end = ports.anchorage[port]
    places = [end, spot, spot, berth, berth]
    states = [UNDER_WAY, np.where(anchors, AT_ANCHOR, UNDER_WAY), UNDER_WAY, MOORED, UNDER_WAY]
    at = np.concatenate(places)
    knots = Knots(
        ship=np.tile(ship, 5),
        t_s=np.concatenate(times),
        lon=at[:, 0],
        lat=at[:, 1],
        status=np.concatenate([np.broadcast_to(np.asarray(s, np.int8), n) for s in states]),
        port=np.tile(port.astype(np.int16), 5),
        draught_m=np.full(5 * n, np.nan),
    )
    return knots, times[-1] + shift_s


def _anchor_spots(centre: Floats, within_nm: Floats, rng: np.random.Generator) -> Floats:
    """Places on a sunflower spiral round the anchorage: at 2.2 nm, 60 of them half a mile apart."""
    k = rng.integers(0, _SPOTS, len(centre)) + 0.5
    lon, lat = destination(centre[:, 0], centre[:, 1], np.degrees(2.399963 * k), within_nm * np.sqrt(k / _SPOTS) * NM_M)
    return np.stack([lon, lat], axis=1)
