"""Loitering: a vessel at sea moves hardly at all for hours, away from where ships wait."""

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
from periplus.behaviours.evidence import duration, line, number, observation, point
from periplus.geo.kernels import haversine_m, kernel, wrap_lon
from periplus.geo.units import HOUR_S, HOUR_US, NM_M, SECOND_US
from periplus.model.fixes import ANCHORAGE, FIX, LABELS, LAT, LON, NAV, PORT, SHORE, SOG, Floats, T

# As Global Fishing Watch does, speed is the mean of a clock hour, and hours are joined. Where it takes the mean
# distance to shore, every fix has to be far enough here, so that the verdict never turns with the mean.
PROFILES: Mapping[str, Thresholds] = {
    "periplus": {
        "max_speed_kn": 2.0,
        "min_duration_s": 6 * HOUR_S,
        "min_shore_nm": 20.0,
        "min_port_km": 20.0,
        "min_anchorage_km": 20.0,
        "max_silence_s": 3 * HOUR_S,  # a longer one ends it: who knows where the ship was meanwhile
        "ignore_at_rest": 1,  # at anchor, moored or aground by its own word
    },
    "gfw": {"min_duration_s": 4 * HOUR_S, "min_port_km": 0.0, "min_anchorage_km": 0.0, "max_silence_s": 12 * HOUR_S,
            "ignore_at_rest": 0},
    "starboard": {"min_duration_s": 4 * HOUR_S, "min_shore_nm": 0.0, "min_port_km": 0.0, "min_anchorage_km": 0.0,
                  "max_silence_s": 12 * HOUR_S, "ignore_at_rest": 0},
}  # fmt: skip
_MAX_SPEED, _MIN_DURATION, _MIN_SHORE, _MIN_PORT, _MIN_ANCHORAGE, _MAX_SILENCE, _IGNORE_AT_REST = range(7)
_LONG_LEG_S = 600.0  # over a longer leg the displacement has a say beside the reported speed

# A tally of fixes: how many, sum of speeds, labels, least distance to shore, sums of degrees east and north of
# the beginning, farthest from it in nm, last fix.
_N, _SUM, _BITS, _NEAREST, _EAST, _NORTH, _FAR = range(7)
_END = 7
_TALLY = _END + FIX
# Carry: last fix of all, the beginning of the run (or of the hour, while there is no run), the hour, whether a
# fix in it speaks against, when it was said; then the tallies of the hour, of the run, and of the run when said.
_LAST, _BEGIN = 0, 3
_HOUR, _AGAINST, _SAID = range(_BEGIN + FIX, _BEGIN + FIX + 3)
_OF_HOUR = _SAID + 1
_OF_RUN = _OF_HOUR + _TALLY
_OF_SAID = _OF_RUN + _TALLY
CARRY = _OF_SAID + _TALLY

_R_BEGIN = COMMON
_R_TALLY = COMMON + FIX
RECORD = _R_TALLY + _TALLY


@kernel
def _count(tally: Any, row: Any, speed: float, begin: Any) -> None:
    if tally[_N] == 0.0:
        tally[_NEAREST] = np.inf
    tally[_N] += 1.0
    tally[_SUM] += speed
    tally[_BITS] = float(int(tally[_BITS]) | int(row[LABELS]))
    if row[SHORE] < tally[_NEAREST]:
        tally[_NEAREST] = row[SHORE]
    tally[_EAST] += wrap_lon(row[LON] - begin[LON])
    tally[_NORTH] += row[LAT] - begin[LAT]
    tally[_FAR] = max(tally[_FAR], haversine_m(begin[LON], begin[LAT], row[LON], row[LAT]) / NM_M)
    tally[_END : _END + FIX] = row[:FIX]


@kernel
def _join(run: Any, hour: Any) -> None:
    nearest = min(run[_NEAREST], hour[_NEAREST]) if run[_N] > 0.0 else hour[_NEAREST]
    run[_N] += hour[_N]
    run[_SUM] += hour[_SUM]
    run[_BITS] = float(int(run[_BITS]) | int(hour[_BITS]))
    run[_NEAREST] = nearest
    run[_EAST] += hour[_EAST]
    run[_NORTH] += hour[_NORTH]
    run[_FAR] = max(run[_FAR], hour[_FAR])
    run[_END : _END + FIX] = hour[_END : _END + FIX]


@kernel
def _record(out: Any, vessel: float, a: Any, tally: Any) -> None:
    out[:] = np.nan
    out[VESSEL], out[START], out[KEY], out[R_LABELS] = vessel, a[_BEGIN], 0.0, tally[_BITS]
    out[STATE], out[DECIDED] = OPEN, a[_SAID]
    out[_R_BEGIN : _R_BEGIN + FIX] = a[_BEGIN : _BEGIN + FIX]
    out[_R_TALLY : _R_TALLY + _TALLY] = tally


@kernel
def _finish_hour(a: Any, t: float, p: Any) -> None:
    """The hour is over at `t`: it goes on the run, or (left in its tally) ends it."""
    hour, run = a[_OF_HOUR : _OF_HOUR + _TALLY], a[_OF_RUN : _OF_RUN + _TALLY]
    if a[_AGAINST] > 0.0 or hour[_SUM] / hour[_N] >= p[_MAX_SPEED]:
        return
    _join(run, hour)
    hour[:] = 0.0
    said = a[_OF_SAID : _OF_SAID + _TALLY]
    so_far = run[_END] - a[_BEGIN]
    # Said when long enough, and again each time it has lasted twice as long as when it was said last.
    need = p[_MIN_DURATION] * SECOND_US if a[_SAID] == 0.0 else 2.0 * (said[_END] - a[_BEGIN])
    if so_far >= need:
        a[_SAID] = t
        said[:] = run


@kernel
def _runs(x: Any, zones: Any, vessel: Any, starts: Any, carry: Any, p: Any) -> Any:
    out = np.empty((16, RECORD))
    n = 0
    for g in range(len(starts) - 1):
        a = carry[g]
        hour, run = a[_OF_HOUR : _OF_HOUR + _TALLY], a[_OF_RUN : _OF_RUN + _TALLY]
        for i in range(starts[g], starts[g + 1]):
            row = x[i]
            t = row[T]
            elapsed = (t - a[_LAST]) / SECOND_US
            this_hour = np.floor(t / HOUR_US)
            broken = a[_LAST] > 0.0 and elapsed > p[_MAX_SILENCE]
            if hour[_N] > 0.0 and (broken or this_hour != a[_HOUR]):
                _finish_hour(a, t, p)
                if hour[_N] > 0.0 or broken:  # the hour was not slow, or nobody knows what came after it
                    if a[_SAID] > 0.0:
                        if n == len(out):
                            out = np.concatenate((out, np.empty_like(out)))
                        _record(out[n], vessel[i], a, run)
                        out[n, STATE], out[n, END], out[n, DECIDED] = CLOSED, run[_END], t
                        n += 1
                    a[_BEGIN:] = 0.0
            leg_kn = 0.0
            if a[_LAST] > 0.0 and elapsed > 0.0:
                leg_kn = haversine_m(a[1], a[2], row[LON], row[LAT]) / NM_M / (elapsed / 3600.0)
            speed = leg_kn if np.isnan(row[SOG]) else row[SOG]
            if elapsed > _LONG_LEG_S and a[_LAST] > 0.0 and not broken:
                speed = max(speed, leg_kn)
            if a[_BEGIN] == 0.0:
                a[_BEGIN : _BEGIN + FIX] = row[:FIX]
            if hour[_N] == 0.0:
                a[_HOUR], a[_AGAINST] = this_hour, 0.0
            at_rest = row[NAV] == 1.0 or row[NAV] == 5.0 or row[NAV] == 6.0
            if (
                row[SHORE] < p[_MIN_SHORE]
                or row[PORT] < p[_MIN_PORT]
                or row[ANCHORAGE] < p[_MIN_ANCHORAGE]
                or (at_rest and p[_IGNORE_AT_REST] > 0.0)
            ):
                a[_AGAINST] = 1.0
            _count(hour, row, speed, a[_BEGIN : _BEGIN + FIX])
            a[0], a[1], a[2] = t, row[LON], row[LAT]
    return out[:n]


@kernel
def _still_there(vessels: Any, carry: Any, p: Any, clock_us: float) -> Any:
    n = 0
    for g in range(len(vessels)):
        n += carry[g, _SAID] > 0.0
    out = np.empty((n, RECORD))
    n = 0
    for g in range(len(vessels)):
        if carry[g, _SAID] > 0.0:
            _record(out[n], vessels[g], carry[g], carry[g, _OF_SAID : _OF_SAID + _TALLY])
            n += 1
    return out


def judge(thresholds: Thresholds, measured: Mapping[str, Any]) -> Judgement:
    """From the evidence alone: the same numbers give the same verdict."""
    m = measured
    margins = {"duration_s": margin(m["duration_s"], thresholds["min_duration_s"])}
    if m["mean_speed_kn"] > 0:
        margins["mean_speed_kn"] = margin(thresholds["max_speed_kn"], m["mean_speed_kn"])
    if m["nearest_shore_nm"] is not None:
        margins["nearest_shore_nm"] = margin(m["nearest_shore_nm"], thresholds["min_shore_nm"])
    holds = (
        m["duration_s"] >= thresholds["min_duration_s"]
        and m["mean_speed_kn"] < thresholds["max_speed_kn"]
        and (m["nearest_shore_nm"] is None or m["nearest_shore_nm"] >= thresholds["min_shore_nm"])
    )
    return Judgement(holds, margins, score([margins["duration_s"]]), "know")


def explain(record: Floats, thresholds: Thresholds, context: Context) -> Found:
    vessel, closed = int(record[VESSEL]), record[STATE] == CLOSED
    begin, tally = record[_R_BEGIN : _R_BEGIN + FIX], record[_R_TALLY : _R_TALLY + _TALLY]
    last = tally[_END : _END + FIX]
    lasted = float(last[0] - begin[0]) / SECOND_US
    lon = (begin[1] + tally[_EAST] / tally[_N] + 180.0) % 360.0 - 180.0
    lat = begin[2] + tally[_NORTH] / tally[_N]
    measured = {
        "duration_s": round(lasted, 3),
        "mean_speed_kn": round(float(tally[_SUM] / tally[_N]), 4),
        "fixes": int(tally[_N]),
        "nearest_shore_nm": None if np.isinf(tally[_NEAREST]) else number(tally[_NEAREST], 3),
        "farthest_nm": round(float(tally[_FAR]), 2),
    }
    why = (
        f"{'Lay' if closed else 'Has lain'} within {max(tally[_FAR], 0.1):,.1f} nm for {duration(lasted)}, "
        f"making {measured['mean_speed_kn']:.1f} kn"
    )
    if measured["nearest_shore_nm"] is not None:
        why += f", {measured['nearest_shore_nm']:,.0f} nm or more from shore"
    roles = ("start", "end") if closed else ("start", "after")
    return Found(
        (vessel,), int(record[START]), int(record[END]) if closed else None, lon, lat,
        why + f". {thresholds['max_speed_kn']:g} kn or more was to be expected at sea.",
        measured, judge(thresholds, measured),
        [observation(fix, vessel, role, context) for fix, role in zip((begin, last), roles, strict=True)],
        [point(lon, lat, "place", radius_nm=measured["farthest_nm"]),
         line([(begin[1], begin[2]), (last[1], last[2])], "track_a")],
    )  # fmt: skip


BEHAVIOUR = Behaviour(
    KIND="loitering", VERSION=1, BY="vessel", profiles=PROFILES, carry_width=CARRY, record_width=RECORD,
    kernel=_runs, ongoing=_still_there, explain=explain, judge=judge,
)  # fmt: skip
