"""Derive fusion/reference/shore.npz: signed distance to shore over the globe, from Natural Earth 1:10m land.

    npm pack world-atlas@2.0.2 && tar xzf world-atlas-2.0.2.tgz
    python design/derive_shore.py package/land-10m.json src/periplus/fusion/reference/shore.npz

Natural Earth is in the public domain, and so is what is derived from it.

What is kept: nodes every 0.1 degree, and for the cells where interpolating between them would be more than
TOLERANCE_NM off, a finer lattice of 0.025 degree. Each node's nearest piece of coast is found by passing the
nearest piece from node to node in sweeps, the finer ones by an exact search. Inland is negative: parity of
the crossings along the parallel, starting from a meridian that is itself counted down from the North Pole
(which is sea), so that rings round the South Pole and across the antimeridian need no special care.
"""

import json
import math
import sys
import time
from pathlib import Path

import numba
import numpy as np
import pyarrow as pa

STEP = 0.1  # degrees between nodes
FINE = 4  # finer lattice: this many steps in one
ROWS, COLUMNS = 1801, 3600
TOLERANCE_NM = 0.35
REFINE_WITHIN_NM, REFINE_INLAND_NM = 12.0, 2.0  # farther out, or inland, a mile more or less decides nothing
REFINE_SOUTH, REFINE_NORTH = -60.0, 71.0  # nobody passes close beyond
INLAND_NM = 20.0  # deeper inland is said to be as deep as this
SCALE_NM, STEPS = (
    5.0,
    100.0,
)  # code = STEPS * ln(1 + d / SCALE_NM): 0.05 nm at the shore, 1 % far out
RESIDUAL_NM = 0.1
MEAN_RADIUS_NM = 6_371_008.8 / 1852.0


def main(land: str, out: str) -> None:
    started = time.time()
    segments = coast(json.loads(Path(land).read_text()))
    a, b = vectors(segments[:, :2]), vectors(segments[:, 2:])
    print(f"{len(segments)} pieces of coast, {time.time() - started:.0f} s")
    lon, lat = np.arange(COLUMNS) * STEP - 180, np.arange(ROWS) * STEP - 90
    sign = np.where(inland(segments, lon, lat), -1.0, 1.0)
    print(f"{(sign < 0).mean():.3f} of the nodes inland, {time.time() - started:.0f} s")
    nodes = vectors(np.stack(np.meshgrid(lon, lat), -1).reshape(-1, 2)).reshape(ROWS, COLUMNS, 3)
    nearest = np.full((ROWS, COLUMNS), -1, np.int32)
    chord = np.full((ROWS, COLUMNS), 9.0)
    seed(segments, a, b, nodes, nearest, chord)
    for _ in range(3):
        sweep(a, b, nodes, nearest, chord)
    signed = sign * 2 * np.arcsin(np.sqrt(chord) / 2) * MEAN_RADIUS_NM
    code = encode(signed)
    kept = decode(code)
    print(f"swept, furthest sea {signed.max():.0f} nm, {time.time() - started:.0f} s")
    cells, residual = refine(segments, a, b, signed, kept)
    print(f"{len(cells)} refined cells, {time.time() - started:.0f} s")
    sizes = save(out, code, cells, residual)
    print(f"bytes {sizes}, {time.time() - started:.0f} s")


def coast(topology: dict) -> np.ndarray:
    """lon1, lat1, lon2, lat2 of every piece of coast, at most 0.1 degree long, none along a map edge."""
    scale, shift = np.array(topology["transform"]["scale"]), np.array(topology["transform"]["translate"])
    pieces = []
    for arc in topology["arcs"]:
        line = np.cumsum(np.array(arc, np.int64), axis=0) * scale + shift
        pieces.append(np.hstack([line[:-1], line[1:]]))
    s = np.vstack(pieces)
    s[:, 2] = s[:, 0] + (s[:, 2] - s[:, 0] + 540) % 360 - 180
    edge = (np.abs(np.abs(s[:, 0]) - 180) < 1e-6) & (np.abs(np.abs(s[:, 2]) - 180) < 1e-6)
    joke = (np.abs(s[:, 0]) < 0.1) & (np.abs(s[:, 1]) < 0.1)  # a buoy, drawn as an islet
    s = s[~edge & ~joke & (s[:, 1] > -89.9)]
    n = np.maximum(1, np.ceil(np.hypot(s[:, 2] - s[:, 0], s[:, 3] - s[:, 1]) / 0.1)).astype(int)
    first = np.repeat(s, n, axis=0)
    k = np.arange(n.sum()) - np.repeat(np.cumsum(n) - n, n)
    at, to = (k / np.repeat(n, n))[:, None], ((k + 1) / np.repeat(n, n))[:, None]
    way = first[:, 2:] - first[:, :2]
    return np.hstack([first[:, :2] + at * way, first[:, :2] + to * way])


def vectors(lonlat: np.ndarray) -> np.ndarray:
    x, y = np.radians(lonlat[:, 0]), np.radians(lonlat[:, 1])
    return np.stack([np.cos(y) * np.cos(x), np.cos(y) * np.sin(x), np.sin(y)], -1)


@numba.njit
def crosses(lon1, lat1, lon2, lat2, lat):
    """Longitude at which the piece crosses the parallel; the upper end counts, the lower does not."""
    if (lat1 > lat) == (lat2 > lat):
        return math.nan
    return lon1 + (lat - lat1) / (lat2 - lat1) * (lon2 - lon1)


@numba.njit
def inland(segments, lon, lat):
    """Even-odd along each parallel, row by row. Nodes are moved by 1e-7 degree off the grid of the data."""
    rows, columns = len(lat), len(lon)
    flips = np.zeros((rows, columns + 1), np.uint8)
    first = np.zeros(rows, np.uint8)
    start = lon[0] + 1e-7
    step_x, step_y = lon[1] - lon[0], lat[1] - lat[0]
    for s in range(len(segments)):
        x1, y1, x2, y2 = segments[s]
        low, high = min(y1, y2), max(y1, y2)
        for row in range(
            max(0, int((low - lat[0]) / step_y) - 1), min(rows, int((high - lat[0]) / step_y) + 2)
        ):
            x = crosses(x1, y1, x2, y2, lat[row] + 1e-7)
            if not math.isnan(x):
                x = (x - start) % 360.0
                flips[row, int(x / step_x) + 1] ^= 1
        for turn in (-360.0, 0.0, 360.0):
            y = crosses(y1, x1, y2, x2, start + turn)
            if not math.isnan(y):
                for row in range(rows):
                    if lat[row] + 1e-7 < y:
                        first[row] ^= 1
    out = np.zeros((rows, columns), np.bool_)
    for row in range(rows):
        state = first[row]
        for column in range(columns):
            if column:
                state ^= flips[row, column]
            out[row, column] = state == 1
    return out


@numba.njit
def chord2(a, b, p):
    """Squared chord from p to the piece of coast a-b, put back on the sphere."""
    ab0, ab1, ab2 = b[0] - a[0], b[1] - a[1], b[2] - a[2]
    n = ab0 * ab0 + ab1 * ab1 + ab2 * ab2
    t = 0.0
    if n > 0:
        t = ((p[0] - a[0]) * ab0 + (p[1] - a[1]) * ab1 + (p[2] - a[2]) * ab2) / n
        t = min(1.0, max(0.0, t))
    q0, q1, q2 = a[0] + t * ab0, a[1] + t * ab1, a[2] + t * ab2
    r = 1.0 / math.sqrt(q0 * q0 + q1 * q1 + q2 * q2)
    d0, d1, d2 = q0 * r - p[0], q1 * r - p[1], q2 * r - p[2]
    return d0 * d0 + d1 * d1 + d2 * d2


@numba.njit
def seed(segments, a, b, nodes, nearest, chord):
    """Every piece offers itself to the nodes round it."""
    rows, columns = nearest.shape
    for s in range(len(segments)):
        row, column = int((segments[s, 1] + 90) / STEP), int((segments[s, 0] + 180) / STEP)
        for i in range(max(0, row - 1), min(rows, row + 3)):
            for k in range(column - 1, column + 3):
                j = k % columns
                d = chord2(a[s], b[s], nodes[i, j])
                if d < chord[i, j]:
                    chord[i, j], nearest[i, j] = d, s


@numba.njit
def sweep(a, b, nodes, nearest, chord):
    """Forth and back over the globe: each node tries what its neighbours hold for nearest."""
    rows, columns = nearest.shape
    for way in (1, -1):
        for r in range(rows):
            i = r if way == 1 else rows - 1 - r
            for pull in (1, -1):
                for c in range(2 * columns):  # twice round, since a row has no beginning
                    j = (c if pull == 1 else 2 * columns - 1 - c) % columns
                    for di, dj in ((-way, -1), (-way, 0), (-way, 1), (0, -pull)):
                        k, m = i + di, (j + dj) % columns
                        if k < 0 or k >= rows:
                            continue
                        s = nearest[k, m]
                        if s >= 0 and s != nearest[i, j]:
                            d = chord2(a[s], b[s], nodes[i, j])
                            if d < chord[i, j]:
                                chord[i, j], nearest[i, j] = d, s


def encode(distance_nm: np.ndarray) -> np.ndarray:
    d = np.maximum(distance_nm, -INLAND_NM)
    return np.rint(np.sign(d) * STEPS * np.log1p(np.abs(d) / SCALE_NM)).astype(np.int16)


def decode(code: np.ndarray) -> np.ndarray:
    return np.sign(code) * SCALE_NM * np.expm1(np.abs(code) / STEPS)


def refine(segments, a, b, signed, kept):
    """Cells that interpolation from their corners gets wrong, and the correction at their inner nodes."""
    lowest, highest = at_corners(np.minimum, signed), at_corners(np.maximum, signed)
    wanted = (lowest < REFINE_WITHIN_NM) & (highest > -REFINE_INLAND_NM)
    south = np.arange(ROWS - 1) * STEP - 90
    wanted &= ((south >= REFINE_SOUTH) & (south < REFINE_NORTH))[:, None]
    cells = np.flatnonzero(wanted.ravel())
    start, members = buckets(segments)
    i, j = np.divmod(cells, COLUMNS)
    k = np.arange(FINE + 1) / FINE
    lon = (j[:, None, None] + k[None, None, :]) * STEP - 180 + np.zeros((1, FINE + 1, 1))
    lat = (i[:, None, None] + k[None, :, None]) * STEP - 90 + np.zeros((1, 1, FINE + 1))
    bound = np.abs(signed)
    bound = np.maximum(np.maximum(bound[i, j], bound[i + 1, j]), bound[i, (j + 1) % COLUMNS]) + 10.0
    exact = search(a, b, start, members, lon, lat, bound)
    fine_lon = np.arange(COLUMNS * FINE) * STEP / FINE - 180
    fine_lat = np.arange((ROWS - 1) * FINE + 1) * STEP / FINE - 90
    land = inland(segments, fine_lon, fine_lat)
    fi = i[:, None, None] * FINE + np.arange(FINE + 1)[None, :, None]
    fj = (j[:, None, None] * FINE + np.arange(FINE + 1)[None, None, :]) % (COLUMNS * FINE)
    exact = np.where(land[fi, fj], -exact, exact)
    y, x = k[None, :, None], k[None, None, :]
    c = lambda di, dj: kept[i + di, (j + dj) % COLUMNS][:, None, None]  # noqa: E731
    plain = c(0, 0) * (1 - y) * (1 - x) + c(0, 1) * (1 - y) * x + c(1, 0) * y * (1 - x) + c(1, 1) * y * x
    off = np.maximum(exact, -INLAND_NM) - plain
    wrong = np.abs(off).max(axis=(1, 2)) > TOLERANCE_NM
    print(f"{len(cells)} cells tried; off by up to {np.abs(off).max():.2f} nm, {wrong.mean():.2f} refined")
    residual = np.rint(off[wrong] / RESIDUAL_NM)
    print("largest residual", np.abs(residual).max())
    return cells[wrong].astype(np.int32), residual.clip(-127, 127).astype(np.int8)


def at_corners(choose, nodes):
    """The least or the greatest of the four corners of every cell."""
    along = choose(nodes, np.roll(nodes, -1, axis=1))
    return choose(along[:-1], along[1:])


def buckets(segments):
    """Pieces of coast by the 0.1-degree cell of their first end."""
    row = ((segments[:, 1] + 90) / STEP).astype(np.int64)
    column = ((segments[:, 0] + 180) / STEP).astype(np.int64) % COLUMNS
    key = row * COLUMNS + column
    order = np.argsort(key, kind="stable")
    start = np.searchsorted(key[order], np.arange(ROWS * COLUMNS + 1))
    return start, order


@numba.njit
def search(a, b, start, members, lon, lat, bound_nm):
    """Exact distance at each node: all pieces in the boxes that a circle of the bound may touch."""
    n, fy, fx = lon.shape[0], lat.shape[1], lon.shape[2]
    out = np.empty((n, fy, fx))
    p = np.empty(3)
    for m in range(n):
        for u in range(fy):
            for v in range(fx):
                x, y = math.radians(lon[m, u, v]), math.radians(lat[m, u, v])
                p[0], p[1], p[2] = math.cos(y) * math.cos(x), math.cos(y) * math.sin(x), math.sin(y)
                row, column = int((lat[m, u, v] + 90) / STEP), int((lon[m, u, v] + 180) / STEP)
                best = 2 * math.sin(bound_nm[m] / MEAN_RADIUS_NM / 2)
                ring = 0
                while True:
                    # A piece starting beyond this ring is farther than (ring - 1) rows, less its own length.
                    best_deg = math.degrees(best) / STEP
                    if ring - 2 > best_deg:
                        break
                    wide = int(min(COLUMNS // 2, (best_deg + 2) / max(0.02, math.cos(y)) + 1))
                    for i in range(max(0, row - ring), min(ROWS, row + ring + 1)):
                        if abs(i - row) != ring:
                            continue
                        for k in range(column - wide, column + wide + 1):
                            cell = i * COLUMNS + k % COLUMNS
                            for q in range(start[cell], start[cell + 1]):
                                s = members[q]
                                d = math.sqrt(chord2(a[s], b[s], p))
                                if d < best:
                                    best = d
                    ring += 1
                out[m, u, v] = 2 * math.asin(best / 2) * MEAN_RADIUS_NM
    return out


def save(out, code, cells, residual):
    """Differences along both axes, bytes apart, zstd: smooth water costs almost nothing."""
    d = code.astype(np.int16)
    d[:, 1:] -= code[:, :-1]
    d[1:] -= d[:-1].copy()
    parts = {
        "nodes": np.stack([(d & 255).astype(np.uint8), (d >> 8).astype(np.uint8)]),
        "cells": np.diff(cells, prepend=0).astype(np.int32),
        "residual": np.moveaxis(residual, 0, -1).copy(),
    }
    codec = pa.Codec("zstd", compression_level=19)
    packed = {k: np.frombuffer(codec.compress(v.tobytes(), asbytes=True), np.uint8) for k, v in parts.items()}
    shape = np.array([ROWS, COLUMNS, FINE, len(cells)], np.int64)
    scale = np.array([STEP, SCALE_NM, STEPS, RESIDUAL_NM, INLAND_NM])
    np.savez(out, shape=shape, scale=scale, **packed)
    return {k: len(v) for k, v in packed.items()}


if __name__ == "__main__":
    main(*sys.argv[1:3])
