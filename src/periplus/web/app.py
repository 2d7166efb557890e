"""The application: the routes, the guard before them, and what is said when something fails."""

import contextlib
import logging
from collections.abc import AsyncIterator, Callable

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.openapi.utils import get_openapi
from fastapi.responses import JSONResponse
from starlette.routing import WebSocketRoute

from periplus import __version__, desk
from periplus.archive import ArchiveError
from periplus.store import StoreError
from periplus.web import (
    events_api,
    feed_api,
    hello_api,
    history_api,
    page,
    places_api,
    state_api,
    vessels_api,
)
from periplus.web.floor import Floor
from periplus.web.guard import LOOPBACK, Guard
from periplus.web.visitor import ASession
from periplus.web.watching import Watching

log = logging.getLogger("periplus.web")

_STATUS = {
    desk.NotUnderstoodError: 400,
    desk.NotPermittedError: 403,
    desk.NotFoundError: 404,
    desk.NotNowError: 409,
}


def create_app(watch: Watching, *, loopback: bool = True) -> FastAPI:
    """The web face of a running watch.

    With `loopback` only loopback names are answered to, which is right for a centre that listens on
    this machine only.
    """
    floor = Floor(watch)
    app = FastAPI(
        title="Periplus",
        version=__version__,
        lifespan=_running(floor),
        openapi_url=None,  # served below, to those signed in
        docs_url=None,
        redoc_url=None,
    )
    app.state.floor = floor
    app.add_middleware(Guard, hosts=LOOPBACK if loopback else None)
    for part in (hello_api, events_api, vessels_api, history_api, places_api, state_api):
        app.include_router(part.router)
    app.router.routes.append(WebSocketRoute("/api/feed", feed_api.feed))
    _add_description(app)
    app.router.routes.extend(page.routes())
    _add_errors(app)
    return app


def _running(floor: Floor) -> Callable[[FastAPI], contextlib.AbstractAsyncContextManager[None]]:
    @contextlib.asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        await floor.live.start()
        try:
            yield
        finally:
            await floor.live.stop()

    return lifespan


def _add_description(app: FastAPI) -> None:
    @app.get("/api/openapi.json", include_in_schema=False)
    def description(session: ASession) -> JSONResponse:
        if app.openapi_schema is None:
            app.openapi_schema = get_openapi(title=app.title, version=app.version, routes=app.routes)
        return JSONResponse(app.openapi_schema)


def _add_errors(app: FastAPI) -> None:
    """Everything that can go wrong is one line in {detail}; what it was in full stands in the log."""

    @app.exception_handler(RequestValidationError)
    async def not_understood(_: Request, error: RequestValidationError) -> JSONResponse:
        return _said(400, _first(error))

    @app.exception_handler(desk.DeskError)
    async def refused(_: Request, error: desk.DeskError) -> JSONResponse:
        return _said(_STATUS[type(error)], str(error))

    async def not_kept(request: Request, error: Exception) -> JSONResponse:
        log.error("%s %s: %s", request.method, request.url.path, error)
        return _said(503, f"the centre cannot reach what it keeps: {error}")

    app.add_exception_handler(StoreError, not_kept)
    app.add_exception_handler(ArchiveError, not_kept)


def _first(error: RequestValidationError) -> str:
    """The first complaint, as 'what: why'."""
    complaints = error.errors()
    if not complaints:
        return "the request was not understood"
    where = ".".join(str(part) for part in complaints[0]["loc"] if part not in ("body", "query", "path"))
    what = str(complaints[0]["msg"]).removeprefix("Value error, ")
    return f"{where}: {what}" if where and not where.isdigit() else what


def _said(status: int, detail: str) -> JSONResponse:
    return JSONResponse({"detail": " ".join(detail.split())[:300]}, status)
