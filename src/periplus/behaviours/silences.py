"""Silences: the verdict of the neighbours on each silence, taken once when it may first be said, and remembered."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from periplus.behaviours import gap
from periplus.behaviours.behaviour import START, VESSEL, Thresholds
from periplus.behaviours.coverage import Heard
from periplus.model.carry import Carry
from periplus.model.fixes import Floats, column_matrix, matrix_column

# vessel, start of silence, neighbours heard, share of half hours in which they were, their labels' bits
WIDTH = 5


@dataclass(frozen=True, slots=True)
class Silences:
    """What was heard around a silent vessel does not change once it may be asked, so it is asked once."""

    known: Floats  # shape (n, WIDTH), by vessel and start

    @staticmethod
    def none() -> Silences:
        return Silences(np.empty((0, WIDTH)))

    def weigh(
        self, records: Floats, heard: Heard, thresholds: Thresholds, lateness_s: float
    ) -> tuple[Silences, Heard, Floats, int]:
        """The records whose place was heard, with their witnesses; and how many new ones were void."""
        if thresholds["min_neighbours"] <= 0 or not len(records):
            nothing = np.zeros(len(records))
            return self, heard, gap.borne_out(records, nothing, nothing, nothing, thresholds), 0
        unknown = self._find(records) < 0
        memory = self
        if unknown.any():
            heard = heard.merged()
            rows = [(r[VESSEL], r[START], *gap.witness(r, heard, lateness_s)) for r in records[unknown]]
            known = np.concatenate([self.known, np.array(rows, np.float64)])
            memory = Silences(known[np.lexsort((known[:, 1], known[:, 0]))])
        told = memory.known[memory._find(records)]
        sound = gap.borne_out(records, told[:, 2], told[:, 3], told[:, 4], thresholds)
        void = int(unknown.sum()) - len(
            gap.borne_out(records[unknown], told[unknown, 2], told[unknown, 3], told[unknown, 4], thresholds)
        )
        return memory, heard, sound, void

    def settle(self, carry: Carry) -> Silences:
        """Forgets silences that have ended beyond recall: the vessel was heard later, before the watermark."""
        last = gap.last_heard(carry.at(self.known[:, 0].astype(np.int64)))
        return Silences(self.known[last <= self.known[:, 1]])

    def _find(self, records: Floats) -> np.ndarray:
        """Row of each record in `known`, -1 where there is none."""
        out = np.full(len(records), -1)
        vessels = self.known[:, 0]
        first = np.searchsorted(vessels, records[:, VESSEL])
        for step in range(int(np.max(np.unique(vessels, return_counts=True)[1], initial=0))):
            i = np.minimum(first + step, len(vessels) - 1)
            same = (vessels[i] == records[:, VESSEL]) & (self.known[i, 1] == records[:, START])
            out[same] = i[same]
        return out

    def table(self) -> pa.Table:
        return pa.table({"known": matrix_column(self.known)})

    @staticmethod
    def of(table: pa.Table) -> Silences:
        return Silences(column_matrix(table.column("known"), WIDTH))
