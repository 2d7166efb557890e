"""Encounter: two vessels keep close to each other for hours, slow, away from where ships lie together anyway."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from periplus.behaviours.behaviour import (
    CLOSED,
    COMMON,
    DECIDED,
    END,
    KEY,
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
from periplus.behaviours.evidence import duration, line, number, point
from periplus.geo.kernels import along, haversine_m, kernel
from periplus.geo.units import HOUR_S, HOUR_US, MINUTE_US, NM_M, SECOND_US
from periplus.model.fixes import (
    ANCHORAGE,
    FEATURES,
    LABELS,
    LAT,
    LON,
    NAV,
    PORT,
    SHORE,
    SOG,
    SOURCE,
    Floats,
    T,
)
from periplus.model.track import vessel_text

# Both tracks are read off at the same instants, ten minutes apart as Global Fishing Watch does it, on the great
# circle between two fixes at most `max_silence_s` apart. Instants do not know the day, so a meeting astride
# midnight is one; a partner who falls silent has no place at an instant, so the meeting ends there.
PROFILES: Mapping[str, Thresholds] = {
    "periplus": {
        "max_distance_m": 500.0,
        "min_duration_s": 2 * HOUR_S,
        "max_speed_kn": 2.0,  # of each of the two, as median over the meeting
        "min_anchorage_km": 10.0,
        "min_port_km": 10.0,
        "min_shore_nm": 5.0,
        "max_silence_s": 1 * HOUR_S,
        "max_instant_kn": 10.0,  # faster instants are no part of a meeting
        "ignore_at_rest": 1,  # at anchor, moored or aground by its own word: lying in a roadstead
    },
    "gfw": {"min_port_km": 0.0, "min_shore_nm": 0.0, "ignore_at_rest": 0},
    "skylight": {"max_distance_m": 250.0, "min_duration_s": 1800.0, "min_anchorage_km": 0.0, "min_port_km": 0.0,
                 "min_shore_nm": 0.0, "ignore_at_rest": 0},
    "starboard": {"max_distance_m": 200.0, "min_duration_s": 1800.0, "min_anchorage_km": 0.0, "min_port_km": 0.0,
                  "min_shore_nm": 5.4, "ignore_at_rest": 0},
}  # fmt: skip
(MAX_DISTANCE, _MIN_DURATION, _MAX_SPEED, _MIN_ANCHORAGE, _MIN_PORT, _MIN_SHORE, MAX_SILENCE,
 _MAX_INSTANT, _IGNORE_AT_REST) = range(9)  # fmt: skip
GRID_US = 10 * MINUTE_US

# What the kernel gives is a place of one vessel at one instant: START is the instant, DECIDED the fix after it.
P_LON, P_LAT, P_SPEED, P_SOURCE = range(COMMON, COMMON + 4)
PLACE = COMMON + 4
CARRY = len(FEATURES)  # the last fix

# Two vessels close to each other at an instant.
C_A, C_B, C_G, C_M, C_LON_A, C_LAT_A, C_LON_B, C_LAT_B, C_KN_A, C_KN_B, C_BITS, C_SOURCE_A, C_SOURCE_B = (
    range(13)
)
CLOSE = 13

# A tally of such instants in a row: the two, first and last instant, how many, how many of them slow, sums,
# the closest, and a thinned path of both.
(A, B, BEGIN, LAST, _N, _SLOW_A, _SLOW_B, _SUM_M, _SUM_A, _SUM_B, BITS, _SOURCE_A, _SOURCE_B) = range(13)
_CLOSEST = 13  # instant, metres, lon and lat of one and of the other, their speeds
_PATHS, _STRIDE = _CLOSEST + 8, _CLOSEST + 9
_PATH = _CLOSEST + 10
_PLACES = 8  # of lon_a, lat_a, lon_b, lat_b
TALLY = _PATH + 4 * _PLACES
SAID = TALLY  # the instant at which it was said, then the tally as it was then
RUN = 2 * TALLY + 1
RECORD = COMMON + TALLY


@kernel
def _places(x: Any, zones: Any, vessel: Any, starts: Any, carry: Any, p: Any) -> Any:
    out = np.empty((16, PLACE))
    n = 0
    for g in range(len(starts) - 1):
        a = carry[g]
        for i in range(starts[g], starts[g + 1]):
            b = x[i]
            elapsed = b[T] - a[T]
            instant = (np.floor(a[T] / GRID_US) + 1.0) * GRID_US
            at_rest = b[NAV] == 1.0 or b[NAV] == 5.0 or b[NAV] == 6.0
            skip = at_rest and p[_IGNORE_AT_REST] > 0.0
            if not skip and a[T] > 0.0 and instant <= b[T] and elapsed <= p[MAX_SILENCE] * SECOND_US:
                kn = haversine_m(a[LON], a[LAT], b[LON], b[LAT]) / NM_M / (elapsed / HOUR_US)
                if elapsed < GRID_US and not np.isnan(a[SOG] + b[SOG]):
                    kn = (a[SOG] + b[SOG]) / 2.0
                while instant <= b[T]:
                    f = (instant - a[T]) / elapsed
                    away = not (
                        a[ANCHORAGE] + f * (b[ANCHORAGE] - a[ANCHORAGE]) < p[_MIN_ANCHORAGE]
                        or a[PORT] + f * (b[PORT] - a[PORT]) < p[_MIN_PORT]
                        or a[SHORE] + f * (b[SHORE] - a[SHORE]) < p[_MIN_SHORE]
                    )
                    if away and kn <= p[_MAX_INSTANT]:
                        if n == len(out):
                            out = np.concatenate((out, np.empty_like(out)))
                        out[n, VESSEL], out[n, START], out[n, KEY] = vessel[i], instant, 0.0
                        out[n, STATE], out[n, END], out[n, DECIDED] = CLOSED, instant, b[T]
                        out[n, R_LABELS] = float(int(a[LABELS]) | int(b[LABELS]))
                        out[n, P_LON], out[n, P_LAT] = along(a[LON], a[LAT], b[LON], b[LAT], f)
                        out[n, P_SPEED], out[n, P_SOURCE] = kn, b[SOURCE]
                        n += 1
                    instant += GRID_US
            a[:] = b
    return out[:n]


@kernel
def _near(place: Any, band: Any, changed: Any, radius_m: float, band_deg: float) -> Any:
    """Pairs of rows within the radius at the same instant, at least one of them changed.

    Rows sorted by instant, band of latitude and longitude; the box searched in each of three bands also looks
    round the antimeridian, where it has to.
    """
    out = np.empty((64, 2), np.int64)
    n = 0
    size = len(place)
    for i in range(size):
        if not changed[i]:
            continue
        lat = min(abs(place[i, P_LAT]) + band_deg, 89.9)
        wide = min(1.01 * band_deg / np.cos(np.radians(lat)), 180.0)
        for b in range(band[i] - 1, band[i] + 2):
            for turn in (0.0, 360.0, -360.0):
                west, east = place[i, P_LON] - wide + turn, place[i, P_LON] + wide + turn
                if east < -180.0 or west > 180.0:
                    continue
                low, high = 0, size
                while low < high:  # first row not before (instant, band, west)
                    mid = (low + high) // 2
                    before = place[mid, START] < place[i, START] or (
                        place[mid, START] == place[i, START]
                        and (band[mid] < b or (band[mid] == b and place[mid, P_LON] < west))
                    )
                    if before:
                        low = mid + 1
                    else:
                        high = mid
                j = low
                while (
                    j < size
                    and place[j, START] == place[i, START]
                    and band[j] == b
                    and place[j, P_LON] <= east
                ):
                    once = not changed[j] or place[i, VESSEL] < place[j, VESSEL]
                    # Two ships under one MMSI are one identity in two places, which is another behaviour's.
                    if once and place[i, VESSEL] // 8 != place[j, VESSEL] // 8:
                        m = haversine_m(place[i, P_LON], place[i, P_LAT], place[j, P_LON], place[j, P_LAT])
                        if m <= radius_m:
                            if n == len(out):
                                out = np.concatenate((out, np.empty_like(out)))
                            out[n, 0], out[n, 1] = i, j
                            n += 1
                    j += 1
    return out[:n]


def close(places: Floats, changed: Any, thresholds: Floats) -> Floats:
    """Instants at which two vessels were within the distance, of those where at least one place is new."""
    radius_m = float(thresholds[MAX_DISTANCE])
    band_deg = np.degrees(radius_m / 6_371_008.8) * 1.001
    band = np.floor(places[:, P_LAT] / band_deg).astype(np.int64)
    order = np.lexsort((places[:, P_LON], band, places[:, START]))
    places, changed = places[order], changed[order]
    pairs = _near(places, band[order], changed, radius_m, band_deg)
    swap = places[pairs[:, 0], VESSEL] > places[pairs[:, 1], VESSEL]
    pairs[swap] = pairs[swap][:, ::-1]
    a, b = places[pairs[:, 0]], places[pairs[:, 1]]
    bits = a[:, R_LABELS].astype(np.int64) | b[:, R_LABELS].astype(np.int64)
    out = np.empty((len(pairs), CLOSE))
    for column, values in (
        (C_A, a[:, VESSEL]), (C_B, b[:, VESSEL]), (C_G, a[:, START]), (C_LON_A, a[:, P_LON]), (C_LAT_A, a[:, P_LAT]),
        (C_LON_B, b[:, P_LON]), (C_LAT_B, b[:, P_LAT]), (C_KN_A, a[:, P_SPEED]), (C_KN_B, b[:, P_SPEED]),
        (C_BITS, bits), (C_SOURCE_A, a[:, P_SOURCE]), (C_SOURCE_B, b[:, P_SOURCE]),
    ):  # fmt: skip
        out[:, column] = values
    out[:, C_M] = _metres(out)
    return out


@kernel
def _metres(pairs: Any) -> Any:
    out = np.empty(len(pairs))
    for i in range(len(pairs)):
        r = pairs[i]
        out[i] = haversine_m(r[C_LON_A], r[C_LAT_A], r[C_LON_B], r[C_LAT_B])
    return out


@kernel
def _slow(n: float, slow_a: float, slow_b: float) -> bool:
    """Whether the median speed of each is slow."""
    return bool(2.0 * slow_a >= n and 2.0 * slow_b >= n)


@kernel
def _count(run: Any, c: Any, p: Any) -> None:
    """The run with one more instant; said when it is long and slow enough, and again when twice as long."""
    if run[_N] == 0.0:
        run[A], run[B], run[BEGIN] = c[C_A], c[C_B], c[C_G]
        run[_CLOSEST + 1], run[_STRIDE] = np.inf, 1.0
    index = (c[C_G] - run[BEGIN]) / GRID_US
    if index % run[_STRIDE] == 0.0:
        if run[_PATHS] == _PLACES:  # full: keep every other place, and take half as many from here on
            for k in range(_PLACES // 2):
                run[_PATH + 4 * k : _PATH + 4 * k + 4] = run[_PATH + 8 * k : _PATH + 8 * k + 4]
            run[_PATHS] = _PLACES // 2
            run[_STRIDE] *= 2.0
        if index % run[_STRIDE] == 0.0:
            k = _PATH + 4 * int(run[_PATHS])
            run[k : k + 4] = c[C_LON_A : C_LON_A + 4]
            run[_PATHS] += 1.0
    run[LAST] = c[C_G]
    run[_N] += 1.0
    run[_SLOW_A] += c[C_KN_A] < p[_MAX_SPEED]
    run[_SLOW_B] += c[C_KN_B] < p[_MAX_SPEED]
    run[_SUM_M] += c[C_M]
    run[_SUM_A] += c[C_KN_A]
    run[_SUM_B] += c[C_KN_B]
    run[BITS] = float(int(run[BITS]) | int(c[C_BITS]))
    run[_SOURCE_A], run[_SOURCE_B] = c[C_SOURCE_A], c[C_SOURCE_B]
    if c[C_M] < run[_CLOSEST + 1]:
        run[_CLOSEST], run[_CLOSEST + 1] = c[C_G], c[C_M]
        run[_CLOSEST + 2 : _CLOSEST + 6] = c[C_LON_A : C_LON_A + 4]
        run[_CLOSEST + 6], run[_CLOSEST + 7] = c[C_KN_A], c[C_KN_B]
    slow = _slow(run[_N], run[_SLOW_A], run[_SLOW_B])
    lasted = run[LAST] - run[BEGIN]
    if run[SAID] == 0.0:
        if slow and lasted >= p[_MIN_DURATION] * SECOND_US:
            run[SAID] = run[LAST]
            run[SAID + 1 :] = run[:TALLY]
    elif lasted >= 2.0 * (run[SAID + 1 + LAST] - run[BEGIN]):
        run[SAID] = run[LAST]
        run[SAID + 1 :] = run[:TALLY]


@kernel
def runs(held: Any, pairs: Any, p: Any) -> tuple[Any, Any]:
    """Runs of consecutive instants, those that ended and those that may go on.

    `held`: runs to go on from, by (A, B); `pairs`: instants that follow, by (C_A, C_B, C_G).
    """
    ended, going = np.empty((16, RUN)), np.empty((len(held) + len(pairs), RUN))
    n = m = i = h = 0
    while i < len(pairs) or h < len(held):
        take = h < len(held) and (
            i == len(pairs)
            or held[h, A] < pairs[i, C_A]
            or (held[h, A] == pairs[i, C_A] and held[h, B] <= pairs[i, C_B])
        )
        run = np.zeros(RUN)
        a, b = (held[h, A], held[h, B]) if take else (pairs[i, C_A], pairs[i, C_B])
        if take:
            run[:] = held[h]
            h += 1
        while i < len(pairs) and pairs[i, C_A] == a and pairs[i, C_B] == b:
            apart = pairs[i, C_G] != run[LAST] + GRID_US
            # Once said, a run ends where the median would no longer be slow: what was said stays true of it.
            parted = run[SAID] > 0.0 and not _slow(
                run[_N] + 1.0,
                run[_SLOW_A] + (pairs[i, C_KN_A] < p[_MAX_SPEED]),
                run[_SLOW_B] + (pairs[i, C_KN_B] < p[_MAX_SPEED]),
            )
            if run[_N] > 0.0 and (apart or parted):
                if n == len(ended):
                    ended = np.concatenate((ended, np.empty_like(ended)))
                ended[n] = run
                n += 1
                run[:] = 0.0
            _count(run, pairs[i], p)
            i += 1
        going[m] = run
        m += 1
    return ended[:n], going[:m]


@kernel
def _nothing(vessels: Any, carry: Any, p: Any, clock_us: float) -> Any:
    return np.empty((0, RECORD))


def judge(thresholds: Thresholds, measured: Mapping[str, Any]) -> Judgement:
    """From the evidence alone: the same numbers give the same verdict."""
    m = measured
    margins = {"duration_s": margin(m["duration_s"], thresholds["min_duration_s"])}
    if m["closest_m"] > 0:
        margins["closest_m"] = margin(thresholds["max_distance_m"], m["closest_m"])
    holds = (
        m["duration_s"] >= thresholds["min_duration_s"]
        and m["closest_m"] <= thresholds["max_distance_m"]
        and min(m["slow_share_a"], m["slow_share_b"]) >= 0.5
    )
    return Judgement(holds, margins, score([margins["duration_s"]]), "know")


def explain(record: Floats, thresholds: Thresholds, context: Context) -> Found:
    a, b, closed = int(record[VESSEL]), int(record[KEY]), record[STATE] == CLOSED
    run = record[COMMON:]
    n, lasted = run[_N], (run[LAST] - run[BEGIN]) / SECOND_US
    closest = run[_CLOSEST : _CLOSEST + 8]
    path = run[_PATH : _PATH + 4 * int(run[_PATHS])].reshape(-1, 4)
    measured = {
        "duration_s": round(float(lasted), 3),
        "mean_distance_m": round(float(run[_SUM_M] / n), 1),
        "closest_m": round(float(closest[1]), 1),
        "mean_speed_a_kn": number(run[_SUM_A] / n, 2),
        "mean_speed_b_kn": number(run[_SUM_B] / n, 2),
        "slow_share_a": round(float(run[_SLOW_A] / n), 3),
        "slow_share_b": round(float(run[_SLOW_B] / n), 3),
    }
    why = (
        f"Within {run[_SUM_M] / n:,.0f} m of each other on average for {duration(lasted)}, closest "
        f"{closest[1]:,.0f} m, making {run[_SUM_A] / n:.1f} and {run[_SUM_B] / n:.1f} kn, "
        f"where ships do not lie together."
    )

    def instant(
        t: float, lon: float, lat: float, kn: float, vessel: int, source: float, role: str
    ) -> dict[str, Any]:
        return {
            "vessel": vessel_text(vessel), "observed_at": int(t), "lon": number(lon, 6), "lat": number(lat, 6),
            "sog_kn": number(kn, 1), "cog_deg": None, "source": context.sources.texts[int(source)], "role": role,
            "interpolated": True,
        }  # fmt: skip

    observations = [
        instant(closest[0], closest[2], closest[3], closest[6], a, run[_SOURCE_A], "closest"),
        instant(closest[0], closest[4], closest[5], closest[7], b, run[_SOURCE_B], "closest"),
        instant(run[BEGIN], path[0, 0], path[0, 1], np.nan, a, run[_SOURCE_A], "start"),
        instant(run[BEGIN], path[0, 2], path[0, 3], np.nan, b, run[_SOURCE_B], "start"),
    ]
    features = [
        line([(p[0], p[1]) for p in path], "track_a", vessel=vessel_text(a)),
        line([(p[2], p[3]) for p in path], "track_b", vessel=vessel_text(b)),
        point(closest[2], closest[3], "place"),
    ]
    return Found(
        (a, b), int(record[START]), int(record[END]) if closed else None, closest[2], closest[3], why, measured,
        judge(thresholds, measured), observations, features,
    )  # fmt: skip


BEHAVIOUR = Behaviour(
    KIND="encounter", VERSION=1, BY="pair", profiles=PROFILES, carry_width=CARRY, record_width=RECORD, kernel=_places,
    ongoing=_nothing, explain=explain, judge=judge, clocked=True,
)  # fmt: skip
