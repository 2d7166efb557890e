"""Opens an exercise by its name."""

from datetime import UTC, datetime

import numpy as np

from periplus.exercises import fleet as fleets
from periplus.exercises import traffic
from periplus.exercises.charts import read_ports
from periplus.exercises.exercise import Exercise
from periplus.exercises.world import World
from periplus.geo.units import HOUR_S, SECOND_US
from periplus.model.label import originator_only

ORIGINATOR = "EXERCISE"


def open_exercise(name: str = "somali_basin_2025", *, seed: int = 1, start_us: int | None = None) -> Exercise:
    """The exercise of that name. `start_us` moves where a watch on it begins (default_start_us)."""
    start, end = _us(2025, 10, 28), _us(2025, 11, 12)
    ports = read_ports()
    end_s = (end - start) / SECOND_US
    fleet, knots = traffic.generate(ports, end_s, seed)
    rng = np.random.Generator(np.random.Philox(np.random.SeedSequence([seed, 99])))
    world = World(seed, start, str(originator_only(ORIGINATOR)), fleets.baptise(fleet, rng), knots, ports)
    begin = _us(2025, 11, 6, 2, 30) if start_us is None else start_us
    return Exercise(name, "Somali Basin 2025", ORIGINATOR, start, end, begin, int(6 * HOUR_S), world)


def _us(*when: int) -> int:
    return int(datetime(*when, tzinfo=UTC).timestamp()) * SECOND_US
