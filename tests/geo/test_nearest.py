"""The nearest place is the one that comparing with all of them finds."""

import numpy as np
import pytest

from periplus.geo import sphere
from periplus.geo.nearest import Nearest


def globe(n, seed):
    rng = np.random.default_rng(seed)
    return rng.uniform(-180, 180, n), np.degrees(np.arcsin(rng.uniform(-1, 1, n)))


@pytest.mark.parametrize("places", [1, 2, 50, 1500])
def test_the_nearest_place_is_found_everywhere(places):
    lon, lat = globe(places, 3)
    x, y = globe(3000, 4)
    x[:4], y[:4] = [180, -180, 0, 10], [0, 0, 90, -90]
    way, index = Nearest(lon, lat)(x, y)
    every = sphere.distance_m(x[:, None], y[:, None], lon, lat)
    np.testing.assert_allclose(way, every.min(axis=1), rtol=1e-7, atol=0.2)
    np.testing.assert_allclose(every[np.arange(len(x)), index], way, rtol=1e-7, atol=0.2)


def test_asking_in_parts_gives_what_asking_at_once_gives():
    lon, lat = globe(200, 5)
    x, y = globe(1000, 6)
    whole, parts = Nearest(lon, lat), Nearest(lon, lat)
    at_once = whole(x, y)
    for k in range(0, 1000, 100):
        way, index = parts(x[k : k + 100], y[k : k + 100])
        np.testing.assert_array_equal(way, at_once[0][k : k + 100])
        np.testing.assert_array_equal(index, at_once[1][k : k + 100])


def test_without_position_or_places_the_distance_is_not_known():
    way, index = Nearest([10.0], [0.0])([np.nan, 11.0], [0.0, np.nan])
    assert np.isnan(way).all()
    assert (index == -1).all()
    way, index = Nearest([], [])([1.0], [1.0])
    assert np.isnan(way).all()
    assert (index == -1).all()
