"""Transports: bytes from sockets, datagrams, downloads and WebSockets. This file alone knows the network."""

import json
import os
import queue
import select
import socket
import threading
import time
import zlib
from collections.abc import Iterator
from typing import Protocol
from urllib.parse import SplitResult, parse_qs, unquote, urlsplit, urlunsplit

import httpx
from websockets.exceptions import ConnectionClosed, InvalidHandshake, InvalidURI
from websockets.sync.client import connect as websocket_connect

from periplus.sources.batch import SourceError

TICK_S = 0.1  # how long to wait for bytes before saying that there are none
CONNECT_S, READ_S = 10.0, 60.0
READ_BYTES = 65_536
MAX_DOWNLOAD_BYTES = 8_000_000_000
MAX_MESSAGE_BYTES = 1_048_576  # of a WebSocket
MAX_CLIENTS = 64
UDP_QUEUE = 10_000  # datagrams

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


def open_transport(url: str) -> Transport:
    """The transport of a URL, not yet open. Raises SourceError, one line, for a URL that is none."""
    try:
        parts = urlsplit(url)
    except ValueError as error:
        raise SourceError(f"{url.partition('#')[0]}: {error}") from None
    scheme = parts.scheme.lower()
    if scheme in ("http", "https", "ws", "wss") and not parts.hostname:
        raise SourceError(f"{shown(url)}: no host; write {scheme}://HOST/…")
    if scheme in ("http", "https"):
        return Download(parts)
    if scheme in ("ws", "wss"):
        return WebSocket(parts)
    host, port = _address(parts)
    if scheme == "tcp":
        return TcpClient(host, port)
    if scheme == "tcp-listen":
        return TcpListener(host, port)
    if scheme == "udp":
        return Udp(host, port)
    raise SourceError(
        f"{shown(url)}: no such transport; known are tcp, tcp-listen, udp, http, https, ws, wss"
    )


def shown(url: str) -> str:
    """The URL without what may be secret in it: user, query and fragment."""
    parts = urlsplit(url)
    if not parts.scheme or not parts.netloc:
        return url
    return urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], parts.path, "", ""))


def _address(parts: SplitResult) -> tuple[str, int]:
    try:
        port = parts.port
    except ValueError as error:
        raise SourceError(f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}: {error}") from None
    if port is None:
        raise SourceError(f"{parts.scheme}://{parts.netloc}: no port; write {parts.scheme}://HOST:PORT")
    return parts.hostname or "127.0.0.1", port


class _Unbound:
    """A transport that goes out and has nothing to bind."""

    dropped = 0
    again_s: float | None = None

    def open(self) -> None:
        """Nothing to bind."""

    def close(self) -> None:
        """Nothing bound."""


class TcpClient(_Unbound):
    """Bytes that a server sends. While nobody takes them they are not read, and the server has to wait."""

    def __init__(self, host: str, port: int) -> None:
        self._address = host, port

    def arrivals(self, stop: threading.Event) -> Iterator[Arrival]:
        """One channel for each connection."""
        try:
            link = socket.create_connection(self._address, CONNECT_S)
        except OSError as error:
            raise Lost(f"cannot connect: {error.strerror or error}") from None
        with link:
            link.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
            link.settimeout(TICK_S)
            while not stop.is_set():
                try:
                    data = link.recv(READ_BYTES)
                except TimeoutError:
                    yield 0, b""
                    continue
                except OSError as error:
                    raise Lost(f"connection lost: {error.strerror or error}") from None
                if not data:
                    raise Lost("the server closed the connection")
                yield 0, data


class TcpListener:
    """Bytes that clients send; each client is a channel of its own."""

    dropped = 0
    again_s: float | None = None

    def __init__(self, host: str, port: int) -> None:
        self._wanted = host, port
        self._server: socket.socket | None = None
        self.address = self._wanted

    def open(self) -> None:
        """Bind and listen. Raises SourceError, for instance when the port is in use."""
        family = socket.AF_INET6 if ":" in self._wanted[0] else socket.AF_INET
        try:
            self._server = socket.create_server(self._wanted, family=family)
        except OSError as error:
            raise SourceError(_cannot_bind("tcp-listen", self._wanted, error)) from None
        self._server.setblocking(False)
        self.address = self._server.getsockname()[:2]

    def close(self) -> None:
        """Stop listening."""
        if self._server:
            self._server.close()

    def arrivals(self, stop: threading.Event) -> Iterator[Arrival]:
        """Channels are numbered as the clients come."""
        assert self._server is not None
        clients: dict[socket.socket, int] = {}
        number = 0
        try:
            while not stop.is_set():
                ready, _, _ = select.select([self._server, *clients], [], [], TICK_S)
                if not ready:
                    yield -1, b""
                for link in ready:
                    if link is self._server:
                        number += 1
                        self._accept(clients, number)
                        continue
                    data = _receive(link)
                    if data == b"":
                        continue
                    yield clients[link], data
                    if data is None:
                        del clients[link]
                        link.close()
        finally:
            for link in clients:
                link.close()

    def _accept(self, clients: dict[socket.socket, int], number: int) -> None:
        assert self._server is not None
        try:
            link, _ = self._server.accept()
        except OSError:
            return
        if len(clients) >= MAX_CLIENTS:
            link.close()
            return
        link.setblocking(False)
        clients[link] = number


def _receive(link: socket.socket) -> bytes | None:
    """Bytes, b"" if there were none after all, None if the client is gone."""
    try:
        return link.recv(READ_BYTES) or None
    except BlockingIOError:
        return b""
    except OSError:
        return None


class Udp:
    """Datagrams. They cannot be made to wait: what finds the queue full is dropped and counted."""

    again_s: float | None = None

    def __init__(self, host: str, port: int) -> None:
        self._wanted = host, port
        self.address = self._wanted
        self.dropped = 0
        self._socket: socket.socket | None = None
        self._queue: queue.Queue[bytes] = queue.Queue(UDP_QUEUE)

    def open(self) -> None:
        """Bind. Raises SourceError, for instance when the port is in use."""
        family = socket.AF_INET6 if ":" in self._wanted[0] else socket.AF_INET
        self._socket = socket.socket(family, socket.SOCK_DGRAM)
        try:
            self._socket.bind(self._wanted)
        except OSError as error:
            self._socket.close()
            raise SourceError(_cannot_bind("udp", self._wanted, error)) from None
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4 << 20)
        self._socket.settimeout(TICK_S)
        self.address = self._socket.getsockname()[:2]

    def close(self) -> None:
        """Let go of the port."""
        if self._socket:
            self._socket.close()

    def arrivals(self, stop: threading.Event) -> Iterator[Arrival]:
        """One channel; every datagram ends its last line."""
        reader = threading.Thread(target=self._read, args=(stop,), name="udp", daemon=True)
        reader.start()
        while not stop.is_set():
            try:
                data = self._queue.get(timeout=TICK_S)
            except queue.Empty:
                yield 0, b""
                continue
            yield 0, data if data.endswith(b"\n") else data + b"\n"
        reader.join(1)

    def _read(self, stop: threading.Event) -> None:
        assert self._socket is not None
        while not stop.is_set():
            try:
                data = self._socket.recv(READ_BYTES)
            except TimeoutError:
                continue
            except OSError:
                return
            try:
                self._queue.put_nowait(data)
            except queue.Full:
                self.dropped += 1


class Download(_Unbound):
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


class WebSocket(_Unbound):
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


def _cannot_bind(scheme: str, address: tuple[str, int], error: OSError) -> str:
    return f"{scheme}://{address[0]}:{address[1]}: cannot listen: {error.strerror or error}"


def pause(stop: threading.Event, seconds: float) -> None:
    """Wait, but not longer than until the feed is stopped."""
    until = time.monotonic() + seconds
    while not stop.is_set() and (left := until - time.monotonic()) > 0:
        stop.wait(min(left, 1.0))
