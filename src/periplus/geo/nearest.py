"""The nearest of many fixed places (ports, anchorages) to each of many positions."""

import threading
from typing import Any

import numpy as np
import numpy.typing as npt

from periplus.geo import cells, sphere
from periplus.geo.kernels import kernel
from periplus.geo.units import EARTH_RADIUS_M

CELL_DEG = 0.5
CHUNK = 2_000_000  # cell-place distances held at once while candidates are chosen

Floats = npt.NDArray[np.float64]
Indices = npt.NDArray[np.int64]


class Nearest:
    """Finds the nearest place by cells that know their candidates.

    A cell's candidates are the places that are nearest to some point of it: those not farther from its middle
    than the nearest place and the cell's own width together. They are worked out when a cell is first asked
    for, so that a watch over one ocean never pays for the others. Safe to share between threads.
    """

    def __init__(self, lon: npt.ArrayLike, lat: npt.ArrayLike) -> None:
        self._places = sphere.unit_vectors(lon, lat).reshape(-1, 3)
        rows, columns = cells.shape(CELL_DEG)
        self._slot = np.full(rows * columns, -1, np.int32)  # of each cell, where its candidates start
        self._start = np.zeros(1, np.int64)
        self._candidate = np.zeros(0, np.int32)
        self._growing = threading.Lock()

    def __len__(self) -> int:
        return len(self._places)

    def __call__(self, lon: npt.ArrayLike, lat: npt.ArrayLike) -> tuple[Floats, Indices]:
        """Distance in metres and index of the nearest place; NaN and -1 without a position or places."""
        x = np.ascontiguousarray(lon, np.float64).ravel()
        y = np.ascontiguousarray(lat, np.float64).ravel()
        distance_m = np.full(len(x), np.nan)
        index = np.full(len(x), -1, np.int64)
        if len(self._places):
            here = cells.cell(x, y, CELL_DEG)
            slot, start, candidate = self._know(here)
            _nearest(x, y, here, slot, start, candidate, self._places, distance_m, index)
        return distance_m, index

    def _know(self, here: Indices) -> tuple[Any, Any, Any]:
        """The index with every one of these cells in it."""
        with self._growing:
            asked = np.zeros(len(self._slot), np.bool_)
            asked[here[here >= 0]] = True
            new = np.flatnonzero(asked & (self._slot < 0))
            step = max(1, CHUNK // len(self._places))
            grown = [self._candidates(new[k : k + step]) for k in range(0, len(new), step)]
            if grown:
                slot = self._slot.copy()  # readers of the old index keep a whole one
                slot[new] = len(self._start) - 1 + np.arange(len(new))
                counts = np.concatenate([count for count, _ in grown])
                self._start = np.append(self._start, self._start[-1] + np.cumsum(counts))
                self._candidate = np.concatenate([self._candidate, *(found for _, found in grown)])
                self._slot = slot
            return self._slot, self._start, self._candidate

    def _candidates(self, new: Indices) -> tuple[Indices, npt.NDArray[np.int32]]:
        lon, lat = cells.centres(new, CELL_DEG)
        angle = np.arccos((sphere.unit_vectors(lon, lat) @ self._places.T).clip(-1, 1))
        # Triangle: middle-to-place <= middle-to-nearest + 2 x half the diagonal of the cell.
        diagonal = np.radians(CELL_DEG) * np.sqrt(2) * 1.001
        row, place = np.nonzero(angle <= angle.min(axis=1, keepdims=True) + diagonal)
        return np.bincount(row, minlength=len(new)), place.astype(np.int32)


@kernel
def _nearest(
    lon: Any,
    lat: Any,
    cell: Any,
    slot: Any,
    start: Any,
    candidate: Any,
    places: Any,
    distance_m: Any,
    index: Any,
) -> None:
    for n in range(len(lon)):
        if cell[n] < 0:
            continue
        x, y = np.radians(lon[n]), np.radians(lat[n])
        a, b, c = np.cos(y) * np.cos(x), np.cos(y) * np.sin(x), np.sin(y)
        best, found = 9.0, -1
        for k in range(start[slot[cell[n]]], start[slot[cell[n]] + 1]):
            place = candidate[k]
            u, v, w = places[place, 0] - a, places[place, 1] - b, places[place, 2] - c
            chord2 = u * u + v * v + w * w
            if chord2 < best or (chord2 == best and place < found):
                best, found = chord2, place
        distance_m[n] = 2.0 * EARTH_RADIUS_M * np.arcsin(min(1.0, np.sqrt(best) / 2.0))
        index[n] = found
