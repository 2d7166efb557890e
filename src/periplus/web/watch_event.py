"""Events as the watch floor reads them: WatchEvent and EventDetail of ui/src/core/api.ts."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

from periplus.model.event import EVIDENCE_KEYS
from periplus.model.flags import flag
from periplus.model.log import DISMISSALS
from periplus.model.track import vessel_number
from periplus.model.vocabulary import ship_type_text
from periplus.sharing.holdings import Row
from periplus.sharing.released import Released
from periplus.sharing.view import View
from periplus.web.watching import Watching

UNITS = {"s": "s", "h": "h", "nm": "nm", "km": "km", "m": "m", "kn": "kn", "deg": "°"}
JUDGED_BY = {
    "gap": "silence_s", "encounter": "duration_s", "loitering": "duration_s", "impossible_jump": "speed_kn",
}  # fmt: skip
WITHOUT_BAR = ("zone_entry",)  # a ship is in or out
AS_THEY_ARE = (
    "id", "kind", "version", "change", "state", "priority", "vessels", "start", "end", "lon", "lat",
    "profile", "rule", "score", "why", "was", "cause", "label", "recorded_at", "acknowledged", "notes",
)  # fmt: skip
_EMPTY_EVIDENCE: Mapping[str, Any] = {
    **{key: {} for key in EVIDENCE_KEYS},
    "observations": [],
    "geometry": {"type": "FeatureCollection", "features": []},
}


def watch_event(event: Released[Row], view: View, watch: Watching) -> dict[str, Any]:
    """One WatchEvent."""
    return watch_events(Released([event.content], event.to), view, watch)[0]


def watch_events(events: Released[Sequence[Row]], view: View, watch: Watching) -> list[dict[str, Any]]:
    """WatchEvents in the same order; the ships' names are looked up once for all."""
    vessels = {vessel for event in events.content for vessel in event["vessels"]}
    ships = view.known_as(vessels).content
    settled_us = watch.clock.now_us() - watch.lateness_us
    return [_watch_event(event, ships, settled_us) for event in events.content]


def event_detail(
    event: Released[Row], versions: Released[Sequence[Row]], view: View, watch: Watching
) -> dict[str, Any]:
    """One EventDetail: the event with its evidence and everything that was said and done about it."""
    evidence = event.content["evidence"]
    return watch_event(event, view, watch) | {
        "evidence": {key: evidence.get(key, _EMPTY_EVIDENCE[key]) for key in EVIDENCE_KEYS},
        "history": [_version(version) for version in versions.content],
    }


def _watch_event(event: Row, ships: Mapping[str, Row], settled_us: int) -> dict[str, Any]:
    known = [ships.get(vessel, {}) for vessel in event["vessels"]]
    return {name: event[name] for name in AS_THEY_ARE} | {
        "provisional": event["state"] != "withdrawn" and _last_us(event) >= settled_us,
        "names": [ship.get("name") for ship in known],
        "types": [ship_type_text(ship.get("ship_type")) for ship in known],
        "flags": [country(vessel) for vessel in event["vessels"]],
        "ids": [ship.get("id") for ship in known],
        "margin": _margin(event["kind"], event["evidence"]),
        "dismissed": _dismissed(event["dismissed"]),
    }


def country(vessel: str) -> str | None:
    """The flag that the vessel's MMSI claims."""
    found = flag(vessel_number(vessel) // 8)
    return found[1] if found else None


def _last_us(event: Row) -> int:
    """The newest thing that the event rests on: while it is younger than the lateness, more may come."""
    seen = [observation["observed_at"] for observation in event["evidence"].get("observations", [])]
    return int(max([event["end"] or event["start"], *seen]))


def _dismissed(dismissed: Row | None) -> Row | None:
    return dismissed and {**dismissed, "reason_text": DISMISSALS.get(dismissed["reason"], "")}


def _margin(kind: str, evidence: Row) -> dict[str, Any] | None:
    """The measure that an officer judges this kind by, for the bar; of a kind unknown here, the narrowest one."""
    measured, thresholds = evidence.get("measured", {}), evidence.get("thresholds", {})
    margins = {
        name: ratio
        for name, ratio in evidence.get("margins", {}).items()
        if isinstance(ratio, int | float) and ratio > 0 and _is_number(measured.get(name))
    }
    if not margins or kind in WITHOUT_BAR:
        return None
    name = JUDGED_BY.get(kind, "")
    if name not in margins:
        name = min(margins, key=lambda each: (margins[each], each))
    value = measured[name]
    words, _, suffix = name.rpartition("_")
    unit = UNITS.get(suffix)
    return {
        "name": (words if unit and words else name).replace("_", " "),
        "value": value,
        "threshold": _threshold(value, margins[name], thresholds),
        "unit": unit or "",
    }


def _threshold(value: float, margin: float, thresholds: Row) -> float:
    """What a value was measured against, worked back from its margin.

    A margin is measured over threshold, or the reverse where less is odder: those thresholds are called
    max_. One that is not among the profile's thresholds came from the vessel's own habits.
    """
    for prefix, worked_back in (("max_", value * margin), ("min_", value / margin)):
        for name, threshold in thresholds.items():
            # Margins are rounded to three decimals.
            near = _is_number(threshold) and math.isclose(threshold, worked_back, rel_tol=1e-3)
            if name.startswith(prefix) and near:
                return float(threshold)
    return round(value / margin, 3)


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _version(version: Row) -> dict[str, Any]:
    reason = version["reason"]
    text = version["text"]
    if reason is not None:
        text = " · ".join(filter(None, (DISMISSALS.get(reason), text)))
    return {
        "seq": version["seq"], "at": version["at"], "by": version["by"], "what": version["what"],
        "why": version["why"], "text": text, "cause": version["cause"],
    }  # fmt: skip
