"""Every track point learns its distance to shore, port and anchorage, and its zones."""

import numpy as np
import pyarrow as pa
import pytest

from periplus.fusion.enrich import enrich
from periplus.fusion.facts import load_facts
from periplus.geo.sphere import distance_m
from periplus.model.schema import conform, empty
from periplus.model.track import TRACK_POINT

NOON_2024 = 1_717_243_200_000_000


@pytest.fixture(scope="module")
def facts():
    return load_facts()


def points(lon, lat, at_us=NOON_2024, **columns):
    n = len(lon)
    at = pa.array(np.full(n, at_us), pa.timestamp("us", "UTC"))
    text = {name: pa.array([name] * n) for name in ("source", "sensor", "label")}
    table = {"vessel": np.arange(n) * 8, "mmsi": np.arange(n), "observed_at": at, "received_at": at}
    return conform(pa.table({**table, "lon": lon, "lat": lat, **text, **columns}), TRACK_POINT)


def test_a_point_off_djibouti_is_near_shore_and_port(facts):
    [point] = enrich(points([43.2], [11.7]), facts).to_pylist()
    assert 5 < point["shore_nm"] < 7
    every_km = distance_m(43.2, 11.7, facts.ports.lon, facts.ports.lat) / 1000
    assert point["port_km"] == pytest.approx(every_km.min())
    assert facts.ports.names[every_km.argmin()] == "Djibouti"
    assert point["anchorage_km"] == point["port_km"]  # no list given: ports stand in


def test_a_point_in_the_eastbound_lane_is_in_lane_sea_and_listed_area(facts):
    [point] = enrich(points([49.0], [13.1]), facts).to_pylist()
    assert {zone.id for zone in facts.zones_in(point["zones"])} == {
        "irtc_eastbound", "gulf_of_aden", "jwla_032", "ukmto_vra",
    }  # fmt: skip


def test_a_zone_counts_only_while_it_holds(facts):
    def zones(year):
        at_us = int(np.datetime64(f"{year}-06-01", "us").astype(np.int64))
        [point] = enrich(points([49.0], [13.1], at_us), facts).to_pylist()
        return {zone.id for zone in facts.zones_in(point["zones"])}

    assert "hra_2021" in zones(2022)
    assert "hra_2021" not in zones(2023)
    assert "irtc_eastbound" not in zones(2008)


def test_values_that_a_file_brought_are_kept(facts):
    given = points([43.2, 60.0], [11.7, 0.0], shore_nm=[99.0, None], zones=pa.array([None, 5], pa.uint64()))
    first, second = enrich(given, facts).to_pylist()
    assert first["shore_nm"] == 99.0
    assert second["shore_nm"] > 250
    assert first["zones"] != 0
    assert second["zones"] == 5
    assert second["port_km"] > 400


def test_any_division_of_the_points_gives_the_same(facts):
    rng = np.random.default_rng(1)
    whole = points(rng.uniform(30, 110, 500), rng.uniform(-30, 30, 500))
    parts = [enrich(whole.slice(k, 70), facts) for k in range(0, 500, 70)]
    assert pa.concat_tables(parts).combine_chunks() == enrich(whole, facts).combine_chunks()


def test_nothing_in_nothing_out(facts):
    assert enrich(empty(TRACK_POINT), facts) == empty(TRACK_POINT)


def test_the_points_given_are_not_altered(facts):
    given = points([43.2], [11.7])
    before = given.to_pylist()
    out = enrich(given, facts)
    assert given.to_pylist() == before
    assert out.schema == TRACK_POINT
