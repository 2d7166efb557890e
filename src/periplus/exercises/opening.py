"""Opens an exercise by its name."""

import numpy as np

from periplus.exercises import fleet as fleets
from periplus.exercises import planting, scenario, traffic
from periplus.exercises.charts import read_ports
from periplus.exercises.exercise import Exercise
from periplus.exercises.world import World
from periplus.model.label import originator_only

DEFAULT = "somali_basin_2025"
ORIGINATOR = "EXERCISE"


def open_exercise(name: str = DEFAULT, *, seed: int = 1, start_us: int | None = None) -> Exercise:
    """The exercise of that name. `start_us` moves the moment at which a watch on it begins.

    Raises ValueError with one line for an unknown name or a start outside the exercise.
    """
    case = scenario.read_scenario(name)
    begin = case.default_start_us if start_us is None else start_us
    if not case.start_us <= begin < case.end_us:
        raise ValueError(
            f"exercise {name} lasts from {case.start_us} to {case.end_us} µs; {begin} is outside it"
        )
    ports = read_ports()
    ordinary = traffic.generate(ports, case.end_s, seed)
    own = (scenario.case_fleet(case), scenario.case_knots(case, ports))
    fleet, knots = traffic.combine([own, ordinary])
    of_the_case = np.arange(len(own[0]))
    garden = planting.plant(fleet, knots, case.planted, case.end_s, of_the_case, traffic.generator(seed, 77))
    world = World(
        seed=seed,
        epoch_us=case.start_us,
        label=str(originator_only(ORIGINATOR)),
        fleet=fleets.baptise(fleet, traffic.generator(seed, 99)),
        knots=garden.knots,
        ports=ports,
        silences=(*scenario.case_silences(case, 0), *garden.silences),
        outages=case.outages,
        aliases=tuple(garden.aliases),
        wrong_clocks=case.wrong_clocks,
    )
    return Exercise(case, ORIGINATOR, begin, world, tuple(garden.plants))
