"""The case of October and November 2025, at its published times and places."""

from datetime import UTC, datetime

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest

from periplus.exercises import scenario
from periplus.geo.sphere import bearing_deg, distance_nm
from periplus.geo.units import HOUR_US, MINUTE_US, SECOND_US

EYL = (49.85, 7.98)
MOGADISHU = (45.34, 2.04)


@pytest.fixture(scope="module")
def case(exercise):
    return exercise.scenario


def us(*when):
    return int(datetime(2025, *when, tzinfo=UTC).timestamp()) * SECOND_US


def ship(exercise, number, at_us):
    fix = exercise.world.tracks.at(np.array([number]), np.array([(at_us - exercise.start_us) / SECOND_US]))
    return float(fix.lon[0]), float(fix.lat[0]), float(fix.sog_kn[0])


def number_of(case, identity):
    return [s["id"] for s in case.ships].index(identity)


def incident(case, ship_id, kind=None):
    return next(i for i in case.incidents if ship_id in i["ships"] and kind in (None, i["kind"]))


@pytest.mark.parametrize(
    ("ship_id", "kind", "day"),
    [
        ("issamohamadi", "Hijack", (10, 28)),
        ("intertuna_tres", "Attack", (11, 2)),
        ("spar_apus", "Suspicious or aggressive approach", (11, 2)),
        ("stolt_sagaland", "Attack", (11, 3)),
        ("hellas_aphrodite", "Illegal boarding", (11, 6)),
        ("lng_carrier", "Suspicious or aggressive approach", (11, 7)),
        ("hellas_aphrodite", "Disruption", (11, 7)),
    ],
)
def test_each_incident_is_on_its_published_day_and_the_ship_is_there(exercise, case, ship_id, kind, day):
    found = incident(case, ship_id, kind)
    assert (found["time"].month, found["time"].day) == day
    lon, lat, _ = ship(exercise, number_of(case, ship_id), scenario.micros(found["time"]))
    assert distance_nm(lon, lat, found["position"][1], found["position"][0]) < 1.0


def test_hellas_aphrodite_is_boarded_at_11_48_local_and_560_miles_south_east_of_eyl(case):
    boarded = incident(case, "hellas_aphrodite", "Illegal boarding")
    assert scenario.micros(boarded["time"]) == us(11, 6, 8, 48)
    lat, lon = boarded["position"]
    assert distance_nm(*EYL, lon, lat) == pytest.approx(560, abs=10)
    assert bearing_deg(*EYL, lon, lat) == pytest.approx(135, abs=5)


def test_the_three_places_claimed_for_her_stand_side_by_side(case):
    claims = incident(case, "hellas_aphrodite", "Illegal boarding")["claims"]
    places = {(c["source"], c["distance_nm"]) for c in claims if c["field"] == "place"}
    assert places == {("UKMTO", 560), ("owner", 550), ("EU NAVFOR", 700)}
    assert {c["value"] for c in claims if c["field"] == "name"} == {"Stolt Aphrodite"}


def test_she_stops_when_boarded_and_is_free_thirty_hours_later(exercise, case):
    number = number_of(case, "hellas_aphrodite")
    assert ship(exercise, number, us(11, 6, 8, 0))[2] == pytest.approx(13.2, abs=0.5)
    assert ship(exercise, number, us(11, 6, 8, 35))[2] > 14
    assert ship(exercise, number, us(11, 6, 9, 0))[2] < 1
    assert ship(exercise, number, us(11, 7, 14, 0))[2] < 1
    freed = incident(case, "hellas_aphrodite", "Disruption")["time"]
    boarded = incident(case, "hellas_aphrodite", "Illegal boarding")["time"]
    assert (freed - boarded).total_seconds() / 3600 == pytest.approx(30, abs=0.5)
    assert ship(exercise, number, us(11, 7, 20, 0))[2] > 8


def test_stolt_sagaland_is_330_miles_off_mogadishu_with_the_mother_ship_at_five(exercise, case):
    lat, lon = incident(case, "stolt_sagaland")["position"]
    assert distance_nm(*MOGADISHU, lon, lat) == pytest.approx(330, abs=3)
    assert 90 < bearing_deg(*MOGADISHU, lon, lat) < 135
    dhow = ship(exercise, number_of(case, "issamohamadi"), us(11, 3, 5, 40))
    assert distance_nm(lon, lat, dhow[0], dhow[1]) == pytest.approx(5, abs=1)


def test_the_lng_carrier_is_120_miles_to_the_north_and_runs(exercise, case):
    lat, lon = incident(case, "lng_carrier")["position"]
    tanker = ship(exercise, number_of(case, "hellas_aphrodite"), us(11, 7, 5, 24))
    assert distance_nm(lon, lat, tanker[0], tanker[1]) == pytest.approx(120, abs=8)
    number = number_of(case, "lng_carrier")
    assert ship(exercise, number, us(11, 7, 5, 50))[2] > ship(exercise, number, us(11, 7, 5, 0))[2] + 1.5


def test_the_dhow_is_silent_from_the_hour_she_is_taken(exercise, case):
    mmsi = case.ships[number_of(case, "issamohamadi")]["mmsi"]
    taken = incident(case, "issamohamadi", "Hijack")["time"]
    heard = exercise.observations(exercise.start_us, exercise.start_us + 6 * HOUR_US)
    hers = heard.filter(pc.equal(heard["mmsi"], mmsi))["observed_at"].cast(pa.int64()).to_numpy()
    assert len(hers) > 0
    assert hers.max() < scenario.micros(taken)


def test_skiffs_and_other_craft_without_ais_are_never_heard(exercise, case):
    start = us(11, 6, 8, 0)
    heard = set(exercise.observations(start, start + 90 * MINUTE_US)["mmsi"].to_pylist())
    fleet = exercise.world.fleet
    assert not heard & set(fleet.mmsi[fleet.ais == 0].tolist())
    assert case.ships[number_of(case, "hellas_aphrodite")]["mmsi"] in heard


def test_the_watch_begins_in_time_to_see_the_boarding_at_sixty_times_within_seven_minutes(exercise):
    ahead_us = us(11, 6, 8, 48) - exercise.default_start_us
    assert 0 < ahead_us / 60 < 7 * MINUTE_US


def test_every_place_says_whether_it_was_published(case):
    assert all(i["position_basis"] and i["time_basis"] for i in case.incidents)
    assert all(s.get("mark") == "EX" for s in case.ships)
