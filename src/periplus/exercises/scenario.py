"""A scenario: the case that the exercise follows, read from its TOML file."""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from importlib import resources
from typing import Any

import numpy as np

from periplus.exercises.charts import Ports
from periplus.exercises.fleet import CLASS_A, CLASS_B, NO_AIS, Fleet, imo_number
from periplus.exercises.receivers import Outage
from periplus.exercises.tracks import Knots, join
from periplus.exercises.world import Silence, WrongClock
from periplus.geo.units import SECOND_US

_AIS = {"A": CLASS_A, "B": CLASS_B, "none": NO_AIS}


@dataclass(frozen=True)
class Scenario:
    """The file, with times as microseconds or as seconds from the start."""

    name: str
    title: str
    start_us: int
    end_us: int
    default_start_us: int
    history_s: int
    ships: Sequence[Mapping[str, Any]]
    incidents: Sequence[Mapping[str, Any]]
    responders: Sequence[Mapping[str, Any]]
    outages: tuple[Outage, ...]
    wrong_clocks: tuple[WrongClock, ...]
    planted: Mapping[str, int]

    @property
    def end_s(self) -> float:
        return (self.end_us - self.start_us) / SECOND_US

    def seconds(self, at: datetime) -> float:
        """Seconds from the scenario's start, the exercise's epoch."""
        return (micros(at) - self.start_us) / SECOND_US


def names() -> list[str]:
    """The exercises that come with the program."""
    folder = resources.files("periplus.exercises").joinpath("scenarios")
    return sorted(f.name.removesuffix(".toml") for f in folder.iterdir() if f.name.endswith(".toml"))


def read_scenario(name: str) -> Scenario:
    """The scenario of that name. Raises ValueError with one line when there is none."""
    if name not in names():
        raise ValueError(f"no exercise {name!r}; there is {', '.join(names())}")
    file = resources.files("periplus.exercises").joinpath(f"scenarios/{name}.toml")
    raw = tomllib.loads(file.read_text(encoding="utf-8"))
    start = micros(raw["start"])

    def seconds(at: datetime) -> float:
        return (micros(at) - start) / SECOND_US

    return Scenario(
        name=raw["name"],
        title=raw["title"],
        start_us=start,
        end_us=micros(raw["end"]),
        default_start_us=micros(raw["default_start"]),
        history_s=int(raw["history_h"] * 3600),
        ships=raw["ship"],
        incidents=raw["incident"],
        responders=raw["responder"],
        outages=tuple(
            Outage(o["receiver"], seconds(o["start"]), seconds(o["end"]), tuple(o.get("box", Outage.box)))
            for o in raw["outage"]
        ),
        wrong_clocks=tuple(
            WrongClock(w["station"], seconds(w["start"]), seconds(w["end"]), w["error_s"])
            for w in raw["wrong_clock"]
        ),
        planted=raw["planted"],
    )


def micros(at: datetime) -> int:
    """Microseconds UTC of an aware time."""
    return round(at.timestamp()) * SECOND_US


def case_fleet(scenario: Scenario) -> Fleet:
    """The ships of the case, in the file's order."""
    rows = scenario.ships

    def column(key: str, default: Any = 0) -> list[Any]:
        return [r.get(key, default) for r in rows]

    dark = 990_000_000  # those without AIS never send a number; theirs only tell them apart
    return Fleet(
        mmsi=np.array([r.get("mmsi", dark + i) for i, r in enumerate(rows)], np.int64),
        imo=np.array([int(imo_number(n)) if n else 0 for n in column("imo")], np.int64),
        name=np.array(column("name"), object),
        callsign=np.array(column("callsign", ""), object),
        ship_type=np.array(column("ship_type"), np.int64),
        length_m=np.array(column("length_m"), float),
        beam_m=np.array(column("beam_m"), float),
        ais=np.array([_AIS[a] for a in column("ais")]),
        group=np.array(["navy" if r["ship_type"] == 35 else "case" for r in rows], object),
        speed_kn=np.full(len(rows), 12.0),
    )


def case_knots(scenario: Scenario, ports: Ports) -> Knots:
    """Their tracks, numbered from 0 in the file's order."""
    return join([_knots(scenario, number, ship, ports) for number, ship in enumerate(scenario.ships)])


def _knots(scenario: Scenario, number: int, ship: Mapping[str, Any], ports: Ports) -> Knots:
    times, lat, lon = zip(*ship["track"], strict=True)
    n = len(times)
    port = ports.index(ship["destination"]) if "destination" in ship else -1
    return Knots(
        ship=np.full(n, number),
        t_s=np.array([scenario.seconds(t) for t in times]),
        lon=np.array(lon, float),
        lat=np.array(lat, float),
        status=_statuses(lat, lon, ship["ship_type"]),
        port=np.full(n, port, np.int16),
        draught_m=np.full(n, ship.get("draught_m", np.nan)),
    )


def _statuses(lat: Sequence[float], lon: Sequence[float], ship_type: int) -> Any:
    """At anchor where the next place is the same, else under way; fishing vessels say that they fish."""
    here = np.stack([lat, lon])
    still = np.append((np.diff(here) == 0).all(0), True)
    still[-1] = len(lat) > 1 and bool((here[:, -1] == here[:, -2]).all())
    return np.where(still, 1, 7 if ship_type == 30 else 0).astype(np.int8)


def case_silences(scenario: Scenario, first_ship: int) -> tuple[Silence, ...]:
    """When ships of the case keep their AIS off."""
    return tuple(
        Silence(first_ship + number, scenario.seconds(start), scenario.seconds(end))
        for number, ship in enumerate(scenario.ships)
        for start, end in ship.get("off", ())
    )
