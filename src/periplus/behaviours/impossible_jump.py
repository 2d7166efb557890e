"""Impossible jump: one MMSI is heard in two places, and no ship could have sailed from one to the other."""

from collections.abc import Mapping
from typing import Any

import numpy as np

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
    Behaviour,
    Context,
    Found,
    Judgement,
    Thresholds,
    margin,
    score,
)
from periplus.behaviours.evidence import clock, duration, line, observation
from periplus.geo.kernels import haversine_m, kernel
from periplus.geo.units import DAY_US, HOUR_S, HOUR_US, NM_M, SECOND_US
from periplus.model.fixes import FIX, LABELS, LAT, LON, Floats, T
from periplus.model.track import SLOTS

PROFILES: Mapping[str, Thresholds] = {
    "periplus": {
        "min_speed_kn": 60.0,  # implied; the tracker itself splits at less, two ships near each other
        "min_distance_nm": 10.0,
        "lapse_s": 12 * HOUR_S,  # over when one of the two has not been heard for this long
    },
}
_MIN_SPEED, _MIN_DISTANCE, _LAPSE = range(3)
_FORGOTTEN_US = 7 * DAY_US  # a place not heard for this long is a new one when it is heard again

# Carry, for each ship under the MMSI: its last fix and labels; and, if it was the one that could not have been
# reached: the other ship + 1, the fix there before, its own first fix, when it was said, labels, nm, kn.
_BITS, _OTHER = FIX, FIX + 1
_FROM = _OTHER + 1
_TO = _FROM + FIX
_SAID, _SAID_BITS, _NM, _KN = range(_TO + FIX, _TO + FIX + 4)
CARRY = _KN + 1

_R_FROM, _R_TO = COMMON, COMMON + FIX
_R_NM, _R_KN = COMMON + 2 * FIX, COMMON + 2 * FIX + 1
RECORD = COMMON + 2 * FIX + 2


@kernel
def _lapses_at(s: Any, other: Any, p: Any) -> tuple[float, float]:
    """When the two were last heard both, and when that makes the event lapse."""
    both = min(s[T], other[T])
    return both, both + p[_LAPSE] * SECOND_US


@kernel
def _record(out: Any, vessel: float, s: Any) -> None:
    out[:] = np.nan
    out[VESSEL], out[START], out[R_LABELS] = vessel, s[_FROM], s[_SAID_BITS]
    out[KEY] = np.floor(vessel / SLOTS) * SLOTS + s[_OTHER] - 1.0
    out[STATE], out[DECIDED] = OPEN, s[_SAID]
    out[_R_FROM : _R_FROM + FIX] = s[_FROM : _FROM + FIX]
    out[_R_TO : _R_TO + FIX] = s[_TO : _TO + FIX]
    out[_R_NM], out[_R_KN] = s[_NM], s[_KN]


@kernel
def _lapsed(out: Any, both: float, lapses: float) -> None:
    out[STATE], out[END], out[DECIDED] = CLOSED, both, lapses


@kernel
def _split(s: Any, other: int, before: Any, row: Any, p: Any) -> None:
    """Notes in the ship's own record that it could not have come from where the other was heard last."""
    hours = max(row[T] - before[T], SECOND_US) / HOUR_US
    nm = haversine_m(before[LON], before[LAT], row[LON], row[LAT]) / NM_M
    if nm >= p[_MIN_DISTANCE] and nm / hours >= p[_MIN_SPEED]:
        s[_OTHER], s[_SAID], s[_NM], s[_KN] = other + 1.0, row[T], nm, nm / hours
        s[_FROM : _FROM + FIX] = before[:FIX]
        s[_TO : _TO + FIX] = row[:FIX]
        s[_SAID_BITS] = float(int(before[_BITS]) | int(row[LABELS]))


@kernel
def _jumps(x: Any, zones: Any, vessel: Any, starts: Any, carry: Any, p: Any) -> Any:
    out = np.empty((16, RECORD))
    n = 0
    for g in range(len(starts) - 1):
        slots = carry[g].reshape(SLOTS, CARRY)
        for i in range(starts[g], starts[g + 1]):
            t, own = x[i, T], vessel[i] % SLOTS
            for k in range(SLOTS):
                if slots[k, _OTHER] == 0.0:
                    continue
                both, lapses = _lapses_at(slots[k], slots[int(slots[k, _OTHER]) - 1], p)
                if t > lapses:
                    if n == len(out):
                        out = np.concatenate((out, np.empty_like(out)))
                    _record(out[n], vessel[i] - own + k, slots[k])
                    _lapsed(out[n], both, lapses)
                    n += 1
                    slots[k, _OTHER:] = 0.0
            if slots[own, T] == 0.0 or t - slots[own, T] > _FORGOTTEN_US:
                latest = -1
                for k in range(SLOTS):
                    if k != own and slots[k, T] > 0.0 and (latest < 0 or slots[k, T] > slots[latest, T]):
                        latest = k
                if latest >= 0 and slots[own, _OTHER] == 0.0:
                    _split(slots[own], latest, slots[latest], x[i], p)
            slots[own, :FIX] = x[i, :FIX]
            slots[own, _BITS] = x[i, LABELS]
    return out[:n]


@kernel
def _two_places(vessels: Any, carry: Any, p: Any, clock_us: float) -> Any:
    out = np.empty((len(vessels), RECORD))
    n = 0
    for g in range(len(vessels)):
        s = carry[g]
        if s[_OTHER] == 0.0:
            continue
        other = vessels[g] // SLOTS * SLOTS + int(s[_OTHER]) - 1
        j = np.searchsorted(vessels, other)
        both, lapses = _lapses_at(s, carry[j], p)
        _record(out[n], vessels[g], s)
        if clock_us > lapses:
            _lapsed(out[n], both, lapses)
        n += 1
    return out[:n].copy()


def judge(thresholds: Thresholds, measured: Mapping[str, Any]) -> Judgement:
    """From the evidence alone: the same numbers give the same verdict."""
    margins = {
        "speed_kn": margin(measured["speed_kn"], thresholds["min_speed_kn"]),
        "distance_nm": margin(measured["distance_nm"], thresholds["min_distance_nm"]),
    }
    return Judgement(all(m >= 1.0 for m in margins.values()), margins, score(list(margins.values())), "know")


def explain(record: Floats, thresholds: Thresholds, context: Context) -> Found:
    vessel, other = int(record[VESSEL]), int(record[KEY])
    before, after = record[_R_FROM : _R_FROM + FIX], record[_R_TO : _R_TO + FIX]
    closed = record[STATE] == CLOSED
    between = (after[0] - before[0]) / SECOND_US
    measured = {
        "distance_nm": round(float(record[_R_NM]), 2),
        "speed_kn": round(float(record[_R_KN]), 1),
        "between_s": round(float(between), 3),
    }
    names = ["abcdefgh"[v % SLOTS] for v in sorted((vessel, other))]
    apart = f"{record[_R_NM]:,.0f} nm apart within {duration(between)}" if between >= 60 else (
        f"{record[_R_NM]:,.0f} nm apart at {clock(after[0])}"
    )  # fmt: skip
    why = f"In two places {apart}. Split into tracks {names[0]} and {names[1]}; neither is called false."
    observations = [
        observation(before, other, "before", context),
        observation(after, vessel, "after", context),
    ]
    places = [(before[1], before[2]), (after[1], after[2])]
    return Found(
        (vessel, other), int(record[START]), int(record[END]) if closed else None, after[1], after[2], why,
        measured, judge(thresholds, measured), observations, [line(places, "jump_leg")],
    )  # fmt: skip


BEHAVIOUR = Behaviour(
    KIND="impossible_jump", VERSION=1, BY="mmsi", profiles=PROFILES, carry_width=CARRY, record_width=RECORD,
    kernel=_jumps, ongoing=_two_places, explain=explain, judge=judge, clocked=True,
)  # fmt: skip
