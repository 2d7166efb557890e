"""The exercise's sea at all times: its fleet, their tracks, who listens, and what was planted."""

from dataclasses import dataclass, field
from functools import cached_property
from typing import TypeVar

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from periplus.exercises import receivers
from periplus.exercises.charts import Floats, Ints, Ports
from periplus.exercises.fleet import NO_AIS, Fleet
from periplus.exercises.receivers import Outage, Stations
from periplus.exercises.tracks import Knots, Tracks


@dataclass(frozen=True)
class Silence:
    """A ship that does not transmit for a while."""

    ship: int
    start_s: float
    end_s: float


@dataclass(frozen=True)
class Alias:
    """A ship that transmits another's MMSI for a while."""

    ship: int
    start_s: float
    end_s: float
    mmsi: int


@dataclass(frozen=True)
class WrongClock:
    """A station whose clock was off: its reports carry a false time."""

    station: str
    start_s: float
    end_s: float
    error_s: float


Spell = TypeVar("Spell", Silence, Alias, Outage, WrongClock)


@dataclass(frozen=True)
class World:
    """Everything that decides what is observed; times count seconds from `epoch_us`."""

    seed: int
    epoch_us: int
    label: str
    fleet: Fleet
    knots: Knots
    ports: Ports
    silences: tuple[Silence, ...] = ()
    outages: tuple[Outage, ...] = ()
    aliases: tuple[Alias, ...] = ()
    wrong_clocks: tuple[WrongClock, ...] = ()
    stations: Stations = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "stations", receivers.stations())

    @cached_property
    def tracks(self) -> Tracks:
        return Tracks(self.knots)

    @cached_property
    def names(self) -> pa.Array:
        return pa.array(list(self.fleet.name), pa.string())

    @cached_property
    def callsigns(self) -> pa.Array:
        return pa.array(list(self.fleet.callsign), pa.string())

    @cached_property
    def port_names(self) -> pa.Array:
        return pa.array(self.ports.name, pa.string())

    @cached_property
    def receiver_names(self) -> pa.Array:
        satellites = [f"SAT-{n + 1:02d}" for n in range(receivers.SATELLITES)]
        return pa.array([*self.stations.name, *satellites], pa.string())

    @cached_property
    def talkers(self) -> Ints:
        """The ships with AIS."""
        return np.flatnonzero(self.fleet.ais != NO_AIS)

    def transmits(self, ship: Ints, t_s: Floats) -> npt.NDArray[np.bool_]:
        """False where the ship keeps silent."""
        out = np.ones(len(ship), bool)
        for s in self._during(self.silences, t_s):
            out &= ~((ship == s.ship) & (t_s >= s.start_s) & (t_s < s.end_s))
        return out

    def receives(self, receiver: Ints, t_s: Floats) -> npt.NDArray[np.bool_]:
        """False where the station was out of order (the satellites' outages are in `quiet_sky`)."""
        out = np.ones(len(receiver), bool)
        for o in self._during(self.outages, t_s):
            if o.receiver != "satellites":
                number = self.stations.name.index(o.receiver)
                out &= ~((receiver == number) & (t_s >= o.start_s) & (t_s < o.end_s))
        return out

    def quiet_sky(self, place: Floats, t_s: float) -> Floats:
        """0 where no satellite listens at that time, 1 elsewhere; shape as the first axis of `place`."""
        out = np.ones(len(place))
        for o in self.outages:
            if o.receiver == "satellites" and o.start_s <= t_s < o.end_s:
                lon = np.degrees(np.arctan2(place[:, 1], place[:, 0]))
                lat = np.degrees(np.arcsin(place[:, 2]))
                west, south, east, north = o.box
                out[(lon >= west) & (lon <= east) & (lat >= south) & (lat <= north)] = 0.0
        return out

    def clock_error_s(self, receiver: Ints, t_s: Floats) -> Floats:
        out = np.zeros(len(receiver))
        for w in self._during(self.wrong_clocks, t_s):
            number = self.stations.name.index(w.station)
            out[(receiver == number) & (t_s >= w.start_s) & (t_s < w.end_s)] = w.error_s
        return out

    def mmsi_at(self, ship: Ints, t_s: Floats) -> Ints:
        out = self.fleet.mmsi[ship]
        for a in self._during(self.aliases, t_s):
            out[(ship == a.ship) & (t_s >= a.start_s) & (t_s < a.end_s)] = a.mmsi
        return out

    @staticmethod
    def _during(things: tuple[Spell, ...], t_s: Floats) -> list[Spell]:
        if not len(t_s):
            return []
        first, last = t_s.min(), t_s.max()
        return [x for x in things if x.start_s <= last and x.end_s >= first]
