"""Serving: the web face of a watch on a socket, in a thread of its own."""

import contextlib
import errno
import socket
import threading
from types import TracebackType

import uvicorn

from periplus.settings import Listen
from periplus.web.app import create_app
from periplus.web.sign_in import first_run_token
from periplus.web.watching import Watching

START_S = 15.0
STOP_S = 5.0


class ServingError(RuntimeError):
    """The watch floor cannot be served there; the message is one clear line."""


def bind(listen: Listen) -> socket.socket:
    """The socket to serve on, taken at once so that a port in use is said before long work begins."""
    family = socket.AF_INET6 if ":" in listen.host else socket.AF_INET
    taken = socket.socket(family, socket.SOCK_STREAM)
    taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        taken.bind((listen.host, listen.port))
        taken.listen(128)
    except (OSError, OverflowError) as error:
        taken.close()
        raise ServingError(_why(listen, error)) from error
    return taken


class Serving:
    """`with Serving(watch, bind(listen), listen) as serving:` serves until the block is left."""

    def __init__(self, watch: Watching, taken: socket.socket, listen: Listen) -> None:
        self._watch, self._socket, self._listen = watch, taken, listen
        self._app = create_app(watch, loopback=listen.loopback)
        config = uvicorn.Config(
            self._app,
            log_level="warning",
            access_log=False,
            server_header=False,
            date_header=False,
            # Measured best for binary frames, which do not shrink anyway.
            ws="websockets-sansio",
            ws_per_message_deflate=False,
            ws_max_size=64 * 1024,
            timeout_graceful_shutdown=int(STOP_S),
            timeout_keep_alive=30,
        )
        self._server = _Server(config)
        self._thread = threading.Thread(
            target=self._server.run, kwargs={"sockets": [taken]}, name="web", daemon=True
        )

    @property
    def url(self) -> str:
        """Where the watch floor is, with the port that was taken."""
        port = self._socket.getsockname()[1]
        host = f"[{self._listen.host}]" if ":" in self._listen.host else self._listen.host
        return f"http://{host}:{port}"

    def first_run_lines(self) -> list[str]:
        """What the terminal prints while nobody has an account: the link that lets the first person in."""
        token = first_run_token(self._watch.centre.store)
        if token is None:
            return []
        return ["", "Nobody has an account here yet. This link lets one person in, once, within a day:",
                f"  {self.url}/enter#{token}", ""]  # fmt: skip

    def __enter__(self) -> "Serving":
        self._thread.start()
        if not self._server.ready.wait(START_S) or not self._server.started:
            raise ServingError(f"the watch floor did not start at {self.url}")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        # Before the server closes its connections: a page should hear that the centre stops, not guess.
        with contextlib.suppress(TimeoutError):
            self._app.state.floor.live.stop_soon()
        self._server.should_exit = True
        self._thread.join(STOP_S + 5)


class _Server(uvicorn.Server):
    """Says when it has started, or has failed to; leaves signals to the terminal's verb."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.ready = threading.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        try:
            await super().startup(sockets)
        finally:
            self.ready.set()

    def run(self, sockets: list[socket.socket] | None = None) -> None:
        try:
            super().run(sockets)
        finally:
            self.ready.set()


def _why(listen: Listen, error: OSError | OverflowError) -> str:
    place = f"{listen.host}:{listen.port}"
    if isinstance(error, OSError) and error.errno == errno.EADDRINUSE:
        return f"{place} is in use by another program; choose another with --listen"
    if isinstance(error, OSError) and error.errno == errno.EACCES:
        return f"{place} needs rights that this user does not have; choose a port above 1023"
    return f"cannot listen on {place}: {getattr(error, 'strerror', None) or error}"
