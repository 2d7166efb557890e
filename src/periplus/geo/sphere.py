"""Distance, bearing and motion on the sphere, for scalars and arrays alike.

Every argument broadcasts as numpy does; scalars in, numpy scalars out. The sphere is that of the mean radius:
against the WGS84 ellipsoid distances differ by at most 0.56 %, bearings by at most 0.2 degree.
Formulae: R. W. Sinnott, "Virtues of the Haversine", Sky and Telescope 68 (1984); E. Williams, Aviation
Formulary.
"""

from typing import Any

import numpy as np
import numpy.typing as npt

from periplus.geo.units import EARTH_RADIUS_M, NM_M

Floats = npt.NDArray[np.float64]
Degrees = npt.ArrayLike


def distance_m(lon1: Degrees, lat1: Degrees, lon2: Degrees, lat2: Degrees) -> Any:
    """Great-circle distance in metres."""
    x1, y1, x2, y2 = _radians(lon1, lat1, lon2, lat2)
    h = np.sin((y2 - y1) / 2) ** 2 + np.cos(y1) * np.cos(y2) * np.sin((x2 - x1) / 2) ** 2
    return 2 * EARTH_RADIUS_M * np.arcsin(np.sqrt(np.minimum(h, 1.0)))


def distance_nm(lon1: Degrees, lat1: Degrees, lon2: Degrees, lat2: Degrees) -> Any:
    """Great-circle distance in nautical miles."""
    return distance_m(lon1, lat1, lon2, lat2) / NM_M


def bearing_deg(lon1: Degrees, lat1: Degrees, lon2: Degrees, lat2: Degrees) -> Any:
    """Initial course of the great circle from the first point to the second, 0 to below 360.

    From a pole every way leads along a meridian; the bearing is then counted from the meridian of the
    longitude given, so that `destination` still arrives. Between equal points it is 0.
    """
    x1, y1, x2, y2 = _radians(lon1, lat1, lon2, lat2)
    east = np.sin(x2 - x1) * np.cos(y2)
    north = np.cos(y1) * np.sin(y2) - np.sin(y1) * np.cos(y2) * np.cos(x2 - x1)
    bearing = np.degrees(np.arctan2(east, north)) % 360.0
    return np.where(bearing < 360.0, bearing, 0.0)[()]  # -1e-15 % 360 rounds to 360 itself


def destination(lon: Degrees, lat: Degrees, bearing: Degrees, distance_m: Degrees) -> tuple[Any, Any]:
    """Longitude (-180 to below 180) and latitude after sailing the great circle that leaves on a bearing."""
    x, y, course = _radians(lon, lat, bearing)
    d = np.asarray(distance_m, np.float64) / EARTH_RADIUS_M
    rise = np.sin(y) * np.cos(d) + np.cos(y) * np.sin(d) * np.cos(course)
    ahead = np.cos(y) * np.cos(d) - np.sin(y) * np.sin(d) * np.cos(course)
    east = np.sin(course) * np.sin(d)
    # arctan2 rather than arcsin: it keeps its digits near the poles, where the sine is flat.
    return wrap_lon(np.degrees(x + np.arctan2(east, ahead))), np.degrees(
        np.arctan2(rise, np.hypot(ahead, east))
    )


def interpolate(
    lon1: Degrees, lat1: Degrees, lon2: Degrees, lat2: Degrees, fraction: Degrees
) -> tuple[Any, Any]:
    """Longitude and latitude at a fraction (0 to 1) of the great circle between two points.

    Between antipodes, where any great circle will do, it is the one of `bearing_deg`.
    """
    way = distance_m(lon1, lat1, lon2, lat2) * np.asarray(fraction, np.float64)
    return destination(lon1, lat1, bearing_deg(lon1, lat1, lon2, lat2), way)


def midpoint(lon1: Degrees, lat1: Degrees, lon2: Degrees, lat2: Degrees) -> tuple[Any, Any]:
    """Halfway on the great circle: 179 E and 179 W meet at 180, not at 0."""
    return interpolate(lon1, lat1, lon2, lat2, 0.5)


def mean_position(lon: Degrees, lat: Degrees) -> tuple[float, float]:
    """The middle of many points: their mean as vectors, so that it is right across the antimeridian."""
    x, y, z = unit_vectors(lon, lat).reshape(-1, 3).mean(axis=0)
    return float(np.degrees(np.arctan2(y, x))), float(np.degrees(np.arctan2(z, np.hypot(x, y))))


def cross_track_m(
    lon: Degrees, lat: Degrees, lon1: Degrees, lat1: Degrees, lon2: Degrees, lat2: Degrees
) -> Any:
    """Distance off the great circle from the first point to the second, to starboard positive."""
    angle = np.asarray(distance_m(lon1, lat1, lon, lat)) / EARTH_RADIUS_M
    off = np.radians(bearing_deg(lon1, lat1, lon, lat) - bearing_deg(lon1, lat1, lon2, lat2))
    return EARTH_RADIUS_M * np.arcsin(np.sin(angle) * np.sin(off))


def turn_deg(from_deg: Degrees, to_deg: Degrees) -> Any:
    """Turn from one direction to another, starboard positive, above -180 to 180."""
    turn = (np.asarray(to_deg, np.float64) - np.asarray(from_deg, np.float64)) % 360.0
    return np.where(turn > 180.0, turn - 360.0, turn)[()]


def wrap_lon(lon: Degrees) -> Any:
    """The same meridian in -180 to below 180."""
    return (np.asarray(lon, np.float64) + 180.0) % 360.0 - 180.0


def unit_vectors(lon: Degrees, lat: Degrees) -> Floats:
    """Shape (..., 3): x towards 0 E, y towards 90 E, z towards the north pole."""
    x, y = _radians(lon, lat)
    out = np.empty((*np.broadcast_shapes(x.shape, y.shape), 3))
    out[..., 0], out[..., 1], out[..., 2] = np.cos(y) * np.cos(x), np.cos(y) * np.sin(x), np.sin(y)
    return out


def _radians(*degrees: Degrees) -> list[Floats]:
    return [np.radians(np.asarray(d, np.float64)) for d in degrees]
