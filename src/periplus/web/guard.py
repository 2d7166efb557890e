"""The guard at the door: what every request must be before a route sees it, and what every answer carries."""

import json
import logging
import secrets
from collections.abc import Collection
from urllib.parse import urlsplit

from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

LOOPBACK = frozenset({"localhost", "127.0.0.1", "[::1]"})
MOST_BODY_BYTES = 64 * 1024
TOO_LARGE = f"a request has at most {MOST_BODY_BYTES // 1024} KB"
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})

# Nothing in the page comes from elsewhere, and nothing is written into it as text: styles are set as properties.
POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "worker-src 'self' blob:",
        "style-src 'self'",
        "img-src 'self' data: blob:",
        "font-src 'self' data:",
        "connect-src 'self'",
        "manifest-src 'self'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    )
)
HEADERS = {
    b"content-security-policy": POLICY.encode(),
    b"x-content-type-options": b"nosniff",
    b"x-frame-options": b"DENY",
    b"referrer-policy": b"no-referrer",
    b"permissions-policy": b"camera=(), geolocation=(), microphone=(), payment=(), usb=(), serial=()",
    b"cross-origin-opener-policy": b"same-origin",
    b"cross-origin-resource-policy": b"same-origin",
}

log = logging.getLogger("periplus.web")


class Guard:
    """ASGI middleware. `hosts` are the names under which the centre may be addressed; None: any.

    On loopback only loopback names pass: a page elsewhere whose name is made to point at this machine
    (DNS rebinding) is refused before anything is read.
    """

    def __init__(self, app: ASGIApp, *, hosts: Collection[str] | None) -> None:
        self._app, self._hosts = app, hosts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
        elif scope["type"] == "websocket":
            await self._websocket(scope, receive, send)
        else:
            await self._http(scope, receive, send)

    async def _websocket(self, scope: Scope, receive: Receive, send: Send) -> None:
        refused = self._refusal(scope, must_be_ours=True)
        if refused is not None:
            await receive()
            await send({"type": "websocket.close", "code": 1008, "reason": refused[1]})
            return
        await self._app(scope, receive, send)

    async def _http(self, scope: Scope, receive: Receive, send: Send) -> None:
        answer = _Answer(send, scope["path"])
        refused = self._refusal(scope, must_be_ours=scope["method"] not in SAFE_METHODS)
        if refused is not None:
            await answer.say(*refused)
            return
        body = _Body(receive)
        try:
            await self._app(scope, body.receive, answer.send)
        except Exception:
            number = secrets.token_hex(4)
            log.exception("request %s failed: %s %s", number, scope["method"], scope["path"])
            await answer.say(500, f"the centre could not answer; its log says why under {number}")

    def _refusal(self, scope: Scope, *, must_be_ours: bool) -> tuple[int, str] | None:
        """Why a request goes no further: status and one line."""
        headers = {name: value.decode("latin-1") for name, value in scope["headers"]}
        host = headers.get(b"host", "")
        if self._hosts is not None and _name(host) not in self._hosts:
            return 400, "this centre is not known by that host name"
        if must_be_ours and not _from_ours(headers, host):
            return 403, "the request comes from another site"
        length = headers.get(b"content-length", "0")
        if not (length.isascii() and length.isdigit()):
            return 400, "the content length is not a number"
        if int(length[:18]) > MOST_BODY_BYTES:
            return 413, TOO_LARGE
        return None


def _name(host: str) -> str:
    """A Host header without its port."""
    if host.startswith("["):
        return host[: host.find("]") + 1].lower()
    return host.partition(":")[0].lower()


def _from_ours(headers: dict[bytes, str], host: str) -> bool:
    """Whether a request was made by our own page, or by a program.

    Browsers say with Origin or Sec-Fetch-Site where a request comes from. What says neither is a
    program, which carries no cookie that it was not given.
    """
    origin = headers.get(b"origin")
    if origin is None:
        return headers.get(b"sec-fetch-site", "none") in ("none", "same-origin")
    try:
        parts = urlsplit(origin)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and parts.netloc.lower() == host.lower()


class _Body:
    """Counts what a request brings: a length that is not announced, or announced wrongly, is no way in."""

    def __init__(self, receive: Receive) -> None:
        self._receive, self._left = receive, MOST_BODY_BYTES

    async def receive(self) -> Message:
        message = await self._receive()
        if message["type"] == "http.request":
            self._left -= len(message.get("body", b""))
            if self._left < 0:
                raise HTTPException(413, TOO_LARGE)
        return message


class _Answer:
    """Adds the headers that every answer carries, and says errors as one line."""

    def __init__(self, send: Send, path: str) -> None:
        self._send, self._path, self._started = send, path, False

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self._started = True
            headers = [(k, v) for k, v in message.get("headers", []) if k not in HEADERS and k != b"server"]
            headers += HEADERS.items()
            if self._path.startswith("/api/") and not any(k == b"cache-control" for k, _ in headers):
                headers.append((b"cache-control", b"no-store"))
            message = {**message, "headers": headers}
        await self._send(message)

    async def say(self, status: int, detail: str) -> None:
        if self._started:
            return
        body = json.dumps({"detail": detail}).encode()
        headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
        await self.send({"type": "http.response.start", "status": status, "headers": headers})
        await self.send({"type": "http.response.body", "body": body})
