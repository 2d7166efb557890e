"""Transports: the URL of a feed to what brings its bytes; sockets and datagrams here, the web beside."""

import queue
import select
import socket
import threading
from collections.abc import Iterator
from urllib.parse import SplitResult, urlsplit

from periplus.sources.batch import SourceError
from periplus.sources.link import CONNECT_S, TICK_S, Arrival, Lost, Transport, Unbound, shown
from periplus.sources.web_server import Download, WebSocket

READ_BYTES = 65_536
MAX_CLIENTS = 64
UDP_QUEUE = 10_000  # datagrams


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


def _address(parts: SplitResult) -> tuple[str, int]:
    try:
        port = parts.port
    except ValueError as error:
        raise SourceError(f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}: {error}") from None
    if port is None:
        raise SourceError(f"{parts.scheme}://{parts.netloc}: no port; write {parts.scheme}://HOST:PORT")
    return parts.hostname or "127.0.0.1", port


class TcpClient(Unbound):
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


def _cannot_bind(scheme: str, address: tuple[str, int], error: OSError) -> str:
    return f"{scheme}://{address[0]}:{address[1]}: cannot listen: {error.strerror or error}"
