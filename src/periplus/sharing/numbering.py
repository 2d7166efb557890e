"""Numbering: the numbers by which one view calls its vessels."""

import threading

import numpy as np
import numpy.typing as npt


class Numbering:
    """Small numbers for vessels, in the order in which this view first showed them.

    Each view counts for itself: a number shared between views would tell that something between
    two numbers was kept back. Kept for as long as the program runs; safe to call from any thread.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._sorted = np.empty(0, np.int64)  # vessels, ascending
        self._number = np.empty(0, np.uint32)  # beside _sorted
        self._vessels: list[npt.NDArray[np.int64]] = []  # in order of number, in pieces

    def __len__(self) -> int:
        return len(self._sorted)

    def of(self, vessels: npt.NDArray[np.int64]) -> npt.NDArray[np.uint32]:
        """The number of each vessel; those not seen before get the next ones."""
        with self._lock:
            fresh = vessels[~self._known(vessels)]
            if len(fresh):
                _, first = np.unique(fresh, return_index=True)
                self._add(fresh[np.sort(first)])
            return self._number[np.searchsorted(self._sorted, vessels)]

    def known(self, vessel: int) -> int | None:
        """The number of a vessel that this view has shown."""
        with self._lock:
            if not self._known(np.array([vessel], np.int64))[0]:
                return None
            return int(self._number[np.searchsorted(self._sorted, vessel)])

    def vessel(self, number: int) -> int | None:
        """The vessel that a number stands for."""
        with self._lock:
            for piece in self._vessels:
                if number < len(piece):
                    return int(piece[number]) if number >= 0 else None
                number -= len(piece)
        return None

    def _known(self, vessels: npt.NDArray[np.int64]) -> npt.NDArray[np.bool_]:
        if not len(self._sorted):
            return np.zeros(len(vessels), bool)
        at = np.minimum(np.searchsorted(self._sorted, vessels), len(self._sorted) - 1)
        return np.asarray(self._sorted[at] == vessels)

    def _add(self, fresh: npt.NDArray[np.int64]) -> None:
        first = len(self._sorted)
        vessels = np.concatenate([self._sorted, fresh])
        numbers = np.concatenate([self._number, np.arange(first, first + len(fresh), dtype=np.uint32)])
        order = np.argsort(vessels, kind="stable")
        self._sorted, self._number = vessels[order], numbers[order]
        self._vessels.append(fresh)
