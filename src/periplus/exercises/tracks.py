"""Where every ship of the exercise is at any time: great-circle legs between knots, held in columns."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from periplus.geo.units import EARTH_RADIUS_M, KN_MPS

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

_SPAN_S = 4_000_000.0  # longer than any exercise: keeps the ships apart in one sorted column


@dataclass(frozen=True)
class Knots:
    """Corners of all tracks, sorted by ship, then time. What a knot says holds until the next one.

    All columns are as long as there are knots; `t_s` counts seconds from the exercise's epoch.
    """

    ship: Ints
    t_s: Floats
    lon: Floats
    lat: Floats
    status: npt.NDArray[np.int8]  # ITU-R M.1371 navigational status
    port: npt.NDArray[np.int16]  # index of the port bound for, -1 for none
    draught_m: Floats

    def take(self, index: npt.NDArray[np.intp] | npt.NDArray[np.bool_]) -> "Knots":
        return Knots(*(getattr(self, name)[index] for name in self.__dataclass_fields__))

    def shifted(self, ships: int) -> "Knots":
        """The same tracks, for ships numbered further on."""
        return Knots(self.ship + ships, *(getattr(self, n) for n in list(self.__dataclass_fields__)[1:]))


def join(parts: list[Knots]) -> Knots:
    """The knots of several, sorted by ship, then time."""
    columns = [np.concatenate([getattr(p, n) for p in parts]) for n in Knots.__dataclass_fields__]
    order = np.lexsort((columns[1], columns[0]))
    return Knots(*(c[order] for c in columns))


@dataclass(frozen=True)
class Fix:
    """Positions and motion, as columns."""

    lon: Floats
    lat: Floats
    sog_kn: Floats
    cog_deg: Floats
    knot: npt.NDArray[np.intp]  # the knot that began the leg


class Tracks:
    """The legs of all ships, ready to be asked for places at times."""

    def __init__(self, knots: Knots) -> None:
        self.knots = knots
        self._key = knots.ship * _SPAN_S + knots.t_s
        here = unit_vectors(knots.lon, knots.lat)
        there = np.roll(here, -1, axis=0)
        seconds = np.roll(knots.t_s, -1) - knots.t_s
        last = np.roll(knots.ship, -1) != knots.ship
        # The tangent is the part of `there` square to `here`; its length is the sine of the leg's angle.
        along = np.einsum("ij,ij->i", here, there)
        tangent = there - along[:, None] * here
        size = np.linalg.norm(tangent, axis=1)
        angle = np.arctan2(size, along)
        still = last | (size < 1e-12) | (seconds <= 0)
        north = np.stack([-here[:, 2] * here[:, 0], -here[:, 2] * here[:, 1], 1 - here[:, 2] ** 2], axis=1)
        self._here = here
        self._tangent = np.where(still[:, None], north, tangent / np.maximum(size, 1e-300)[:, None])
        self._rate = np.where(still, 0.0, angle / np.where(still, 1.0, seconds))
        self.ships = int(knots.ship[-1]) + 1 if len(knots.ship) else 0
        self.first = np.searchsorted(knots.ship, np.arange(self.ships + 1))

    def leg(self, ship: Ints, t_s: Floats) -> npt.NDArray[np.intp]:
        """The knot before each time; a ship waits at its first knot and stays at its last."""
        at = np.searchsorted(self._key, ship * _SPAN_S + t_s, side="right") - 1
        return np.clip(at, self.first[ship], self.first[ship + 1] - 1)

    def leg_near(self, guess: npt.NDArray[np.intp], t_s: Floats) -> npt.NDArray[np.intp]:
        """As `leg`, for knots of the right ships that are wrong by a few at most."""
        k, knots = guess.copy(), self.knots
        last = len(knots.t_s) - 1
        while True:
            after = np.minimum(k + 1, last)
            on = (knots.ship[after] == knots.ship[k]) & (knots.t_s[after] <= t_s) & (after > k)
            before = np.maximum(k - 1, 0)
            back = (knots.ship[before] == knots.ship[k]) & (knots.t_s[k] > t_s) & (before < k)
            if not (on.any() or back.any()):
                return k
            k = np.where(on, after, np.where(back, before, k))

    def at(self, ship: Ints, t_s: Floats, near: npt.NDArray[np.intp] | None = None) -> Fix:
        """Position, speed and course of each ship at each time (arrays of one length).

        `near` saves the search: the knots of these ships at a time close by.
        """
        k = self.leg(ship, t_s) if near is None else self.leg_near(near, t_s)
        theta = self._rate[k] * np.maximum(t_s - self.knots.t_s[k], 0.0)
        c, s = np.cos(theta)[:, None], np.sin(theta)[:, None]
        here, tangent = self._here[k], self._tangent[k]
        p = here * c + tangent * s
        v = tangent * c - here * s
        flat = np.maximum(np.hypot(p[:, 0], p[:, 1]), 1e-9)
        east = (v[:, 1] * p[:, 0] - v[:, 0] * p[:, 1]) / flat
        north = v[:, 2] * flat - p[:, 2] * (v[:, 0] * p[:, 0] + v[:, 1] * p[:, 1]) / flat
        return Fix(
            lon=np.degrees(np.arctan2(p[:, 1], p[:, 0])),
            lat=np.degrees(np.arctan2(p[:, 2], flat)),
            sog_kn=self._rate[k] * (EARTH_RADIUS_M / KN_MPS),
            cog_deg=np.degrees(np.arctan2(east, north)) % 360.0,
            knot=k,
        )


def unit_vectors(lon: npt.ArrayLike, lat: npt.ArrayLike) -> Floats:
    """Points on the unit sphere, shape (n, 3)."""
    x, y = np.radians(lon), np.radians(lat)
    return np.stack([np.cos(y) * np.cos(x), np.cos(y) * np.sin(x), np.sin(y)], axis=-1)
