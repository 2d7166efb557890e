"""Batch: observations in arrival order, with the account of every line they came from."""

import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Protocol

import pyarrow as pa

from periplus.model.observation import OBSERVATION

Tallies = Mapping[str, int]
FUTURE_US = 300_000_000  # a clock may be this far ahead of another


def latest_us() -> int:
    """The last instant that a file of the past can speak of: one row of 2099 would make all that follows late."""
    return time.time_ns() // 1_000 + FUTURE_US


class SourceError(ValueError):
    """A source that cannot be read at all; the message is one line for the person who named it."""


@dataclass(frozen=True, slots=True)
class Counts:
    """What became of every line, row or message.

    lines + run_together (in `noted`) = accepted + sum(rejected) + sum(passed_over) + those still waiting
    for their other fragments. After the last batch of a file nothing waits.
    """

    lines: int = 0  # lines of NMEA, rows of CSV, records of JSON
    accepted: int = 0  # lines that went into a message
    messages: int = 0  # messages read; those that tell neither place nor identity make no observation
    observations: int = 0
    by_type: Mapping[int, int] = field(default_factory=dict)  # AIS message type
    rejected: Tallies = field(default_factory=dict)  # by reason, lines
    passed_over: Tallies = field(default_factory=dict)  # by kind, lines that are no AIS message
    noted: Tallies = field(default_factory=dict)  # by name: what was wrong with a part of an accepted line

    def __add__(self, other: "Counts") -> "Counts":
        def total(name: str) -> object:
            mine, theirs = getattr(self, name), getattr(other, name)
            return mine + theirs if isinstance(mine, int) else dict(Counter(mine) + Counter(theirs))

        return Counts(**{f.name: total(f.name) for f in fields(Counts)})  # type: ignore[arg-type]


@dataclass(frozen=True, slots=True)
class Batch:
    """Observations in arrival order (schema OBSERVATION), and what was counted since the last batch."""

    observations: pa.Table
    counts: Counts


class Tally:
    """Counts while they are still being counted."""

    def __init__(self) -> None:
        self.lines = self.accepted = self.messages = self.observations = 0
        self.by_type: Counter[int] = Counter()
        self.rejected: Counter[str] = Counter()
        self.passed_over: Counter[str] = Counter()
        self.noted: Counter[str] = Counter()

    def take(self) -> Counts:
        """What was counted since the last call."""
        counts = Counts(
            self.lines,
            self.accepted,
            self.messages,
            self.observations,
            {k: n for k, n in sorted(self.by_type.items()) if n},
            {k: n for k, n in self.rejected.items() if n},
            {k: n for k, n in self.passed_over.items() if n},
            {k: n for k, n in self.noted.items() if n},
        )
        self.__init__()  # type: ignore[misc]
        return counts


class Decoder(Protocol):
    """Bytes to batches, for one source; holds what waits for the next bytes."""

    whole_lines: bool  # feed it whole lines only; False: bytes as they come

    def feed(self, block: bytes, *, at_us: int | None = None, too_long: int = 0) -> Batch:
        """The batch of these bytes. at_us: when they arrived (live), None: the file itself must say.
        too_long: lines that were dropped before them because no line is that long."""

    def settle(self) -> Batch:
        """What was held back in the hope of more; called when a live feed pauses."""

    def finish(self) -> Batch:
        """What is left at the end of the source."""


def no_observations() -> pa.Table:
    """An empty table of observations."""
    return OBSERVATION.empty_table()
