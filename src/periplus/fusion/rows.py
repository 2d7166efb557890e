"""Rows that stay where they are: numbers to rows, and texts to small codes, for whole columns at once."""

from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from periplus.model import label

Integers = npt.NDArray[np.int64]
Codes = npt.NDArray[np.int32]

UNKNOWN = -1


class RowIndex:
    """Which row a key has. Keys are given rows in the order in which they first come, and keep them."""

    def __init__(self) -> None:
        self._keys = np.zeros(0, np.int64)  # ascending
        self._rows = np.zeros(0, np.int64)

    def __len__(self) -> int:
        return len(self._keys)

    def find(self, keys: npt.NDArray[np.integer]) -> Integers:
        """The row of each key, UNKNOWN where it has none."""
        if not len(self._keys):
            return np.full(len(keys), UNKNOWN, np.int64)
        at = np.minimum(np.searchsorted(self._keys, keys), len(self._keys) - 1)
        return np.where(self._keys[at] == keys, self._rows[at], UNKNOWN)

    def add(self, keys: npt.NDArray[np.integer]) -> Integers:
        """The row of each of these ascending keys, without repetition; new ones get the next rows."""
        rows = self.find(keys)
        new = keys[rows == UNKNOWN].astype(np.int64)
        if len(new):
            fresh = len(self._keys) + np.arange(len(new))
            at = np.searchsorted(self._keys, new)
            self._keys, self._rows = np.insert(self._keys, at, new), np.insert(self._rows, at, fresh)
            rows[rows == UNKNOWN] = fresh
        return rows


class Texts:
    """A growing list of texts of which few differ: sources, sensors, labels."""

    def __init__(self) -> None:
        self.texts: list[str] = []
        self._codes: dict[str, int] = {}
        self._joins: dict[tuple[int, int], int] = {}

    def codes(self, column: pa.ChunkedArray) -> Codes:
        """The code of each text of a column without nulls."""
        encoded = column.combine_chunks().dictionary_encode()
        if isinstance(encoded, pa.ChunkedArray):
            encoded = encoded.combine_chunks()
        own = np.array([self.code(text) for text in encoded.dictionary.to_pylist()], np.int32)
        return own[encoded.indices.to_numpy()] if len(own) else np.zeros(0, np.int32)

    def code(self, text: str) -> int:
        """The code of one text, new if need be."""
        code = self._codes.setdefault(text, len(self.texts))
        if code == len(self.texts):
            self.texts.append(text)
        return code

    def column(self, codes: Codes) -> pa.Array:
        """The texts of codes; null for UNKNOWN."""
        indices = pa.array(codes, mask=codes == UNKNOWN)
        return pa.array(self.texts, pa.string()).take(indices)

    def joined_labels(self, one: Codes, other: Codes) -> Codes:
        """Where the texts are labels: the code of the join of each pair. UNKNOWN adds nothing."""
        width = len(self.texts) + 1  # codes from UNKNOWN up
        pair = (one.astype(np.int64) + 1) * width + other + 1
        kinds, which = np.unique(pair, return_inverse=True)
        joins = np.array([self._join(int(k) // width - 1, int(k) % width - 1) for k in kinds], np.int32)
        return joins[which] if len(kinds) else one.copy()

    def _join(self, one: int, other: int) -> int:
        if one == other or other == UNKNOWN:
            return one
        if one == UNKNOWN:
            return other
        if (one, other) not in self._joins:
            both = label.join(label.parse(self.texts[code]) for code in (one, other))
            self._joins[one, other] = self.code(str(both))
        return self._joins[one, other]


def grown(column: npt.NDArray[Any], rows: int) -> npt.NDArray[Any]:
    """The column with room for so many rows, and to spare; what is not yet used is undefined."""
    if rows <= len(column):
        return column
    out = np.empty(max(rows, 2 * len(column), 1024), column.dtype)
    out[: len(column)] = column
    return out
