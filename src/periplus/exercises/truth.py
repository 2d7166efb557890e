"""The truth of an exercise, written beside what is observed of it: who, where, and what was planted."""

import json
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.csv
import shapely

from periplus.exercises.charts import Floats
from periplus.exercises.fleet import CLASS_A, CLASS_B, NO_AIS
from periplus.exercises.planting import Plant
from periplus.exercises.scenario import Scenario, micros
from periplus.exercises.world import World
from periplus.geo.units import HOUR_S, MINUTE_S, SECOND_US
from periplus.model.schema import TIME

_STEP_S = 10 * MINUTE_S  # tracks are sampled that often for entries into zones
_CLASSES = {CLASS_A: "A", CLASS_B: "B", NO_AIS: "none"}

Truth = dict[str, Any]  # tables 'vessels', 'legs', 'events'; lists of records 'incidents', 'responders'


def truth(scenario: Scenario, world: World, plants: tuple[Plant, ...], zones: Path) -> Truth:
    """vessels, legs and events as tables; incidents and responders as the scenario has them."""
    events = [_planted(world, p) for p in plants]
    events += _of_the_case(scenario, world)
    events += _nobodys_fault(world)
    events += _entries(world, json.loads(zones.read_text(encoding="utf-8")))
    events.sort(key=lambda e: (e["start"], e["kind"], e["vessels"]))
    return {
        "vessels": _vessels(world),
        "legs": _legs(world),
        "events": pa.Table.from_pylist(events, schema=EVENTS),
        "incidents": [_plain(i) for i in scenario.incidents],
        "responders": [_plain(r) for r in scenario.responders],
    }


def write(folder: Path, what: Truth) -> None:
    """vessels.csv, legs.arrow, events.jsonl, incidents.jsonl and responders.jsonl in the folder, which is made."""
    folder.mkdir(parents=True, exist_ok=True)
    pa.csv.write_csv(what["vessels"], folder / "vessels.csv")
    legs = what["legs"]
    options = pa.ipc.IpcWriteOptions(compression="zstd")
    with pa.ipc.new_file(folder / "legs.arrow", legs.schema, options=options) as sink:
        sink.write_table(legs)
    rows = {"events": [_spoken(e) for e in what["events"].to_pylist()]}
    rows |= {name: what[name] for name in ("incidents", "responders")}
    for name, records in rows.items():
        lines = (json.dumps(r, ensure_ascii=False) + "\n" for r in records)
        (folder / f"{name}.jsonl").write_text("".join(lines), encoding="utf-8")


EVENTS = pa.schema(
    [
        pa.field("kind", pa.string()),  # the behaviour that should see it, or is tempted to
        pa.field("case", pa.string()),  # what was planted, or what happened of itself
        pa.field("vessels", pa.list_(pa.string())),  # MMSI
        pa.field("ships", pa.list_(pa.int64())),  # rows of the table of vessels
        pa.field("start", TIME),
        pa.field("end", TIME),
        pa.field("lon", pa.float64()),
        pa.field("lat", pa.float64()),
        pa.field("expected", pa.bool_()),  # whether a detector should find it; null: either can be defended
        pa.field("detail", pa.string()),  # JSON
    ]
)


def _event(
    world: World, kind: str, case: str, ships: tuple[int, ...], start_s: float, end_s: float, lon: float | None,
    lat: float | None, expected: bool | None, detail: Mapping[str, Any],
) -> dict[str, Any]:  # fmt: skip
    return {
        "kind": kind,
        "case": case,
        "vessels": sorted({f"{int(world.fleet.mmsi[s]):09d}" for s in ships}),
        "ships": list(ships),
        "start": world.epoch_us + round(start_s * SECOND_US),
        "end": world.epoch_us + round(end_s * SECOND_US),
        "lon": lon,
        "lat": lat,
        "expected": expected,
        "detail": json.dumps(dict(detail)),
    }


def _planted(world: World, p: Plant) -> dict[str, Any]:
    ships = p.ships[:1] if p.case == "shared_mmsi" else p.ships
    detail = dict(p.detail) | ({"ships": list(p.ships)} if p.case == "shared_mmsi" else {})
    return _event(world, p.kind, p.case, ships, p.start_s, p.end_s, p.lon, p.lat, p.expected, detail)


def _of_the_case(scenario: Scenario, world: World) -> list[dict[str, Any]]:
    """What the case itself gives the detectors: the stolen dhow's silence, the tanker adrift."""
    out = []
    number = {ship["id"]: n for n, ship in enumerate(scenario.ships)}
    for ship in scenario.ships:
        for start, end in ship.get("off", ()) if ship["id"] == "issamohamadi" else ():
            n, t = number[ship["id"]], scenario.seconds(start)
            fix = world.tracks.at(np.array([n]), np.array([t]))
            at = (float(fix.lon[0]), float(fix.lat[0]))
            why = {"why": "class B, heard by satellites only: too thin a habit to judge its silence by"}
            out.append(_event(world, "gap", "stolen_dhow", (n,), t, scenario.seconds(end), *at, False, why))
    boarded = next(i for i in scenario.incidents if i["kind"] == "Illegal boarding")
    freed = next(i for i in scenario.incidents if i["kind"] == "Disruption")
    lat, lon = boarded["position"]
    span = (scenario.seconds(boarded["time"]), scenario.seconds(freed["time"]))
    ship_number = number[boarded["ships"][0]]
    detail = {"incident": boarded["id"]}
    out.append(_event(world, "loitering", "boarded_tanker", (ship_number,), *span, lon, lat, True, detail))
    return out


def _nobodys_fault(world: World) -> list[dict[str, Any]]:
    """Receivers that failed or whose clock was off: what must not be laid at a ship's door."""
    out = []
    for o in world.outages:
        detail = {"receiver": o.receiver, "box": list(o.box)}
        out.append(_event(world, "gap", "receiver_outage", (), o.start_s, o.end_s, None, None, False, detail))
    for w in world.wrong_clocks:
        faulty = {"station": w.station, "error_s": w.error_s}
        out.append(
            _event(world, "impossible_jump", "wrong_clock", (), w.start_s, w.end_s, None, None, False, faulty)
        )
    return out


def _entries(world: World, zones: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Visits of ships with AIS to the zones drawn for the exercise, to within the sampling step."""
    out = []
    ships = np.flatnonzero(world.fleet.ais != NO_AIS)
    for feature in zones["features"]:
        named, area = feature["properties"], shapely.geometry.shape(feature["geometry"])
        start, end = (_iso_s(world, named[key]) for key in ("valid_from", "valid_to"))
        times = np.arange(start, min(end, float(world.knots.t_s.max())), _STEP_S)
        inside = np.stack([_inside(world, ships, t, area) for t in times], axis=1)
        edge = np.diff(inside.astype(np.int8), axis=1, prepend=0, append=0)
        entered, left = np.argwhere(edge == 1), np.argwhere(edge == -1)
        for (row, first), (_, last) in zip(entered, left, strict=True):
            ship, t = int(ships[row]), float(times[first])
            fix = world.tracks.at(np.array([ship]), np.array([t]))
            lasts = float(times[min(last, len(times) - 1)]) - t
            detail = {"zone": named["id"], "step_s": _STEP_S}
            expected = first > 0 and lasts >= 2 * HOUR_S
            place = (float(fix.lon[0]), float(fix.lat[0]))
            out.append(_event(world, "zone_entry", "visit", (ship,), t, t + lasts, *place, expected, detail))
    return out


def _inside(world: World, ships: Any, t: float, area: Any) -> Any:
    fix = world.tracks.at(ships, np.full(len(ships), t))
    return shapely.contains_xy(area, fix.lon, fix.lat)


def _iso_s(world: World, text: str) -> float:
    return (micros(datetime.fromisoformat(text)) - world.epoch_us) / SECOND_US


def _vessels(world: World) -> pa.Table:
    fleet = world.fleet
    return pa.table(
        {
            "ship": pa.array(np.arange(len(fleet))),
            "mmsi": [f"{m:09d}" for m in fleet.mmsi],
            "imo": pa.array(fleet.imo, mask=fleet.imo == 0),
            "name": list(fleet.name),
            "callsign": list(fleet.callsign),
            "ship_type": fleet.ship_type,
            "length_m": fleet.length_m,
            "beam_m": fleet.beam_m,
            "ais": [_CLASSES[a] for a in fleet.ais],
            "group": list(fleet.group),
        }
    )


def _legs(world: World) -> pa.Table:
    """Corners of all tracks: between two of one ship she follows the great circle at even speed."""
    k = world.knots
    return pa.table(
        {
            "ship": k.ship,
            "at": _times(world, k.t_s),
            "lon": k.lon,
            "lat": k.lat,
            "nav_status": k.status,
        }
    )


def _times(world: World, t_s: Floats) -> pa.Array:
    return pa.array(world.epoch_us + np.round(t_s * SECOND_US).astype(np.int64)).cast(TIME)


def _plain(record: Any) -> Any:
    """TOML's values as JSON's: times as ISO text."""
    if isinstance(record, Mapping):
        return {key: _plain(value) for key, value in record.items()}
    if isinstance(record, list):
        return [_plain(value) for value in record]
    return record.isoformat() if hasattr(record, "isoformat") else record


def _spoken(event: Mapping[str, Any]) -> dict[str, Any]:
    return {k: _plain(v) for k, v in event.items()} | {"detail": json.loads(event["detail"])}
