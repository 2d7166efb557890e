"""Who hears the exercise's ships: coastal stations with their reach, satellites with their passes, and what failed."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from periplus.exercises import draws
from periplus.exercises.charts import Floats, read_rows
from periplus.exercises.tracks import unit_vectors
from periplus.geo.units import EARTH_RADIUS_M, HOUR_S, NM_M

SATELLITES = 34
_FOOTPRINT_DEG = 11.0  # half the swath: beyond that the ship is too low for the satellite
_MIDDLE = unit_vectors(70.0, -5.0)  # every ship of the exercise is within so many degrees of this place
_RADIUS_DEG = 66.0
_PERIOD_S = 5_760.0
_WEST, _SOUTH, _COLUMNS, _ROWS = 10, -50, 120, 90  # the exercise's sea in whole degrees
_EARTH_TURN = 2 * np.pi / 86_164.1


@dataclass(frozen=True)
class Stations:
    """Coastal receivers, one row each."""

    name: list[str]
    place: Floats  # unit vectors (n, 3)
    reach_nm: Floats

    @cached_property
    def near(self) -> npt.NDArray[np.intp]:
        """For each whole degree of the exercise's sea the eight stations that count there (cells, 8)."""
        lat, lon = np.meshgrid(
            np.arange(_ROWS) + _SOUTH + 0.5, np.arange(_COLUMNS) + _WEST + 0.5, indexing="ij"
        )
        cosine = np.einsum("ij,kj->ik", unit_vectors(lon.ravel(), lat.ravel()), self.place)
        share = np.arccos(np.clip(cosine, -1.0, 1.0)) / self.reach_nm
        return np.asarray(np.argpartition(share, 8, axis=1)[:, :8])

    def reach_at(self, hour: int, seed: int) -> Floats:
        """Reach in that hour: ducting stretches it some nights, rarely by much; rain and power shorten it."""
        number = np.arange(len(self.name))
        spell = draws.normal(seed, 21, number, hour // 5)
        return self.reach_nm * np.exp(0.12 * spell + 0.04 * draws.normal(seed, 22, number, hour))


@dataclass(frozen=True)
class Outage:
    """A receiver that heard nothing: a station by name, or every satellite over a box of longitudes and latitudes."""

    receiver: str  # station name, or 'satellites'
    start_s: float
    end_s: float
    box: tuple[float, float, float, float] = (-180.0, -90.0, 180.0, 90.0)  # west, south, east, north


def stations() -> Stations:
    """The coast's receivers: near ports, and on capes and islands; a mast reaches 32 nm, a hill 60."""
    rows = read_rows("stations.csv")
    return Stations(
        name=[r["name"] for r in rows],
        place=unit_vectors([float(r["lon"]) for r in rows], [float(r["lat"]) for r in rows]),
        reach_nm=np.array([float(r["reach_nm"]) for r in rows]),
    )


def nearest_two(
    place: Floats, at: Stations, reach_nm: Floats
) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.intp], Floats, Floats]:
    """For each ship the two stations that hear it best, and how near it is to each as a share of their reach."""
    lon = np.degrees(np.arctan2(place[:, 1], place[:, 0]))
    near = at.near[_cells(np.degrees(np.arcsin(place[:, 2])), lon)]
    # Twice one less the cosine is the square of the chord: near enough to the arc at such ranges, and no arccosine.
    # einsum, because threads that share out so small a product only wait for one another.
    cosine = np.einsum("ij,ikj->ik", place, at.place[near])
    square = (2.0 - 2.0 * cosine) / (reach_nm[near] * (NM_M / EARTH_RADIUS_M)) ** 2
    rows = np.arange(len(place))
    first = square.argmin(axis=1)
    nearest = np.sqrt(np.maximum(square[rows, first], 0.0))
    square[rows, first] = np.inf
    second = square.argmin(axis=1)
    return near[rows, first], near[rows, second], nearest, np.sqrt(np.maximum(square[rows, second], 0.0))


def _cells(lat: Floats, lon: Floats) -> npt.NDArray[np.intp]:
    """The whole degree a position is in, as a row of `Stations.near`; what is off the exercise's sea is at its edge."""
    row = np.clip(np.floor(lat).astype(np.intp) - _SOUTH, 0, _ROWS - 1)
    return row * _COLUMNS + np.clip(np.floor(lon).astype(np.intp) - _WEST, 0, _COLUMNS - 1)


def subpoints(t_s: float) -> Floats:
    """Where each satellite stands overhead, as unit vectors: circular orbits, nodes turning with the sphere below."""
    n = np.arange(SATELLITES)
    tilt = np.radians(np.where(n % 3 == 0, 97.5, np.where(n % 3 == 1, 51.6, 37.0)))
    u = 2 * np.pi * (t_s / (_PERIOD_S + 14.0 * n) + n * 0.618034)
    node = 2 * np.pi * n * 0.381966 - _EARTH_TURN * t_s
    lat = np.arcsin(np.sin(tilt) * np.sin(u))
    lon = node + np.arctan2(np.cos(tilt) * np.sin(u), np.cos(u))
    return unit_vectors(np.degrees(lon), np.degrees(lat))


def in_view(place: Floats, t_s: float) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]:
    """Pairs of ship and satellite that see one another."""
    there = subpoints(t_s)
    above = np.flatnonzero((there @ _MIDDLE) > np.cos(np.radians(_FOOTPRINT_DEG + _RADIUS_DEG)))
    ship, satellite = np.nonzero(
        np.einsum("ij,kj->ik", place, there[above]) > np.cos(np.radians(_FOOTPRINT_DEG))
    )
    return ship, above[satellite]


def downlink_s(satellite: npt.ArrayLike, t_s: npt.ArrayLike, seed: int) -> Floats:
    """How long what a satellite hears now waits for a ground station: the same for a whole pass, 2 to 33 minutes."""
    orbit = np.floor(np.asarray(t_s) / (_PERIOD_S / 2)).astype(np.int64)
    return 60.0 * (2.0 + 31.0 * draws.uniform(seed, 23, satellite, orbit) ** 1.4)


def hour_of(t_s: float) -> int:
    return int(np.floor(t_s / HOUR_S))
