"""Where a watch's observations come from: live feeds, a replayed file, or the built-in exercise."""

import queue
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, Protocol

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from periplus.exercises import Exercise
from periplus.geo.units import MINUTE_US, SECOND_US
from periplus.model.label import originator_only
from periplus.model.observation import OBSERVATION
from periplus.sources.batch import Batch, Counts
from periplus.sources.feed import Feed, open_feed
from periplus.sources.reading import read_file
from periplus.sources.status import SourceStatus
from periplus.watch.clock import Clock, PacedClock, WallClock

TICK_S = 0.25  # a batch is captured at least this often
CATCH_UP_US = 10 * MINUTE_US  # scenario time in one batch while history is worked off
MOST_ROWS = 50_000  # observations in one batch

Mode = Literal["feed", "replay", "exercise"]


@dataclass(frozen=True, slots=True)
class Taken:
    """What arrived since the last time, and the centre's time once it has been worked on."""

    observations: pa.Table
    now_us: int
    taken_at: float  # time.monotonic(), to measure receipt to screen


class Arrivals(Protocol):
    """A watch takes from exactly one of these."""

    mode: Mode
    finished: bool  # nothing more will come

    @property
    def clock(self) -> Clock: ...

    def start(self, resume_us: int | None) -> None: ...
    def take(self) -> Taken | None: ...
    def statuses(self) -> list[dict[str, Any]]: ...
    def progress(self) -> tuple[str, float] | None: ...
    def counts(self) -> Counts: ...
    def stop(self) -> None: ...


class FeedArrivals:
    """Live feeds, each in its own thread, into one bounded queue: a full queue holds the feeds back."""

    mode: Mode = "feed"

    def __init__(self, urls: Sequence[str], label: str) -> None:
        self.clock: Clock = WallClock()
        self.finished = False
        self._queue: queue.Queue[Batch] = queue.Queue(maxsize=64)
        self._counts = Counts()
        self._label = label
        self._feeds: list[Feed] = [
            open_feed(url, label=label, on_batch=self._queue.put, clock=self.clock.now_us) for url in urls
        ]

    def start(self, resume_us: int | None) -> None:
        for feed in self._feeds:
            feed.start()

    def take(self) -> Taken | None:
        try:
            batches = [self._queue.get(timeout=TICK_S)]
        except queue.Empty:
            return None
        rows = batches[0].observations.num_rows
        while rows < MOST_ROWS:
            try:
                batches.append(self._queue.get_nowait())
            except queue.Empty:
                break
            rows += batches[-1].observations.num_rows
        self._counts = sum((batch.counts for batch in batches), self._counts)
        observations = pa.concat_tables([batch.observations for batch in batches])
        return Taken(observations, self.clock.now_us(), time.monotonic())

    def statuses(self) -> list[dict[str, Any]]:
        return [_told(feed.status(), self._label) for feed in self._feeds]

    def progress(self) -> tuple[str, float] | None:
        return None

    def counts(self) -> Counts:
        return self._counts

    def stop(self) -> None:
        self.finished = True
        for feed in self._feeds:
            feed.stop()


class PacedArrivals:
    """Observations that are already known, handed out in the order and at the pace in which they arrived."""

    def __init__(
        self,
        *,
        mode: Mode,
        name: str,
        sensor: str,
        label: str,
        start_us: int,
        end_us: int,
        history_us: int,
        speed: float,
    ) -> None:
        self.mode: Mode = mode
        self.clock: PacedClock = PacedClock(start_us - history_us, speed)
        self.finished = False
        self._name, self._sensor, self._label = name, sensor, label
        self._first_us, self._live_us, self._end_us = start_us - history_us, start_us, end_us
        self._at_us = self._first_us
        self._delivered = 0
        self._last_us: int | None = None
        self._wake = threading.Event()

    def between(self, from_us: int, to_us: int) -> pa.Table:
        """What arrives in [from, to), in order of arrival."""
        raise TypeError("a source of paced arrivals says what arrives when")

    def next_us(self, from_us: int) -> int:
        """When the next observation at or after `from_us` arrives, as far as that is known."""
        return from_us

    def bounded(self, from_us: int, to_us: int) -> int:
        """An end, at most `to_us`, for a batch that begins at `from_us` and shall not grow too large."""
        return to_us

    def start(self, resume_us: int | None) -> None:
        if resume_us is not None:
            # A batch is captured whole, and batches are cut between instants: what came later is still to come.
            self._at_us = max(resume_us + 1, self._first_us)
            self.clock.reached(self._at_us)

    def take(self) -> Taken | None:
        if self._at_us >= self._end_us:
            self.finished = True
        if self.finished:
            self._wake.wait(TICK_S)
            return None
        behind = self._at_us < self._live_us
        if not behind:
            self._wake.wait(TICK_S)
        if behind:  # years may lie between one recording and the next
            self._at_us = max(self._at_us, min(self.next_us(self._at_us), self._live_us - 1))
        until = self._at_us + CATCH_UP_US if behind else min(self.clock.due_us(), self._at_us + CATCH_UP_US)
        until = self.bounded(self._at_us, min(until, self._live_us if behind else self._end_us))
        if until <= self._at_us:
            return None
        taken = Taken(self.between(self._at_us, until), until, time.monotonic())
        self._at_us = until
        self.clock.reached(until)
        self._delivered += taken.observations.num_rows
        if taken.observations.num_rows:
            self._last_us = until
        return taken

    def statuses(self) -> list[dict[str, Any]]:
        state = "stopped" if self.finished else "receiving"
        return [
            {
                "name": self._name, "url": self.mode, "sensor": self._sensor, "state": state,
                "detail": "the end has been reached" if self._at_us >= self._end_us else "", "last_at": self._last_us,
                "lines": self.counts().lines, "observations": self._delivered,
                "rejected": dict(self.counts().rejected), "late": 0, "duplicates": 0, "reconnects": 0, "dropped": 0,
                "label": self._label,
            }
        ]  # fmt: skip

    def progress(self) -> tuple[str, float] | None:
        if self._at_us >= self._live_us:
            return None
        return "working off history", (self._at_us - self._first_us) / (self._live_us - self._first_us)

    def counts(self) -> Counts:
        return Counts()

    def stop(self) -> None:
        self.finished = True
        self._wake.set()


class ExerciseArrivals(PacedArrivals):
    """The built-in exercise at `speed`, after its history has been worked off."""

    def __init__(self, exercise: Exercise, speed: float) -> None:
        super().__init__(
            mode="exercise", name=exercise.name, sensor="ais",
            label=str(originator_only(exercise.originator)), start_us=exercise.default_start_us,
            end_us=exercise.end_us, history_us=exercise.history_s * SECOND_US, speed=speed,
        )  # fmt: skip
        self._exercise = exercise

    def between(self, from_us: int, to_us: int) -> pa.Table:
        return self._exercise.observations(from_us, to_us)


class ReplayArrivals(PacedArrivals):
    """A recorded file or folder, as it arrived, at `speed` (None: as fast as it goes)."""

    def __init__(
        self,
        paths: Sequence[Path | str],
        label: str,
        speed: float | None,
        read: Callable[[int], None] | None = None,
    ) -> None:
        tables, self._read = [], Counts()
        for path in paths:
            for batch in read_file(path, label=label):
                tables.append(batch.observations)
                self._read = self._read + batch.counts
                if read is not None:
                    read(self._read.lines)
        table = pa.concat_tables(tables) if tables else OBSERVATION.empty_table()
        order = pc.sort_indices(
            table, [("received_at", "ascending")]
        )  # stable: equal times keep the file's order
        self._table = table.take(order).combine_chunks()
        self._times = self._table.column("received_at").cast(pa.int64()).to_numpy()
        first, last = (int(self._times[0]), int(self._times[-1]) + 1) if len(self._times) else (0, 0)
        live = first if speed is not None else last
        super().__init__(
            mode="replay", name=" ".join(Path(path).name for path in paths), sensor="ais", label=label,
            start_us=live, end_us=last, history_us=live - first, speed=speed or 1.0,
        )  # fmt: skip

    @property
    def rows(self) -> int:
        return int(self._table.num_rows)

    def between(self, from_us: int, to_us: int) -> pa.Table:
        first, last = np.searchsorted(self._times, [from_us, to_us])
        return self._table.slice(first, last - first)

    def next_us(self, from_us: int) -> int:
        first = int(np.searchsorted(self._times, from_us))
        return int(self._times[first]) if first < len(self._times) else from_us

    def bounded(self, from_us: int, to_us: int) -> int:
        first, last = np.searchsorted(self._times, [from_us, to_us])
        if last - first <= MOST_ROWS:
            return to_us
        # Rows that came at one instant stay together, so that a restart knows which were kept.
        end = int(self._times[int(first) + MOST_ROWS])
        return end if end > from_us else from_us + 1

    def counts(self) -> Counts:
        return self._read


def _told(status: SourceStatus, label: str) -> dict[str, Any]:
    """A feed's status as the faces have it; what cleaning set aside is added by the watch."""
    return {
        "name": status.name, "url": status.url, "sensor": "ais", "state": status.state, "detail": status.detail,
        "last_at": status.last_at, "lines": status.counts.lines, "observations": status.counts.observations,
        "rejected": dict(status.counts.rejected), "late": 0, "duplicates": 0,
        "reconnects": status.reconnects, "dropped": status.dropped, "label": label,
    }  # fmt: skip
