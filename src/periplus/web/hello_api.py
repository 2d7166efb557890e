"""Routes of sign-in: who is here, signing in and out, and accounts."""

from typing import Any

from fastapi import APIRouter, HTTPException, Request, Response

from periplus import __version__
from periplus.web import asked, sign_in
from periplus.web.floor import Floor
from periplus.web.sign_in import Opened, Session
from periplus.web.visitor import AFloor, ASession, AVisitor, address, limited, may, proven

router = APIRouter(prefix="/api", tags=["sign-in"])


@router.get("/hello")
def hello(session: AVisitor, floor: AFloor) -> dict[str, Any]:
    """Which centre this is, and who is signed in."""
    return greeting(floor, session)


@router.post("/session")
def sign_in_by_password(
    asked_for: asked.Password, request: Request, response: Response, session: AVisitor, floor: AFloor
) -> dict[str, Any]:
    """Signs in; the answer sets the session's cookie."""
    caller = address(request)
    limited(floor.guessers.wait_s(caller))
    key = (caller, sign_in.normal(asked_for.name).casefold())
    limited(floor.guesses.wait_s(key))
    try:
        opened = floor.door.by_password(asked_for.name, asked_for.password)
    except sign_in.SignInError as error:
        raise HTTPException(401, str(error)) from error
    floor.guesses.succeeded(key)
    return _begin(floor, request, response, opened, before=session)


@router.post("/session/link")
def sign_in_by_link(
    asked_for: asked.Link, request: Request, response: Response, session: AVisitor, floor: AFloor
) -> dict[str, Any]:
    """Signs in by the link that the terminal printed, once."""
    limited(floor.guessers.wait_s(address(request)))
    try:
        opened = floor.door.by_link(asked_for.token)
    except sign_in.SignInError as error:
        raise HTTPException(401, str(error)) from error
    return _begin(floor, request, response, opened, before=session)


@router.delete("/session", status_code=204)
def sign_out(request: Request, response: Response, session: AVisitor, floor: AFloor) -> None:
    """Ends the session and its live feeds."""
    if session is not None:
        proven(request, session)
        floor.door.end(session)
        floor.signed_out(session)
    response.delete_cookie(floor.cookie, path="/", httponly=True, samesite="strict")


@router.post("/accounts")
def create_account(
    asked_for: asked.NewAccount, request: Request, response: Response, session: ASession, floor: AFloor
) -> dict[str, Any]:
    """Makes an account. After the first-run link it is one's own, and the session goes on under it."""
    may(session, "accounts")
    opened = floor.door.create_account(
        session, name=asked_for.name, role=asked_for.role, password=asked_for.password
    )
    if opened is None:
        return greeting(floor, session)
    return _begin(floor, request, response, opened, before=session)


def greeting(floor: Floor, session: Session | None) -> dict[str, Any]:
    """Hello of ui/src/core/api.ts. A stranger learns which centre it is and what time, no more."""
    watch, centre = floor.watch, floor.watch.centre
    signed_in = session is not None
    return {
        "centre": {
            "name": centre.name,
            "originator": centre.originator,
            "exercise": centre.exercise,
            "mode": watch.mode,
            "version": __version__ if signed_in else "",
        },
        "user": None if session is None else _user(session),
        "csrf": None if session is None else session.csrf,
        "needs_account": session is not None and session.first,
        "now": watch.clock.now_us(),
        "speed": watch.clock.speed,
        "history_from": None if session is None else floor.view(session).history_from().content,
    }


def _user(session: Session) -> dict[str, Any]:
    return {"name": session.name, "role": session.role, "may": list(session.may)}


def _begin(
    floor: Floor, request: Request, response: Response, opened: Opened, *, before: Session | None
) -> dict[str, Any]:
    """Hands the new session to the browser and ends the one it had: a planted token is worth nothing."""
    if before is not None:
        floor.door.end(before)
        floor.signed_out(before)
    response.set_cookie(
        floor.cookie,
        opened.token,
        max_age=sign_in.SESSION_US // 1_000_000,
        path="/",
        httponly=True,
        samesite="strict",
        secure=request.url.scheme == "https",
    )
    return greeting(floor, opened.session)
