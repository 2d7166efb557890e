"""Coverage: who was heard where and when, so that a silence is weighed against what could have been heard."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from periplus.geo import sphere
from periplus.geo.units import HOUR_US, MINUTE_US, NM_M
from periplus.model.fixes import LABELS, LAT, LON, Fixes, Floats, Ints, T

CELL_DEG = 0.25
BIN_US = 30 * MINUTE_US
COLUMNS, ROWS = int(360 / CELL_DEG), int(180 / CELL_DEG)
_PLACES = COLUMNS * ROWS
NEAR, FAR = 1, 10  # cells each way: about 22 nm for a ship last heard from the shore, 160 nm from a satellite


@dataclass(frozen=True, slots=True)
class Heard:
    """Each vessel once for every half hour and quarter-degree cell in which it was heard.

    `place` = (half hour * ROWS + row) * COLUMNS + column, ascending in the settled part; what came since is
    in `recent`, unsorted, and is merged when it is asked for or has grown.
    """

    place: Ints
    mmsi: Ints
    labels: Floats
    recent: tuple[tuple[Ints, Ints, Floats], ...] = ()

    @staticmethod
    def nothing() -> Heard:
        return Heard(np.empty(0, np.int64), np.empty(0, np.int64), np.empty(0))

    def add(self, fixes: Fixes) -> Heard:
        x = fixes.x
        place = _place(x[:, T], x[:, LON], x[:, LAT])
        grown = Heard(
            self.place, self.mmsi, self.labels, (*self.recent, _distinct(place, fixes.mmsi, x[:, LABELS]))
        )
        waiting = sum(len(part[0]) for part in grown.recent)
        return grown.merged() if waiting > 50_000 + len(self.place) // 2 else grown

    def merged(self) -> Heard:
        if not self.recent:
            return self
        parts = [self.columns(), *self.recent]
        return Heard(*_distinct(*(np.concatenate(columns) for columns in zip(*parts, strict=True))))

    def since(self, us: float) -> Heard:
        """Without what was heard before; call it on a merged one."""
        i = np.searchsorted(self.place, int(us) // BIN_US * _PLACES)
        return Heard(self.place[i:], self.mmsi[i:], self.labels[i:], self.recent)

    def along(
        self, last: Floats, mmsi: int, from_us: float, to_us: float, due_us: float
    ) -> tuple[int, float, float]:
        """Vessels other than `mmsi` heard around where it should have been, the share of half hours in which
        any was, and their labels' bits. `last` is its last fix: t, lon, lat, sog, cog, ..., satellite in [7].

        Only whole half hours count. The path is dead reckoning: whoever sailed out of everybody's hearing
        is compared with those who are where it went, and nobody is heard there. So that this shows in time,
        the place where it should be at `due_us` is asked for too, in the last half hour.
        """
        bins = np.arange(-(-int(from_us) // BIN_US), int(to_us) // BIN_US)
        if not len(bins):
            return 0, 0.0, 0.0
        sog, cog = (0.0 if np.isnan(last[3]) else last[3]), (0.0 if np.isnan(last[4]) else last[4])
        bins = np.append(bins, bins[-1])
        at = np.append((bins[:-1] + 0.5) * BIN_US, due_us)
        hours = np.maximum(at - last[0], 0.0) / HOUR_US
        lon, lat = sphere.destination(last[1], last[2], cog, sog * hours * NM_M)
        reach = FAR if last[7] else NEAR
        heard: set[int] = set()
        labels, bins_heard = 0, 0
        for bin_, here_lon, here_lat in zip(bins, lon, lat, strict=True):
            found = self._around(int(bin_), float(here_lon), float(here_lat), reach)
            others = found[self.mmsi[found] != mmsi]
            heard.update(self.mmsi[others].tolist())
            bins_heard += bool(len(others))
            for bits in np.unique(self.labels[others]):
                labels |= int(bits)
        return len(heard), bins_heard / len(bins), float(labels)

    def _around(self, bin_: int, lon: float, lat: float, reach: int) -> Ints:
        row = min(int((lat + 90.0) / CELL_DEG), ROWS - 1)
        column = int((lon + 180.0) % 360.0 / CELL_DEG)
        # Cells narrow towards the poles; the box stays as wide in miles.
        wide = min(int(np.ceil(reach / max(np.cos(np.radians(lat)), 0.1))), COLUMNS // 2 - 1)
        out = []
        for r in range(max(row - reach, 0), min(row + reach, ROWS - 1) + 1):
            base = (bin_ * ROWS + r) * COLUMNS
            for start, end in _columns(column - wide, column + wide + 1):
                i, j = np.searchsorted(self.place, [base + start, base + end])
                out.append(np.arange(i, j))
        return np.concatenate(out)

    def table(self) -> pa.Table:
        parts = [self.columns(), *self.recent]
        return pa.concat_tables([pa.table(dict(zip(_NAMES, part, strict=True))) for part in parts])

    @staticmethod
    def of(table: pa.Table) -> Heard:
        """From `table`. What has been written and read again may have lost its parts: then all of it is recent."""
        parts = [
            (b.column("place").to_numpy(), b.column("mmsi").to_numpy(), b.column("labels").to_numpy())
            for b in table.to_batches()
            if b.num_rows
        ]
        if parts and bool(np.all(parts[0][0][1:] >= parts[0][0][:-1])):
            return Heard(*parts[0], tuple(parts[1:]))
        return Heard(*Heard.nothing().columns(), tuple(parts))

    def columns(self) -> tuple[Ints, Ints, Floats]:
        return self.place, self.mmsi, self.labels


_NAMES = ("place", "mmsi", "labels")


def _columns(start: int, end: int) -> list[tuple[int, int]]:
    if start < 0:
        return [(start + COLUMNS, COLUMNS), (0, end)]
    return [(start, COLUMNS), (0, end - COLUMNS)] if end > COLUMNS else [(start, end)]


def _place(t: Floats, lon: Floats, lat: Floats) -> Ints:
    row = np.minimum(((lat + 90.0) / CELL_DEG).astype(np.int64), ROWS - 1)
    column = ((lon + 180.0) % 360.0 / CELL_DEG).astype(np.int64)
    return np.asarray((t.astype(np.int64) // BIN_US * ROWS + row) * COLUMNS + column)


def _distinct(place: Ints, mmsi: Ints, labels: Floats) -> tuple[Ints, Ints, Floats]:
    order = np.lexsort((labels, mmsi, place))
    place, mmsi, labels = place[order], mmsi[order], labels[order]
    fresh = np.ones(len(place), bool)
    fresh[1:] = (place[1:] != place[:-1]) | (mmsi[1:] != mmsi[:-1]) | (labels[1:] != labels[:-1])
    return place[fresh], mmsi[fresh], labels[fresh]
