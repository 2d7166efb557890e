"""A watch on a live feed keeps what it acknowledged, whatever kills it and however often the feed restarts."""

import collections
import json
import pathlib
import random
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from functools import partial

import pyais
import pyarrow as pa
import pyarrow.compute as pc

from periplus.archive import open_archive
from periplus.store import open_store
from periplus.watch.running import STATUS_FILE

KILLS = 10
SHIPS = 40
BASE_S = 1_762_400_000  # 2025-11-06T03:33:20Z
ALL_TIME = (-180.0, -90.0, 180.0, 90.0, 0, 4_000_000_000_000_000)


class ReplayingSocket:
    """Sends numbered reports to whoever connects, going on where it was; can be taken down and put up again."""

    def __init__(self) -> None:
        self._number = 0
        self._port = 0
        self._up: threading.Event
        self.raise_()

    def raise_(self) -> None:
        listening = socket.create_server(("127.0.0.1", self._port), reuse_port=False)
        self._port = listening.getsockname()[1]
        self._up = threading.Event()
        self._up.set()
        self._thread = threading.Thread(target=self._serve, args=(listening, self._up), daemon=True)
        self._thread.start()

    def lower(self) -> None:
        self._up.clear()
        self._thread.join(timeout=5)

    @property
    def url(self) -> str:
        return f"tcp://127.0.0.1:{self._port}"

    def _serve(self, listening: socket.socket, up: threading.Event) -> None:
        listening.settimeout(0.05)
        with listening:
            while up.is_set():
                try:
                    client, _ = listening.accept()
                except TimeoutError:
                    continue
                with client:
                    self._feed(client, up)

    def _feed(self, client: socket.socket, up: threading.Event) -> None:
        try:
            while up.is_set():
                client.sendall("".join(report(self._number + n) for n in range(20)).encode())
                self._number += 20
                time.sleep(0.02)
        except OSError:
            pass


def report(number: int) -> str:
    """A position that no other report has: its ship, its time and its place follow from its number."""
    ship, step = number % SHIPS, number // SHIPS
    fields = {"type": 1, "mmsi": 419_200_000 + ship, "lon": 60 + ship / 10 + step * 1e-4, "lat": 5 + ship / 50,
              "speed": 12.0, "course": 90.0, "second": 60}  # fmt: skip
    sentence = pyais.encode_dict(fields, radio_channel="A", talker_id="AI")[0]
    tag = f"s:KILL,c:{BASE_S + step * 2}"
    checksum = 0
    for byte in tag.encode():
        checksum ^= byte
    return f"\\{tag}*{checksum:02X}\\{sentence}\r\n"


def test_ten_kills_and_a_restarted_feed_lose_nothing_acknowledged_and_double_nothing(
    tmp_path: pathlib.Path,
) -> None:
    """What the status file says is kept is the acknowledgement; SIGKILL comes at random moments after it."""
    feed = ReplayingSocket()
    centre = tmp_path / "centre"
    dice = random.Random(4)
    seen: set[tuple[int, int]] = set()
    for kill in range(KILLS):
        watch = start(feed.url, centre)
        acknowledged = wait_for(partial(told, centre, watch.pid, len(seen) + 40))
        if kill == KILLS // 2:
            feed.lower()
            feed.raise_()
            acknowledged = wait_for(partial(told, centre, watch.pid, acknowledged + 40))
        time.sleep(dice.uniform(0, 0.6))
        watch.send_signal(signal.SIGKILL)
        watch.wait()
        kept = rows(centre)
        assert len(kept) >= acknowledged, "an acknowledged observation was lost"
        assert seen <= set(kept), "an observation kept before is gone"
        assert max(kept.values()) == 1, "an observation was doubled"
        seen = set(kept)
    watch = start(feed.url, centre)
    wait_for(partial(told, centre, watch.pid, len(seen) + 40))
    watch.send_signal(signal.SIGTERM)
    assert watch.wait(timeout=30) == 0
    assert seen <= set(rows(centre))
    store = open_store(f"sqlite:///{centre / 'centre.sqlite'}")
    assert store.verify().ok
    ids = [event["id"] for event in store.events(limit=10_000)]
    store.close()
    assert len(ids) == len(set(ids))
    feed.lower()


def start(url: str, centre: pathlib.Path) -> subprocess.Popen[bytes]:
    command = [
        sys.executable,
        "-m",
        "periplus.cli",
        "watch",
        "--feed",
        url,
        "--centre",
        str(centre),
        "--no-web",
    ]
    return subprocess.Popen(command, stdout=subprocess.DEVNULL)


def told(centre: pathlib.Path, pid: int, at_least: int) -> int | None:
    """What the running watch says it keeps, once it is enough."""
    try:
        status = json.loads((centre / STATUS_FILE).read_text())
    except FileNotFoundError:
        return None
    kept = int(status["status"]["observations"])
    return kept if status["pid"] == pid and kept >= at_least else None


def rows(centre: pathlib.Path) -> collections.Counter[tuple[int, int]]:
    """Every kept observation by ship and time, with how often it is there."""
    archive = open_archive(centre, read_only=True)
    table = archive.box(*ALL_TIME)
    archive.close()
    times = table["observed_at"].cast(pa.int64()).to_pylist()
    assert pc.all(pc.equal(table["station"], "KILL")).as_py()
    return collections.Counter(zip(table["mmsi"].to_pylist(), times, strict=True))


def wait_for(asked: Callable[[], int | None], seconds: float = 60.0) -> int:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        answer = asked()
        if answer is not None:
            return answer
        time.sleep(0.02)
    raise AssertionError("waited in vain")
