"""Gap: a vessel that was heard falls silent for longer than it and its neighbours give reason to expect."""

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
from periplus.behaviours.coverage import Heard
from periplus.behaviours.evidence import duration, line, number, observation, plural, point
from periplus.geo.kernels import haversine_m, kernel
from periplus.geo.units import HOUR_S, HOUR_US, NM_M, SECOND_US
from periplus.model.fixes import (
    ANCHORAGE,
    FIX,
    LABELS,
    NAV,
    PORT,
    RECEPTION,
    SATELLITE,
    SHORE,
    Floats,
    Ints,
    T,
)
from periplus.model.track import SLOTS

# 0 switches a condition off. 'periplus' asks much before it speaks: an ordinary night has thousands of silences.
PROFILES: Mapping[str, Thresholds] = {
    "periplus": {
        "min_silence_s": 3 * HOUR_S,
        "longest_factor": 3.0,  # times the vessel's own longest silence of the 12 h before
        "min_reports_before": 10,  # heard in the 12 h before
        "min_satellite_before": 0,  # of these by satellite
        "min_reports_due": 6,
        "min_shore_nm": 0.0,
        "min_port_km": 10.0,
        "min_anchorage_km": 5.0,
        "min_reception_per_day": 0.0,  # more positions a day than this are heard at the place, says the file
        "ignore_at_rest": 1,  # at anchor, moored or aground by its own word
        "min_neighbours": 3,  # heard around where it should have been, in the part of the silence that is settled
        "min_heard_share": 1.0,  # of the half hours of that part; half as much for satellites, which pass
        "max_habit_s": 9 * HOUR_S,  # whose own habit asks for more than this is not judged
        "look_shore_nm": 20.0,  # what makes it worth a look this watch
        "look_neighbours": 5,
        "look_unaccounted_s": 1 * HOUR_S,  # of a silence that is over: not needed to sail its leg
    },
    "gfw": {"min_silence_s": 6 * HOUR_S},
    "gfw_disabling": {
        "min_silence_s": 12 * HOUR_S,
        "min_shore_nm": 50.0,
        "min_satellite_before": 14,
        "min_reception_per_day": 10.0,
    },
    "skylight": {"min_silence_s": 6 * HOUR_S},
    "starboard": {"min_silence_s": 4 * HOUR_S},
    "marinetraffic": {"min_silence_s": 1 * HOUR_S},
}
UNDER_WAY_KN = 3.0
# The published rules ask for nothing but silence; what they leave out is off.
_BARE = dict.fromkeys(PROFILES["periplus"], 0.0) | {"look_shore_nm": 1e9, "max_habit_s": 1e9}
PROFILES = {
    name: dict(thresholds) if name == "periplus" else _BARE | dict(thresholds)
    for name, thresholds in PROFILES.items()
}

(_MIN_SILENCE, _LONGEST_FACTOR, _MIN_BEFORE, _MIN_SATELLITE, _MIN_DUE, _MIN_SHORE, _MIN_PORT, _MIN_ANCHORAGE,
 _MIN_RECEPTION, _IGNORE_AT_REST, _MIN_NEIGHBOURS, _MIN_SHARE, _MAX_HABIT, _LOOK_SHORE,
 _LOOK_NEIGHBOURS) = range(15)  # fmt: skip

_HOURS = 12  # clock hours that "before" reaches back over: this one and the eleven before it
_LAST = 0  # carry: the last fix, its features but the last
_HOUR = RECEPTION  # clock hour of the last fix
_FIRST = _HOUR + 1  # time of the first fix ever
_BY_SHORE = _FIRST + 1  # per clock hour, by hour modulo 12: fixes heard from the shore,
_BY_SATELLITE = _BY_SHORE + _HOURS  # by satellite,
_LONGEST = _BY_SATELLITE + _HOURS  # and the longest silence that ended in it
_RECEIVED = _LONGEST + _HOURS  # the last feature of the last fix
CARRY = _RECEIVED + 1

# Record: the common part, last fix, next fix, then:
_FROM, _TO = COMMON, COMMON + FIX
(_SILENCE, _EXPECTED_FROM, _N_SHORE, _N_SAT, _OWN_LONGEST, _DUE, _R_SHORE, _R_PORT, _R_ANCHORAGE, _R_SATELLITE,
 _LEG_NM, _NEIGHBOURS, _SHARE, _R_RECEPTION) = range(COMMON + 2 * FIX, COMMON + 2 * FIX + 14)  # fmt: skip
RECORD = COMMON + 2 * FIX + 14


@kernel
def _weigh(a: Any, p: Any) -> tuple[float, float, float, float, float]:
    """(threshold s, shore fixes, satellite fixes, own longest s, reports a second) at the last fix; -1: not judged."""
    by_shore = by_satellite = longest = 0.0
    for h in range(_HOURS):
        by_shore += a[_BY_SHORE + h]
        by_satellite += a[_BY_SATELLITE + h]
        longest = max(longest, a[_LONGEST + h])
    span = min(a[T] - a[_FIRST], _HOURS * 3600.0 * SECOND_US) / SECOND_US
    rate = (by_shore + by_satellite - 1.0) / span if span > 0.0 else 0.0
    need = max(p[_MIN_SILENCE], p[_LONGEST_FACTOR] * longest)
    judged = (
        by_shore + by_satellite >= p[_MIN_BEFORE]
        and by_satellite >= p[_MIN_SATELLITE]
        and rate * need >= p[_MIN_DUE]
        and need <= p[_MAX_HABIT]
        and not a[SHORE] < p[_MIN_SHORE]  # a distance that is not known (NaN) does not acquit
        and not a[PORT] < p[_MIN_PORT]
        and not a[ANCHORAGE] < p[_MIN_ANCHORAGE]
        and not (p[_MIN_RECEPTION] > 0.0 and a[_RECEIVED] <= p[_MIN_RECEPTION])
        and not (p[_IGNORE_AT_REST] > 0.0 and (a[NAV] == 1.0 or a[NAV] == 5.0 or a[NAV] == 6.0))
    )
    return (need if judged else -1.0), by_shore, by_satellite, longest, rate


@kernel
def _remember(a: Any, row: Any) -> None:
    """The vessel's record after one more fix."""
    hour = np.floor(row[T] / (3600.0 * SECOND_US))
    if a[T] == 0.0:
        a[_FIRST] = row[T]
    else:
        for h in range(int(min(hour - a[_HOUR], _HOURS))):
            k = int(hour - h) % _HOURS
            a[_BY_SHORE + k] = a[_BY_SATELLITE + k] = a[_LONGEST + k] = 0.0
        k = int(hour) % _HOURS
        a[_LONGEST + k] = max(a[_LONGEST + k], (row[T] - a[T]) / SECOND_US)
    k = int(hour) % _HOURS
    if row[SATELLITE] > 0.0:
        a[_BY_SATELLITE + k] += 1.0
    else:
        a[_BY_SHORE + k] += 1.0
    a[_HOUR], a[_RECEIVED] = hour, row[RECEPTION]
    for f in range(_HOUR):
        a[f] = row[f]


@kernel
def _write(out: Any, vessel: float, a: Any, weighed: Any) -> None:
    """What a record of a silence says of its beginning."""
    need, by_shore, by_satellite, longest, rate = weighed
    out[:] = np.nan
    out[VESSEL], out[START], out[KEY], out[R_LABELS] = vessel, a[T], 0.0, a[LABELS]
    out[_FROM : _FROM + FIX] = a[:FIX]
    out[_EXPECTED_FROM], out[_N_SHORE], out[_N_SAT], out[_OWN_LONGEST] = need, by_shore, by_satellite, longest
    out[_DUE], out[_R_SHORE], out[_R_PORT] = rate, a[SHORE], a[PORT]
    out[_R_ANCHORAGE], out[_R_RECEPTION], out[_R_SATELLITE] = a[ANCHORAGE], a[_RECEIVED], a[SATELLITE]


@kernel
def _silences(x: Any, zones: Any, vessel: Any, starts: Any, carry: Any, p: Any) -> Any:
    out = np.empty((16, RECORD))
    n = 0
    for g in range(len(starts) - 1):
        a = carry[g]
        for i in range(starts[g], starts[g + 1]):
            silence = (x[i, T] - a[T]) / SECOND_US
            if a[T] > 0.0 and silence > p[_MIN_SILENCE] and vessel[i] % SLOTS == 0:
                weighed = _weigh(a, p)
                if 0.0 <= weighed[0] < silence:
                    if n == len(out):
                        out = np.concatenate((out, np.empty_like(out)))
                    _write(out[n], vessel[i], a, weighed)
                    out[n, STATE], out[n, END], out[n, DECIDED] = CLOSED, x[i, T], x[i, T]
                    out[n, _TO : _TO + FIX] = x[i, :FIX]
                    out[n, R_LABELS] = float(int(a[LABELS]) | int(x[i, LABELS]))
                    out[n, _SILENCE] = silence
                    out[n, _LEG_NM] = haversine_m(a[1], a[2], x[i, 1], x[i, 2]) / NM_M
                    n += 1
            _remember(a, x[i])
    return out[:n]


@kernel
def _open_silences(vessels: Any, carry: Any, p: Any, clock: float) -> Any:
    out = np.empty((len(vessels), RECORD))
    n = 0
    for g in range(len(vessels)):
        a = carry[g]
        silence = (clock - a[T]) / SECOND_US
        if a[T] == 0.0 or silence <= p[_MIN_SILENCE] or vessels[g] % SLOTS != 0:
            continue
        weighed = _weigh(a, p)
        need = weighed[0]
        if need < 0.0 or silence <= need:
            continue
        # Said again each time the silence has doubled: versions by the clock of events, not by batches.
        said = need * 2.0 ** np.floor(np.log2(silence / need))
        _write(out[n], vessels[g], a, weighed)
        out[n, STATE], out[n, DECIDED], out[n, _SILENCE] = OPEN, a[T] + said * SECOND_US, said
        n += 1
    return out[:n].copy()


def window(record: Floats, lateness_s: float) -> tuple[float, float]:
    """The part of a silence in which neighbours count: settled, whenever the silence may first be said."""
    start = record[START]
    return start, start + (record[_EXPECTED_FROM] - lateness_s) * SECOND_US


def witness(record: Floats, heard: Heard, lateness_s: float) -> tuple[int, float, float]:
    """Neighbours heard around the expected path in that part, the share of half hours, their labels' bits."""
    last = np.append(record[_FROM : _FROM + FIX], [0.0, record[_R_SATELLITE]])
    due_us = record[START] + record[_EXPECTED_FROM] * SECOND_US
    return heard.along(last, int(record[VESSEL]) // SLOTS, *window(record, lateness_s), due_us)


def borne_out(
    records: Floats, neighbours: Floats, share: Floats, labels: Floats, thresholds: Thresholds
) -> Floats:
    """The records with their witnesses, without those whose place was not heard: those silences are void."""
    out = records.copy()
    out[:, _NEIGHBOURS], out[:, _SHARE] = neighbours, share
    out[:, R_LABELS] = (records[:, R_LABELS].astype(np.int64) | labels.astype(np.int64)).astype(np.float64)
    if thresholds["min_neighbours"] <= 0:  # nobody is asked
        return out
    least = np.where(records[:, _R_SATELLITE] > 0, 0.5, 1.0) * thresholds["min_heard_share"]
    return np.asarray(out[(neighbours >= thresholds["min_neighbours"]) & (share >= least)])


def judge(thresholds: Thresholds, measured: Mapping[str, Any]) -> Judgement:
    """From the evidence alone: the same numbers give the same verdict."""
    m = measured
    need = max(thresholds["min_silence_s"], thresholds["longest_factor"] * (m["own_longest_s"] or 0.0))
    asked_around = thresholds["min_neighbours"] > 0
    share = thresholds["min_heard_share"] * (0.5 if m["last_by_satellite"] else 1.0) if asked_around else 0.0
    asked = {
        "silence_s": (m["silence_s"], need),
        "reports_before": (m["reports_before"], thresholds["min_reports_before"]),
        "satellite_before": (m["satellite_before"], thresholds["min_satellite_before"]),
        "reports_due": (m["reports_due"], thresholds["min_reports_due"]),
        "shore_nm": (m["shore_nm"], thresholds["min_shore_nm"]),
        "port_km": (m["port_km"], thresholds["min_port_km"]),
        "anchorage_km": (m["anchorage_km"], thresholds["min_anchorage_km"]),
        "neighbours": (m["neighbours"], thresholds["min_neighbours"]),
        "heard_share": (m["heard_share"], share),
    }
    # Events said before the reception was asked for do not name it.
    reception, least = m.get("reception_per_day"), thresholds.get("min_reception_per_day", 0.0)
    holds = all(v is None or v >= t for v, t in asked.values())
    holds = holds and (reception is None or least <= 0 or reception > least)
    asked["reception_per_day"] = (reception, least)
    margins = {name: margin(v, t) for name, (v, t) in asked.items() if v is not None and t > 0}
    unaccounted_s = m.get("unaccounted_s")
    look = (
        (m["shore_nm"] or 0.0) >= thresholds["look_shore_nm"]
        and m["neighbours"] >= thresholds["look_neighbours"]
        and m["heard_share"] >= share
        and (m["last_sog_kn"] or 0.0) >= UNDER_WAY_KN
        and not (unaccounted_s is not None and unaccounted_s < thresholds.get("look_unaccounted_s", 0.0))
    )
    counted = [margins[name] for name in ("silence_s", "reports_due", "neighbours") if name in margins]
    return Judgement(holds, margins, score(counted), "look" if holds and look else "know")


def explain(record: Floats, thresholds: Thresholds, context: Context) -> Found:
    vessel, closed = int(record[VESSEL]), record[STATE] == CLOSED
    silence = float(record[_SILENCE])
    due = int(record[_DUE] * silence)
    measured = {
        "silence_s": round(silence, 3),
        "own_longest_s": round(float(record[_OWN_LONGEST]), 3),
        "reports_before": int(record[_N_SHORE] + record[_N_SAT]),
        "satellite_before": int(record[_N_SAT]),
        "reports_due": due,
        "shore_nm": number(record[_R_SHORE], 2),
        "port_km": number(record[_R_PORT], 2),
        "anchorage_km": number(record[_R_ANCHORAGE], 2),
        "reception_per_day": number(record[_R_RECEPTION], 15),  # as it is: it has to be more, not as much
        "neighbours": int(np.nan_to_num(record[_NEIGHBOURS])),
        "heard_share": round(float(np.nan_to_num(record[_SHARE])), 3),
        "last_by_satellite": bool(record[_R_SATELLITE]),
        "last_sog_kn": number(record[_FROM + 3], 1),
        "distance_nm": number(record[_LEG_NM], 2),
        "unaccounted_s": _unaccounted_s(record) if closed else None,
    }
    last, back = record[_FROM : _FROM + FIX], record[_TO : _TO + FIX]
    observations = [observation(last, vessel, "start", context)]
    places = [(last[1], last[2])]
    if closed:
        observations.append(observation(back, vessel, "end", context))
        places.append((back[1], back[2]))
    feature = line(places, "silent_leg") if closed else point(*places[0], "silent_leg")
    coverage = {
        "neighbours": measured["neighbours"],
        "heard_share": measured["heard_share"],
        "heard_from": int(record[START]),
        "reports_heard_before": measured["reports_before"],
        "receivers_before": "shore and satellite" if record[_N_SAT] and record[_N_SHORE]
        else "satellite" if record[_N_SAT] else "shore",
    }  # fmt: skip
    return Found(
        (vessel,), int(record[START]), int(record[END]) if closed else None, last[1], last[2],
        _why(record, silence, due, closed, thresholds), measured, judge(thresholds, measured), observations,
        [feature], coverage,
    )  # fmt: skip


def _why(record: Floats, silence: float, due: int, closed: bool, thresholds: Thresholds) -> str:
    words = f"Silent {'for' if closed else 'more than'} {duration(silence)}."
    if due >= 1:
        words += f" {plural(due, 'report')} {'was' if due == 1 else 'were'} due, 0 came"
        n = np.nan_to_num(record[_NEIGHBOURS])
        if thresholds["min_neighbours"] > 0:
            words += f"; {plural(n, 'neighbour')} {'was' if n == 1 else 'were'} heard there meanwhile"
        words += "."
    if closed:
        words += f" Heard again {record[_LEG_NM]:,.0f} nm from where it was last"
        spare_s = _unaccounted_s(record)
        if spare_s is not None and spare_s < thresholds.get("look_unaccounted_s", 0.0):
            words += ", as far as its speed would bring it"
        words += "."
    return words


def _unaccounted_s(record: Floats) -> float | None:
    """Silence beyond what sailing on at the last speed would take; null for a ship that was not under way."""
    speed_kn = record[_FROM + 3]
    if not speed_kn >= UNDER_WAY_KN:
        return None
    return round(max(float(record[_SILENCE] - record[_LEG_NM] / speed_kn * HOUR_S), 0.0), 3)


BEHAVIOUR = Behaviour(
    KIND="gap", VERSION=1, BY="vessel", profiles=PROFILES, carry_width=CARRY, record_width=RECORD, kernel=_silences,
    ongoing=_open_silences, explain=explain, judge=judge, clocked=True,
)  # fmt: skip


def last_heard(carry: Floats) -> Ints:
    """Time of the last fix of each record of a carry."""
    return np.asarray(carry[:, _LAST + T], np.int64)


def hearing_reach_us(thresholds: Thresholds) -> float:
    """How long what was heard has to be kept: the longest silence that may still come to be judged."""
    longest = max(thresholds["min_silence_s"], min(thresholds["max_habit_s"], 24 * HOUR_S))
    return (longest + HOUR_S) * SECOND_US if thresholds["min_neighbours"] > 0 else HOUR_US
