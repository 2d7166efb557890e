"""Meetings: the fold of pairs. Who was close to whom at each instant, joined into runs, settled instant by instant."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from periplus.behaviours import encounter as e
from periplus.behaviours import versions
from periplus.behaviours.behaviour import (
    CLOSED,
    COMMON,
    DECIDED,
    END,
    KEY,
    OPEN,
    R_LABELS,
    START,
    STATE,
    VESSEL,
)
from periplus.geo.units import SECOND_US
from periplus.model.carry import Carry
from periplus.model.fixes import Floats, Ints, T, column_matrix, matrix_column


@dataclass(frozen=True, slots=True)
class Meetings:
    """Places and close pairs at instants that late data may still change, and the runs up to those instants."""

    places: Floats
    close: Floats  # by (C_A, C_B, C_G)
    runs: Floats  # by (A, B)

    @staticmethod
    def none() -> Meetings:
        return Meetings(np.empty((0, e.PLACE)), np.empty((0, e.CLOSE)), np.empty((0, e.RUN)))

    def add(self, new: Floats, again: Ints, settled_us: int, thresholds: Floats) -> Meetings:
        """With new places; those of vessels folded again take the place of theirs since the watermark."""
        stale = versions.under(self.places, again) & (self.places[:, DECIDED] >= settled_us)
        if not len(new) and not stale.any():
            return self
        gone = _identity(self.places[stale, VESSEL], self.places[stale, START])
        close = self.close
        touched = np.isin(_identity(close[:, e.C_A], close[:, e.C_G]), gone)
        touched |= np.isin(_identity(close[:, e.C_B], close[:, e.C_G]), gone)
        kept = self.places[~stale]
        here = kept[np.isin(kept[:, START], np.unique(new[:, START]))]
        changed = np.repeat([True, False], [len(new), len(here)])
        found = e.close(np.concatenate([new, here]), changed, thresholds)
        whole = np.concatenate([close[~touched], found])
        order = np.lexsort((whole[:, e.C_G], whole[:, e.C_B], whole[:, e.C_A]))
        return Meetings(np.concatenate([kept, new]), whole[order], self.runs)

    def records(self, carry: Carry, settled: Carry, clock_us: int, thresholds: Floats) -> Floats:
        """Every meeting that was said and is not settled: over, or still going on as of the clock."""
        ended, going = e.runs(self.runs, self.close, thresholds)
        ended, going = ended[ended[:, e.SAID] > 0], going[going[:, e.SAID] > 0]
        follows = going[:, e.LAST] + e.GRID_US
        # The next instant is known once both were heard after it, or can no longer be interpolated.
        heard = [_last_heard(carry, settled, going[:, who].astype(np.int64)) >= follows for who in (e.A, e.B)]
        over = (heard[0] & heard[1]) | (clock_us >= follows + thresholds[e.MAX_SILENCE] * SECOND_US)
        return np.concatenate(
            [_records(ended, thresholds, True), _records(going[over], thresholds, True),
             _records(going[~over], thresholds, False)]
        )  # fmt: skip

    def settle(self, before_us: int, thresholds: Floats) -> Meetings:
        """Joins for good the instants whose places no admissible fix can change."""
        final = np.floor((before_us - thresholds[e.MAX_SILENCE] * SECOND_US) / e.GRID_US) * e.GRID_US
        old = self.close[:, e.C_G] <= final
        _, going = e.runs(self.runs, self.close[old], thresholds)
        going = going[going[:, e.LAST] + e.GRID_US > final]
        return Meetings(self.places[self.places[:, START] > final], self.close[~old], going)

    def tables(self) -> dict[str, pa.Table]:
        parts = (("places", self.places), ("close", self.close), ("runs", self.runs))
        return {name: pa.table({"row": matrix_column(part)}) for name, part in parts}

    @staticmethod
    def of(places: pa.Table, close: pa.Table, runs: pa.Table) -> Meetings:
        columns = ((places, e.PLACE), (close, e.CLOSE), (runs, e.RUN))
        return Meetings(*(column_matrix(table.column("row"), width) for table, width in columns))


def _records(runs: Floats, thresholds: Floats, over: bool) -> Floats:
    """A run that is over with all of it; one that goes on with what it was when it was said."""
    tally = runs[:, : e.TALLY] if over else runs[:, e.SAID + 1 :]
    out = np.full((len(runs), e.RECORD), np.nan)
    out[:, VESSEL], out[:, KEY], out[:, START] = tally[:, e.A], tally[:, e.B], tally[:, e.BEGIN]
    out[:, R_LABELS] = tally[:, e.BITS]
    out[:, STATE] = CLOSED if over else OPEN
    out[:, DECIDED] = runs[:, e.SAID]
    if over:
        out[:, END] = tally[:, e.LAST]
        # One microsecond less, so that "before the watermark" is exactly when `settle` lets the run go.
        out[:, DECIDED] = tally[:, e.LAST] + e.GRID_US + thresholds[e.MAX_SILENCE] * SECOND_US - 1
    out[:, COMMON:] = tally
    return out


def _last_heard(carry: Carry, settled: Carry, vessels: Ints) -> Floats:
    """When each vessel was last heard: by its current carry, else by its settled one."""
    order = np.unique(vessels)
    now, then = carry.at(order)[:, T], settled.at(order)[:, T]
    return np.asarray(np.where(now > 0, now, then)[np.searchsorted(order, vessels)])


def _identity(vessel: Floats, instant: Floats) -> Ints:
    """One number for a vessel at an instant: 33 bits of vessel, 22 of ten minutes since 1970."""
    return (instant / e.GRID_US).astype(np.int64) << 33 | vessel.astype(np.int64)
