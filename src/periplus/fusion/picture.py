"""The picture of the sea: the latest state of every vessel, as columns that grow."""

import threading
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from periplus.fusion.known_ships import TYPES, KnownShips
from periplus.fusion.rows import UNKNOWN, Integers, RowIndex, Texts, grown
from periplus.geo.units import SECOND_US
from periplus.model.schema import TIME
from periplus.model.track import SLOTS

# Weight of the newest interval in a vessel's usual one. Intervals are averaged by their logarithms, so that one
# silence of six hours makes a ten-second reporter no slower than a minute.
INTERVAL_WEIGHT = 0.2
SHORTEST_INTERVAL_S = 0.5  # below: one report by two ways

_TIMES = ("observed_at", "received_at")
_FLOATS = ("lon", "lat", "sog_kn", "cog_deg", "heading_deg", "shore_nm", "port_km")
_TEXTS = ("source", "sensor", "label")

PICTURE = pa.schema(
    [
        pa.field("vessel", pa.int64(), nullable=False),
        pa.field("mmsi", pa.uint32(), nullable=False),
        *(pa.field(name, TIME, nullable=False) for name in _TIMES),
        pa.field("lon", pa.float64(), nullable=False),
        pa.field("lat", pa.float64(), nullable=False),
        *(pa.field(name, pa.float64()) for name in _FLOATS[2:]),
        pa.field("nav_status", pa.int8()),
        pa.field("interval_s", pa.float64()),  # the vessel's own usual reporting interval
        *(pa.field(name, kind) for name, kind in TYPES.items()),
        pa.field("source", pa.string(), nullable=False),
        pa.field("sensor", pa.string(), nullable=False),
        pa.field("label", pa.string(), nullable=False),  # join of the position's and the identity's
    ]
)


class Picture:
    """Where every vessel was last, what it is known as, and how often it usually reports.

    One thread writes, any number read. Rows stay where they are; what is read is a copy as of one tick.
    """

    _index: RowIndex
    _ships: KnownShips
    _texts: dict[str, Texts]
    _columns: dict[str, npt.NDArray[Any]]
    _ship: Integers  # row of each vessel among the known ships
    _touched: Integers  # tick of the last change
    _built: tuple[int, pa.Table] | None  # the whole as a table, as of a tick

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._tick = 0
        self._as_of_us = 0
        self._clear()

    def __len__(self) -> int:
        return len(self._index)

    @property
    def tick(self) -> int:
        """Counts the changes."""
        return self._tick

    @property
    def as_of_us(self) -> int:
        """The centre's clock at the last update, microseconds UTC."""
        return self._as_of_us

    # ---- writing

    def update(self, points: pa.Table, as_of_us: int) -> int:
        """Takes TRACK_POINT rows over, in any order: of each vessel the newest stands. Gives the tick."""
        with self._lock:
            self._as_of_us = max(self._as_of_us, as_of_us)
            if points.num_rows:
                self._tick += 1
                self._take(points)
            return self._tick

    def set_identity(self, claims: pa.Table) -> int:
        """Takes IDENTITY_CLAIM rows over: what each MMSI was last heard to claim. Gives the tick."""
        with self._lock:
            if claims.num_rows:
                self._tick += 1
                n = len(self)
                changed = self._ships.put(claims)
                nameless = np.flatnonzero(self._ship[:n] == UNKNOWN)
                self._ship[nameless] = self._ships.find(self._mmsi(nameless))
                self._touched[:n][np.isin(self._ship[:n], changed)] = self._tick
            return self._tick

    # ---- reading

    def rows(self, indices: npt.NDArray[np.integer] | None = None) -> pa.Table:
        """The vessels as a table of PICTURE, all or those at some indices."""
        with self._lock:
            if indices is not None:
                return self._table(np.asarray(indices, np.int64))
            if self._built is None or self._built[0] != self._tick:
                self._built = self._tick, self._table(np.arange(len(self)))
            return self._built[1]

    def rows_changed_since(self, tick: int) -> Integers:
        """Indices of the rows that are new or different since that tick."""
        with self._lock:
            return np.flatnonzero(self._touched[: len(self)] > tick)

    def find(self, vessel: int) -> int | None:
        """The index of a vessel's row."""
        with self._lock:
            [row] = self._index.find(np.array([vessel]))
            return None if row == UNKNOWN else int(row)

    # ---- keeping

    def snapshot(self) -> pa.Table:
        """Everything, as one table for a checkpoint: vessels first, then what was claimed of their identity."""
        with self._lock:
            rows = np.arange(len(self))
            columns = self._own_columns(rows)
            columns["label"] = self._texts["label"].column(self._columns["label"][rows])
            return pa.concat_tables([pa.table(columns), self._ships.claims()], promote_options="default")

    def restore(self, snapshot: pa.Table) -> None:
        """Back to a snapshot; what was in the picture is forgotten."""
        vessels = snapshot.filter(snapshot.column("vessel").is_valid())
        claims = snapshot.filter(snapshot.column("vessel").is_null())
        with self._lock:
            self._clear()
            self._tick += 1
            if claims.num_rows:
                self._ships.put(claims)
            if vessels.num_rows:
                rows = self._room(vessels.column("vessel").to_numpy())
                for name, values in self._numpy(vessels).items():
                    self._columns[name][rows] = values
                interval = vessels.column("interval_s").to_numpy(zero_copy_only=False)
                self._columns["interval_s"][rows] = interval
                self._touched[rows] = self._tick

    # ---- inside, the lock held

    def _clear(self) -> None:
        self._index = RowIndex()
        self._texts = {name: Texts() for name in _TEXTS}
        self._ships = KnownShips(self._texts["label"])
        self._columns = {
            "vessel": np.zeros(0, np.int64),
            **{name: np.zeros(0, np.int64) for name in _TIMES},
            **{name: np.zeros(0, np.float64) for name in (*_FLOATS, "interval_s")},
            "nav_status": np.zeros(0, np.int8),
            **{name: np.zeros(0, np.int32) for name in _TEXTS},
        }
        self._ship = np.zeros(0, np.int64)
        self._touched = np.zeros(0, np.int64)
        self._built = None

    def _take(self, points: pa.Table) -> None:
        values = self._numpy(points)
        order = np.lexsort((values["received_at"], values["observed_at"], values["vessel"]))
        vessel, observed = values["vessel"][order], values["observed_at"][order]
        last = np.flatnonzero(np.append(np.diff(vessel) != 0, True))  # of each vessel, among the sorted
        rows = self._room(vessel[last])
        known_us = self._columns["observed_at"][rows]
        self._learn_intervals(rows, np.diff(last, prepend=-1), observed, known_us)
        newest = order[last]
        newer = (values["observed_at"][newest] > known_us) | (
            (values["observed_at"][newest] == known_us)
            & (values["received_at"][newest] > self._columns["received_at"][rows])
        )
        rows, newest = rows[newer], newest[newer]
        for name, column in values.items():
            self._columns[name][rows] = column[newest]
        self._touched[rows] = self._tick

    def _learn_intervals(
        self, rows: Integers, counts: Integers, observed: Integers, known_us: Integers
    ) -> None:
        """Exponentially weighted mean of the logarithms of positive intervals, the newest weighing most.

        `observed` is sorted by vessel and time; `rows` and `counts` are of the vessels in that order.
        """
        group = np.repeat(np.arange(len(rows)), counts)
        before = np.append(0, observed[:-1])
        before[np.cumsum(counts) - counts] = 0
        before = np.maximum(before, known_us[group])  # what is older than the newest known tells no interval
        step_s = (observed - before) / SECOND_US
        used = (before > 0) & (step_s >= SHORTEST_INTERVAL_S)
        group, step_s = group[used], step_s[used]
        if not len(group):
            return
        n = np.bincount(group, minlength=len(rows))
        rank = np.arange(len(group)) - np.repeat(np.cumsum(n) - n, n)
        weight = (1 - INTERVAL_WEIGHT) ** (n[group] - 1 - rank)
        total = np.bincount(group, weight * np.log(step_s), len(rows))
        mass = np.bincount(group, weight, len(rows))
        usual = np.log(self._columns["interval_s"][rows])
        fresh = np.isnan(usual) & (n > 0)
        usual = usual * (1 - INTERVAL_WEIGHT) ** n + INTERVAL_WEIGHT * total
        usual[fresh] = total[fresh] / mass[fresh]
        self._columns["interval_s"][rows] = np.exp(usual)

    def _room(self, vessels: Integers) -> Integers:
        """Rows of these vessels (in any order, each once); new ones are made, as never heard."""
        before = len(self)
        order = np.argsort(vessels)
        rows = np.empty(len(vessels), np.int64)
        rows[order] = self._index.add(vessels[order])
        after = len(self)
        if after > before:
            for name, column in self._columns.items():
                self._columns[name] = grown(column, after)
            self._ship, self._touched = grown(self._ship, after), grown(self._touched, after)
            new = rows[rows >= before]
            self._columns["vessel"][rows] = vessels
            for name in _TIMES:
                self._columns[name][new] = 0
            self._columns["interval_s"][new] = np.nan
            self._ship[new] = self._ships.find(self._mmsi(new))
        return rows

    def _mmsi(self, rows: Integers) -> Integers:
        return self._columns["vessel"][rows] // SLOTS

    def _numpy(self, points: pa.Table) -> dict[str, npt.NDArray[Any]]:
        out: dict[str, npt.NDArray[Any]] = {"vessel": points.column("vessel").to_numpy()}
        for name in _TIMES:
            out[name] = points.column(name).cast(pa.int64()).to_numpy()
        for name in _FLOATS:
            out[name] = points.column(name).to_numpy()
        out["nav_status"] = points.column("nav_status").fill_null(UNKNOWN).to_numpy()
        for name in _TEXTS:
            out[name] = self._texts[name].codes(points.column(name))
        return out

    def _own_columns(self, rows: Integers) -> dict[str, pa.Array]:
        columns: dict[str, pa.Array] = {
            "vessel": pa.array(self._columns["vessel"][rows]),
            "mmsi": pa.array(self._mmsi(rows).astype(np.uint32)),
        }
        for name in _TIMES:
            columns[name] = pa.array(self._columns[name][rows], TIME)
        for name in (*_FLOATS, "interval_s"):
            columns[name] = pa.array(self._columns[name][rows], from_pandas=True)
        status = self._columns["nav_status"][rows]
        columns["nav_status"] = pa.array(status, mask=status == UNKNOWN)
        for name in ("source", "sensor"):
            columns[name] = self._texts[name].column(self._columns[name][rows])
        return columns

    def _table(self, rows: Integers) -> pa.Table:
        columns = self._own_columns(rows)
        ship = self._ship[rows]
        for name in TYPES:
            columns[name] = self._ships.column(name, ship)
        labels = self._texts["label"]
        both = labels.joined_labels(self._columns["label"][rows], self._ships.label(ship))
        columns["label"] = labels.column(both)
        return pa.table(columns).select(PICTURE.names).cast(PICTURE)
