"""Downloads and WebSockets: bytes that a web server gives."""

import json
import os
import queue
import threading
import zlib
from collections.abc import Iterator
from urllib.parse import SplitResult, parse_qs, unquote, urlunsplit

import httpx
from websockets.exceptions import ConnectionClosed, InvalidHandshake, InvalidURI
from websockets.sync.client import connect as websocket_connect

from periplus.sources.batch import SourceError
from periplus.sources.link import CONNECT_S, READ_S, TICK_S, Arrival, Lost, Unbound, shown

MAX_DOWNLOAD_BYTES = 8_000_000_000
MAX_MESSAGE_BYTES = 1_048_576  # of a WebSocket


class Download(Unbound):
    """What a web address answers, once, or again every so many seconds with `#every=60`."""

    def __init__(self, parts: SplitResult) -> None:
        self._url = urlunsplit(parts._replace(fragment=""))
        every = parse_qs(parts.fragment).get("every", ["0"])[0]
        try:
            self.again_s = float(every)
        except ValueError:
            raise SourceError(f"{shown(self._url)}: '#every=' wants a number of seconds") from None

    def arrivals(self, stop: threading.Event) -> Iterator[Arrival]:
        """The body, unpacked if it is a .gz file. It is read beside, so that a slow answer still ticks."""
        arrived: queue.Queue[bytes | Exception | None] = queue.Queue(8)
        threading.Thread(target=self._read, args=(arrived, stop), name="download", daemon=True).start()
        while not stop.is_set():
            try:
                data = arrived.get(timeout=TICK_S)
            except queue.Empty:
                yield 0, b""
                continue
            if isinstance(data, Exception):
                raise data
            yield 0, data
            if data is None:
                return

    def _read(self, arrived: queue.Queue[bytes | Exception | None], stop: threading.Event) -> None:
        def put(item: bytes | Exception | None) -> None:
            while not stop.is_set():
                try:
                    return arrived.put(item, timeout=TICK_S)
                except queue.Full:
                    continue

        try:
            for data in self._body():
                put(data)
                if stop.is_set():
                    return
            put(None)
        except (httpx.InvalidURL, httpx.UnsupportedProtocol) as error:
            put(SourceError(str(error)))
        except (httpx.HTTPError, zlib.error) as error:
            put(Lost(f"download failed: {error or type(error).__name__}"))
        except (SourceError, Lost) as error:
            put(error)

    def _body(self) -> Iterator[bytes]:
        taken = 0
        unpack = None
        timeout = httpx.Timeout(READ_S, connect=CONNECT_S)
        with httpx.stream("GET", self._url, timeout=timeout, follow_redirects=True) as answer:
            _judge(answer.status_code)
            for data in answer.iter_bytes():
                if not taken and data.startswith(b"\x1f\x8b"):
                    unpack = zlib.decompressobj(31)
                taken += len(data)
                if taken > MAX_DOWNLOAD_BYTES:
                    raise SourceError(f"more than {MAX_DOWNLOAD_BYTES // 10**9} GB")
                if unpack is None:
                    yield data
                while unpack and data:
                    yield unpack.decompress(data, 1 << 20)
                    data = unpack.unconsumed_tail


def _judge(status: int) -> None:
    if status in (408, 429) or status >= 500:
        raise Lost(f"the server answered {status}")
    if status >= 400:
        raise SourceError(f"the server answered {status}")


class WebSocket(Unbound):
    """Messages of a WebSocket; what stands after `#` is sent first, to subscribe.

    `#env:NAME` takes it from the environment. stream.aisstream.io without `#` is asked for the whole world with the
    key in AISSTREAM_API_KEY. Neither is ever shown or logged.
    """

    def __init__(self, parts: SplitResult) -> None:
        self._url = urlunsplit(parts._replace(fragment=""))
        self._subscription = _subscription(parts)

    def arrivals(self, stop: threading.Event) -> Iterator[Arrival]:
        """Each message ends its last line; a record of JSON is made one line."""
        try:
            link = websocket_connect(
                self._url, open_timeout=CONNECT_S, close_timeout=1, max_size=MAX_MESSAGE_BYTES, max_queue=64
            )
        except InvalidURI:
            raise SourceError(f"{shown(self._url)}: not a WebSocket address") from None
        except (OSError, InvalidHandshake, TimeoutError) as error:
            raise Lost(f"cannot connect: {error or type(error).__name__}") from None
        try:
            with link:
                if self._subscription:
                    link.send(self._subscription)
                while not stop.is_set():
                    try:
                        message = link.recv(timeout=TICK_S)
                    except TimeoutError:
                        yield 0, b""
                        continue
                    yield 0, _line(message)
        except ConnectionClosed as closed:
            reason = closed.rcvd.reason if closed.rcvd else ""
            raise Lost(f"the server closed the connection{': ' + reason[:100] if reason else ''}") from None


def _line(message: str | bytes) -> bytes:
    data = message.encode() if isinstance(message, str) else message
    if data.lstrip()[:1] in (b"{", b"["):
        data = data.replace(b"\n", b" ")
    return data if data.endswith(b"\n") else data + b"\n"


def _subscription(parts: SplitResult) -> str:
    text = unquote(parts.fragment)
    if text.startswith("env:"):
        value = os.environ.get(text[4:])
        if not value:
            raise SourceError(f"{shown(urlunsplit(parts))}: the environment has no {text[4:]}")
        return value
    if text or parts.hostname != "stream.aisstream.io":
        return text
    key = os.environ.get("AISSTREAM_API_KEY")
    if not key:
        raise SourceError("aisstream.io: put your key into AISSTREAM_API_KEY, or a subscription after '#'")
    return json.dumps({"APIKey": key, "BoundingBoxes": [[[-90, -180], [90, 180]]]})
