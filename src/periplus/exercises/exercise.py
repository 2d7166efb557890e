"""An opened exercise: the observations of any stretch of its time, and the truth beside them."""

from collections import OrderedDict
from dataclasses import dataclass, field
from importlib import resources
from itertools import pairwise
from pathlib import Path

import numpy as np
import pyarrow as pa

from periplus.exercises import sensors
from periplus.exercises import truth as truths
from periplus.exercises.planting import Plant
from periplus.exercises.scenario import Scenario
from periplus.exercises.world import World
from periplus.geo.units import SECOND_US
from periplus.model.observation import OBSERVATION

_KEPT_BLOCKS = 12
_FILES = Path(str(resources.files("periplus.exercises")))


@dataclass
class Exercise:
    """A made-up sea that can be observed. Every table depends on the name and the seed alone."""

    scenario: Scenario = field(repr=False)
    originator: str
    default_start_us: int  # where a watch begins, after `history_s` of the past
    world: World = field(repr=False)
    plants: tuple[Plant, ...] = field(repr=False)
    _blocks: OrderedDict[int, sensors.Messages] = field(default_factory=OrderedDict, repr=False)

    @property
    def name(self) -> str:
        return self.scenario.name

    @property
    def title(self) -> str:
        return self.scenario.title

    @property
    def start_us(self) -> int:
        return self.scenario.start_us

    @property
    def end_us(self) -> int:
        return self.scenario.end_us

    @property
    def history_s(self) -> int:
        """How much of the past a watch should be given before it begins, in seconds."""
        return self.scenario.history_s

    @property
    def zones(self) -> Path:
        """Zones drawn for the exercise, as GeoJSON: what its watch floor watches."""
        return _FILES / f"scenarios/{self.name}.geojson"

    @property
    def anchorages(self) -> Path:
        """Where the exercise's ships wait and lie, as CSV: its centre's anchorages."""
        return _FILES / "data/anchorages.csv"

    def observations(self, from_us: int, to_us: int) -> pa.Table:
        """Everything that arrives (received_at) in [from, to), in order of arrival (OBSERVATION).

        Cutting the time otherwise gives the same rows in the same order.
        """
        from_us, to_us = max(from_us, self.start_us), min(to_us, self.end_us)
        block_us = sensors.BLOCK_S * SECOND_US
        edges = np.arange(from_us // block_us + 1, -(-to_us // block_us)) * block_us
        cuts = [from_us, *edges.tolist(), to_us]
        pieces = [self._arriving(a, b) for a, b in pairwise(cuts) if a < b]
        return pa.concat_tables(pieces) if pieces else OBSERVATION.empty_table()

    def _arriving(self, from_us: int, to_us: int) -> pa.Table:
        """As `observations`, for a stretch within one block: what several blocks sensed, merged."""
        start, end = from_us - self.start_us, to_us - self.start_us
        first = (start - sensors.LONGEST_DELAY_S * SECOND_US) // (sensors.BLOCK_S * SECOND_US)
        last = (end - 1) // (sensors.BLOCK_S * SECOND_US)
        parts = []
        for block in range(first, last + 1):
            sensed = self._sensed(block)
            lo, hi = np.searchsorted(sensed.received_us, [start, end])
            parts.append(sensed.take(slice(lo, hi)))
        return sensors.report(self.world, sensors.merge(parts))

    def _sensed(self, block: int) -> sensors.Messages:
        if block in self._blocks:
            self._blocks.move_to_end(block)
            return self._blocks[block]
        self._blocks[block] = sensors.sense(self.world, block)
        while len(self._blocks) > _KEPT_BLOCKS:
            self._blocks.popitem(last=False)
        return self._blocks[block]

    def vessels(self) -> pa.Table:
        """Who there is, one row a ship, those without AIS too."""
        table: pa.Table = self.truth()["vessels"]
        return table

    def truth(self) -> truths.Truth:
        """What is so, whatever was observed: vessels, legs, events, incidents, responders."""
        return truths.truth(self.scenario, self.world, self.plants, self.zones)

    def write_truth(self, folder: Path) -> None:
        """The truth as files in a folder: CSV, Arrow and JSON lines."""
        truths.write(folder, self.truth())
