"""Routes of the event queue: reading it, and what an officer does with an event."""

from collections.abc import Callable
from typing import Annotated, Any

from fastapi import APIRouter, HTTPException, Query
from pydantic import Field

from periplus import desk
from periplus.model.event import STATES
from periplus.sharing.view import View
from periplus.web import asked
from periplus.web.floor import Floor
from periplus.web.sign_in import Session
from periplus.web.visitor import AFloor, ASession, AView, may
from periplus.web.watch_event import event_detail, watch_event, watch_events

router = APIRouter(prefix="/api/events", tags=["events"])

Limit = Annotated[int, Field(ge=1, le=5000)]


@router.get("")
def events(
    view: AView,
    floor: AFloor,
    state: Annotated[str, Query(max_length=60)] = "open",
    limit: Annotated[Limit, Query()] = 500,
) -> list[dict[str, Any]]:
    """Events in these states, most urgent first."""
    states = state.split(",")
    if unknown := set(states) - set(STATES):
        raise HTTPException(400, f"a state is one of {', '.join(STATES)}, not {min(unknown)!r}")
    return watch_events(view.events(states=states, limit=limit), view, floor.watch)


@router.get("/{event}")
def event(event: asked.EventId, view: AView, floor: AFloor) -> dict[str, Any]:
    """One event with its evidence and its history."""
    found = view.event(event)
    if found is None:
        raise HTTPException(404, "no such event")
    return event_detail(found, view.versions(event), view, floor.watch)


@router.post("/{event}/acknowledge")
def acknowledge(
    event: asked.EventId, session: ASession, view: AView, floor: AFloor, body: asked.Nothing | None = None
) -> dict[str, Any]:
    """Takes an event: somebody is on it."""
    return _act(session, view, floor, event, "acknowledge", desk.acknowledge)


@router.post("/{event}/dismiss")
def dismiss(
    event: asked.EventId, body: asked.Dismissal, session: ASession, view: AView, floor: AFloor
) -> dict[str, Any]:
    """Judges an event to need nothing, with a reason from 1 to 6."""
    return _act(session, view, floor, event, "dismiss", desk.dismiss, reason=body.reason, text=body.text)


@router.post("/{event}/note")
def note(
    event: asked.EventId, body: asked.Note, session: ASession, view: AView, floor: AFloor
) -> dict[str, Any]:
    """Writes something down beside an event."""
    return _act(session, view, floor, event, "note", desk.note, text=body.text)


@router.post("/{event}/reopen")
def reopen(
    event: asked.EventId, session: ASession, view: AView, floor: AFloor, body: asked.Nothing | None = None
) -> dict[str, Any]:
    """Undoes an acknowledgement or a dismissal."""
    return _act(session, view, floor, event, None, desk.reopen)


def _act(
    session: Session,
    view: View,
    floor: Floor,
    event: str,
    right: str | None,
    act: Callable[..., desk.Event],
    **words: Any,
) -> dict[str, Any]:
    if session.first:
        raise HTTPException(403, "make an account first: whatever is done here carries a name")
    if right is not None:
        may(session, right)
    act(floor.store, view.asker, event, at_us=floor.watch.clock.now_us(), **words)
    after = view.event(event)
    if after is None:
        raise HTTPException(404, "no such event")
    return watch_event(after, view, floor.watch)
