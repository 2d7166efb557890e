"""Link: what every transport is, and how it says that the other side is gone."""

import threading
import time
from collections.abc import Iterator
from typing import Protocol
from urllib.parse import urlsplit, urlunsplit

TICK_S = 0.1  # how long to wait for bytes before saying that there are none
CONNECT_S, READ_S = 10.0, 60.0

Arrival = tuple[int, bytes | None]  # channel, bytes; b"" nothing for a while, None the channel has ended


class Lost(OSError):
    """The other side is not there, or no longer; worth another try."""


class Transport(Protocol):
    """Where bytes come from."""

    dropped: int
    again_s: (
        float | None
    )  # None: what ends is lost and sought again; 0: it ends for good; else seconds to the next

    def open(self) -> None:
        """Bind, where there is something to bind. Raises SourceError."""

    def arrivals(self, stop: threading.Event) -> Iterator[Arrival]:
        """Bytes as they come, until the other side ends. Raises Lost; SourceError if there is no use in trying."""

    def close(self) -> None:
        """Let go of what open() bound."""


class Unbound:
    """A transport that goes out and has nothing to bind."""

    dropped = 0
    again_s: float | None = None

    def open(self) -> None:
        """Nothing to bind."""

    def close(self) -> None:
        """Nothing bound."""


def pause(stop: threading.Event, seconds: float) -> None:
    """Wait, but not longer than until the feed is stopped."""
    until = time.monotonic() + seconds
    while not stop.is_set() and (left := until - time.monotonic()) > 0:
        stop.wait(min(left, 1.0))


def shown(url: str) -> str:
    """The URL without what may be secret in it: user, query and fragment."""
    parts = urlsplit(url)
    if not parts.scheme or not parts.netloc:
        return url
    return urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], parts.path, "", ""))
