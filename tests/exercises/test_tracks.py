"""Tracks: great circles between knots, asked for in columns."""

import numpy as np
import pytest

from periplus.exercises.tracks import Knots, Tracks, join
from periplus.geo.sphere import bearing_deg, distance_nm, interpolate


def knots(rows):
    ship, t, lon, lat = (np.array(c) for c in zip(*rows, strict=True))
    n = len(ship)
    return Knots(
        ship,
        t.astype(float),
        lon.astype(float),
        lat.astype(float),
        np.zeros(n, np.int8),
        np.zeros(n, np.int16),
        np.zeros(n),
    )


def test_half_way_in_time_is_half_way_along_the_great_circle():
    tracks = Tracks(knots([(0, 0, 50.0, 0.0), (0, 36_000, 55.0, 3.0)]))
    fix = tracks.at(np.array([0]), np.array([18_000.0]))
    lon, lat = interpolate(50.0, 0.0, 55.0, 3.0, 0.5)
    assert fix.lon[0] == pytest.approx(lon, abs=1e-9)
    assert fix.lat[0] == pytest.approx(lat, abs=1e-9)
    assert fix.sog_kn[0] == pytest.approx(distance_nm(50.0, 0.0, 55.0, 3.0) / 10, rel=1e-9)
    assert fix.cog_deg[0] == pytest.approx(bearing_deg(lon, lat, 55.0, 3.0), abs=1e-6)


def test_a_ship_waits_at_her_first_knot_and_stays_at_her_last():
    tracks = Tracks(knots([(0, 100, 50.0, 0.0), (0, 200, 50.1, 0.0), (1, 0, 60.0, 5.0), (1, 50, 60.0, 5.0)]))
    fix = tracks.at(np.array([0, 0, 1]), np.array([0.0, 900.0, 25.0]))
    assert fix.lon == pytest.approx([50.0, 50.1, 60.0])
    assert fix.sog_kn[1:] == pytest.approx([0.0, 0.0])


def test_knots_are_found_from_a_guess_as_by_search():
    rng = np.random.default_rng(1)
    rows = [(s, t, 50 + 0.01 * t, s * 1.0) for s in range(20) for t in np.sort(rng.integers(0, 1_000, 30))]
    tracks = Tracks(knots(rows))
    ship, t = rng.integers(0, 20, 500), rng.uniform(-50, 1_100, 500)
    right = tracks.leg(ship, t)
    guess = tracks.leg(ship, np.clip(t + rng.uniform(-80, 80, 500), -50, 1_100))
    assert np.array_equal(tracks.knots.t_s[tracks.leg_near(guess, t)], tracks.knots.t_s[right])
    assert np.array_equal(tracks.knots.ship[tracks.leg_near(guess, t)], ship)


def test_joined_knots_are_sorted_by_ship_then_time():
    both = join([knots([(1, 5, 50, 0), (1, 9, 51, 0)]), knots([(0, 7, 52, 0), (1, 7, 53, 0)])])
    assert both.ship.tolist() == [0, 1, 1, 1]
    assert both.t_s.tolist() == [7, 5, 7, 9]
