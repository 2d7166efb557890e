"""Distance to the nearest shore, anywhere, from a lattice derived from Natural Earth's 1:10m land.

The lattice is made by design/derive_shore.py: nodes every 0.1 degree, and within 12 nm of a shore a finer
lattice of 0.025 degree in the cells where interpolating between nodes would be wrong by more than 0.35 nm.
"""

from functools import cached_property
from importlib import resources
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from periplus.geo.kernels import kernel

Floats = npt.NDArray[np.float64]


class Lattice(NamedTuple):
    """The unpacked lattice: about 20 MB."""

    codes: npt.NDArray[np.int16]  # (rows, columns): distance at each node, companded
    distance_nm: Floats  # of code -n to n
    step_deg: float
    row_start: npt.NDArray[np.int64]  # (rows,): where each row of cells begins in `column`
    column: npt.NDArray[np.int32]  # of each refined cell
    residual: npt.NDArray[np.int8]  # (refined cells, fine + 1, fine + 1): correction at the finer nodes
    residual_nm: float


class Shore:
    """Signed distance to shore. The lattice is unpacked at the first question."""

    def distance_nm(self, lon: npt.ArrayLike, lat: npt.ArrayLike) -> Floats:
        """Nautical miles to the nearest shore, negative inland; NaN where the position is.

        Inland it goes no deeper than -20. Rivers and lakes are land, the Caspian is sea, and islets under
        about 1 km may be missing, as in the source.
        """
        x = np.ascontiguousarray(lon, np.float64)
        y = np.ascontiguousarray(lat, np.float64)
        out = np.empty(x.shape)
        grid = self._lattice
        _look_up(
            x.ravel(), y.ravel(), grid.codes, grid.distance_nm, grid.step_deg, grid.row_start, grid.column,
            grid.residual, grid.residual_nm, out.ravel(),
        )  # fmt: skip
        return out

    @cached_property
    def _lattice(self) -> Lattice:
        with resources.files(__package__).joinpath("reference/shore.npz").open("rb") as file:
            return _unpack(np.load(file))


def _unpack(packed: Any) -> Lattice:
    rows, columns, fine, refined = (int(n) for n in packed["shape"])
    step_deg, scale_nm, steps, residual_nm, _ = (float(x) for x in packed["scale"])

    def bytes_of(name: str, size: int, kind: Any) -> npt.NDArray[Any]:
        raw = pa.decompress(packed[name].tobytes(), size, codec="zstd")
        return np.frombuffer(raw, kind)

    low, high = bytes_of("nodes", 2 * rows * columns, np.uint8).reshape(2, rows, columns)
    codes = low | (high.astype(np.uint16) << 8)
    # Differences wrap at 16 bits both ways, so summing them gives the codes back exactly.
    np.cumsum(codes, axis=0, dtype=np.uint16, out=codes)
    np.cumsum(codes, axis=1, dtype=np.uint16, out=codes)
    cells = np.cumsum(bytes_of("cells", 4 * refined, np.int32), dtype=np.int64)
    side = fine + 1
    residual = bytes_of("residual", refined * side * side, np.int8).reshape(side, side, refined)
    signed = codes.view(np.int16)
    n = int(np.abs(signed).max())
    code = np.arange(-n, n + 1)
    return Lattice(
        codes=signed,
        distance_nm=np.sign(code) * scale_nm * np.expm1(np.abs(code) / steps),
        step_deg=step_deg,
        row_start=np.searchsorted(cells, np.arange(rows) * columns),
        column=(cells % columns).astype(np.int32),
        residual=np.ascontiguousarray(np.moveaxis(residual, -1, 0)),
        residual_nm=residual_nm,
    )


@kernel
def _look_up(
    lon: Any, lat: Any, codes: Any, distance_nm: Any, step_deg: float, row_start: Any, column: Any,
    residual: Any, residual_nm: float, out: Any,
) -> None:  # fmt: skip
    rows, columns = codes.shape
    zero = len(distance_nm) // 2
    fine = residual.shape[1] - 1
    for n in range(len(lon)):
        if not (np.isfinite(lon[n]) and np.isfinite(lat[n])):
            out[n] = np.nan
            continue
        y = min(max((lat[n] + 90.0) / step_deg, 0.0), rows - 1.000001)
        x = ((lon[n] + 180.0) % 360.0) / step_deg
        i, j = int(y), int(x) % columns
        east = (j + 1) % columns
        v, u = y - i, x - int(x)
        a, b = distance_nm[zero + codes[i, j]], distance_nm[zero + codes[i, east]]
        c, d = distance_nm[zero + codes[i + 1, j]], distance_nm[zero + codes[i + 1, east]]
        there = (a * (1 - u) + b * u) * (1 - v) + (c * (1 - u) + d * u) * v
        first, end = row_start[i], row_start[i + 1]
        while first < end:  # is this cell among the refined ones of its row?
            middle = (first + end) // 2
            if column[middle] < j:
                first = middle + 1
            else:
                end = middle
        if first < row_start[i + 1] and column[first] == j:
            p, q = min(int(v * fine), fine - 1), min(int(u * fine), fine - 1)
            v, u = v * fine - p, u * fine - q
            south = residual[first, p, q] * (1 - u) + residual[first, p, q + 1] * u
            north = residual[first, p + 1, q] * (1 - u) + residual[first, p + 1, q + 1] * u
            there += (south * (1 - v) + north * v) * residual_nm
        out[n] = there
