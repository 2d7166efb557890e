"""Event: something odd that a behaviour found, with its reason, under one id for all its versions."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pyarrow as pa

from periplus.model.schema import TIME

OPENED, UPDATED, CLOSED, WITHDRAWN = "opened", "updated", "closed", "withdrawn"
CHANGES = (OPENED, UPDATED, CLOSED, WITHDRAWN)
STATES = ("open", "closed", "withdrawn")
PRIORITIES = ("act", "look", "know")  # now; this watch; no action

EVENT = pa.schema(
    [
        pa.field("id", pa.string(), nullable=False),  # model.ids.content_id(kind, vessels, start)
        pa.field("kind", pa.string(), nullable=False),  # the file in behaviours/ that makes it
        pa.field("change", pa.string(), nullable=False),  # one of CHANGES: what this version says
        pa.field("state", pa.string(), nullable=False),  # one of STATES
        pa.field("vessels", pa.list_(pa.string()), nullable=False),  # model.track.vessel_text, sorted
        pa.field("start", TIME, nullable=False),
        pa.field("end", TIME),  # null while open
        pa.field("lon", pa.float64(), nullable=False),
        pa.field("lat", pa.float64(), nullable=False),
        pa.field("profile", pa.string(), nullable=False),  # the named definition: 'periplus', 'gfw', …
        pa.field("rule", pa.string(), nullable=False),  # rule and version, for instance 'gap/1'
        pa.field("score", pa.float64(), nullable=False),  # 0-1: how far beyond its thresholds
        pa.field("priority", pa.string(), nullable=False),  # one of PRIORITIES
        pa.field("why", pa.string(), nullable=False),  # one sentence: subject, measured value, expectation
        pa.field("evidence", pa.string(), nullable=False),  # JSON object, see EVIDENCE_KEYS
        pa.field("cause", pa.string()),  # on withdrawal: the observation that caused it
        pa.field("label", pa.string(), nullable=False),
    ]
)

# evidence = {"thresholds": {name: number}, "measured": {...}, "margins": {...},
#   "observations": [{"vessel", "observed_at", "lon", "lat", "sog_kn", "cog_deg", "source", "role"}, ...],
#   "coverage": {...}, "geometry": GeoJSON FeatureCollection whose features carry "role"}
# Roles of observations: start, end, before, after, closest, entry, exit.
# Roles of geometry: silent_leg, track_a, track_b, zone, place, jump_leg.
EVIDENCE_KEYS = ("thresholds", "measured", "margins", "observations", "coverage", "geometry")


def bodies(events: pa.Table) -> list[dict[str, Any]]:
    """Each row of an EVENT table as the JSON object that the log keeps: times in microseconds."""
    rows = []
    for row in events.to_pylist():
        row["start"] = _micros(row["start"])
        row["end"] = None if row["end"] is None else _micros(row["end"])
        row["evidence"] = json.loads(row["evidence"])
        rows.append(row)
    return rows


def _micros(time: datetime) -> int:
    return (time - _EPOCH) // timedelta(microseconds=1)


_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
