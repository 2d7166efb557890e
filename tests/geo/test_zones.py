"""Zones hold what lies on or inside them, wherever on the globe they are drawn."""

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from periplus.geo import zones

LANE = shapely.Polygon([(45, 11.8833), (53, 14.3833), (53, 14.3), (45, 11.8)])


def bits(lon, lat, *polygons):
    return zones.membership(lon, lat, [zones.split_antimeridian(p) for p in polygons]).tolist()


def test_each_zone_has_its_bit():
    west, both = shapely.box(40, 0, 50, 10), shapely.box(45, 0, 60, 10)
    assert bits([42, 47, 55, 70], [5, 5, 5, 5], west, both) == [1, 3, 2, 0]


def test_the_border_is_inside():
    assert bits([40, 50, 45], [5, 10, 0], shapely.box(40, 0, 50, 10)) == [1, 1, 1]


def test_no_position_is_in_no_zone():
    assert bits([np.nan, 45.0], [5.0, np.nan], shapely.box(-180, -90, 180, 90)) == [0, 0]


def test_a_zone_drawn_across_the_antimeridian_is_not_the_rest_of_the_world():
    jump = shapely.Polygon([(175, -20), (-175, -20), (-175, -10), (175, -10)])
    beyond = shapely.box(175, -20, 185, -10)
    for drawn in (jump, beyond):
        assert bits([179, -179, 180, -180, 0, 170], [-15] * 6, drawn) == [1, 1, 1, 1, 0, 0]


def test_a_ring_round_a_pole_holds_the_pole():
    ring = shapely.Polygon([(-150, -60), (-30, -60), (90, -60), (-150, -60)])
    assert bits([0, 120, 0], [-89.9, -70, -50], ring) == [1, 1, 0]


def test_the_whole_world_may_be_a_zone():
    assert bits([0, 180, -180, 33], [0, 0, 90, -90], shapely.box(-180, -90, 180, 90)) == [1, 1, 1, 1]


def test_a_hole_is_outside():
    ring = shapely.Polygon(shapely.box(170, -20, 190, 0).exterior, [shapely.box(178, -12, 182, -8).exterior])
    assert bits([180, 175, -175], [-10, -10, -10], ring) == [0, 1, 1]


@given(st.floats(44, 54), st.floats(11, 15))
def test_the_grid_of_cells_changes_no_answer(lon, lat):
    assert bits([lon], [lat], LANE) == [int(shapely.intersects_xy(LANE, lon, lat))]


def test_random_stars_are_answered_as_the_polygons_would():
    rng = np.random.default_rng(7)
    stars = []
    for _ in range(20):
        angle = np.sort(rng.uniform(0, 2 * np.pi, 12))
        reach = rng.uniform(0.1, 8, 12)
        x, y = rng.uniform(-150, 150), rng.uniform(-70, 70)
        points = np.column_stack([x + reach * np.cos(angle), y + reach * np.sin(angle)])
        stars.append(shapely.make_valid(shapely.Polygon(points)).buffer(0))
    lon, lat = rng.uniform(-160, 160, 20_000), rng.uniform(-80, 80, 20_000)
    got = zones.membership(lon, lat, stars)
    for n, star in enumerate(stars):
        want = shapely.intersects_xy(star, lon, lat)
        np.testing.assert_array_equal((got >> np.uint64(n)) & np.uint64(1) == 1, want)


def test_more_zones_than_bits_are_refused():
    with pytest.raises(ValueError, match="at most 64"):
        zones.ZoneIndex([shapely.box(0, 0, 1, 1)] * 65)


@pytest.mark.parametrize(
    "bad", [shapely.Point(1, 2), shapely.Polygon(), shapely.LineString([(0, 0), (1, 1)])]
)
def test_what_is_not_a_polygon_is_refused(bad):
    with pytest.raises(ValueError, match="not a polygon"):
        zones.split_antimeridian(bad)
