"""Evidence: the event as a row, with its one sentence and all that is needed to judge it again."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import pyarrow as pa

from periplus.behaviours.behaviour import CLOSED, R_LABELS, STATE, Chosen, Context, Found
from periplus.geo.units import HOUR_US, MINUTE_S
from periplus.model.event import EVENT
from periplus.model.fixes import Floats
from periplus.model.ids import content_id
from periplus.model.track import vessel_text


def events(
    chosen: Chosen, records: Floats, changes: Sequence[str], causes: Sequence[str | None], context: Context
) -> pa.Table:
    """EVENT rows of records, one each, in the same order."""
    rows = [
        _row(chosen, record, change, cause, context)
        for record, change, cause in zip(records, changes, causes, strict=True)
    ]
    return pa.Table.from_pylist(rows, schema=EVENT)


def observation(fix: Floats, vessel: int, role: str, context: Context) -> dict[str, Any]:
    """A fix kept in a record (its first FIX columns) as evidence names it."""
    return {
        "vessel": vessel_text(vessel), "observed_at": int(fix[0]), "lon": number(fix[1], 6), "lat": number(fix[2], 6),
        "sog_kn": number(fix[3], 1), "cog_deg": number(fix[4], 1), "source": context.sources.texts[int(fix[5])],
        "role": role,
    }  # fmt: skip


def number(value: float, digits: int) -> float | None:
    """Rounded; None when not available."""
    return None if math.isnan(value) else round(float(value), digits)


def point(lon: float, lat: float, role: str, **properties: Any) -> dict[str, Any]:
    return _feature("Point", [round(float(lon), 6), round(float(lat), 6)], role, properties)


def line(places: Sequence[tuple[float, float]], role: str, **properties: Any) -> dict[str, Any]:
    """A line through places; longitudes run on past 180 rather than jump, as RFC 7946 readers draw best."""
    out: list[list[float]] = []
    for lon, lat in places:
        turned = float(lon)
        if out:
            turned += 360.0 * round((out[-1][0] - turned) / 360.0)
        out.append([round(turned, 6), round(float(lat), 6)])
    return _feature("LineString", out, role, properties)


def duration(seconds: float) -> str:
    """'45 min', '3 h 10 min', '2 d 4 h'."""
    minutes = round(seconds / MINUTE_S)
    if minutes < 60:
        return f"{minutes} min"
    hours, minutes = divmod(minutes, 60)
    if hours < 48:
        return f"{hours} h {minutes} min" if minutes else f"{hours} h"
    days, hours = divmod(hours, 24)
    return f"{days} d {hours} h" if hours else f"{days} d"


def clock(us: float) -> str:
    """'09:14Z' of a time."""
    minutes = int(us) // (HOUR_US // 60)
    return f"{minutes // 60 % 24:02d}:{minutes % 60:02d}Z"


def plural(n: float, noun: str) -> str:
    return f"{n:,.0f} {noun}" if round(n) == 1 else f"{n:,.0f} {noun}s"


def _row(chosen: Chosen, record: Floats, change: str, cause: str | None, context: Context) -> dict[str, Any]:
    found: Found = chosen.behaviour.explain(record, chosen.thresholds, context)
    vessels = sorted(vessel_text(vessel) for vessel in found.vessels)
    state = "closed" if record[STATE] == CLOSED else "open"
    evidence = {
        "thresholds": dict(chosen.thresholds),
        "measured": found.measured,
        "margins": found.judgement.margins,
        "observations": found.observations,
        "coverage": found.coverage,
        "geometry": {"type": "FeatureCollection", "features": found.features},
    }
    return {
        "id": content_id(chosen.kind, *vessels, found.start, *found.also),
        "kind": chosen.kind,
        "change": change,
        "state": "withdrawn" if change == "withdrawn" else state,
        "vessels": vessels,
        "start": found.start,
        "end": found.end,
        "lon": round(float(found.lon), 6),
        "lat": round(float(found.lat), 6),
        "profile": chosen.profile,
        "rule": chosen.behaviour.rule,
        "score": found.judgement.score,
        "priority": found.judgement.priority,
        "why": found.why,
        "evidence": json.dumps(_plain(evidence), sort_keys=True, separators=(",", ":"), allow_nan=False),
        "cause": cause,
        "label": context.label(record[R_LABELS]),
    }


def _plain(value: Any) -> Any:
    """Without numpy scalars, and without NaN: not available is null."""
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, np.generic):
        value = value.item()
    return None if isinstance(value, float) and not math.isfinite(value) else value


def _feature(kind: str, coordinates: Any, role: str, properties: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "Feature",
        "properties": {"role": role, **properties},
        "geometry": {"type": kind, "coordinates": coordinates},
    }
