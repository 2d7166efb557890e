"""Compiled scalars on the sphere, for kernels over sorted columns. Import late: numba is slow to load."""

import math
from collections.abc import Callable
from typing import Any, TypeVar, cast

from numba import njit

from periplus.geo.units import EARTH_RADIUS_M

F = TypeVar("F", bound=Callable[..., Any])


def kernel(function: F) -> F:
    """Compile for the machine, keep the result on disk, release the lock while running.

    fastmath stays off, so that the same input gives the same bytes on every machine. Where nothing can be kept
    on disk (a read-only installation without a home folder) it compiles anew at each start.
    """
    try:
        return cast(F, njit(cache=True, nogil=True, fastmath=False)(function))
    except RuntimeError:  # numba: no place to keep the result
        return cast(F, njit(nogil=True, fastmath=False)(function))


@kernel
def haversine_m(lon1: float, lat1: float, lon2: float, lat2: float) -> float:
    """Great-circle distance. The haversine form keeps its digits for metres as for oceans."""
    y1, y2 = math.radians(lat1), math.radians(lat2)
    a = math.sin((y2 - y1) / 2.0)
    b = math.sin(math.radians(lon2 - lon1) / 2.0)
    h = a * a + math.cos(y1) * math.cos(y2) * b * b
    return 2.0 * EARTH_RADIUS_M * math.asin(math.sqrt(min(1.0, h)))


@kernel
def initial_bearing_deg(lon1: float, lat1: float, lon2: float, lat2: float) -> float:
    """Course at the first point of the great circle to the second, 0 to below 360."""
    y1, y2, dx = math.radians(lat1), math.radians(lat2), math.radians(lon2 - lon1)
    east = math.sin(dx) * math.cos(y2)
    north = math.cos(y1) * math.sin(y2) - math.sin(y1) * math.cos(y2) * math.cos(dx)
    bearing = math.degrees(math.atan2(east, north)) % 360.0
    return bearing if bearing < 360.0 else 0.0


@kernel
def sail(lon: float, lat: float, bearing: float, distance_m: float) -> tuple[float, float]:
    """Longitude and latitude after sailing the great circle that leaves on a bearing (degrees)."""
    y, course, d = math.radians(lat), math.radians(bearing), distance_m / EARTH_RADIUS_M
    rise = math.sin(y) * math.cos(d) + math.cos(y) * math.sin(d) * math.cos(course)
    x = math.cos(y) * math.cos(d) - math.sin(y) * math.sin(d) * math.cos(course)
    east = math.sin(course) * math.sin(d)
    out = lon + math.degrees(math.atan2(east, x))
    return (out + 540.0) % 360.0 - 180.0, math.degrees(math.atan2(rise, math.hypot(x, east)))


@kernel
def along(lon1: float, lat1: float, lon2: float, lat2: float, fraction: float) -> tuple[float, float]:
    """Longitude and latitude at a fraction of the great circle from the first point to the second."""
    d = haversine_m(lon1, lat1, lon2, lat2)
    return sail(lon1, lat1, initial_bearing_deg(lon1, lat1, lon2, lat2), fraction * d)


@kernel
def turn_deg(from_deg: float, to_deg: float) -> float:
    """Turn from one direction to another, starboard positive, above -180 to 180."""
    turn = (to_deg - from_deg) % 360.0
    return turn - 360.0 if turn > 180.0 else turn


@kernel
def wrap_lon(lon: float) -> float:
    """The same meridian in -180 to below 180."""
    return (lon + 180.0) % 360.0 - 180.0
