"""Routes of single vessels: labels for the chart, and the card."""

from collections.abc import Mapping
from typing import Annotated, Any

import pyarrow as pa
from fastapi import APIRouter, HTTPException, Query

from periplus.model.track import vessel_text
from periplus.model.vocabulary import NAV_STATUS, shape, ship_type_text
from periplus.sharing.holdings import Row
from periplus.web import asked
from periplus.web.columns import finite, lanes, micros, numbers, thinned
from periplus.web.sailed import sailed
from periplus.web.visitor import AFloor, AView
from periplus.web.watch_event import country, watch_events

router = APIRouter(prefix="/api/vessels", tags=["vessels"])

MOST_LABELS = 200
HEARD_US = 6 * 3_600_000_000
MOST_HEARD = 400
MOST_EVENTS = 50


@router.get("/labels")
def labels(view: AView, ids: Annotated[str, Query(max_length=MOST_LABELS * 11)]) -> list[dict[str, Any]]:
    """Names for the numbers of fleet frames, at most 200; those that the view does not know are left out."""
    wanted = ids.split(",") if ids else []
    if len(wanted) > MOST_LABELS:
        raise HTTPException(400, f"at most {MOST_LABELS} ids at once")
    if not all(each.isascii() and each.isdigit() and len(each) <= 10 for each in wanted):
        raise HTTPException(400, "ids are numbers of fleet frames, divided by commas")
    found = view.by_number([int(each) for each in wanted]).content
    return [
        {
            "id": number,
            "vessel": vessel_text(row["vessel"]),
            "name": row["name"],
            "shape": shape(row["ship_type"]),
        }
        for number, row in found.items()
    ]


@router.get("/{vessel:path}")
def card(vessel: asked.Vessel, view: AView, floor: AFloor) -> dict[str, Any]:
    """Everything on one vessel: identity with its history, last report, who heard it, its events."""
    ship = view.known_as([vessel]).content.get(vessel)
    if ship is None:
        raise HTTPException(404, "no such vessel in the picture")
    now_us = floor.watch.clock.now_us()
    received = view.track(vessel, now_us - HEARD_US, now_us + 1)
    events = view.events(vessel=vessel, limit=MOST_EVENTS)
    return _identity(vessel, ship) | {
        "last": _last(ship),
        "interval_s": finite(ship["interval_s"]),
        "provisional": ship["observed_at"] >= now_us - floor.watch.lateness_us,
        "siblings": list(view.siblings(vessel).content),
        "claims": _claims(view.claims(vessel).content),
        "heard": _heard(received.content),
        "speeds": _speeds(sailed(received, vessel, ship)),
        "events": watch_events(events, view, floor.watch),
    }


def _identity(vessel: str, ship: Row) -> dict[str, Any]:
    return {
        "vessel": vessel,
        "id": ship["id"],
        "mmsi": vessel.partition("/")[0],
        "name": ship["name"],
        "shape": shape(ship["ship_type"]),
        "type": ship_type_text(ship["ship_type"]),
        "flag": country(vessel),
        "length_m": finite(ship["length_m"]),
        "beam_m": finite(ship["beam_m"]),
        "label": ship["label"],
    }


def _last(ship: Row) -> dict[str, Any]:
    as_they_are = (
        "observed_at", "received_at", "lon", "lat", "sog_kn", "cog_deg", "heading_deg", "source", "sensor",
        "position_sd_m", "shore_nm", "port_km",
    )  # fmt: skip
    return {name: finite(ship.get(name)) for name in as_they_are} | {
        "nav_status": NAV_STATUS.get(ship["nav_status"]),
    }


def _claims(claims: pa.Table) -> list[dict[str, Any]]:
    since, until = micros(claims, "since"), micros(claims, "until")
    rows = claims.select(["field", "value", "source"]).to_pylist()
    newest: dict[str, int] = {}
    for row, last in zip(rows, until, strict=True):
        newest[row["field"]] = max(newest.get(row["field"], last), last)
    return [
        {**row, "since": first, "until": last, "current": newest[row["field"]] == last}
        for row, first, last in zip(rows, since, until, strict=True)
    ]


def _heard(received: pa.Table) -> list[Mapping[str, Any]]:
    """When each source heard the MMSI, whatever it heard of it."""
    return [
        {**lane, "times": micros(rows, "observed_at")}
        for lane, rows in lanes(received, ["source", "sensor"], MOST_HEARD)
    ]


def _speeds(track: pa.Table) -> dict[str, Any]:
    rows = thinned(track, MOST_HEARD)
    return {"t": micros(rows, "observed_at"), "sog_kn": numbers(rows, "sog_kn", 1)}
