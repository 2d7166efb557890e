"""Track: assigns each fix to a ship, telling apart the ships that use one MMSI and refusing single corrupt fixes."""

import math
from typing import Any

import numpy as np
import numpy.typing as npt

from periplus.geo.kernels import haversine_m, kernel, sail
from periplus.geo.units import DAY_US, HOUR_US, NM_M
from periplus.model.carry import Carry, groups
from periplus.model.fixes import COG, LAT, LON, SOG, Fixes, T
from periplus.model.track import SLOTS

# A fix belongs to a ship that could have reached it: discrepancy <= SLACK + fastest * time. The discrepancy is
# the smaller of two, against a ship that went on as reported and against one that stayed, as the segmenter of
# Global Fishing Watch weighs its hypotheses; the allowance is closer than its 6 nm, because most feeds are
# timed to the second. A receiver's clock two minutes off makes 1 nm at 30 kn.
SLACK_NM = 1.0
FASTEST_KN = 30.0  # of a ship that does not report more
FAST_CRAFT_FACTOR, FAST_CRAFT_KN = 1.3, 70.0
AIRCRAFT_KN = 400.0
GLITCH_SOG_KN = 30.0  # reported speed above which the displacement must bear it out
CONFIRMED_BY = 3  # consistent fixes before a second place under one MMSI is believed
TENTATIVE_US = 6 * HOUR_US  # an unconfirmed place is forgotten
EXPIRED_US = 7 * DAY_US  # so is a further ship that has not been heard
DEAD_RECKONING_H = 1.0  # a course is trusted for this long

ACCEPTED, DUPLICATE, UNCONFIRMED = 0, 1, 2
REASONS = {DUPLICATE: "duplicate", UNCONFIRMED: "unconfirmed"}

_TENTATIVE, _CONFIRMED = 1.0, 2.0
_STATE, _N, _T, _LON, _LAT, _SOG, _COG = range(7)
WIDTH = 7


def empty() -> Carry:
    return Carry.empty(WIDTH)


def fold(carry: Carry, fixes: Fixes) -> tuple[Carry, Fixes, npt.NDArray[np.int8]]:
    """Fixes with their vessel, and for each whether it is ACCEPTED or UNCONFIRMED.

    Fixes in order (`order.in_order`). A reported speed that the displacement since the last fix refutes
    becomes NaN: an anchored tanker that reads 102 kn for one instant has not moved.
    """
    mmsi, starts = groups(fixes.mmsi)
    key = (mmsi[:, None] * SLOTS + np.arange(SLOTS)).ravel()
    slots = carry.at(key).reshape(-1, SLOTS, WIDTH)
    x = fixes.x.copy()
    slot, verdict = _assign(x, mmsi, starts, slots)
    moved = fixes.with_x(x).with_vessel(fixes.mmsi * SLOTS + slot)
    return carry.put(key, slots.reshape(-1, WIDTH)), moved, verdict


def by_vessel(fixes: Fixes) -> Fixes:
    """Fixes in order of MMSI and time, as fixes in order of vessel and time."""
    if np.all(fixes.vessel[1:] >= fixes.vessel[:-1]):
        return fixes
    return fixes.take(np.argsort(fixes.vessel, kind="stable"))


@kernel
def _discrepancy_nm(slot: Any, t: float, lon: float, lat: float) -> float:
    stayed = haversine_m(slot[_LON], slot[_LAT], lon, lat)
    hours = (t - slot[_T]) / HOUR_US
    if (
        math.isnan(slot[_SOG])
        or math.isnan(slot[_COG])
        or slot[_SOG] > FAST_CRAFT_KN
        or hours > DEAD_RECKONING_H
    ):
        return stayed / NM_M
    dr_lon, dr_lat = sail(slot[_LON], slot[_LAT], slot[_COG], slot[_SOG] * hours * NM_M)
    went_on = haversine_m(dr_lon, dr_lat, lon, lat)
    return float(min(stayed, went_on) / NM_M)


@kernel
def _reach_nm(slot: Any, t: float, sog: float, aircraft: bool) -> float:
    fastest = AIRCRAFT_KN if aircraft else FASTEST_KN
    for reported in (slot[_SOG], sog):
        if reported <= FAST_CRAFT_KN:  # false for NaN
            fastest = max(fastest, FAST_CRAFT_FACTOR * reported)
    return float(SLACK_NM + fastest * (t - slot[_T]) / HOUR_US)


@kernel
def _free_slot(slots: Any) -> int:
    """An unused slot, else the longest unheard unconfirmed one, else the longest unheard; never the first."""
    best = 1
    for s in range(1, SLOTS):
        if slots[s, _STATE] == 0.0:
            return s
        worse = slots[best, _STATE] - slots[s, _STATE]
        if worse > 0 or (worse == 0 and slots[s, _T] < slots[best, _T]):
            best = s
    return best


@kernel
def _assign(x: Any, mmsi: Any, starts: Any, carry: Any) -> Any:
    slot_of = np.zeros(len(x), np.int64)
    verdict = np.zeros(len(x), np.int8)
    for g in range(len(mmsi)):
        slots = carry[g]
        aircraft = mmsi[g] // 1_000_000 == 111
        for i in range(starts[g], starts[g + 1]):
            t, lon, lat = x[i, T], x[i, LON], x[i, LAT]
            best, least = -1, np.inf
            for s in range(SLOTS):
                if slots[s, _STATE] == 0.0:
                    continue
                unheard = t - slots[s, _T]
                if s > 0 and unheard > (TENTATIVE_US if slots[s, _STATE] == _TENTATIVE else EXPIRED_US):
                    slots[s] = 0.0
                    continue
                d = _discrepancy_nm(slots[s], t, lon, lat)
                if d < least and d <= _reach_nm(slots[s], t, x[i, SOG], aircraft):
                    best, least = s, d
            if best < 0:
                best = 0 if slots[0, _STATE] == 0.0 else _free_slot(slots)
                slots[best] = 0.0
                slots[best, _STATE] = _TENTATIVE
            elif not aircraft and x[i, SOG] > GLITCH_SOG_KN:
                hours = max((t - slots[best, _T]) / HOUR_US, 1.0 / 3600.0)
                moved = haversine_m(slots[best, _LON], slots[best, _LAT], lon, lat) / NM_M
                if hours < 0.1 and moved < x[i, SOG] * hours / 3.0:
                    x[i, SOG] = np.nan
            slots[best, _N] += 1.0
            if slots[best, _STATE] == _TENTATIVE and slots[best, _N] >= CONFIRMED_BY:
                slots[best, _STATE] = _CONFIRMED
                if best > 0 and slots[0, _STATE] == _TENTATIVE:  # the first fix heard was the corrupt one
                    slots[0] = slots[best]
                    slots[best] = 0.0
                    best = 0
            slots[best, _T], slots[best, _LON], slots[best, _LAT] = t, lon, lat
            slots[best, _SOG], slots[best, _COG] = x[i, SOG], x[i, COG]
            slot_of[i] = best
            if best > 0 and slots[best, _STATE] == _TENTATIVE:
                verdict[i] = UNCONFIRMED
    return slot_of, verdict
