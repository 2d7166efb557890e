"""Order: observations arrive shuffled and late; stages see each vessel's fixes in the order in which they happened."""

import hashlib

import numpy as np
import numpy.typing as npt

from periplus.model.fixes import COG, LAT, LON, NAV, SOG, SOURCE, Fixes, Ints, Names

NEVER = np.iinfo(np.int64).min // 2  # the clock before the first observation


def late(observed: Ints, clock_us: int, lateness_us: int) -> tuple[npt.NDArray[np.bool_], int]:
    """Which rows, in order of arrival, are older than the bound when they arrive; and the clock after them.

    The clock is event time: the newest observation so far, never the wall clock, so that a satellite's whole
    delivery is not late merely because it comes an hour after it was sensed.
    """
    newest = np.maximum.accumulate(np.concatenate([[clock_us], observed]))
    return np.asarray(observed < newest[:-1] - lateness_us), int(newest[-1])


def in_order(fixes: Fixes, names: Names, labels: Names) -> Ints:
    """The rows by MMSI and time; fixes of one MMSI and instant by their content, never by arrival."""
    t = fixes.t
    order = np.lexsort((t, fixes.mmsi))
    mmsi, t = fixes.mmsi[order], t[order]
    same = (mmsi[1:] == mmsi[:-1]) & (t[1:] == t[:-1])
    if same.any():
        tied = np.flatnonzero(np.concatenate([[False], same]) | np.concatenate([same, [False]]))
        order[tied] = order[tied][_by_content(fixes.take(order[tied]), names, labels)]
    return order


def _by_content(fixes: Fixes, names: Names, labels: Names) -> Ints:
    x, rank = fixes.x, _rank(names)
    source, sensor, label = (
        rank[x[:, SOURCE].astype(np.int64)],
        rank[fixes.sensor],
        _rank(labels)[fixes.label],
    )
    # Last key first, as lexsort wants them; NaN sorts after every number.
    return np.lexsort(
        (
            fixes.received, label, sensor, source, fixes.message, x[:, NAV], fixes.heading, x[:, COG], x[:, SOG],
            x[:, LAT], x[:, LON], fixes.t, fixes.mmsi,
        )
    )  # fmt: skip


def _rank(names: Names) -> Ints:
    """A number for each text that does not depend on which was met first, as its code does."""
    digests = [hashlib.blake2b(text.encode(), digest_size=7).digest() for text in names.texts]
    return np.array([int.from_bytes(digest, "big") for digest in digests] or [0], np.int64)
