"""The ordinary sea: enough ships under way, at speeds of ships, on water, with numbers that could be theirs."""

import numpy as np
import pytest

from periplus.exercises.fleet import CLASS_A, NO_AIS, imo_number
from periplus.fusion.shore import Shore
from periplus.geo.sphere import distance_nm
from periplus.geo.units import HOUR_S, SECOND_US
from periplus.model.mmsi import SHIP, station_class


@pytest.fixture(scope="module")
def start_s(exercise):
    return (exercise.default_start_us - exercise.start_us) / SECOND_US


def everybody(exercise, t_s):
    ship = np.arange(len(exercise.world.fleet))
    return ship, exercise.world.tracks.at(ship, np.full(len(ship), t_s))


def test_more_than_a_thousand_ships_with_ais_are_under_way_when_a_watch_begins(exercise, start_s):
    _, fix = everybody(exercise, start_s)
    heard = exercise.world.fleet.ais != NO_AIS
    assert 2_500 < heard.sum() < 4_000
    assert (fix.sog_kn[heard] > 1.0).sum() > 1_000


def test_there_are_ships_of_all_kinds_in_the_region(exercise, start_s):
    _, fix = everybody(exercise, start_s)
    assert set(exercise.world.fleet.group) == {"merchant", "fishing", "dhow", "ferry", "case", "navy"}
    assert fix.lon.min() > 17
    assert fix.lon.max() < 123
    assert fix.lat.min() > -42
    assert fix.lat.max() < 31


@pytest.mark.parametrize("hours", [-70.0, -3.0, 0.0, 6.3, 100.0])
def test_nobody_sails_on_land(exercise, start_s, hours):
    _, fix = everybody(exercise, start_s + hours * HOUR_S)
    assert Shore().distance_nm(fix.lon, fix.lat).min() > -0.1


def test_nobody_is_faster_than_such_ships_are(exercise):
    knots, fleet = exercise.world.knots, exercise.world.fleet
    same = np.diff(knots.ship) == 0
    miles = distance_nm(knots.lon[:-1], knots.lat[:-1], knots.lon[1:], knots.lat[1:])
    hours = np.diff(knots.t_s) / HOUR_S
    speed = np.where(same & (hours > 0), miles / np.where(hours > 0, hours, 1.0), 0.0)
    skiffs = np.char.startswith(fleet.name.astype(str), "SKIFF")[knots.ship[:-1]]
    assert speed[~skiffs].max() < 24
    assert speed[skiffs].max() < 25


def test_time_never_runs_back_on_a_track(exercise):
    knots = exercise.world.knots
    assert (np.diff(knots.t_s)[np.diff(knots.ship) == 0] >= 0).all()


def test_ships_that_lie_still_at_sea_lie_apart(exercise, start_s):
    """Two ships in one berth would look like a meeting."""
    ship, fix = everybody(exercise, start_s)
    planted = {s for p in exercise.plants for s in p.ships}
    still = ship[(exercise.world.knots.status[fix.knot] == 1) & ~np.isin(ship, list(planted))]
    lon, lat = fix.lon[still], fix.lat[still]
    apart = distance_nm(lon[:, None], lat[:, None], lon[None, :], lat[None, :])
    np.fill_diagonal(apart, 99.0)
    close = (apart.min(axis=1) < 0.08).mean()
    assert close < 0.05


def test_every_mmsi_is_a_ships_and_no_two_are_alike(exercise):
    fleet = exercise.world.fleet
    sending = fleet.ais != NO_AIS
    assert (station_class(fleet.mmsi[sending]) == SHIP).all()
    assert len(np.unique(fleet.mmsi)) == len(fleet)


def test_every_imo_number_has_its_check_digit_and_is_plainly_invented(exercise):
    imo = exercise.world.fleet.imo
    imo = imo[imo > 0]
    assert len(imo) > 1_000
    assert len(np.unique(imo)) == len(imo)
    assert (imo_number(imo // 10) == imo).all()
    assert (imo // 100_000 == 99).all()


def test_the_check_digit_is_the_one_of_the_rule():
    assert imo_number(907472).item() == 9074729  # the example that IMO's resolution gives


def test_merchant_ships_send_class_a_and_most_dhows_nothing(exercise):
    fleet = exercise.world.fleet
    assert (fleet.ais[fleet.group == "merchant"] == CLASS_A).all()
    assert (fleet.ais[fleet.group == "dhow"] == NO_AIS).mean() > 0.75


def test_ships_have_names_and_sizes_that_fit(exercise):
    fleet = exercise.world.fleet
    assert all(0 < len(name) <= 20 for name in fleet.name)
    assert (
        (fleet.beam_m > 0) & (fleet.length_m / fleet.beam_m > 2.5) & (fleet.length_m / fleet.beam_m < 10)
    ).all()
    assert np.isin(fleet.ship_type, [30, 35, 37, 60, 70, 71, 79, 80, 82]).all()


def test_eastbound_ships_keep_to_the_southern_lane_of_the_corridor(exercise, start_s):
    _, fix = everybody(exercise, start_s)
    fleet = exercise.world.fleet
    axis = np.interp(fix.lon, [45.0, 53.0], [11.86, 14.36])
    inside = (fleet.group == "merchant") & (fix.lon > 46) & (fix.lon < 52) & (abs(fix.lat - axis) < 0.2)
    east, west = inside & (abs(fix.cog_deg - 72) < 25), inside & (abs(fix.cog_deg - 252) < 25)
    assert east.sum() >= 5
    assert west.sum() >= 5
    assert (fix.lat[east] < axis[east]).mean() > 0.9
    assert (fix.lat[west] > axis[west]).mean() > 0.9
