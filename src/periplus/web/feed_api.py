"""The WebSocket of the live feed: who may have it, and sending it at the pace that the browser takes it."""

import asyncio
import contextlib

from starlette.concurrency import run_in_threadpool
from starlette.websockets import WebSocket, WebSocketDisconnect

from periplus.web.floor import Floor
from periplus.web.hello_api import greeting
from periplus.web.live import Client, message
from periplus.web.sign_in import Session

MOST_FEEDS = 8  # open at once in one session: pages left open, and two screens
CHECK_S = 30.0  # how often a feed asks whether its session still lasts
SIGN_IN, TOO_MANY, GOING_AWAY = 4401, 4429, 1001


async def feed(socket: WebSocket) -> None:
    """Hello, a snapshot of the fleet, then whatever changes. What the browser sends is not read."""
    floor: Floor = socket.app.state.floor
    token = socket.cookies.get(floor.cookie)
    session = await run_in_threadpool(floor.door.find, token)
    await socket.accept()
    if session is None:
        await _bye(socket, "sign in first", SIGN_IN)
        return
    if floor.live.clients(session.key) >= MOST_FEEDS:
        await _bye(socket, "this session has too many pages open", TOO_MANY)
        return
    client = floor.live.join(floor.view(session), session.key)
    try:
        await _serve(socket, floor, session, client, token)
    finally:
        floor.live.leave(client)


async def _serve(
    socket: WebSocket, floor: Floor, session: Session, client: Client, token: str | None
) -> None:
    hello = await run_in_threadpool(greeting, floor, session)
    tasks = [
        asyncio.create_task(_send(socket, client, message({"type": "hello", "hello": hello}))),
        asyncio.create_task(_listen(socket, client)),
        asyncio.create_task(_watch_session(floor, client, token)),
    ]
    try:
        await asyncio.wait(tasks[:2], return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _send(socket: WebSocket, client: Client, hello: str) -> None:
    with contextlib.suppress(WebSocketDisconnect, RuntimeError):  # the browser went while we were sending
        await socket.send_text(hello)
        while (said := await client.next()) is not None:
            if isinstance(said, bytes):
                await socket.send_bytes(said)
            else:
                await socket.send_text(said)
        detail = client.closing or ""
        await _bye(socket, detail, SIGN_IN if "sign" in detail else GOING_AWAY)


async def _listen(socket: WebSocket, client: Client) -> None:
    """Until the browser goes. It has nothing to say here; what it says all the same is dropped."""
    while (await socket.receive())["type"] != "websocket.disconnect":
        await asyncio.sleep(0.05)


async def _watch_session(floor: Floor, client: Client, token: str | None) -> None:
    while True:
        await asyncio.sleep(CHECK_S)
        if await run_in_threadpool(floor.door.find, token) is None:
            client.close("signed out")
            return


async def _bye(socket: WebSocket, detail: str, code: int) -> None:
    with contextlib.suppress(WebSocketDisconnect, RuntimeError):
        await socket.send_text(message({"type": "bye", "detail": detail}))
        await socket.close(code, detail)
