"""Routes of the centre's own state: sources, health, clock."""

from typing import Any

from fastapi import APIRouter, HTTPException

from periplus.web import asked
from periplus.web.visitor import AFloor, ASession, AView, may

router = APIRouter(prefix="/api", tags=["state"])


@router.get("/sources")
def sources(view: AView) -> list[dict[str, Any]]:
    """What each source delivers."""
    return [dict(source) for source in view.sources().content]


@router.get("/status")
def status(view: AView) -> dict[str, Any]:
    """How the centre is doing."""
    return dict(view.status().content)


@router.post("/clock")
def clock(setting: asked.ClockSetting, session: ASession, view: AView, floor: AFloor) -> dict[str, Any]:
    """Sets the speed of a replay or an exercise, or pauses it."""
    may(session, "clock")
    watch = floor.watch
    if watch.mode == "feed":
        raise HTTPException(409, "a live feed runs at the speed of the sea")
    try:
        if setting.speed is not None:
            watch.clock.set_speed(setting.speed)
        if setting.paused is not None:
            watch.clock.pause(setting.paused)
    except ValueError as error:
        raise HTTPException(400, str(error)) from error
    return dict(view.status().content)
