"""Tail: the fixes that late data may still precede, kept as they came until the watermark has passed them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from periplus.model.carry import member
from periplus.model.fixes import FEATURES, Fixes, Ints


@dataclass(frozen=True, slots=True)
class Tail:
    """Chunks of one Arrow table, a chunk an arrival, merged so that there are few of them."""

    parts: tuple[pa.Table, ...] = ()

    def add(self, fixes: Fixes) -> Tail:
        if not len(fixes):
            return self
        parts = [*self.parts, fixes.table()]
        # As in a log-structured merge: no part is smaller than twice the next, so there are log(n) of them.
        while len(parts) > 1 and parts[-2].num_rows < 2 * parts[-1].num_rows:
            last = parts.pop()
            parts[-1] = pa.concat_tables([parts[-1], last]).combine_chunks()
        return Tail(tuple(parts))

    def of_mmsi(self, mmsi: Ints) -> Fixes:
        """The fixes of these MMSIs (ascending), in no particular order."""
        if not len(mmsi):
            return Fixes.none()
        found = [Fixes.none()]
        for part in self.parts:
            rows = np.flatnonzero(member(part.column("mmsi").to_numpy(), mmsi))
            if len(rows):
                found.append(Fixes.of(part).take(rows))
        return Fixes.concat(found)

    def split(self, before_us: int) -> tuple[Fixes, Tail]:
        """The fixes before a time, and the tail without them."""
        whole = Fixes.concat([Fixes.none(), *(Fixes.of(part) for part in self.parts)])
        old = whole.t < before_us
        return whole.take(old), Tail().add(whole.take(~old))

    @property
    def mmsi(self) -> Ints:
        """The MMSIs that have fixes here, ascending."""
        return np.unique(
            np.concatenate([np.empty(0, np.int64), *(p.column("mmsi").to_numpy() for p in self.parts)])
        )

    def table(self) -> pa.Table:
        return pa.concat_tables(self.parts) if self.parts else Fixes.none().table()

    @staticmethod
    def of(table: pa.Table) -> Tail:
        """From `table`, before or after a checkpoint; parts are the chunks that survived."""
        if table.schema.field("x").type.list_size < len(FEATURES):  # of an older program
            table = Fixes.of(table).table()
        parts = [pa.Table.from_batches([batch]) for batch in table.to_batches() if batch.num_rows]
        return Tail(tuple(parts))
