"""The ordinary traffic of the Indian Ocean: who sails, fishes and ferries while the case goes on."""

import numpy as np

from periplus.exercises import fishing, tracks, voyages
from periplus.exercises import fleet as fleets
from periplus.exercises.charts import Ports, read_routes
from periplus.exercises.fleet import Fleet
from periplus.exercises.tracks import Knots


def generate(ports: Ports, end_s: float, seed: int) -> tuple[Fleet, Knots]:
    """The fleet (unnamed yet) and its knots from second 0 to `end_s`, the same for the same seed."""
    routes = read_routes(ports)
    parts = []
    for number, kind in enumerate(("merchant", "dhow", "ferry")):
        parts.append(voyages.sail(routes, ports, kind, end_s, generator(seed, number)))
    parts.append(fishing.fish(end_s, generator(seed, 9)))
    return combine(parts)


def generator(seed: int, part: int) -> np.random.Generator:
    """Random numbers of one part of the exercise: adding a part leaves the others as they were."""
    return np.random.Generator(np.random.Philox(np.random.SeedSequence([seed, part])))


def combine(parts: list[tuple[Fleet, Knots]]) -> tuple[Fleet, Knots]:
    """Several fleets as one, ships numbered on."""
    before = np.cumsum([0] + [len(f) for f, _ in parts])
    return fleets.join([f for f, _ in parts]), tracks.join(
        [k.shifted(int(n)) for (_, k), n in zip(parts, before, strict=False)]
    )
