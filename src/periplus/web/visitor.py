"""The visitor: who a request comes from, how often they ask, and what they may do."""

import math
from typing import Annotated

from fastapi import Depends, HTTPException
from starlette.requests import HTTPConnection

from periplus.sharing.view import View
from periplus.web import sign_in
from periplus.web.floor import Floor
from periplus.web.guard import SAFE_METHODS
from periplus.web.sign_in import Session

CSRF_HEADER = "x-periplus-csrf"


async def the_floor(connection: HTTPConnection) -> Floor:
    floor: Floor = connection.app.state.floor
    return floor


AFloor = Annotated[Floor, Depends(the_floor)]


def visitor(connection: HTTPConnection, floor: AFloor) -> Session | None:
    """The session of whoever asks, null for a stranger. Raises 429 when either asks too often."""
    session = floor.door.find(connection.cookies.get(floor.cookie))
    if session is None:
        limited(floor.strangers.wait_s(address(connection)))
    else:
        limited(floor.signed_in.wait_s(session.key))
    return session


AVisitor = Annotated[Session | None, Depends(visitor)]


async def somebody(connection: HTTPConnection, session: AVisitor) -> Session:
    """The session, which there must be; and for whatever changes something, the proof that our page asked."""
    if session is None:
        raise HTTPException(401, "sign in first")
    if connection.scope["type"] == "http" and connection.scope["method"] not in SAFE_METHODS:
        proven(connection, session)
    return session


ASession = Annotated[Session, Depends(somebody)]


async def seen_by(session: ASession, floor: AFloor) -> View:
    return floor.view(session)


AView = Annotated[View, Depends(seen_by)]


def proven(connection: HTTPConnection, session: Session) -> None:
    """Raises 403 unless the request carries the session's own token."""
    if not sign_in.same(connection.headers.get(CSRF_HEADER), session.csrf):
        raise HTTPException(403, "the request does not carry this session's token; load the page again")


def may(session: Session, right: str) -> None:
    """Raises 403 unless the session has the right."""
    if right not in session.may:
        raise HTTPException(403, f"a {session.role} may not do this")


def limited(wait_s: float) -> None:
    """Raises 429 when there is something to wait for."""
    if wait_s > 0:
        seconds = math.ceil(wait_s)
        raise HTTPException(
            429, f"too many requests; try again in {seconds} s", {"Retry-After": str(seconds)}
        )


def address(connection: HTTPConnection) -> str:
    return connection.client.host if connection.client else ""
