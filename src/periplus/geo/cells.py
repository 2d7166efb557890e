"""Cells of equal angle over the globe, numbered row by row from the south-west."""

import numpy as np
import numpy.typing as npt

Cells = npt.NDArray[np.int64]


def shape(size_deg: float) -> tuple[int, int]:
    """Rows and columns. Raises ValueError when the size does not divide 180 degrees."""
    rows = round(180 / size_deg)
    if rows < 1 or abs(rows * size_deg - 180) > 1e-9:
        raise ValueError(f"cells of {size_deg} degrees do not divide the globe")
    return rows, 2 * rows


def cell(lon: npt.ArrayLike, lat: npt.ArrayLike, size_deg: float) -> Cells:
    """The cell of each point. 180 E is 180 W; the north pole belongs to the last row; NaN gives -1."""
    rows, columns = shape(size_deg)
    x, y = np.asarray(lon, np.float64), np.asarray(lat, np.float64)
    known = np.isfinite(x) & np.isfinite(y)
    # Rounding can lift a hair below a whole turn to the whole turn itself, hence % on the integer too.
    column = np.floor((np.where(known, x, 0.0) + 180.0) / size_deg).astype(np.int64) % columns
    row = np.floor((np.where(known, y, 0.0) + 90.0) / size_deg).astype(np.int64).clip(0, rows - 1)
    return np.where(known, row * columns + column, -1)


def bounds(cells: npt.ArrayLike, size_deg: float) -> npt.NDArray[np.float64]:
    """West, south, east, north of each cell; shape (..., 4)."""
    _, columns = shape(size_deg)
    row, column = np.divmod(np.asarray(cells, np.int64), columns)
    west, south = column * size_deg - 180.0, row * size_deg - 90.0
    return np.stack([west, south, west + size_deg, south + size_deg], axis=-1)


def centres(cells: npt.ArrayLike, size_deg: float) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Longitude and latitude of the middle of each cell."""
    box = bounds(cells, size_deg)
    return box[..., 0] + size_deg / 2, box[..., 1] + size_deg / 2


def neighbours(cells: npt.ArrayLike, size_deg: float) -> Cells:
    """The cell and the eight round it, shape (..., 9), south-west first; -1 beyond a pole.

    Columns wrap at the antimeridian. A cell narrows with the cosine of the latitude, so a search by radius is
    complete only where size_deg * cos(lat) is at least the radius.
    """
    rows, columns = shape(size_deg)
    row, column = np.divmod(np.asarray(cells, np.int64)[..., None], columns)
    row = row + np.repeat([-1, 0, 1], 3)
    column = (column + np.tile([-1, 0, 1], 3)) % columns
    return np.where((row >= 0) & (row < rows), row * columns + column, -1)
