"""The compiled scalars say what the array functions say."""

import numpy as np

from periplus.geo import kernels, sphere


def test_compiled_scalars_agree_with_the_array_functions():
    rng = np.random.default_rng(2)
    for lon1, lon2 in rng.uniform(-180, 180, (200, 2)):
        lat1, lat2 = rng.uniform(-90, 90, 2)
        args = (lon1, lat1, lon2, lat2)
        way, bearing = sphere.distance_m(*args), sphere.bearing_deg(*args)
        assert abs(kernels.haversine_m(*args) - way) < 1e-3
        assert abs(kernels.turn_deg(kernels.initial_bearing_deg(*args), bearing)) < 1e-9
        np.testing.assert_allclose(
            kernels.sail(lon1, lat1, bearing, way / 3),
            sphere.destination(lon1, lat1, bearing, way / 3),
            atol=1e-9,
        )
        np.testing.assert_allclose(kernels.along(*args, 0.3), sphere.interpolate(*args, 0.3), atol=1e-6)


def test_turns_and_meridians_wrap():
    assert kernels.turn_deg(350.0, 10.0) == 20.0
    assert kernels.turn_deg(10.0, 350.0) == -20.0
    assert kernels.wrap_lon(190.0) == -170.0
    assert kernels.wrap_lon(180.0) == -180.0
