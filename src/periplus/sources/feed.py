"""Feed: a live source in a thread of its own, which comes back when it is lost and tells how it is doing."""

import logging
import random
import threading
import time
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

from periplus.sources.batch import Batch, Counts, Decoder, SourceError, no_observations
from periplus.sources.lines import Lines
from periplus.sources.link import Lost, Transport, pause, shown
from periplus.sources.reading import files, read_file, stem
from periplus.sources.sniff import open_decoder
from periplus.sources.status import SourceStatus, State
from periplus.sources.transport import open_transport

HAND_OVER_S = 0.25
HAND_OVER_BYTES = 262_144
SETTLE_S = 1.0  # of quiet, after which nothing is held back any longer
SILENT_S = 60.0
GIVE_UP_S = 300.0  # of silence on a connection that may be dead without knowing
FIRST_WAIT_S, LONGEST_WAIT_S = 0.5, 30.0

log = logging.getLogger(__name__)
OnBatch = Callable[[Batch], None]
Clock = Callable[[], int]


def open_feed(url: str, *, name: str | None = None, label: str, on_batch: OnBatch, clock: Clock) -> "Feed":
    """A feed of a URL (see docs/sources.md), a file, a folder or '-'; not yet started.

    on_batch is called from the feed's thread with each batch in order, at most every 0.25 s or 256 kB; while it
    blocks, nothing is read. clock: microseconds UTC. Raises SourceError, one line, for a URL that is none.
    """
    if "://" not in url or url.startswith("file://"):
        path = url.removeprefix("file://")
        if path != "-":
            files(Path(path))  # what is not there is said at once
        return Feed(
            path, name or ("stdin" if path == "-" else stem(Path(path))), label, on_batch, clock, None
        )
    transport = open_transport(url)
    return Feed(url, name or urlsplit(url).netloc.rpartition("@")[2], label, on_batch, clock, transport)


class _Channel:
    """One stream of bytes within a feed, and what reads it."""

    def __init__(self) -> None:
        self.lines, self.decoder = Lines(), None
        self.waiting = b""  # arrived, not yet decoded
        self.since: float | None = None  # monotonic time of its oldest byte
        self.at_us = 0
        self.heard = time.monotonic()
        self.settled = True

    decoder: Decoder | None


class Feed:
    """A source being read. start() and stop() once each; status() at any time, from any thread."""

    def __init__(
        self, url: str, name: str, label: str, on_batch: OnBatch, clock: Clock, transport: Transport | None
    ) -> None:
        self.url, self.name, self.label = url, name, label
        self._on_batch, self._clock, self._transport = on_batch, clock, transport
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None
        self._lock = threading.Lock()
        self._state: State = "connecting"
        self._since, self._last_at = clock(), None
        self._counts, self._reconnects, self._detail = Counts(), 0, ""
        self._channels: dict[int, _Channel] = {}

    _last_at: int | None

    @property
    def address(self) -> tuple[str, int] | None:
        """Host and port of a listening feed once it is started; None for the others."""
        return getattr(self._transport, "address", None)

    def start(self) -> None:
        """Begin to read. Raises SourceError, one line, when a port cannot be bound."""
        if self._transport:
            self._transport.open()
        self._thread = threading.Thread(target=self._run, name=f"feed {self.name}", daemon=True)
        self._thread.start()

    def stop(self, timeout_s: float = 5.0) -> None:
        """Stop reading; what has arrived is still handed over."""
        self._stop.set()
        if self._thread and self._thread is not threading.current_thread():
            self._thread.join(timeout_s)
        if self._transport:
            self._transport.close()

    def join(self, timeout_s: float | None = None) -> None:
        """Wait for the end of a source that has one."""
        if self._thread:
            self._thread.join(timeout_s)

    def status(self) -> SourceStatus:
        """How it is doing."""
        with self._lock:
            dropped = self._transport.dropped if self._transport else 0
            return SourceStatus(
                self.name, shown(self.url), self._state, self._since, self._last_at,
                self._counts, self._reconnects, dropped, self._detail,
            )  # fmt: skip

    @property
    def _endless(self) -> bool:
        return self._transport is not None and self._transport.again_s is None

    def _run(self) -> None:
        try:
            if self._transport is None:
                self._read_file()
            else:
                self._receive(self._transport)
            if self._state != "failed":
                self._enter("stopped")
        except SourceError as error:
            why = str(error).removeprefix(f"{self.name}: ")
            log.error("feed %s: %s", self.name, why)
            self._enter("failed", why)
        except Exception as error:  # whatever takes the batches broke: no use in reading on
            log.exception("feed %s", self.name)
            self._enter("failed", f"{type(error).__name__}: {error}")

    def _read_file(self) -> None:
        for batch in read_file(self.url, source=self.name, label=self.label):
            self._last_at = self._clock()
            self._enter("receiving")
            self._hand_over(batch)
            if self._stop.is_set():
                return

    def _receive(self, transport: Transport) -> None:
        wait_s = FIRST_WAIT_S
        while not self._stop.is_set():
            lines = self._counts.lines
            try:
                self._connection(transport)
            except Lost as lost:
                self._end_channels()
                if str(lost) != self._detail:  # once, not at each attempt
                    log.warning("feed %s: %s; it is sought again", self.name, lost)
                self._enter("connecting", str(lost))
            else:
                self._end_channels()
                if transport.again_s == 0 or self._stop.is_set():
                    return
                self._enter("silent", "")
            if self._counts.lines > lines:
                wait_s = FIRST_WAIT_S
            # Jitter, so that a hundred centres do not all return in the second that the server does.
            pause(self._stop, transport.again_s or wait_s * random.uniform(0.5, 1.0))  # noqa: S311
            wait_s = min(wait_s * 2, LONGEST_WAIT_S)
            self._reconnects += 1

    def _connection(self, transport: Transport) -> None:
        heard = time.monotonic()
        for number, data in transport.arrivals(self._stop):
            now = time.monotonic()
            if data:
                heard = now
                self._arrived(number, data, now)
                self._enter("receiving")
            elif data is None:
                self._end(number)
            elif now - heard > SILENT_S:
                self._enter("silent", f"nothing for {now - heard:.0f} s")
                if now - heard > GIVE_UP_S and transport.again_s is None and not self.address:
                    raise Lost(f"nothing for {GIVE_UP_S:.0f} s")
            for channel in list(self._channels.values()):
                self._pass_time(channel, now)

    def _arrived(self, number: int, data: bytes, now: float) -> None:
        channel = self._channels.setdefault(number, _Channel())
        self._last_at = self._clock()
        if channel.since is None:
            channel.since, channel.at_us = now, self._last_at
        channel.waiting += data
        channel.heard, channel.settled = now, False
        if len(channel.waiting) >= HAND_OVER_BYTES:
            self._try_decode(channel)

    def _pass_time(self, channel: _Channel, now: float) -> None:
        if channel.since is not None and now - channel.since >= HAND_OVER_S:
            self._try_decode(channel)
        if not channel.settled and channel.decoder and now - channel.heard > SETTLE_S:
            channel.settled = True
            self._hand_over(channel.decoder.settle())

    def _decode(self, channel: _Channel, *, ended: bool = False) -> None:
        """Decode what waits in a channel and hand it over; without a decoder, find out which it needs."""
        if channel.decoder is None:
            sample = channel.waiting
            channel.decoder = open_decoder(sample, source=self.name, label=self.label, ended=ended)
            if channel.decoder is None:
                return
            if self._endless and not channel.decoder.whole_lines:
                channel.decoder = None
                raise SourceError(f"{self.name}: JSON that is not one record a line")
        data, channel.waiting, channel.since = channel.waiting, b"", None
        if not channel.decoder.whole_lines:
            self._hand_over(channel.decoder.feed(data, at_us=channel.at_us))
            return
        block, too_long = channel.lines.push(data)
        if ended:
            block += channel.lines.rest()[0]
        if block or too_long:
            self._hand_over(channel.decoder.feed(block, at_us=channel.at_us, too_long=too_long))

    def _try_decode(self, channel: _Channel, *, ended: bool = False) -> None:
        """As _decode; what nobody can read is counted where more may come, and ends a download."""
        try:
            self._decode(channel, ended=ended)
            if ended and channel.decoder:
                self._hand_over(channel.decoder.finish())
        except SourceError as error:
            if not self._endless and not (self._transport and self._transport.again_s):
                raise
            lines = max(1, channel.waiting.count(b"\n"))
            channel.waiting, channel.since, channel.decoder = b"", None, None
            self._hand_over(Batch(no_observations(), Counts(lines=lines, rejected={"unrecognised": lines})))
            self._enter(self._state, str(error))

    def _end(self, number: int) -> None:
        channel = self._channels.pop(number, None)
        if channel is not None and (channel.waiting or channel.decoder):
            self._try_decode(channel, ended=True)

    def _end_channels(self) -> None:
        for number in list(self._channels):
            self._end(number)

    def _hand_over(self, batch: Batch) -> None:
        if not batch.counts.lines and not batch.observations.num_rows and not batch.counts.rejected:
            return
        with self._lock:
            self._counts = self._counts + batch.counts
        self._on_batch(batch)

    def _enter(self, state: State, detail: str = "") -> None:
        with self._lock:
            if state != self._state:
                self._state, self._since = state, self._clock()
            self._detail = detail
