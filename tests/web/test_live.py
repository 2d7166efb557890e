"""The live feed, over real sockets and with clients that do not keep up."""

import contextlib
import functools
import json
import threading
import time

import httpx
import numpy as np
import pytest
import websockets.exceptions
from centre_at_work import NOON_US, PASSWORD
from websockets.sync.client import connect

from periplus.settings import Listen
from periplus.web import frames, live
from periplus.web.live import MOST_DELTAS, MOST_SAID, Channel
from periplus.web.serving import Serving, ServingError, bind

MMSI = 419000913
LONGEST_S = 20.0


@pytest.fixture
def serving(watch, account):
    account()
    listen = Listen(port=0)
    with Serving(watch, bind(listen), listen) as serving:
        yield serving


@pytest.fixture
def opens(serving):
    """Opens a page of this centre; it is closed when the test ends."""
    with contextlib.ExitStack() as stack:
        yield functools.partial(Page, stack, serving)


class Page:
    """A page with its live feed, over a real socket."""

    def __init__(self, stack, serving, *, origin=None, cookie=True, name="asha"):
        self.url = serving.url
        with httpx.Client(base_url=serving.url) as client:
            answer = client.post("/api/session", json={"name": name, "password": PASSWORD})
            self.csrf = answer.json()["csrf"]
            self.cookies = dict(client.cookies)
        header = "; ".join(f"{name}={value}" for name, value in self.cookies.items()) if cookie else ""
        self.socket = stack.enter_context(
            connect(
                serving.url.replace("http", "ws") + "/api/feed", origin=origin or serving.url,
                additional_headers={"cookie": header} if header else {}, max_size=None,
            )
        )  # fmt: skip
        self.ships = {}
        self.said = []
        self.kinds = []

    def take(self):
        message = self.socket.recv(timeout=LONGEST_S)
        if isinstance(message, str):
            self.said.append(json.loads(message))
            return
        kind, _, _, records = frames.unpack(message)
        self.kinds.append(kind)
        if kind == frames.SNAPSHOT:
            self.ships = {}
        for row in records:
            if row["flags"] & frames.GONE:
                del self.ships[int(row["id"])]
            else:
                self.ships[int(row["id"])] = row

    def until(self, condition):
        end = time.monotonic() + LONGEST_S
        while not (found := condition(self)):
            assert time.monotonic() < end, (self.said, self.kinds)
            self.take()
        return found

    def of_type(self, kind):
        return [each for each in self.said if each["type"] == kind]


def test_a_page_gets_hello_a_snapshot_then_changes_events_status_and_sources(opens, watch):
    watch.heard(MMSI, lon=56.0)
    page = opens()
    page.until(lambda page: page.of_type("hello") and page.kinds)
    assert page.said[0]["hello"]["user"]["name"] == "asha"
    assert page.kinds == [frames.SNAPSHOT]
    assert page.ships[0]["lon"] == 560_000_000

    watch.heard(MMSI, at_us=NOON_US, lon=56.5)
    watch.heard(538001234)
    page.until(lambda page: len(page.ships) == 2 and page.ships[0]["lon"] == 565_000_000)
    assert set(page.kinds[1:]) == {frames.DELTA}

    watch.found(vessels=[str(MMSI)])
    (said,) = page.until(lambda page: page.of_type("event"))
    assert (said["event"]["id"], said["event"]["ids"]) == ("e1", [0])
    page.until(lambda page: page.ships[0]["priority"] == 2 and page.ships[0]["flags"] & frames.LOST)

    page.until(lambda page: page.of_type("status") and page.of_type("sources"))
    assert page.of_type("status")[0]["status"]["vessels"] >= 1
    assert page.of_type("sources")[0]["sources"][0]["name"] == "coast"


def test_what_one_officer_does_another_sees(opens, serving, watch, account):
    account("babu")
    watch.found()
    page, other = opens(), opens(name="babu")
    other.until(lambda page: page.kinds)
    headers = {"x-periplus-csrf": page.csrf, "origin": serving.url}
    with httpx.Client(base_url=serving.url, cookies=page.cookies, headers=headers) as client:
        assert client.post("/api/events/e1/acknowledge", json={}).status_code == 200
        other.until(lambda page: any(each["event"]["acknowledged"] for each in page.of_type("event")))
        assert other.of_type("event")[-1]["event"]["acknowledged"]["by"] == "asha"
        assert client.delete("/api/session").status_code == 204
    (bye,) = page.until(lambda page: page.of_type("bye"))
    assert bye["detail"] == "signed out"


def test_two_pages_have_the_same_numbers_and_a_late_one_has_the_whole_fleet(opens, watch):
    first = opens()
    for k in range(5):
        watch.heard(MMSI + k)
    first.until(lambda page: len(page.ships) == 5)
    second = opens()
    second.until(lambda page: len(page.ships) == 5)
    assert second.kinds[0] == frames.SNAPSHOT
    assert all(first.ships[n]["lon"] == second.ships[n]["lon"] for n in range(5))


def test_time_alone_settles_what_was_provisional(opens, watch):
    watch.heard(MMSI, at_us=NOON_US)
    page = opens()
    page.until(lambda page: page.ships and page.ships[0]["flags"] & frames.PROVISIONAL)
    watch.clock.at_us += 2 * watch.lateness_us
    page.until(lambda page: not page.ships[0]["flags"] & frames.PROVISIONAL)


def test_a_stranger_is_told_to_sign_in(opens):
    page = opens(cookie=False)
    page.take()
    assert page.of_type("bye") == [{"type": "bye", "detail": "sign in first"}]
    with pytest.raises(websockets.exceptions.ConnectionClosed) as closed:
        page.take()
    assert closed.value.rcvd.code == 4401


@pytest.mark.parametrize("origin", ["http://evil.example", "null", "http://127.0.0.1:1"])
def test_a_page_of_another_site_gets_no_feed(opens, origin):
    with pytest.raises(websockets.exceptions.InvalidStatus):
        opens(origin=origin)


def test_a_session_has_so_many_feeds_and_no_more(opens, serving):
    page = opens()
    header = "; ".join(f"{name}={value}" for name, value in page.cookies.items())
    with contextlib.ExitStack() as stack:
        details = []
        for _ in range(9):
            socket = stack.enter_context(
                connect(serving.url.replace("http", "ws") + "/api/feed", origin=serving.url,
                        additional_headers={"cookie": header})
            )  # fmt: skip
            details.append(json.loads(socket.recv(timeout=LONGEST_S))["type"])
        assert details == ["hello"] * 7 + ["bye"] * 2


def test_what_a_page_sends_is_dropped_and_breaks_nothing(opens, watch):
    page = opens()
    for noise in ("x" * 1000, b"\0" * 1000, "{}"):
        page.socket.send(noise)
    watch.heard(MMSI)
    page.until(lambda page: page.ships)


def test_a_feed_ends_when_the_centre_stops(watch, account):
    account()
    threads = []
    listen = Listen(port=0)
    with contextlib.ExitStack() as stack, Serving(watch, bind(listen), listen) as serving:
        page = Page(stack, serving)
        page.until(lambda page: page.kinds)
        thread = threading.Thread(target=lambda: page.until(lambda page: page.of_type("bye")))
        thread.start()
        threads.append(thread)
    threads[0].join(LONGEST_S)
    assert page.of_type("bye")[0]["detail"] == "the centre is stopping"


def test_a_page_that_reads_nothing_for_a_while_ends_with_the_fleet_as_it_is(opens, watch):
    """However slow a reader is, what it has afterwards is the present, and the centre kept little for it."""
    for k in range(200):
        watch.heard(200_000_000 + k)
    page = opens()
    page.until(lambda page: len(page.ships) == 200)
    for k in range(1, 30):
        watch.heard(200_000_000, at_us=NOON_US - 3600_000_000 + k, lon=float(k))
    page.until(lambda page: page.ships[0]["lon"] == 290_000_000)


def test_a_port_in_use_is_one_clear_line(serving):
    port = int(serving.url.rpartition(":")[2])
    with pytest.raises(ServingError, match="in use") as error:
        bind(Listen(port=port))
    assert "\n" not in str(error.value)


@pytest.mark.parametrize(
    "listen", [Listen("192.0.2.1", 0), Listen("no.such.host.invalid", 1), Listen("127.0.0.1", 70_000)]
)
def test_a_place_that_cannot_be_listened_on_is_one_clear_line(listen):
    with pytest.raises(ServingError, match="cannot listen"):
        bind(listen)


# ---- the queue of one client, without a socket


def records(*ships):
    rows = np.zeros(len(ships), frames.RECORD)
    for row, (number, lon) in zip(rows, ships, strict=True):
        row["id"], row["lon"] = number, lon
    return rows


class Reader:
    """A client of a channel, read by hand."""

    def __init__(self, portal):
        self.channel, self.portal = Channel(view=None), portal
        self.client = live.Client(self.channel, "session")
        self.channel.clients.add(self.client)
        self.at = records()

    def tick(self, *ships):
        now = records(*ships)
        changed = frames.changed(self.at, now)
        self.at = now
        self.portal.call(self.channel.take, now, changed, 1)

    def read(self):
        return self.portal.call(self.client.next)


def test_a_client_that_falls_behind_gets_a_fresh_snapshot_instead_of_what_it_missed(portal):
    reader = Reader(portal)
    reader.tick((1, 0))
    assert frames.unpack(reader.read())[0] == frames.SNAPSHOT
    for k in range(1, MOST_DELTAS + 5):
        reader.tick((1, k))
        assert len(reader.client._deltas) <= MOST_DELTAS
    kind, _, _, rows = frames.unpack(reader.read())
    assert (kind, rows["lon"].tolist()) == (frames.SNAPSHOT, [MOST_DELTAS + 4])
    reader.tick((1, 99))
    kind, _, _, rows = frames.unpack(reader.read())
    assert (kind, rows["lon"].tolist()) == (frames.DELTA, [99])


def test_events_are_sent_before_the_fleet_and_of_status_only_the_newest(portal):
    reader = Reader(portal)
    reader.tick((1, 0))
    for text in ("old", "new"):
        reader.client.latest("status", text)
    reader.client.say("event")
    assert reader.read() == "event"
    assert isinstance(reader.read(), bytes)
    assert reader.read() == "new"


def test_a_client_with_too_many_events_unread_is_sent_away_rather_than_kept_in_memory(portal):
    reader = Reader(portal)
    for k in range(MOST_SAID + 10):
        reader.client.say(str(k))
    assert reader.read() is None
    assert "too far behind" in reader.client.closing
