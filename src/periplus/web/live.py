"""The live feed: what changes in each view, sent as it happens to everybody who has that view."""

import asyncio
import collections
import functools
import json
import logging
from collections.abc import Awaitable, Callable, Hashable, Mapping
from typing import Any

import numpy as np

from periplus.sharing.view import View
from periplus.web import frames
from periplus.web.watch_event import watch_event
from periplus.web.watching import Watching

TICK_S = 0.25
STATUS_S, SOURCES_S = 2.0, 5.0
FAREWELL_S = 1.0
MOST_DELTAS = 8  # two seconds behind; then a snapshot is the shorter way
MOST_SAID = 500  # events unsent; then it is quicker to come back and read the queue
MOST_ENTRIES = 200  # of the log in one tick

log = logging.getLogger("periplus.web")


class Client:
    """What is still to be sent to one browser. Bounded whatever the browser does."""

    def __init__(self, channel: "Channel", session: Hashable) -> None:
        self.channel, self.session = channel, session
        self.closing: str | None = None
        self._wake = asyncio.Event()
        self._snapshot_due = True
        self._deltas: collections.deque[bytes] = collections.deque()
        self._said: collections.deque[str] = collections.deque()
        self._latest: dict[str, str] = {}  # status and sources: only the newest matters

    def delta(self, data: bytes) -> None:
        """A change of the fleet. The snapshot that a client waits for holds it already."""
        if self._snapshot_due:
            return
        if len(self._deltas) >= MOST_DELTAS:
            self._deltas.clear()
            self._snapshot_due = True
        else:
            self._deltas.append(data)
        self._wake.set()

    def say(self, text: str) -> None:
        if len(self._said) >= MOST_SAID:
            self.close("too far behind; come back and read the queue")
        self._said.append(text)
        self._wake.set()

    def latest(self, kind: str, text: str) -> None:
        self._latest[kind] = text
        self._wake.set()

    def close(self, detail: str) -> None:
        self.closing = self.closing or detail
        self._wake.set()

    def wake(self) -> None:
        self._wake.set()

    async def next(self) -> bytes | str | None:
        """The next message to send; None when the client is to go. Events first, then the fleet."""
        while self.closing is None:
            if self._said:
                return self._said.popleft()
            if self._snapshot_due and self.channel.ready:
                self._snapshot_due = False
                return self.channel.snapshot()
            if self._deltas:
                return self._deltas.popleft()
            if self._latest:
                return self._latest.pop(next(iter(self._latest)))
            self._wake.clear()
            await self._wake.wait()
        return None


class Channel:
    """One view and everybody who has it: packed once a tick, however many they are."""

    def __init__(self, view: View) -> None:
        self.view = view
        self.clients: set[Client] = set()
        self.ready = False
        self.fresh = True  # somebody has come since status and sources were last said
        self._records: frames.Records = np.zeros(0, frames.RECORD)
        self._now_us = 0
        self._snapshot: bytes | None = None

    def read(self, watch: Watching) -> tuple[frames.Records, frames.Records, int]:
        """The fleet now and what has changed since the last tick. For a thread of the pool."""
        now_us = watch.clock.now_us()
        records = frames.records(self.view.fleet(), settled_before_us=now_us - watch.lateness_us)
        return records, frames.changed(self._records, records), now_us

    def take(self, records: frames.Records, changed: frames.Records, now_us: int) -> None:
        """Makes what was read the present, and hands the change out. On the loop."""
        self._records, self._now_us, self._snapshot, self.ready = records, now_us, None, True
        if len(changed):
            delta = frames.pack(frames.DELTA, changed, total=len(records), now_us=now_us)
            for client in self.clients:
                client.delta(delta)
        for client in self.clients:
            client.wake()

    def snapshot(self) -> bytes:
        if self._snapshot is None:
            records = self._records
            self._snapshot = frames.pack(frames.SNAPSHOT, records, total=len(records), now_us=self._now_us)
        return self._snapshot


class Live:
    """Runs the ticks for as long as the application does."""

    def __init__(self, watch: Watching) -> None:
        self._watch = watch
        self._channels: dict[Hashable, Channel] = {}
        self._seq = 0
        self._task: asyncio.Task[None] | None = None
        self._loop: asyncio.AbstractEventLoop | None = None

    async def start(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._seq = await asyncio.to_thread(lambda: self._watch.centre.store.seq)
        self._task = asyncio.create_task(self._run(), name="live feed")

    async def stop(self) -> None:
        """Sends everybody away, and gives them a moment to hear why. A second time does nothing more."""
        for channel in self._channels.values():
            for client in channel.clients:
                client.close("the centre is stopping")
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        for _ in range(round(FAREWELL_S / TICK_S)):
            if not self._busy():
                break
            await asyncio.sleep(TICK_S)

    def stop_soon(self) -> None:
        """The same from another thread; returns when it is done."""
        if self._loop is not None and self._loop.is_running():
            asyncio.run_coroutine_threadsafe(self.stop(), self._loop).result(2 * FAREWELL_S)

    def join(self, view: View, session: Hashable) -> Client:
        channel = self._channels.setdefault(view.audience, Channel(view))
        client = Client(channel, session)
        channel.clients.add(client)
        channel.fresh = True
        return client

    def leave(self, client: Client) -> None:
        client.channel.clients.discard(client)
        # Nobody follows the channel any more: the next to come starts from what is true then.
        client.channel.ready = client.channel.ready and bool(client.channel.clients)

    def clients(self, session: Hashable) -> int:
        """How many feeds a session has open."""
        return sum(c.session == session for channel in self._channels.values() for c in channel.clients)

    def end(self, session: Hashable) -> None:
        """Sends a session's feeds away: it has been signed out. From any thread."""
        if self._loop is not None:
            self._loop.call_soon_threadsafe(self._end, session)

    def _end(self, session: Hashable) -> None:
        for channel in self._channels.values():
            for client in channel.clients:
                if client.session == session:
                    client.close("signed out")

    async def _run(self) -> None:
        loop = asyncio.get_running_loop()
        turn = 0
        while True:
            began = loop.time()
            await self._safely(self._events)
            await self._safely(self._fleets)
            status_due, sources_due = (turn % round(every / TICK_S) == 0 for every in (STATUS_S, SOURCES_S))
            for channel in self._busy():
                if status_due or channel.fresh:
                    await self._safely(functools.partial(self._status, channel))
                if sources_due or channel.fresh:
                    await self._safely(functools.partial(self._sources, channel))
                channel.fresh = False
            turn += 1
            # A tick that took long is not made up for: the machine is busy with better things.
            await asyncio.sleep(max(TICK_S - (loop.time() - began), TICK_S / 5))

    async def _safely(self, step: Callable[[], Awaitable[None]]) -> None:
        try:
            await step()
        except Exception:
            log.exception("the live feed missed a beat")

    async def _fleets(self) -> None:
        for channel in self._busy():
            channel.take(*await asyncio.to_thread(channel.read, self._watch))

    async def _events(self) -> None:
        entries = await asyncio.to_thread(
            self._watch.centre.store.entries, after=self._seq, limit=MOST_ENTRIES
        )
        if not entries:
            return
        self._seq = entries[-1].seq
        subjects = list(dict.fromkeys(recorded.entry.subject for recorded in entries))
        for channel in self._busy():
            for text in await asyncio.to_thread(self._said, channel.view, subjects):
                for client in channel.clients:
                    client.say(text)

    def _said(self, view: View, subjects: list[str]) -> list[str]:
        """The present state of each event that was spoken of, as far as the view has it."""
        found = [view.event(subject) for subject in subjects]
        return [
            message({"type": "event", "event": watch_event(event, view, self._watch)})
            for event in found
            if event is not None
        ]

    async def _status(self, channel: Channel) -> None:
        status = await asyncio.to_thread(channel.view.status)
        self._latest(channel, {"type": "status", "status": status.content})

    async def _sources(self, channel: Channel) -> None:
        sources = await asyncio.to_thread(channel.view.sources)
        self._latest(channel, {"type": "sources", "sources": list(sources.content)})

    def _latest(self, channel: Channel, said: Mapping[str, Any]) -> None:
        text = message(said)
        for client in channel.clients:
            client.latest(str(said["type"]), text)

    def _busy(self) -> list[Channel]:
        return [channel for channel in self._channels.values() if channel.clients]


def message(said: Mapping[str, Any]) -> str:
    return json.dumps(said, separators=(",", ":"), allow_nan=False)
