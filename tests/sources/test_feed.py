"""Feeds over real sockets on loopback: they come back, they make a flood wait or count it, they say how they do."""

import contextlib
import gzip
import http.server
import socket
import threading
import time
from collections.abc import Callable, Iterator

import pytest
import websockets.sync.server

from periplus.sources.batch import Batch, SourceError
from periplus.sources.feed import Feed, open_feed
from periplus.sources.link import shown
from periplus.sources.transport import open_transport

P = b"!AIVDM,1,1,,A,13RlIW?04F1beOVEFLB9bRvH0L0L,0*6C\n"
Q = b"!AIVDM,1,1,,A,15Q5JH001j1bQ?:DpM2pCVRP2<0?,0*35\n"


class Taken:
    """What a feed handed over."""

    def __init__(self) -> None:
        self.batches: list[Batch] = []
        self.gate = threading.Event()
        self.gate.set()

    def __call__(self, batch: Batch) -> None:
        self.gate.wait(10)
        self.batches.append(batch)

    def mmsi(self) -> list[int]:
        return [m for b in self.batches for m in b.observations["mmsi"].to_pylist()]


def until(condition: Callable[[], object], seconds: float = 15.0) -> None:
    """Wait for a condition, not for a time."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.01)


@pytest.fixture
def run() -> Iterator[Callable[[str], tuple[Feed, Taken]]]:
    feeds: list[Feed] = []

    def start(url: str, **settings: object) -> tuple[Feed, Taken]:
        taken = Taken()
        feed = open_feed(
            url, label="A//TLP:AMBER", on_batch=taken, clock=lambda: time.time_ns() // 1000, **settings
        )
        feed.start()
        feeds.append(feed)
        return feed, taken

    yield start
    for feed in feeds:
        feed._on_batch.gate.set()
        feed.stop()


def server(port: int = 0) -> socket.socket:
    return socket.create_server(("127.0.0.1", port), backlog=4)


def test_a_tcp_feed_comes_back_when_its_server_does(run) -> None:
    first = server()
    port = first.getsockname()[1]
    feed, taken = run(f"tcp://127.0.0.1:{port}")
    link, _ = first.accept()
    link.sendall(P + Q[:20])
    until(lambda: taken.mmsi() == [237836700])
    assert feed.status().state == "receiving"
    link.close()
    first.close()
    until(lambda: feed.status().state == "connecting" and feed.status().detail)
    second = server(port)
    link, _ = second.accept()
    link.sendall(Q)
    until(lambda: taken.mmsi() == [237836700, 370236000])
    status = feed.status()
    assert status.reconnects >= 1
    assert status.counts.rejected == {"truncated": 1}  # the line that the break cut
    feed.stop()
    assert feed.status().state == "stopped"
    link.close()
    second.close()


def test_a_tcp_feed_that_nobody_serves_says_so_and_stops_at_once(run) -> None:
    holder = server()
    port = holder.getsockname()[1]
    holder.close()
    feed, _ = run(f"tcp://127.0.0.1:{port}")
    until(lambda: "refused" in feed.status().detail)
    began = time.monotonic()
    feed.stop()
    assert time.monotonic() - began < 2


def test_a_flooding_server_has_to_wait_while_batches_are_not_taken(run) -> None:
    listening = server()
    feed, taken = run(f"tcp://127.0.0.1:{listening.getsockname()[1]}")
    taken.gate.clear()
    link, _ = listening.accept()
    link.settimeout(0.5)
    sent = 0
    with contextlib.suppress(TimeoutError):
        while sent < 96_000_000:
            sent += link.send(P * 1_000)
    assert sent < 96_000_000
    link.settimeout(10)
    taken.gate.set()
    lines = sent // len(P)
    link.sendall(P[sent % len(P) :] if sent % len(P) else b"")
    lines += sent % len(P) > 0
    until(lambda: feed.status().counts.lines == lines, 30)
    assert feed.status().counts.messages == lines
    assert len(taken.batches) < lines / 100
    link.close()
    listening.close()


def test_a_listener_keeps_the_lines_of_its_clients_apart(run) -> None:
    feed, taken = run("tcp-listen://127.0.0.1:0")
    one, two = (socket.create_connection(feed.address) for _ in range(2))
    one.sendall(P[:30])
    two.sendall(b"GET / HTTP/1.1\r\n\r\n" + b"x" * 70_000)
    one.sendall(P[30:])
    until(lambda: taken.mmsi() == [237836700])
    two.close()
    until(lambda: feed.status().counts.rejected.get("unrecognised"))
    three = socket.create_connection(feed.address)
    three.sendall(Q)
    until(lambda: taken.mmsi() == [237836700, 370236000])
    assert feed.status().state == "receiving"
    one.close()
    three.close()


def test_a_stream_of_records_may_be_joined_in_the_middle_of_one(run) -> None:
    feed, taken = run("tcp-listen://127.0.0.1:0")
    record = b'{"mmsi": 412000001, "time": 1600000000, "at": {"lon": 60.5}, "lon": 60.5, "lat": -5.5}\n'
    link = socket.create_connection(feed.address)
    link.sendall(record[44:] + record * 2)
    until(lambda: len(taken.mmsi()) == 2)
    assert feed.status().counts.rejected == {"json": 1}
    link.close()


def test_a_port_in_use_is_refused_in_one_line(run) -> None:
    holder = server()
    port = holder.getsockname()[1]
    with pytest.raises(SourceError, match=f"127.0.0.1:{port}: cannot listen: Address already in use"):
        run(f"tcp-listen://127.0.0.1:{port}")
    holder.close()


def test_datagrams_are_lines_and_a_flood_of_them_is_counted(run) -> None:
    feed, taken = run("udp://127.0.0.1:0")
    assert feed.address[0] == "127.0.0.1"
    out = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    out.sendto(P.rstrip(), feed.address)
    out.sendto(Q, feed.address)
    until(lambda: sorted(taken.mmsi()) == [237836700, 370236000])
    taken.gate.clear()
    until(lambda: ([out.sendto(P, feed.address) for _ in range(200)], feed.status().dropped)[1] > 0)
    taken.gate.set()
    seen = feed.status().counts.lines
    until(lambda: feed.status().counts.lines > seen)
    out.close()


class Pages(http.server.BaseHTTPRequestHandler):
    """Answers each path with what the test put there."""

    def do_GET(self) -> None:
        status, body = self.server.pages.get(self.path, (404, b""))
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        return


@pytest.fixture
def web() -> Iterator[http.server.ThreadingHTTPServer]:
    served = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Pages)
    thread = threading.Thread(target=served.serve_forever, args=(0.02,))
    thread.start()
    served.pages = {}
    yield served
    served.shutdown()
    thread.join()
    served.server_close()


def test_a_download_is_read_packed_or_plain_and_ends(run, web) -> None:
    csv = b"time,mmsi,lon,lat\n" + b"1600000000,412000001,60.5,-5.5\n" * 3
    web.pages |= {"/a.csv": (200, csv), "/a.csv.gz": (200, gzip.compress(csv))}
    for page in web.pages:
        feed, taken = run(f"http://127.0.0.1:{web.server_port}{page}")
        feed.join(15)
        assert taken.mmsi() == [412000001] * 3
        assert feed.status().state == "stopped"


def test_a_download_may_be_repeated_and_is_not_tried_again_when_it_is_not_there(run, web) -> None:
    web.pages["/a"] = (200, b'{"mmsi": 412000001, "time": 1600000000, "lon": 60.5, "lat": -5.5}')
    feed, taken = run(f"http://127.0.0.1:{web.server_port}/a#every=0.1")
    until(lambda: len(taken.mmsi()) >= 3)
    feed.stop()
    feed, _ = run(f"http://127.0.0.1:{web.server_port}/none")
    feed.join(15)
    assert (feed.status().state, feed.status().detail) == ("failed", "the server answered 404")


def test_a_websocket_feed_subscribes_reads_records_and_comes_back(run, monkeypatch) -> None:
    asked: list[str | bytes] = []
    record = '{"mmsi": 412000001, "time": 1600000000,\n "lon": 60.5, "lat": -5.5}'

    def serve(link) -> None:
        asked.append(link.recv())
        link.send(record)
        link.send(record.encode())
        if len(asked) > 1:
            link.recv()

    monkeypatch.setenv("PERIPLUS_TEST_SUBSCRIPTION", '{"APIKey": "secret"}')
    with websockets.sync.server.serve(serve, "127.0.0.1", 0) as served:
        thread = threading.Thread(target=served.serve_forever)
        thread.start()
        port = served.socket.getsockname()[1]
        feed, taken = run(f"ws://127.0.0.1:{port}/stream?key=secret#env:PERIPLUS_TEST_SUBSCRIPTION")
        until(lambda: len(taken.mmsi()) == 4)
        assert asked == ['{"APIKey": "secret"}'] * 2
        assert "secret" not in repr(feed.status())
        feed.stop()
        served.shutdown()
        thread.join()


def test_a_file_is_a_feed_that_ends(run, tmp_path) -> None:
    (tmp_path / "quay.csv").write_bytes(b"time,mmsi,lon,lat\n1600000000,412000001,60.5,-5.5\n")
    feed, taken = run(str(tmp_path / "quay.csv"))
    feed.join(15)
    assert taken.batches[0].observations["source"].to_pylist() == ["quay"]
    assert feed.status().state == "stopped"
    with pytest.raises(SourceError, match=r"none\.csv: no such file"):
        run(str(tmp_path / "none.csv"))


def test_a_feed_whose_batches_cannot_be_taken_fails_loudly(tmp_path) -> None:
    (tmp_path / "quay.csv").write_bytes(b"time,mmsi,lon,lat\n1600000000,412000001,60.5,-5.5\n")

    def full(_: Batch) -> None:
        raise OSError("no space left")

    feed = open_feed(str(tmp_path / "quay.csv"), label="A//TLP:AMBER", on_batch=full, clock=lambda: 0)
    feed.start()
    feed.join(15)
    assert (feed.status().state, feed.status().detail) == ("failed", "OSError: no space left")


def test_a_quiet_feed_is_reported_silent(run, monkeypatch) -> None:
    monkeypatch.setattr("periplus.sources.feed.SILENT_S", 0.2)
    listening = server()
    feed, taken = run(f"tcp://127.0.0.1:{listening.getsockname()[1]}")
    link, _ = listening.accept()
    link.sendall(P)
    until(lambda: taken.mmsi())
    until(lambda: feed.status().state == "silent")
    link.sendall(Q)
    until(lambda: feed.status().state == "receiving")
    link.close()
    listening.close()


@pytest.mark.parametrize("url", ["tcp://localhost", "gopher://x:1", "tcp://h:99999", "http://h/#every=x"])
def test_a_url_that_is_none_is_refused_in_one_line(url: str) -> None:
    with pytest.raises(SourceError) as caught:
        open_transport(url)
    assert "\n" not in str(caught.value)


def test_what_may_be_secret_in_a_url_is_not_shown() -> None:
    assert shown("wss://user:pw@host:1/path?key=k#sub") == "wss://host:1/path"
