"""What each MMSI is now known as: of every field the value that was heard last."""

from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from periplus.fusion.rows import UNKNOWN, Codes, Integers, RowIndex, Texts, grown
from periplus.model.identity import FIELDS

TYPES: dict[str, pa.DataType] = {
    "name": pa.string(),
    "callsign": pa.string(),
    "imo": pa.uint32(),
    "ship_type": pa.int16(),
    "length_m": pa.float64(),
    "beam_m": pa.float64(),
    "draught_m": pa.float64(),
    "destination": pa.string(),
}
_NEVER = np.iinfo(np.int64).min


class KnownShips:
    """The current value of every field of every MMSI, as columns."""

    def __init__(self, labels: Texts) -> None:
        self._labels = labels
        self._index = RowIndex()
        self._mmsi = np.zeros(0, np.int64)
        self._label = np.zeros(0, np.int32)  # join of the labels of what is and was said
        self._values: dict[str, npt.NDArray[Any]] = {name: np.zeros(0, object) for name in FIELDS}
        self._until = {name: np.zeros(0, np.int64) for name in FIELDS}
        self._built: dict[str, pa.Array] = {}  # columns as Arrow, until something in them changes

    def __len__(self) -> int:
        return len(self._index)

    def find(self, mmsi: npt.NDArray[np.integer]) -> Integers:
        """The row of each MMSI, UNKNOWN where nothing was said."""
        return self._index.find(mmsi)

    def put(self, claims: pa.Table) -> Integers:
        """Takes IDENTITY_CLAIM rows over, and gives the rows of which something changed."""
        mmsi, which = np.unique(claims.column("mmsi").to_numpy(), return_inverse=True)
        row = self._room(mmsi.astype(np.int64))[which]
        until = claims.column("until").cast(pa.int64()).to_numpy()
        label = self._labels.codes(claims.column("label"))
        changed = [np.zeros(0, np.int64)]
        for name in FIELDS:
            of_it = np.flatnonzero(pc.equal(claims.column("field"), name).to_numpy())
            if len(of_it):
                values = claims.column("value").take(of_it)
                changed.append(self._put(name, row[of_it], until[of_it], values, label[of_it]))
        return np.unique(np.concatenate(changed))

    def column(self, name: str, rows: Integers) -> pa.Array:
        """One field for each of these rows; null where the row is UNKNOWN or the field was never said."""
        if name not in self._built:
            self._built[name] = pa.array(self._values[name][: len(self)], TYPES[name], from_pandas=True)
        return self._built[name].take(pa.array(rows, mask=rows == UNKNOWN))

    def label(self, rows: Integers) -> Codes:
        """Code of the label of each row, UNKNOWN for an unknown row."""
        return np.where(rows == UNKNOWN, UNKNOWN, self._label[rows] if len(self) else UNKNOWN).astype(
            np.int32
        )

    def claims(self) -> pa.Table:
        """Everything as rows that `put` takes: mmsi, field, value, until, label."""
        parts = []
        for name in FIELDS:
            said = np.flatnonzero(self._until[name][: len(self)] != _NEVER)
            value = self.column(name, said).cast(pa.string())
            if pa.types.is_floating(TYPES[name]):
                value = pc.replace_substring_regex(value, r"\.0$", "")
            columns = {
                "mmsi": pa.array(self._mmsi[said], pa.uint32()),
                "field": pa.repeat(name, len(said)),
                "value": value,
                "until": pa.array(self._until[name][said], pa.timestamp("us", "UTC")),
                "label": self._labels.column(self._label[said]),
            }
            parts.append(pa.table(columns))
        return pa.concat_tables(parts)

    def _put(
        self, name: str, row: Integers, until: Integers, values: pa.ChunkedArray, label: Codes
    ) -> Integers:
        order = np.lexsort((until, row))
        self._label[row] = self._labels.joined_labels(self._label[row], label)
        best = order[np.append(np.diff(row[order]) != 0, True)]
        best = best[until[best] >= self._until[name][row[best]]]
        row = row[best]
        new = _as_values(name, values.take(best))
        self._until[name][row] = until[best]
        different = np.asarray(self._values[name][row] != new, np.bool_)
        if different.any():
            self._values[name][row] = new
            self._built.pop(name, None)
        return row[different]

    def _room(self, mmsi: Integers) -> Integers:
        before = len(self)
        rows = self._index.add(mmsi)
        after = len(self)
        if after > before:
            self._mmsi, self._label = grown(self._mmsi, after), grown(self._label, after)
            self._mmsi[rows] = mmsi
            self._label[before:after] = UNKNOWN
            for name in FIELDS:
                self._values[name] = grown(self._values[name], after)
                self._until[name] = grown(self._until[name], after)
                self._values[name][before:after] = None
                self._until[name][before:after] = _NEVER
            self._built.clear()
        return rows


def _as_values(name: str, texts: pa.ChunkedArray) -> npt.NDArray[Any]:
    """Texts as Python values of the field's type; what cannot be one is null."""
    kind = TYPES[name]
    if not pa.types.is_string(kind):
        form = {"imo": r"^[0-9]{1,9}$", "ship_type": r"^[0-9]{1,4}$"}.get(name, r"^[0-9]{1,6}(\.[0-9]+)?$")
        texts = pc.if_else(pc.match_substring_regex(texts, form), texts, None).cast(kind)
    out = np.empty(len(texts), object)
    out[:] = texts.to_pylist()
    return out
