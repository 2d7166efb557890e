"""Zone entry: a vessel comes into a zone that is watched, stays, and leaves it."""

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
from periplus.behaviours.evidence import clock, duration, line, number, observation, point
from periplus.geo.kernels import kernel
from periplus.geo.units import HOUR_S, SECOND_US
from periplus.model.fixes import FIX, LABELS, Floats, T

# Hysteresis, so that a ship along the edge, or a position that wanders by its error, does not enter ten times.
PROFILES: Mapping[str, Thresholds] = {
    "periplus": {
        "heard_outside_s": 24 * HOUR_S,  # an entry was heard outside at most this long before; 0: not asked
        "min_fixes_inside": 2,
        "min_fixes_outside": 2,
        "min_outside_s": 600.0,
    },
    "skylight": {"heard_outside_s": 0.0, "min_fixes_inside": 1, "min_fixes_outside": 1, "min_outside_s": 0.0},
}
_HEARD_OUTSIDE, _MIN_INSIDE, _MIN_OUTSIDE, _MIN_OUTSIDE_S = range(4)

ZONES_AT_ONCE = 3  # one vessel in more zones than this at a time is entered in the first of them only
# Carry: time of the last fix; then for each of these zone + 1, fixes inside, labels, when it was said and their
# labels then, whether it is to be said at all, fix of entry, fixes outside since, first fix outside.
_ZONE, _INSIDE, _BITS, _SAID, _SAID_BITS, _ENTERED = range(6)
_ENTRY = 6
_OUTSIDE = _ENTRY + FIX
_EXIT = _OUTSIDE + 1
_SLOT = _EXIT + FIX
CARRY = 1 + ZONES_AT_ONCE * _SLOT

_R_ENTRY, _R_EXIT = COMMON, COMMON + FIX
_R_INSIDE = COMMON + 2 * FIX
RECORD = _R_INSIDE + 1


@kernel
def _record(out: Any, vessel: float, s: Any) -> None:
    out[:] = np.nan
    out[VESSEL], out[START], out[KEY], out[R_LABELS] = vessel, s[_ENTRY], s[_ZONE] - 1.0, s[_BITS]
    out[_R_ENTRY : _R_ENTRY + FIX] = s[_ENTRY : _ENTRY + FIX]
    out[STATE], out[DECIDED] = OPEN, s[_SAID]


@kernel
def _visits(x: Any, zones: Any, vessel: Any, starts: Any, carry: Any, p: Any) -> Any:
    out = np.empty((16, RECORD))
    n = 0
    for g in range(len(starts) - 1):
        slots = carry[g, 1:].reshape(ZONES_AT_ONCE, _SLOT)
        for i in range(starts[g], starts[g + 1]):
            unheard = (x[i, T] - carry[g, 0]) / SECOND_US
            entered = p[_HEARD_OUTSIDE] == 0.0 or unheard <= p[_HEARD_OUTSIDE]
            carry[g, 0] = x[i, T]
            left = zones[i]
            for k in range(ZONES_AT_ONCE):
                s = slots[k]
                if s[_ZONE] == 0.0:
                    continue
                bit = np.uint64(1) << np.uint64(s[_ZONE] - 1.0)
                if left & bit:
                    left &= ~bit
                    s[_INSIDE] += 1.0
                    s[_OUTSIDE] = 0.0
                    s[_BITS] = float(int(s[_BITS]) | int(x[i, LABELS]))
                    if s[_INSIDE] == p[_MIN_INSIDE] and s[_ENTERED] > 0.0:
                        s[_SAID], s[_SAID_BITS] = x[i, T], s[_BITS]
                    continue
                if s[_OUTSIDE] == 0.0:
                    s[_EXIT : _EXIT + FIX] = x[i, :FIX]
                s[_OUTSIDE] += 1.0
                s[_BITS] = float(int(s[_BITS]) | int(x[i, LABELS]))
                if s[_OUTSIDE] >= p[_MIN_OUTSIDE] and (x[i, T] - s[_EXIT]) / SECOND_US >= p[_MIN_OUTSIDE_S]:
                    if s[_SAID] > 0.0:
                        if n == len(out):
                            out = np.concatenate((out, np.empty_like(out)))
                        _record(out[n], vessel[i], s)
                        out[n, STATE], out[n, END], out[n, DECIDED] = CLOSED, s[_EXIT], x[i, T]
                        out[n, _R_EXIT : _R_EXIT + FIX] = s[_EXIT : _EXIT + FIX]
                        out[n, _R_INSIDE] = s[_INSIDE]
                        n += 1
                    s[:] = 0.0
            while left:
                z = 0
                while not left & (np.uint64(1) << np.uint64(z)):
                    z += 1
                left &= ~(np.uint64(1) << np.uint64(z))
                for k in range(ZONES_AT_ONCE):
                    s = slots[k]
                    if s[_ZONE] == 0.0:
                        s[_ZONE], s[_INSIDE], s[_BITS] = z + 1.0, 1.0, x[i, LABELS]
                        s[_ENTRY : _ENTRY + FIX] = x[i, :FIX]
                        s[_ENTERED] = entered
                        if entered and p[_MIN_INSIDE] <= 1.0:
                            s[_SAID], s[_SAID_BITS] = x[i, T], x[i, LABELS]
                        break
    return out[:n]


@kernel
def _inside_now(vessels: Any, carry: Any, p: Any, clock_us: float) -> Any:
    out = np.empty((len(vessels) * ZONES_AT_ONCE, RECORD))
    n = 0
    for g in range(len(vessels)):
        slots = carry[g, 1:].reshape(ZONES_AT_ONCE, _SLOT)
        for k in range(ZONES_AT_ONCE):
            if slots[k, _ZONE] > 0.0 and slots[k, _SAID] > 0.0:
                _record(out[n], vessels[g], slots[k])
                out[n, R_LABELS] = slots[k, _SAID_BITS]
                n += 1
    return out[:n].copy()


def judge(thresholds: Thresholds, measured: Mapping[str, Any]) -> Judgement:
    """From the evidence alone: the same numbers give the same verdict."""
    margins = {"fixes_inside": margin(measured["fixes_inside"], thresholds["min_fixes_inside"])}
    holds = measured["fixes_inside"] >= thresholds["min_fixes_inside"]
    return Judgement(holds, margins, score(list(margins.values())), measured["zone_priority"])


def explain(record: Floats, thresholds: Thresholds, context: Context) -> Found:
    vessel, closed = int(record[VESSEL]), record[STATE] == CLOSED
    entry, left = record[_R_ENTRY : _R_ENTRY + FIX], record[_R_EXIT : _R_EXIT + FIX]
    zone = context.zones[int(record[KEY])]
    start = int(record[START])
    inside = record[_R_INSIDE] if closed else thresholds["min_fixes_inside"]
    stay_s = round(float(record[END] - record[START]) / SECOND_US, 3) if closed else None
    measured: dict[str, Any] = {
        "zone": zone.name,
        "zone_kind": zone.kind,
        "zone_priority": zone.priority,
        "fixes_inside": int(inside),
        "stay_s": stay_s,
        "entry_sog_kn": number(entry[3], 1),
    }
    observations = [observation(entry, vessel, "entry", context)]
    features = [point(entry[1], entry[2], "zone", zone=zone.id, name=zone.name)]
    why = f"Entered {zone.name} at {clock(start)}"
    if not np.isnan(entry[3]):
        why += f", making {entry[3]:.1f} kn"
    if stay_s is not None:
        observations.append(observation(left, vessel, "exit", context))
        features.append(line([(entry[1], entry[2]), (left[1], left[2])], "track_a"))
        why += f"; left after {duration(stay_s)}, at {clock(record[END])}"
    return Found(
        (vessel,), start, int(record[END]) if closed else None, entry[1], entry[2], why + ".", measured,
        judge(thresholds, measured), observations, features, also=(zone.id,),
    )  # fmt: skip


BEHAVIOUR = Behaviour(
    KIND="zone_entry", VERSION=1, BY="vessel", profiles=PROFILES, carry_width=CARRY, record_width=RECORD,
    kernel=_visits, ongoing=_inside_now, explain=explain, judge=judge,
)  # fmt: skip
