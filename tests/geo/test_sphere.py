"""Distance, bearing and motion on the sphere, against pyproj and against themselves."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyproj import Geod

from periplus.geo import sphere
from periplus.geo.units import EARTH_RADIUS_M, NM_M

WGS84 = Geod(ellps="WGS84")
SPHERE = Geod(a=EARTH_RADIUS_M, b=EARTH_RADIUS_M)

lons = st.floats(-180, 180, allow_nan=False)
lats = st.floats(-90, 90, allow_nan=False)
ways_m = st.floats(0, 19_000_000)


def random_pairs(n=5000, seed=1):
    rng = np.random.default_rng(seed)
    lon = rng.uniform(-180, 180, (2, n))
    lat = np.degrees(np.arcsin(rng.uniform(-1, 1, (2, n))))
    return lon[0], lat[0], lon[1], lat[1]


def angle_between(lon1, lat1, lon2, lat2):
    return sphere.distance_m(lon1, lat1, lon2, lat2)


def test_distance_and_bearing_are_those_of_an_independent_library_on_the_same_sphere():
    pairs = random_pairs()
    bearing, _, way = SPHERE.inv(*pairs)
    np.testing.assert_allclose(sphere.distance_m(*pairs), way, rtol=1e-9)
    assert np.abs(sphere.turn_deg(bearing, sphere.bearing_deg(*pairs))).max() < 1e-7


def test_distance_is_within_0_56_per_cent_of_the_ellipsoid():
    pairs = random_pairs()
    _, _, way = WGS84.inv(*pairs)
    assert np.abs(sphere.distance_m(*pairs) / way - 1).max() < 0.0056


def test_short_distances_keep_their_digits():
    lon, lat = np.array([56.29, 179.9999, 0.0]), np.array([1.295, -16.0, 89.9999])
    lon2, lat2 = sphere.destination(lon, lat, [10, 90, 200], 1.0)
    np.testing.assert_allclose(sphere.distance_m(lon, lat, lon2, lat2), 1.0, rtol=1e-6)


def test_a_minute_of_latitude_is_about_a_nautical_mile():
    assert sphere.distance_nm(50, 10, 50, 10 + 1 / 60) == pytest.approx(1.0, rel=0.002)


@given(lons, lats, st.floats(0, 360), ways_m)
def test_sailing_a_distance_arrives_at_that_distance(lon, lat, bearing, way):
    there = sphere.destination(lon, lat, bearing, way)
    assert -180 <= there[0] < 180
    assert -90 <= there[1] <= 90
    assert sphere.distance_m(lon, lat, *there) == pytest.approx(way, rel=1e-7, abs=1e-2)


@given(lons, lats, lons, lats, st.floats(0, 1))
def test_a_point_between_divides_the_way(lon1, lat1, lon2, lat2, fraction):
    way = sphere.distance_m(lon1, lat1, lon2, lat2)
    there = sphere.interpolate(lon1, lat1, lon2, lat2, fraction)
    assert sphere.distance_m(lon1, lat1, *there) == pytest.approx(fraction * way, rel=1e-6, abs=0.1)
    # Near antipodes the far end of the circle turns with the last digit of the bearing.
    if way < 19_900_000:
        assert sphere.distance_m(lon2, lat2, *there) == pytest.approx((1 - fraction) * way, rel=1e-5, abs=1)


@given(lons, lats, lons, lats)
def test_distance_is_symmetric_and_does_not_care_how_the_meridian_is_written(lon1, lat1, lon2, lat2):
    there = sphere.distance_m(lon1, lat1, lon2, lat2)
    assert there == pytest.approx(sphere.distance_m(lon2, lat2, lon1, lat1), abs=1e-3)
    assert there == pytest.approx(sphere.distance_m(lon1 + 360, lat1, lon2 - 360, lat2), abs=1e-2)


def test_the_midpoint_across_the_antimeridian_lies_on_it():
    lon, lat = sphere.midpoint(179.0, 0.0, -179.0, 0.0)
    assert abs(lon) == pytest.approx(180.0)
    assert lat == pytest.approx(0.0, abs=1e-12)


def test_the_midpoint_across_a_pole_is_the_pole():
    _, lat = sphere.midpoint(30.0, 80.0, -150.0, 80.0)
    assert lat == pytest.approx(90.0, abs=1e-6)
    _, lat = sphere.midpoint(30.0, -80.0, -150.0, -80.0)
    assert lat == pytest.approx(-90.0, abs=1e-6)


def test_from_a_pole_the_way_leads_to_the_place():
    bearing = sphere.bearing_deg(0.0, 90.0, 50.0, 10.0)
    way = sphere.distance_m(0.0, 90.0, 50.0, 10.0)
    lon, lat = sphere.destination(0.0, 90.0, bearing, way)
    assert (lon, lat) == (pytest.approx(50.0), pytest.approx(10.0))


def test_the_middle_of_ships_on_both_sides_of_the_antimeridian_is_among_them():
    lon, lat = sphere.mean_position([179.0, -179.0, 178.0, -178.0], [-17.0, -17.0, -18.0, -18.0])
    assert abs(lon) == pytest.approx(180.0)
    assert lat == pytest.approx(-17.5, abs=0.01)


def test_off_track_is_positive_to_starboard():
    assert sphere.cross_track_m(50, -1, 45, 0, 55, 0) == pytest.approx(60 * NM_M, rel=0.002)
    assert sphere.cross_track_m(50, 1, 45, 0, 55, 0) == pytest.approx(-60 * NM_M, rel=0.002)


def test_a_turn_takes_the_short_way():
    assert sphere.turn_deg(350, 10) == 20
    assert sphere.turn_deg(10, 350) == -20
    np.testing.assert_array_equal(sphere.turn_deg([0, 180], [180, 0]), [180, 180])


def test_scalars_give_scalars_and_columns_give_columns():
    assert np.ndim(sphere.distance_m(0, 0, 1, 1)) == 0
    assert sphere.distance_m(np.zeros(3), 0, 1, 1).shape == (3,)
    assert sphere.bearing_deg([], [], [], []).shape == (0,)
