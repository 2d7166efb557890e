"""Behaviour: what a kind of odd conduct is, declared so that ours and others' are found through one door."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from periplus.model.fixes import LABEL_BITS, Floats, Ints, Names
from periplus.model.label import Label, join, parse

# A record is what a behaviour found, in numbers. Its first columns are the same in all behaviours:
VESSEL, START, KEY, STATE, END, DECIDED, R_LABELS = range(7)
# (VESSEL, START, KEY) tell one event from another; KEY is the zone, the other vessel, or 0.
# END is NaN while open. DECIDED is the time of the fix or instant that made the record what it is.
OPEN, CLOSED = 1.0, 2.0
COMMON = 7

Json = Any
Thresholds = Mapping[str, float]


class Zone(Protocol):
    """What a behaviour needs to know of a zone; bit `index` of a fix's zones says that it lies inside."""

    @property
    def index(self) -> int: ...
    @property
    def id(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def kind(self) -> str: ...
    @property
    def priority(self) -> str: ...  # of an entry


@dataclass(frozen=True, slots=True)
class Judgement:
    """What the numbers amount to. `margins`: measured over threshold, or the reverse where less is odder."""

    holds: bool
    margins: dict[str, float]
    score: float
    priority: str


@dataclass(frozen=True, slots=True)
class Found:
    """One event in the field's words, ready to be written down."""

    vessels: tuple[int, ...]
    start: int
    end: int | None
    lon: float
    lat: float
    why: str
    measured: dict[str, Json]
    judgement: Judgement
    observations: list[dict[str, Json]]
    features: list[dict[str, Json]]
    coverage: dict[str, Json] = field(default_factory=dict)
    also: tuple[str | int, ...] = ()  # what else tells it apart, for its id: the zone


@dataclass(frozen=True, slots=True)
class Context:
    """What turns a record's codes into words."""

    sources: Names
    labels: Mapping[int, str]
    zones: Mapping[int, Zone]

    def label(self, bits: float) -> str:
        """The join of the labels whose bits are set."""
        whole = int(bits)
        held: list[Label] = [
            parse(text) for bit, text in self.labels.items() if whole >> min(bit, LABEL_BITS - 1) & 1
        ]
        return str(join(held))


# kernel(x, zones, vessel, starts, carry, thresholds) -> records; changes `carry` in place.
#   x, zones, vessel: the fixes of many vessels, sorted by vessel and time; starts: where each vessel begins.
Kernel = Callable[[Floats, npt.NDArray[np.uint64], Ints, Ints, Floats, Floats], Floats]
# ongoing(vessels, carry, thresholds, clock_us) -> records of what is still going on, from the carry alone.
Ongoing = Callable[[Ints, Floats, Floats, float], Floats]
Explain = Callable[[Floats, Thresholds, Context], Found]
Judge = Callable[[Thresholds, Mapping[str, Json]], Judgement]


@dataclass(frozen=True, slots=True)
class Behaviour:
    """One kind of odd conduct. `KIND` equals the name of the file that declares it.

    `BY` is what may be dealt with apart: "vessel", "mmsi" (all ships under one) or "pair". `profiles` holds the
    thresholds of each named definition; 'periplus' names all of them, the others only what they change.
    """

    KIND: str
    VERSION: int
    BY: str
    profiles: Mapping[str, Thresholds]
    carry_width: int
    record_width: int
    kernel: Kernel
    ongoing: Ongoing
    explain: Explain
    judge: Judge
    clocked: bool = False  # whether `ongoing` changes by the clock alone

    @property
    def rule(self) -> str:
        return f"{self.KIND}/{self.VERSION}"


@dataclass(frozen=True, slots=True)
class Chosen:
    """A behaviour with the thresholds it is to be judged by."""

    behaviour: Behaviour
    profile: str
    thresholds: Thresholds

    @property
    def kind(self) -> str:
        return self.behaviour.KIND

    @property
    def numbers(self) -> Floats:
        """The thresholds as kernels take them: in the order in which profile 'periplus' names them."""
        return np.array([self.thresholds[name] for name in self.behaviour.profiles["periplus"]], np.float64)


def margin(measured: float, threshold: float) -> float:
    """How many times over; nothing asked for is met once."""
    return round(measured / threshold, 3) if threshold > 0 else 1.0


def score(margins: Sequence[float]) -> float:
    """0 at the thresholds, towards 1 far beyond: one less the inverse of the geometric mean of the margins."""
    if not margins:
        return 0.0
    mean = float(np.exp(np.mean(np.log(np.clip(margins, 1e-6, 1e6)))))
    return round(max(0.0, 1.0 - 1.0 / max(mean, 1.0)), 3)
