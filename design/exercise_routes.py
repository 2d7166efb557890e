"""Makes the table of sea routes that the built-in exercise sails: run once, by hand, when ports change.

    python design/exercise_routes.py

Coast: the project's own lattice of distances to shore. Lanes: the sea network of searoute, made cheaper to sail than
open water, so that routes keep to it and yet never cross land. Result: src/periplus/exercises/data/.
"""

import csv
from itertools import pairwise
from pathlib import Path

import numba
import numpy as np
import pyarrow as pa
import searoute
from exercise_ports import BOATS, FERRIES, FLOWS, PORTS
from searoute.data.marnet_dict import edge_list

from periplus.fusion.shore import Shore

OUT = Path(__file__).parents[1] / "src/periplus/exercises/data"
WEST, SOUTH, EAST, NORTH, STEP = 15.0, -43.0, 124.0, 32.0, 0.05
NX, NY = round((EAST - WEST) / STEP), round((NORTH - SOUTH) / STEP)
OFF_NM = 1.5  # no route passes a shore nearer than that
NM = 60.0  # nautical miles in a degree of latitude
# The transit corridor of the Gulf of Aden and its approaches: lanes that the sea network draws elsewhere.
CORRIDOR = [(43.35, 12.55), (43.9, 12.05), (45.0, 11.87), (53.0, 14.4), (56.5, 14.2), (60.0, 12.2)]
CORRIDOR_NORTH = [(53.0, 14.4), (55.5, 16.0), (59.0, 20.0), (60.3, 22.6)]


def main() -> None:
    clear = clearance_nm()
    lane = on_lane()
    places = {p[0]: roadstead(p, clear) for p in PORTS}
    jobs = [(a, b, "merchant", n, mix) for a, b, n, mix in FLOWS]
    jobs += [(a, b, "dhow", n, "d") for a, b, n in BOATS] + [(a, b, "ferry", n, "f") for a, b, n in FERRIES]
    rows = [row for kind in ("merchant", "dhow", "ferry") for row in routes(jobs, kind, places, clear, lane)]
    write(rows, places)


def clearance_nm() -> np.ndarray:
    """Distance of each cell's middle to the nearest shore, 0 or less on land."""
    lon = WEST + (np.arange(NX) + 0.5) * STEP
    lat = SOUTH + (np.arange(NY) + 0.5) * STEP
    return Shore().distance_nm(*np.meshgrid(lon, lat)).astype(np.float32)


def on_lane() -> np.ndarray:
    """Cells within about 20 nm of a line of the sea network or of the corridor."""
    lane = np.zeros((NY, NX), np.bool_)
    lines = [
        (a, b) for a, near in edge_list.items() for b in near if inside(a) and inside(b) and not in_aden(a, b)
    ]
    for path in (CORRIDOR, CORRIDOR_NORTH):
        lines += list(pairwise(path))
    for a, b in lines:
        n = max(2, int(np.hypot(a[0] - b[0], a[1] - b[1]) / STEP * 2))
        for x, y in zip(np.linspace(a[0], b[0], n), np.linspace(a[1], b[1], n), strict=True):
            j, i = cell(x, y)
            r = 2 if in_aden((x, y), (x, y)) else 6
            lane[max(0, j - r) : j + r + 1, max(0, i - r) : i + r + 1] = True
    return lane


def inside(p) -> bool:
    return WEST < p[0] < EAST and SOUTH < p[1] < NORTH


def in_aden(a, b) -> bool:
    return all(43.4 < p[0] < 60 and 10 < p[1] < 15.5 for p in (a, b))


def cell(lon, lat):
    return int((lat - SOUTH) / STEP), int((lon - WEST) / STEP)


def centre_of(j, i):
    return WEST + (i + 0.5) * STEP, SOUTH + (j + 0.5) * STEP


def roadstead(port, clear) -> dict:
    """A berth by the shore and an anchorage some miles off, both at sea, and a straight way between them."""
    code, name, lon, lat, *_ = port
    anchorage = nearest(lon, lat, clear, 4.0)
    berth = nearest(lon, lat, clear, 0.9)
    x, y = (np.linspace(a, b, 50) for a, b in zip(anchorage, berth, strict=True))
    if clear[((y - SOUTH) / STEP).astype(int), ((x - WEST) / STEP).astype(int)].min() < 0.6:
        berth = anchorage
    room = float(clear[cell(*anchorage)])
    return {"code": code, "name": name, "berth": berth, "anchorage": anchorage, "room": min(2.2, room - 0.7)}


def nearest(lon, lat, clear, least):
    j0, i0 = cell(lon, lat)
    r = 12
    js, is_ = np.mgrid[max(0, j0 - r) : min(NY, j0 + r + 1), max(0, i0 - r) : min(NX, i0 + r + 1)]
    d = np.hypot(js - j0, (is_ - i0) * np.cos(np.radians(lat)))
    for bar in (least, min(least, 2.5), OFF_NM):
        ok = clear[js, is_] >= max(bar, OFF_NM)
        if ok.any():
            k = np.argmin(np.where(ok, d, 1e9))
            return centre_of(js.flat[k], is_.flat[k])
    raise SystemExit(f"no sea near {lon} {lat}")


@numba.njit
def field(source_j, source_i, weight):
    """Dijkstra over the grid with sixteen moves: the cell each cell is reached from."""
    ny, nx = weight.shape
    moves = np.array(
        [
            (0, 1), (1, 0), (0, -1), (-1, 0), (1, 1), (1, -1), (-1, 1), (-1, -1),
            (1, 2), (2, 1), (-1, 2), (2, -1), (1, -2), (-2, 1), (-1, -2), (-2, -1),
        ]
    )  # fmt: skip
    best = np.full(ny * nx, np.inf, np.float32)
    came = np.full(ny * nx, -1, np.int32)
    heap = [(np.float32(0.0), np.int32(source_j * nx + source_i))]
    best[source_j * nx + source_i] = 0
    while len(heap):
        cost, at = heapq_pop(heap)
        if cost > best[at]:
            continue
        j, i = at // nx, at % nx
        cos_lat = np.cos(np.radians(SOUTH + (j + 0.5) * STEP))
        for m in range(16):
            a, b = j + moves[m, 0], i + moves[m, 1]
            if a < 0 or b < 0 or a >= ny or b >= nx or not np.isfinite(weight[a, b]):
                continue
            d = np.hypot(moves[m, 0], moves[m, 1] * cos_lat)
            w = weight[a, b]
            if m >= 8:  # a knight's move passes beside two cells
                p, q = moves[m, 0] / 2, moves[m, 1] / 2
                w1 = weight[j + int(np.floor(p)), i + int(np.floor(q))]
                w2 = weight[j + int(np.ceil(p)), i + int(np.ceil(q))]
                if not (np.isfinite(w1) and np.isfinite(w2)):
                    continue
            c = np.float32(cost + d * 0.5 * (w + weight[j, i]))
            k = a * nx + b
            if c < best[k]:
                best[k] = c
                came[k] = at
                heapq_push(heap, (c, np.int32(k)))
    return came


@numba.njit
def heapq_push(heap, item):
    heap.append(item)
    k = len(heap) - 1
    while k > 0 and heap[(k - 1) // 2][0] > heap[k][0]:
        heap[(k - 1) // 2], heap[k] = heap[k], heap[(k - 1) // 2]
        k = (k - 1) // 2


@numba.njit
def heapq_pop(heap):
    top = heap[0]
    last = heap.pop()
    if len(heap):
        heap[0] = last
        k, n = 0, len(heap)
        while True:
            c = 2 * k + 1
            if c >= n:
                break
            if c + 1 < n and heap[c + 1][0] < heap[c][0]:
                c += 1
            if heap[c][0] >= heap[k][0]:
                break
            heap[c], heap[k] = heap[k], heap[c]
            k = c
    return top


def weights(kind: str, clear, lane) -> np.ndarray:
    """What a mile costs: lanes are cheap, water near the shore dear, land forbidden."""
    w = np.ones(clear.shape, np.float32)
    if kind == "merchant":
        w[~lane] = 1.15
        lon = WEST + (np.arange(NX) + 0.5) * STEP
        lat = SOUTH + (np.arange(NY) + 0.5) * STEP
        somalia = (lon[None, :] > 41) & (lon[None, :] < 56) & (lat[:, None] > -3) & (lat[:, None] < 11)
        w[somalia & (clear < 180)] *= 1.25  # ships keep away from that coast
        w += np.interp(clear, [1.5, 5, 12, 25], [3.0, 1.0, 0.25, 0.0])
    else:
        w += np.interp(clear, [1.5, 4, 8, 30, 200], [2.0, 0.5, 0.0, 0.0, 0.3])
    w[clear < OFF_NM] = np.inf
    return w.astype(np.float32)


def routes(jobs, kind, places, clear, lane):
    w = weights(kind, clear, lane)
    wanted = [(a, b, n, mix) for a, b, k, n, mix in jobs if k == kind]
    for origin in sorted({a for a, *_ in wanted}):
        start = cell(*places[origin]["anchorage"])
        came = field(*start, w)
        for _, b, n, mix in (x for x in wanted if x[0] == origin):
            path = trace(came, start, cell(*places[b]["anchorage"]))
            if path is None:
                print("no way", origin, b)
                continue
            row = finish(origin, b, kind, straighten(path, w), clear)
            yield row | {"vessels": n, "mix": mix}


def trace(came, start, end):
    at, out = end[0] * NX + end[1], []
    goal = start[0] * NX + start[1]
    while at != goal:
        if at < 0:
            return None
        out.append((at // NX, at % NX))
        at = came[at]
    return np.array([(start[0], start[1]), *out[::-1]])


@numba.njit
def line_cost(w, a, b):
    n = int(max(abs(a[0] - b[0]), abs(a[1] - b[1]))) * 2 + 1
    total = 0.0
    cos_lat = np.cos(np.radians(SOUTH + ((a[0] + b[0]) / 2 + 0.5) * STEP))
    for k in range(n + 1):
        j = int(np.rint(a[0] + (b[0] - a[0]) * k / n))
        i = int(np.rint(a[1] + (b[1] - a[1]) * k / n))
        total += w[j, i]
    return total / (n + 1) * np.hypot(b[0] - a[0], (b[1] - a[1]) * cos_lat)


@numba.njit
def straighten_index(path, w):
    """Fewest corners such that no chord costs more than the path it replaces, plus half a percent."""
    n = len(path)
    along = np.zeros(n)
    for k in range(1, n):
        along[k] = along[k - 1] + line_cost(w, path[k - 1], path[k])
    keep = [0]
    at = 0
    while at < n - 1:
        far = at + 1
        step = 1
        k = at + 1
        while k < n:
            c = line_cost(w, path[at], path[k])
            if np.isfinite(c) and c <= (along[k] - along[at]) * 1.005 + 0.2:
                far = k
                step = min(step * 2, 64)
            else:
                if k - far > 400:
                    break
                step = max(1, step // 2)
            k += step
        keep.append(far)
        at = far
    return keep


def straighten(path, w):
    path = path.astype(np.float64)
    return path[np.array(straighten_index(path, w))]


def finish(a, b, kind, corners, clear):
    """Corners in degrees, cut to legs under 45 nm, with the room a ship may take on either side."""
    lat = SOUTH + (corners[:, 0] + 0.5) * STEP
    lon = WEST + (corners[:, 1] + 0.5) * STEP
    xs, ys = [lon[:1]], [lat[:1]]
    for k in range(len(lon) - 1):
        d = NM * np.hypot(lat[k + 1] - lat[k], (lon[k + 1] - lon[k]) * np.cos(np.radians(lat[k])))
        n = max(1, int(np.ceil(d / 45)))
        f = np.arange(1, n + 1) / n
        xs.append(lon[k] + f * (lon[k + 1] - lon[k]))
        ys.append(lat[k] + f * (lat[k + 1] - lat[k]))
    lon, lat = np.concatenate(xs), np.concatenate(ys)
    room = room_nm(lon, lat, clear, 14.0 if kind == "merchant" else 6.0)
    keep_right, spread = 0.25 * room, 0.45 * room
    if kind == "merchant":
        axis = np.interp(lon, [44.9, 53.1], [11.83, 14.39])
        lane = (lon > 44.9) & (lon < 53.1) & (abs(lat - axis) < 0.6)
        lat = np.where(lane, axis, lat)
        keep_right, spread = np.where(lane, 3.5, keep_right), np.where(lane, 1.0, spread)
    return {"origin": a, "destination": b, "kind": kind, "lon": lon, "lat": lat} | {
        "keep_right_nm": keep_right,
        "spread_nm": spread,
    }


def room_nm(lon, lat, clear, most):
    """Half width of the lane: the least clearance of the legs that meet here, less two miles, and narrow near port."""
    n = len(lon)
    step = np.full(max(n - 1, 1), 1e9)
    for k in range(n - 1):
        f = np.linspace(0, 1, 40)
        x, y = lon[k] + f * (lon[k + 1] - lon[k]), lat[k] + f * (lat[k + 1] - lat[k])
        step[k] = clear[((y - SOUTH) / STEP).astype(int), ((x - WEST) / STEP).astype(int)].min()
    at = np.minimum(np.append(step, 1e9), np.insert(step, 0, 1e9))[:n]
    room = np.clip((at - 3.0) * 0.45, 0.15, most)
    d = NM * np.hypot(np.diff(lat), np.diff(lon) * np.cos(np.radians(lat[:-1])))
    along = np.insert(np.cumsum(d), 0, 0)
    room = np.minimum(room, 0.15 + 0.12 * np.minimum(along, along[-1] - along))
    for k in list(range(1, n)) + list(range(n - 2, -1, -1)):  # widens by one mile in eight at most
        other = k - 1 if k > 0 and room[k - 1] < room[k] else min(k + 1, n - 1)
        room[k] = min(room[k], room[other] + 0.12 * abs(along[k] - along[other]))
    return room


def write(rows, places):
    OUT.mkdir(parents=True, exist_ok=True)
    table = pa.table(
        {
            "origin": [r["origin"] for r in rows],
            "destination": [r["destination"] for r in rows],
            "kind": [r["kind"] for r in rows],
            "vessels": pa.array([r["vessels"] for r in rows], pa.int32()),
            "mix": [r["mix"] for r in rows],
            "lon": pa.array([np.round(r["lon"], 4) for r in rows], pa.list_(pa.float32())),
            "lat": pa.array([np.round(r["lat"], 4) for r in rows], pa.list_(pa.float32())),
            "keep_right_nm": pa.array(
                [np.round(r["keep_right_nm"], 2) for r in rows], pa.list_(pa.float32())
            ),
            "spread_nm": pa.array([np.round(r["spread_nm"], 2) for r in rows], pa.list_(pa.float32())),
        }
    )
    options = pa.ipc.IpcWriteOptions(compression="zstd")
    with pa.ipc.new_file(OUT / "routes.arrow", table.schema, options=options) as sink:
        sink.write_table(table)
    attributes = {p[0]: p for p in PORTS}
    with (OUT / "ports.csv").open("w", newline="") as sink:
        out = csv.writer(sink, lineterminator="\n")
        columns = (
            "code name lon lat berth_lon berth_lat anchorage_lon anchorage_lat anchorage_nm country trade"
        )
        out.writerow(columns.split(" "))
        for code, p in places.items():
            _, name, lon, lat, trade = attributes[code]
            numbers = [lon, lat, *p["berth"], *p["anchorage"], p["room"]]
            out.writerow([code, name, *(f"{x:.3f}" for x in numbers), code[:2], trade])
    with (OUT / "anchorages.csv").open("w", newline="") as sink:
        out = csv.writer(sink, lineterminator="\n")
        out.writerow(["name", "lat", "lon"])
        for p in places.values():
            for lon, lat in dict.fromkeys((p["anchorage"], p["berth"])):
                out.writerow([p["name"], f"{lat:.3f}", f"{lon:.3f}"])
    print(len(rows), "routes", sum(len(r["lon"]) for r in rows), "vertices", searoute.__version__)


if __name__ == "__main__":
    main()
