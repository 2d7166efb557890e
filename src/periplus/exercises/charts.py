"""The exercise's chart: its ports and the sea routes between them, as design/exercise_routes.py made them."""

import csv
from dataclasses import dataclass
from importlib import resources

import numpy as np
import numpy.typing as npt
import pyarrow as pa

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

_NM_PER_DEG = 60.0


@dataclass(frozen=True)
class Ports:
    """One row a port: where ships lie alongside and where they wait."""

    code: list[str]
    name: list[str]
    country: list[str]
    lon: Floats
    lat: Floats
    berth: Floats  # (n, 2) longitude, latitude
    anchorage: Floats
    anchorage_nm: Floats  # how far from there ships lie

    def index(self, code: str) -> int:
        return self.code.index(code)


@dataclass(frozen=True)
class Routes:
    """One row a route, and one row a corner; a route's corners are first[i] : first[i + 1]."""

    kind: list[str]
    mix: list[str]
    vessels: Ints
    origin: Ints  # index of the port
    destination: Ints
    first: Ints
    lon: Floats
    lat: Floats
    starboard: Floats  # bearing to the right of the way, degrees
    along_nm: Floats
    keep_right_nm: Floats
    spread_nm: Floats


def read_rows(name: str) -> list[dict[str, str]]:
    """The rows of one of the exercise's own CSV files."""
    text = resources.files("periplus.exercises").joinpath(f"data/{name}").read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))


def read_ports() -> Ports:
    rows = read_rows("ports.csv")

    def pairs(what: str) -> Floats:
        return np.array([[float(r[f"{what}_lon"]), float(r[f"{what}_lat"])] for r in rows])

    return Ports(
        code=[r["code"] for r in rows],
        name=[r["name"] for r in rows],
        country=[r["country"] for r in rows],
        lon=np.array([float(r["lon"]) for r in rows]),
        lat=np.array([float(r["lat"]) for r in rows]),
        berth=pairs("berth"),
        anchorage=pairs("anchorage"),
        anchorage_nm=np.array([float(r["anchorage_nm"]) for r in rows]),
    )


def read_routes(ports: Ports) -> Routes:
    data = resources.files("periplus.exercises").joinpath("data/routes.arrow").read_bytes()
    with pa.ipc.open_file(pa.BufferReader(data)) as source:
        table = source.read_all()
    number = {code: i for i, code in enumerate(ports.code)}
    lists = table.column("lon").combine_chunks()
    first = lists.offsets.to_numpy().astype(np.int64)
    lon, lat, right, spread = (
        table.column(name).combine_chunks().flatten().to_numpy().astype(np.float64)
        for name in ("lon", "lat", "keep_right_nm", "spread_nm")
    )
    bearing, along = _ways(first, lon, lat)
    return Routes(
        kind=table.column("kind").to_pylist(),
        mix=table.column("mix").to_pylist(),
        vessels=table.column("vessels").to_numpy().astype(np.int64),
        origin=np.array([number[c] for c in table.column("origin").to_pylist()]),
        destination=np.array([number[c] for c in table.column("destination").to_pylist()]),
        first=first,
        lon=lon,
        lat=lat,
        starboard=(bearing + 90.0) % 360.0,
        along_nm=along,
        keep_right_nm=right,
        spread_nm=spread,
    )


def _ways(first: Ints, lon: Floats, lat: Floats) -> tuple[Floats, Floats]:
    """Mean bearing of the legs that meet at each corner, and miles from the start of its route."""
    n = len(lon)
    dy = np.diff(lat) * _NM_PER_DEG
    dx = np.diff(lon) * _NM_PER_DEG * np.cos(np.radians((lat[1:] + lat[:-1]) / 2))
    miles = np.hypot(dx, dy)
    within = np.ones(max(n - 1, 0), bool)
    within[first[1:-1] - 1] = False
    east, north = np.zeros(n), np.zeros(n)
    for part, d in ((east, dx), (north, dy)):
        step = np.where(within, d / np.maximum(miles, 1e-9), 0.0)
        part[:-1] += step
        part[1:] += step
    total = np.insert(np.cumsum(np.where(within, miles, 0.0)), 0, 0.0)
    along = total - np.repeat(total[first[:-1]], np.diff(first))
    return np.degrees(np.arctan2(east, north)) % 360.0, along
