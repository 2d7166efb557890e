"""Which zones a position lies in, as one bit a zone."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely
from shapely.geometry.base import BaseGeometry

from periplus.geo import cells

MOST = 64  # zones in one table: one bit each
CELL_DEG = 0.5

Bits = npt.NDArray[np.uint64]


def membership(lon: npt.ArrayLike, lat: npt.ArrayLike, polygons: Sequence[BaseGeometry]) -> Bits:
    """Bit n set: on or inside polygon n. No position, no bit. For repeated questions keep a `ZoneIndex`."""
    return ZoneIndex(polygons)(lon, lat)


class ZoneIndex:
    """Answers from a grid of cells; only where a border crosses the cell is the polygon itself asked."""

    def __init__(self, polygons: Sequence[BaseGeometry]) -> None:
        """Polygons as `split_antimeridian` leaves them. Raises ValueError beyond 64."""
        if len(polygons) > MOST:
            raise ValueError(f"{len(polygons)} zones, but at most {MOST} fit in one table")
        self._polygons = list(polygons)
        rows, columns = cells.shape(CELL_DEG)
        self._inside = np.zeros(rows * columns + 1, np.uint64)  # the last cell is that of no position: -1
        self._border = np.zeros(rows * columns + 1, np.uint64)
        for n, polygon in enumerate(self._polygons):
            shapely.prepare(polygon)
            self._draw(np.uint64(1 << n), polygon)

    def __call__(self, lon: npt.ArrayLike, lat: npt.ArrayLike) -> Bits:
        """One 64-bit mask a position."""
        x, y = np.asarray(lon, np.float64).ravel(), np.asarray(lat, np.float64).ravel()
        here = cells.cell(x, y, CELL_DEG)
        out = self._inside[here]
        open_question = self._border[here]
        asked = np.flatnonzero(open_question)
        for n, polygon in enumerate(self._polygons):
            bit = np.uint64(1 << n)
            rows = asked[(open_question[asked] & bit) != 0]
            if len(rows):
                out[rows[_covers(polygon, x[rows], y[rows])]] |= bit
        return out

    def _draw(self, bit: np.uint64, polygon: BaseGeometry) -> None:
        touched = _cells_of(polygon)
        west, south, east, north = cells.bounds(touched, CELL_DEG).T
        boxes = shapely.box(west, south, east, north)
        met = shapely.intersects(polygon, boxes)
        within = met & shapely.contains_properly(polygon, boxes)
        self._inside[touched[within]] |= bit
        self._border[touched[met & ~within]] |= bit


def split_antimeridian(geometry: BaseGeometry) -> BaseGeometry:
    """The same area in -180 to 180.

    A step of more than 180 degrees of longitude is taken for a crossing of the antimeridian (from 179 to -179
    is two degrees of water, not 358), and longitudes beyond 180 are folded back. A ring round a pole is
    closed over it. A step of exactly 360 is a whole parallel. Raises ValueError unless that gives an area.
    """
    if geometry.is_empty or geometry.geom_type not in ("Polygon", "MultiPolygon"):
        raise ValueError(f"not a polygon but a {geometry.geom_type}")
    pieces = [piece for part in shapely.get_parts(geometry) for piece in _fold(part)]
    whole = shapely.union_all(pieces)
    pieces = [part for part in shapely.get_parts(whole) if part.geom_type == "Polygon"]
    if not pieces:
        raise ValueError("a polygon without an area")
    return pieces[0] if len(pieces) == 1 else shapely.MultiPolygon(pieces)


def _fold(polygon: BaseGeometry) -> list[BaseGeometry]:
    shell = _unwrap(np.asarray(polygon.exterior.coords)[:, :2])
    holes = [_unwrap(np.asarray(ring.coords)[:, :2]) for ring in polygon.interiors]
    middle = shell[:, 0].mean()
    holes = [_turn(hole, np.round((middle - hole[:, 0].mean()) / 360)) for hole in holes]
    whole = shapely.make_valid(shapely.Polygon(shell, holes))
    west, _, east, _ = whole.bounds
    out = []
    for turn in range(int(np.floor((west + 180) / 360)), int(np.ceil((east + 180) / 360))):
        cut = shapely.intersection(whole, shapely.box(360 * turn - 180, -90, 360 * turn + 180, 90))
        out.append(shapely.transform(cut, lambda xy, turn=turn: _turn(xy, -turn)))
    return out


def _turn(points: npt.NDArray[np.float64], turns: float) -> npt.NDArray[np.float64]:
    return np.column_stack([points[:, 0] + 360.0 * turns, points[:, 1]])


def _unwrap(ring: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    step = np.diff(ring[:, 0])
    short = np.where((np.abs(step) > 180) & (np.abs(step) < 360), (step + 180) % 360 - 180, step)
    lon = ring[0, 0] + np.append(0.0, np.cumsum(short))
    out = np.column_stack([lon, ring[:, 1]])
    if abs(lon[-1] - lon[0]) > 180:  # all the way round: the area goes up to the nearer pole
        pole = np.copysign(90.0, ring[:, 1].mean())
        out = np.vstack([out, [lon[-1], pole], [lon[0], pole], out[0]])
    return out


def _cells_of(polygon: BaseGeometry) -> cells.Cells:
    """All cells that the bounding boxes of the parts touch, edges included."""
    _, columns = cells.shape(CELL_DEG)
    found: list[Any] = []
    for part in shapely.get_parts(polygon):
        west, south, east, north = part.bounds
        low, high = cells.cell([west, west], [south, north], CELL_DEG) // columns
        first, last = int(np.floor((west + 180) / CELL_DEG)), int(np.floor((east + 180) / CELL_DEG))
        row, column = np.meshgrid(np.arange(low, high + 1), np.arange(first - 1, last + 2) % columns)
        found.append((row * columns + column).ravel())
    return np.unique(np.concatenate(found))


def _covers(polygon: BaseGeometry, x: Any, y: Any) -> npt.NDArray[np.bool_]:
    """On the border counts as in; 180 E and 180 W are one place."""
    inside: npt.NDArray[np.bool_] = shapely.intersects_xy(polygon, x, y)
    seam = np.abs(x) == 180
    if seam.any():
        inside[seam] |= shapely.intersects_xy(polygon, -x[seam], y[seam])
    return inside
