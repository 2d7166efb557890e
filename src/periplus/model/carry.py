"""Carry: what a stage remembers between calls, a fixed-width record for each vessel it has something to remember of."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from periplus.model.fixes import Floats, Ints, column_matrix, matrix_column
from periplus.model.track import SLOTS

Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Carry:
    """`data[i]` belongs to vessel `key[i]`; keys ascend. A vessel without a record has all zeros."""

    key: Ints
    data: Floats

    @staticmethod
    def empty(width: int) -> Carry:
        return Carry(np.empty(0, np.int64), np.empty((0, width)))

    @property
    def width(self) -> int:
        return int(self.data.shape[1])

    def at(self, vessels: Ints) -> Floats:
        """A fresh array with the record of each vessel, zeros where there is none."""
        out = np.zeros((len(vessels), self.width))
        if len(self.key):
            where = np.minimum(np.searchsorted(self.key, vessels), len(self.key) - 1)
            known = self.key[where] == vessels
            out[known] = self.data[where[known]]
        return out

    def of_mmsi(self, mmsi: Ints) -> Carry:
        """Only the records of vessels under these MMSIs (ascending)."""
        return self._masked(self._under(mmsi))

    def without_mmsi(self, mmsi: Ints) -> Carry:
        return self._masked(~self._under(mmsi))

    def put(self, vessels: Ints, data: Floats) -> Carry:
        """With these records (ascending keys) in place of those with the same keys; all-zero ones are forgotten."""
        keep = data.any(axis=1) if len(data) else np.zeros(0, bool)
        rest = self._masked(~member(self.key, vessels))
        return rest.joined(Carry(vessels[keep], data[keep]))

    def joined(self, other: Carry) -> Carry:
        """With the records of another, none of whose keys are here."""
        if not len(other.key):
            return self
        if not len(self.key):
            return other
        key = np.concatenate([self.key, other.key])
        order = np.argsort(key, kind="stable")
        return Carry(key[order], np.concatenate([self.data, other.data])[order])

    def table(self) -> pa.Table:
        return pa.table({"vessel": pa.array(self.key), "data": matrix_column(self.data)})

    @staticmethod
    def of(table: pa.Table, width: int) -> Carry:
        return Carry(table.column("vessel").to_numpy(), column_matrix(table.column("data"), width))

    def _under(self, mmsi: Ints) -> Mask:
        return member(self.key // SLOTS, mmsi)

    def _masked(self, keep: Mask) -> Carry:
        return self if keep.all() else Carry(self.key[keep], self.data[keep])


def member(values: Ints, among: Ints) -> Mask:
    """Which values are among others, those ascending. Faster than numpy's own, which cannot know that."""
    if not len(among):
        return np.zeros(len(values), np.bool_)
    where = np.minimum(np.searchsorted(among, values), len(among) - 1)
    return np.asarray(among[where] == values)


def groups(sorted_keys: Ints) -> tuple[Ints, Ints]:
    """The distinct keys of a sorted column, and where each begins, with the end added."""
    if not len(sorted_keys):
        return sorted_keys, np.zeros(1, np.int64)
    first = np.flatnonzero(np.concatenate([[True], sorted_keys[1:] != sorted_keys[:-1]]))
    return sorted_keys[first], np.append(first, len(sorted_keys)).astype(np.int64)


@dataclass(frozen=True, slots=True)
class Carries:
    """The carries of all stages, twice: as of the watermark, and as of the newest fix.

    `current` holds only MMSIs that have fixes beyond the watermark; for all others it equals `settled`.
    """

    settled: dict[str, Carry]
    current: dict[str, Carry]

    @staticmethod
    def new(stages: dict[str, Carry]) -> Carries:
        """From the empty carry of each stage."""
        return Carries(dict(stages), dict(stages))

    def base(self, going_on: Ints, others: Ints) -> dict[str, Carry]:
        """Where to begin: from `current` for MMSIs that simply go on, from `settled` for the others."""
        return {
            stage: self.current[stage].of_mmsi(going_on).joined(self.settled[stage].of_mmsi(others))
            for stage in self.settled
        }

    def advanced(self, mmsi: Ints, carried: dict[str, Carry]) -> Carries:
        """With `carried` as the current carries of these MMSIs."""
        current = {s: c.without_mmsi(mmsi).joined(carried[s]) for s, c in self.current.items()}
        return Carries(self.settled, current)

    def settle(self, caught_up: Ints, behind: Ints, carried: dict[str, Carry]) -> Carries:
        """Moves the watermark: `caught_up` have no fixes beyond it, `behind` have, and `carried` is theirs at it."""
        settled = {
            stage: self.settled[stage]
            .without_mmsi(np.union1d(caught_up, behind))
            .joined(self.current[stage].of_mmsi(caught_up))
            .joined(carried[stage])
            for stage in self.settled
        }
        return Carries(settled, {s: c.without_mmsi(caught_up) for s, c in self.current.items()})
