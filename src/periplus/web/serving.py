"""Serves the watch floor from a thread of its own, on a socket that was bound before anything else was done."""

import hashlib
import secrets
import socket
import threading
import time
from types import TracebackType

import uvicorn

from periplus.settings import Listen
from periplus.web.app import create_app
from periplus.web.watching import Watching

LINK_LIFE_S = 24 * 3600
START_S = 15.0


class ServingError(RuntimeError):
    """The watch floor cannot be served; the message is one clear line."""


def bind(listen: Listen) -> socket.socket:
    """The socket to serve on. Raises ServingError when the port is in use or not ours to take."""
    family = socket.AF_INET6 if ":" in listen.host else socket.AF_INET
    bound = socket.socket(family, socket.SOCK_STREAM)
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        bound.bind((listen.host, listen.port))
        bound.listen(128)
    except OSError as error:
        bound.close()
        reason = "is in use; --listen takes another" if error.errno == 98 else f"cannot be used: {error.strerror}"
        raise ServingError(f"{listen.host}:{listen.port} {reason}") from error
    return bound


class Serving:
    """`with Serving(watch, bind(listen), listen) as serving: …` serves until the block ends."""

    def __init__(self, watch: Watching, bound: socket.socket, listen: Listen) -> None:
        self._watch = watch
        self._bound = bound
        host, port = bound.getsockname()[:2]
        self._host = f"[{host}]" if ":" in host else "127.0.0.1" if host == "0.0.0.0" else host  # noqa: S104
        self.url = f"http://{self._host}:{port}"
        config = uvicorn.Config(
            create_app(watch, listen=listen), log_level="warning", access_log=False, server_header=False, date_header=False,
            ws="websockets-sansio", ws_per_message_deflate=False, ws_max_size=65_536, timeout_graceful_shutdown=2,
            limit_concurrency=512, h11_max_incomplete_event_size=32_768,
        )  # fmt: skip
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._server.run, kwargs={"sockets": [bound]}, name="web", daemon=True)

    def __enter__(self) -> "Serving":
        self._thread.start()
        waited = time.monotonic()
        while not self._server.started:
            if not self._thread.is_alive() or time.monotonic() - waited > START_S:
                raise ServingError("the watch floor did not start")
            time.sleep(0.02)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._server.should_exit = True
        self._thread.join(timeout=5)

    def first_run_lines(self) -> list[str]:
        """A link that signs in once, as long as nobody has an account; else how to sign in."""
        store = self._watch.centre.store
        if store.has_accounts():
            return ["sign in with your account"]
        token = secrets.token_urlsafe(32)
        expires_us = time.time_ns() // 1000 + LINK_LIFE_S * 1_000_000
        store.add_token(hashlib.sha256(token.encode()).hexdigest(), "administrator", expires_us)
        return [f"first visit: {self.url}/enter#{token}", "(works once, for a day; make your account there)"]
