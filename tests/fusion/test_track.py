"""Each fix goes to the ship that could have made it; one odd fix makes no ship, three do."""

from collections import Counter
from typing import Any

import numpy as np
import pyarrow as pa
from behaviours.sea import HOUR, observations, sea, voyage

from periplus import pipeline
from periplus.model.track import SLOTS
from periplus.sources.reading import read_file

PLAN = pipeline.Plan(None, ())
MMSI = 232_000_001


def tracked(*tables: pa.Table) -> tuple[Counter[int], dict[str, int], pa.Table]:
    """How many fixes each ship under the MMSI got, the counts, and the points."""
    out = pipeline.step(PLAN, pipeline.start(PLAN), sea(*tables))[1]
    return Counter(v % SLOTS for v in out.points.column("vessel").to_pylist()), dict(out.counts), out.points


def test_a_voyage_is_one_ship() -> None:
    assert tracked(voyage(MMSI, (0, 5)))[0] == {0: 60}


def test_a_ship_is_shown_from_its_first_fix() -> None:
    assert tracked(observations(MMSI, [0.0], [60.0], [5.0]))[0] == {0: 1}


def test_a_single_corrupt_position_is_counted_and_makes_no_ship() -> None:
    t = np.arange(0, 5 * HOUR, 300.0)
    lon = 60.0 + t / HOUR * 0.1
    lon[[10, 30]] += [40.0, -3.0]
    ships, counts, _ = tracked(observations(MMSI, t, lon, 5.0, sog=6.0, cog=90.0))
    assert ships == {0: 58}
    assert counts["unconfirmed"] == 2


def test_a_corrupt_first_position_gives_way_to_the_ship() -> None:
    t = np.arange(0, 5 * HOUR, 300.0)
    lon = 60.0 + t / HOUR * 0.1
    lon[0] = -30.0
    ships, counts, _ = tracked(observations(MMSI, t, lon, 5.0, sog=6.0, cog=90.0))
    assert ships == {0: 58}
    assert counts["unconfirmed"] == 2


def test_two_ships_under_one_mmsi_are_kept_apart() -> None:
    ships, counts, points = tracked(voyage(MMSI, (0, 5)), voyage(MMSI, (1, 4), lon=70.0, every_s=330))
    assert ships == {0: 60, 1: 31}
    assert counts["unconfirmed"] == 2
    second = points.filter(pa.compute.equal(points.column("vessel"), MMSI * SLOTS + 1))
    assert pa.compute.min(second.column("lon")).as_py() > 69


def test_a_fast_ferry_is_one_ship_and_so_is_one_heard_after_a_day() -> None:
    assert set(tracked(voyage(MMSI, (0, 3), kn=44.0, every_s=120))[0]) == {0}
    assert set(tracked(voyage(MMSI, (0, 1)), voyage(MMSI, (25, 26), lon=65.0))[0]) == {0}


def test_the_antimeridian_and_the_pole_split_nobody() -> None:
    assert set(tracked(voyage(MMSI, (0, 5), lon=179.7))[0]) == {0}
    assert set(tracked(voyage(MMSI, (0, 5), lat=89.8, course=0.0))[0]) == {0}


def test_an_anchored_tanker_that_reads_a_hundred_knots_for_an_instant_has_not_moved() -> None:
    t = np.arange(0, HOUR, 10.0)
    sog = np.where(np.arange(len(t)) == 100, 101.5, 0.1)
    points: Any = tracked(observations(MMSI, t, 60.0 + 1e-7 * np.arange(len(t)), 5.0, sog=sog, cog=90.0))[2]
    assert pa.compute.max(points.column("sog_kn")).as_py() == 0.1


def test_an_aircraft_flies() -> None:
    assert set(tracked(voyage(111_232_001, (0, 2), kn=180.0))[0]) == {0}


def test_real_identity_clashes_are_split_and_few_fixes_are_lost(shared: Any) -> None:
    """Years of satellite reports under six MMSIs; under one of them the ships are half the world apart."""
    for file in sorted((shared / "data/tracking/segments").glob("pointpair-*.jsonl.gz")):
        observed = pa.concat_tables([b.observations for b in read_file(str(file), label="TEST//TLP:AMBER")])
        ships, counts, _ = tracked(observed)
        assert len(ships) == (5 if "431704490" in file.name else 1), (file.name, ships)
        assert counts.get("unconfirmed", 0) < 0.03 * sum(counts.values()), (file.name, counts)
