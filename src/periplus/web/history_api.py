"""Routes of history: tracks, the fleet at a time, and what there was over time."""

from typing import Annotated, Any

from fastapi import APIRouter, HTTPException, Query, Response

from periplus.web import asked, frames
from periplus.web.columns import micros, numbers, thinned
from periplus.web.sailed import sailed
from periplus.web.visitor import AFloor, AView

router = APIRouter(prefix="/api", tags=["history"])

MOST_POINTS = 20_000
LONGEST_US = 366 * asked.DAY_US
MOST_BINS = 5_000


@router.get("/tracks/{vessel:path}")
def track(
    vessel: asked.Vessel,
    view: AView,
    start: Annotated[asked.Micros, Query(alias="from")],
    end: Annotated[asked.Micros, Query(alias="to")],
) -> dict[str, Any]:
    """The positions of one vessel with from <= observed_at < to; beyond 20,000 thinned evenly."""
    _check(start, end)
    ship = view.known_as([vessel]).content.get(vessel)
    rows = thinned(sailed(view.track(vessel, start, end), vessel, ship), MOST_POINTS)
    return {
        "vessel": vessel,
        "t": micros(rows, "observed_at"),
        "lon": numbers(rows, "lon", 6),
        "lat": numbers(rows, "lat", 6),
        "sog_kn": numbers(rows, "sog_kn", 1),
        "cog_deg": numbers(rows, "cog_deg", 1),
        "source": rows.column("source").to_pylist(),
    }


@router.get("/history/fleet", response_class=Response)
def fleet(view: AView, floor: AFloor, at: Annotated[asked.Micros, Query()]) -> Response:
    """Where everybody was last heard at a time, as a fleet frame."""
    watch = floor.watch
    settled_us = watch.clock.now_us() - watch.lateness_us
    records = frames.records(view.fleet_at(at), settled_before_us=settled_us)
    frame = frames.pack(frames.SNAPSHOT, records, total=len(records), now_us=at)
    return Response(frame, media_type="application/octet-stream")


@router.get("/history/counts")
def counts(
    view: AView,
    start: Annotated[asked.Micros, Query(alias="from")],
    end: Annotated[asked.Micros, Query(alias="to")],
    bin_us: Annotated[asked.Micros, Query(alias="bin", gt=0)],
) -> dict[str, Any]:
    """How much was observed, and how many events of each priority began, in each bin."""
    _check(start, end)
    if (end - start) // bin_us >= MOST_BINS:
        raise HTTPException(400, f"at most {MOST_BINS} bins: choose wider ones or a shorter time")
    observations = view.observation_counts(start, end, bin_us).content
    return {
        "bin": bin_us,
        "from": start,
        "observations": observations.column("observations").to_pylist(),
        "events": view.event_counts(start, end, bin_us).content,
    }


def _check(start: int, end: int) -> None:
    if end < start:
        raise HTTPException(400, "the time ends before it begins")
    if end - start > LONGEST_US:
        raise HTTPException(400, "at most a year at once")
