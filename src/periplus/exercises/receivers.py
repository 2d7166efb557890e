"""Who hears the exercise's ships: coastal stations with their reach, satellites with their passes, and what failed."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from periplus.exercises import draws
from periplus.exercises.charts import Floats, Ports
from periplus.exercises.tracks import unit_vectors
from periplus.geo.units import EARTH_RADIUS_M, HOUR_S, NM_M

# Port near which a station stands, and its reach in nautical miles on an ordinary day: a mast, a tower, a hill.
STATIONS = (
    ("SGSIN", 32), ("MYTPP", 30), ("MYPKG", 36), ("MYPEN", 42), ("IDBLW", 34), ("THKBV", 44), ("INIXZ", 46), ("MMRGN", 30),
    ("BDCGP", 34), ("INHAL", 36), ("INPRT", 38), ("INVTZ", 58), ("INMAA", 36), ("LKTRR", 48), ("LKCMB", 38), ("LKHBA", 44),
    ("INTUT", 34), ("INVZJ", 46), ("INCOK", 36), ("INIXE", 40), ("INMRM", 46), ("INBOM", 44), ("INPAV", 34), ("INMUN", 36),
    ("PKKHI", 38), ("PKGWD", 52), ("IRZBR", 48), ("OMMCT", 60), ("OMSUR", 50), ("AEFJR", 66), ("IRBND", 50), ("AEJEA", 38),
    ("AEDAS", 34), ("QARLF", 34), ("SADMN", 34), ("KWMAA", 34), ("IRKHK", 38), ("OMDQM", 42), ("OMSLL", 62), ("YEADE", 60),
    ("DJJIB", 48), ("SOBBO", 44), ("SAJED", 40), ("SAYNB", 38), ("EGSUZ", 46), ("JOAQB", 50), ("SDPZU", 40), ("KEMBA", 42),
    ("TZDAR", 38), ("TZZNZ", 34), ("MZMNC", 40), ("MZBEW", 30), ("MZMPM", 36), ("ZADUR", 56), ("ZARCB", 42), ("ZAPLZ", 44),
    ("ZACPT", 66), ("MUPLU", 58), ("RELPT", 66), ("SCPOV", 62), ("MGTOA", 38), ("YTLON", 52), ("KMYVA", 56), ("MVMLE", 34),
    ("MVADU", 32), ("AUFRE", 40), ("AUDAM", 42), ("AUPHE", 36), ("AUALH", 48), ("AUGET", 38), ("IDJKT", 34), ("IDSUB", 34),
    ("IDBOA", 52), ("IDPDG", 54), ("HKHKG", 50), ("CNZHA", 40), ("TWKHH", 46), ("VNVUT", 42), ("THLCH", 38), ("PHMNL", 40),
)  # fmt: skip

# Stations away from ports, on capes and islands: name, longitude, latitude, reach.
OUTPOSTS = (
    ("MINICOY", 73.05, 8.28, 46), ("CAMPBELL-BAY", 93.93, 7.00, 58), ("SABANG", 95.30, 5.88, 60), ("DONDRA", 80.59, 5.93, 50),
    ("VERAVAL", 70.36, 20.91, 38), ("RATNAGIRI", 73.28, 16.99, 48), ("HAGHIER", 53.95, 12.55, 74), ("MASIRAH", 58.85, 20.45, 50),
    ("RAS-FARTAK", 52.20, 15.65, 68), ("KULHUDHUFFUSHI", 73.09, 6.62, 36), ("ASSAB", 42.73, 13.00, 44), ("OKHA", 69.07, 22.47, 38),
    ("KARWAR", 74.10, 14.80, 48), ("KOLLAM", 76.55, 8.90, 40), ("NAGAPATTINAM", 79.85, 10.77, 38), ("KAKINADA", 82.27, 16.94, 38),
    ("COXS-BAZAR", 91.97, 21.43, 42), ("MALACCA", 102.25, 2.20, 38), ("HORSBURGH", 104.40, 1.33, 38), ("NATUNA", 108.00, 4.00, 50),
    ("CON-DAO", 106.60, 8.70, 56), ("ANYER", 105.90, -6.05, 50), ("CHRISTMAS-ISLAND", 105.67, -10.43, 62),
    ("EAST-LONDON", 27.90, -33.03, 48), ("MOSSEL-BAY", 22.15, -34.18, 50), ("AGULHAS", 20.00, -34.80, 44),
    ("TOLAGNARO", 46.99, -25.03, 56), ("RODRIGUES", 63.43, -19.70, 58), ("PORBANDAR", 69.60, 21.64, 38), ("ABADAN", 48.90, 29.95, 34),
    ("KISH", 54.00, 26.53, 40), ("KHASAB", 56.27, 26.20, 58), ("FARASAN", 42.05, 16.70, 42), ("HURGHADA", 33.90, 27.25, 48),
    ("CAPE-ST-FRANCIS", 24.84, -34.21, 44), ("PULAU-WEH", 95.10, 5.80, 52), ("LHOKSEUMAWE", 97.10, 5.15, 38),
    ("LANGKAWI", 99.70, 6.37, 50), ("BELITUNG", 107.60, -2.75, 40), ("MADURA", 113.90, -6.90, 38), ("ROWLEY", 118.90, -19.90, 34),
)  # fmt: skip

SATELLITES = 34
_FOOTPRINT_DEG = 11.0  # half the swath: beyond that the ship is too low for the satellite
_MIDDLE = unit_vectors(70.0, -5.0)  # every ship of the exercise is within so many degrees of this place
_RADIUS_DEG = 66.0
_PERIOD_S = 5_760.0
_EARTH_TURN = 2 * np.pi / 86_164.1


@dataclass(frozen=True)
class Stations:
    """Coastal receivers, one row each."""

    name: list[str]
    place: Floats  # unit vectors (n, 3)
    reach_nm: Floats

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


def stations(ports: Ports) -> Stations:
    index = [ports.index(code) for code, _ in STATIONS]
    lon = np.append(ports.lon[index], [o[1] for o in OUTPOSTS])
    lat = np.append(ports.lat[index], [o[2] for o in OUTPOSTS])
    return Stations(
        name=[s[0] for s in STATIONS] + [o[0] for o in OUTPOSTS],
        place=unit_vectors(lon, lat),
        reach_nm=np.array([float(s[-1]) for s in (*STATIONS, *OUTPOSTS)]),
    )


def nearest_two(
    place: Floats, at: Stations, reach_nm: Floats
) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.intp], Floats, Floats]:
    """For each ship the two stations that hear it best, and how near it is to each as a share of their reach."""
    # Twice one less the cosine is the square of the chord: near enough to the arc at such ranges, and no arccosine.
    square = (2.0 - 2.0 * (place @ at.place.T)) / (reach_nm * (NM_M / EARTH_RADIUS_M)) ** 2
    rows = np.arange(len(place))
    first = square.argmin(axis=1)
    nearest = np.sqrt(np.maximum(square[rows, first], 0.0))
    square[rows, first] = np.inf
    second = square.argmin(axis=1)
    return first, second, nearest, np.sqrt(np.maximum(square[rows, second], 0.0))


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
    ship, satellite = np.nonzero(place @ there[above].T > np.cos(np.radians(_FOOTPRINT_DEG)))
    return ship, above[satellite]


def downlink_s(satellite: npt.ArrayLike, t_s: npt.ArrayLike, seed: int) -> Floats:
    """How long what a satellite hears now waits for a ground station: the same for a whole pass, 2 to 33 minutes."""
    orbit = np.floor(np.asarray(t_s) / (_PERIOD_S / 2)).astype(np.int64)
    return 60.0 * (2.0 + 31.0 * draws.uniform(seed, 23, satellite, orbit) ** 1.4)


def hour_of(t_s: float) -> int:
    return int(np.floor(t_s / HOUR_S))
