"""Ports and anchorages: names with positions, and how far the nearest one is."""

import csv
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import numpy.typing as npt

from periplus.fusion.zones import FactsError
from periplus.geo.nearest import Nearest

Floats = npt.NDArray[np.float64]

_LAT = ("lat", "latitude", "latitude_deg", "y")
_LON = ("lon", "longitude", "longitude_deg", "lng", "long", "x")
_NAME = ("label", "name", "port", "anchorage")


@dataclass(frozen=True)
class Places:
    """Fixed points with a name each; `codes` are UN/LOCODE-like or empty."""

    lon: Floats
    lat: Floats
    names: tuple[str, ...]
    codes: tuple[str, ...] = ()
    countries: tuple[str, ...] = ()
    major: npt.NDArray[np.bool_] = field(default_factory=lambda: np.zeros(0, np.bool_))
    rejected: int = 0  # rows of the file that were no position

    def __len__(self) -> int:
        return len(self.names)

    def nearest_km(self, lon: npt.ArrayLike, lat: npt.ArrayLike) -> tuple[Floats, npt.NDArray[np.int64]]:
        """Kilometres to the nearest place, and its index; NaN and -1 without a position or any place."""
        distance_m, index = self._nearest(lon, lat)
        return distance_m / 1000.0, index

    @cached_property
    def _nearest(self) -> Nearest:
        return Nearest(self.lon, self.lat)


def shipped_ports() -> Places:
    """The 3,962 ports that the package searoute brings. Read as data: importing it would load its graph."""
    spec = find_spec("searoute")
    folders = spec.submodule_search_locations if spec else None
    if not folders:
        raise FactsError("the package searoute, which brings the ports, is not installed")
    path = Path(folders[0]) / "data" / "ports.geojson"
    features = json.loads(path.read_text(encoding="utf-8"))["features"]
    points = np.array([feature["geometry"]["coordinates"][:2] for feature in features], np.float64)
    properties = [feature["properties"] for feature in features]
    return Places(
        lon=points[:, 0].copy(),
        lat=points[:, 1].copy(),
        names=tuple(p["name"] for p in properties),
        codes=tuple(p["port"] for p in properties),
        countries=tuple(p["cty"] for p in properties),
        major=np.array([p["t"] == 1 for p in properties]),
    )


def read_anchorages(path: Path) -> Places:
    """Anchorages from a CSV file with a header: a latitude, a longitude, and a name where there is one.

    Columns are known by their names (lat or latitude, lon or longitude, label or name), in any order and
    among others, so that Global Fishing Watch's list of anchorages is read as it comes. A row without a position on
    the globe is counted in `rejected` (that list has one); a file with nothing else raises FactsError.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = [*_rows(path, csv.reader(file))]
    except OSError as error:
        raise FactsError(f"{path}: {(error.strerror or 'cannot be read').lower()}") from error
    except UnicodeDecodeError as error:
        raise FactsError(f"{path}: not UTF-8 text") from error
    except csv.Error as error:
        raise FactsError(f"{path}: not CSV: {error}") from error
    good = [row for row in rows if row is not None]
    if not good:
        raise FactsError(f"{path}: no anchorages in it, {len(rows)} rows without a position")
    return Places(
        lon=np.array([row[0] for row in good]),
        lat=np.array([row[1] for row in good]),
        names=tuple(row[2] for row in good),
        rejected=len(rows) - len(good),
    )


def _rows(path: Path, lines: Iterator[list[str]]) -> Iterator[tuple[float, float, str] | None]:
    header = [name.strip().casefold() for name in next(lines, [])]
    lon, lat, name = (_column(header, names) for names in (_LON, _LAT, _NAME))
    if lon is None or lat is None:
        raise FactsError(f"{path}: needs the columns lat and lon, has {', '.join(header) or 'none'}")
    for line in lines:
        if not any(line):
            continue
        try:
            x, y = float(line[lon]), float(line[lat])
        except (ValueError, IndexError):
            yield None
            continue
        text = line[name].strip() if name is not None and name < len(line) else ""
        yield (x, y, text) if -180 <= x <= 180 and -90 <= y <= 90 else None


def _column(header: Sequence[str], names: Sequence[str]) -> int | None:
    return next((header.index(name) for name in names if name in header), None)
