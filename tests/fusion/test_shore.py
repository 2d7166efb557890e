"""Distance to shore against distances measured on the outline that the lattice was derived from."""

import numpy as np
import pytest

from periplus.fusion.shore import Shore

SHORE = Shore()


@pytest.mark.parametrize(
    ("lon", "lat", "shore_nm", "within_nm"),
    [
        (-123.393, -48.877, 1453.8, 14),  # Point Nemo, the farthest water from any land
        (0.0, 0.0, 309.1, 3),  # Gulf of Guinea; the source draws an islet here, and there is none
        (49.0, 13.1, 59.3, 0.6),  # Gulf of Aden
        (51.0, 1.0, 274.6, 3),  # Somali basin
        (56.3, 1.3, 308.0, 3),  # where the Hellas Aphrodite was
        (72.5, -7.0, 14.1, 0.4),  # north of Diego Garcia
        (73.3, 0.3, 4.3, 0.3),  # among the Maldives
        (103.84, 1.15, 5.2, 0.3),  # Singapore strait
        (43.3, 12.6, 4.4, 0.3),  # Bab el-Mandeb
        (57.3, -20.4, 1.8, 0.3),  # off Mauritius
    ],
)
def test_distance_to_shore_is_that_measured_on_the_outline_itself(lon, lat, shore_nm, within_nm):
    assert SHORE.distance_nm(lon, lat) == pytest.approx(shore_nm, abs=within_nm)


def test_inland_is_negative_and_no_deeper_than_twenty_miles():
    lon, lat = [86.9, 45.0, 20.0, 0.0], [28.0, 8.0, 0.0, -90.0]  # Everest, Ogaden, Congo, South Pole
    np.testing.assert_allclose(SHORE.distance_nm(lon, lat), -20.0, atol=0.2)


def test_both_names_of_the_antimeridian_give_one_distance():
    np.testing.assert_allclose(SHORE.distance_nm(180.0, 10.0), SHORE.distance_nm(-180.0, 10.0))
    np.testing.assert_allclose(
        SHORE.distance_nm(179.9999, 10.0), SHORE.distance_nm(-179.9999, 10.0), atol=0.1
    )


def test_distance_changes_no_faster_than_one_moves():
    rng = np.random.default_rng(1)
    lon, lat = rng.uniform(32, 105, 20_000), rng.uniform(-30, 28, 20_000)
    here, there = SHORE.distance_nm(lon, lat), SHORE.distance_nm(lon, lat + 0.1)
    near = np.abs(here) < 60
    assert (
        np.quantile(np.abs(there - here)[near], 0.999) < 6.0 + 1.5
    )  # six miles, and the error of the lattice


def test_the_poles_have_a_distance_and_no_position_has_none():
    assert SHORE.distance_nm(0.0, 90.0) == pytest.approx(383, abs=10)  # Kaffeklubben island
    assert np.isnan(SHORE.distance_nm([np.nan, 0.0], [0.0, np.nan])).all()
    assert SHORE.distance_nm([], []).shape == (0,)
