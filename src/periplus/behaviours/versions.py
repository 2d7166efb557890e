"""Versions: what was said, against what is now found, gives what is opened, updated, closed or withdrawn."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from periplus.behaviours.behaviour import CLOSED, DECIDED, KEY, START, STATE, VESSEL
from periplus.model.carry import member
from periplus.model.fixes import Floats
from periplus.model.track import SLOTS

Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Difference:
    """Records to say, with what is said of each; withdrawn ones as they were said."""

    records: Floats
    changes: list[str]


def difference(said: Floats, found: Floats) -> Difference:
    """What changed from one set of records to another of the same behaviour."""
    rows = np.concatenate([said, found])
    side = np.repeat([0, 1], [len(said), len(found)])
    order = np.lexsort((side, rows[:, KEY], rows[:, START], rows[:, VESSEL]))
    rows, side = rows[order], side[order]
    identity = rows[:, [VESSEL, START, KEY]]
    same = np.concatenate([np.all(identity[1:] == identity[:-1], axis=1), [False]])[: len(rows)]
    follows = np.concatenate([[False], same[:-1]])[: len(rows)]
    changed = same.copy()
    pairs = np.flatnonzero(same)
    changed[pairs] = np.any(rows[pairs].view(np.int64) != rows[pairs + 1].view(np.int64), axis=1)
    gone = (side == 0) & ~same
    fresh = (side == 1) & (~follows | np.concatenate([[False], changed[:-1]])[: len(rows)])
    now = np.flatnonzero(gone | fresh)
    changes = []
    for i in now:
        if gone[i]:
            changes.append("withdrawn")
        elif rows[i, STATE] == CLOSED:
            changes.append("closed")
        else:
            changes.append("updated" if follows[i] else "opened")
    return Difference(rows[now], changes)


def latest(records: Floats) -> Floats:
    """One record of each event: the last."""
    order = np.lexsort((records[:, KEY], records[:, START], records[:, VESSEL]))
    rows = records[order]
    identity = rows[:, [VESSEL, START, KEY]]
    last = np.concatenate([np.any(identity[1:] != identity[:-1], axis=1), [True]])[: len(rows)]
    return np.asarray(rows[last])


def under(records: Floats, mmsi: npt.NDArray[np.int64]) -> Mask:
    """Which records belong to these MMSIs (ascending)."""
    return member(records[:, VESSEL].astype(np.int64) // SLOTS, mmsi)


def settled(records: Floats, before_us: float) -> Mask:
    """Which records no admissible observation can change: closed, and decided before the watermark."""
    return np.asarray((records[:, STATE] == CLOSED) & (records[:, DECIDED] < before_us))
