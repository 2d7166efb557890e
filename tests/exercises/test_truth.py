"""The truth beside the exercise agrees with what is observed of it."""

import json
from collections import Counter

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest

from periplus.fusion.facts import load_facts
from periplus.geo.sphere import distance_m
from periplus.geo.units import HOUR_US, MINUTE_US, SECOND_US


@pytest.fixture(scope="module")
def truth(exercise):
    return exercise.truth()


@pytest.fixture(scope="module")
def day(exercise):
    """Half a day round the start of a watch."""
    start = exercise.default_start_us - 4 * HOUR_US
    return start, start + 12 * HOUR_US, exercise.observations(start, start + 12 * HOUR_US)


def rows(truth, case):
    return [e for e in truth["events"].to_pylist() if e["case"] == case]


def us(at):
    return round(at.timestamp() * SECOND_US)


def observed(table, mmsi):
    return table.filter(pc.equal(table["mmsi"], int(mmsi)))["observed_at"].cast(pa.int64()).to_numpy()


def test_there_is_something_of_each_kind_every_day(truth):
    found = Counter((e["kind"], e["start"].date()) for e in truth["events"].to_pylist() if e["expected"])
    days = {d for _, d in found}
    for kind in ("gap", "encounter", "loitering", "impossible_jump"):
        assert sum(found[kind, d] > 0 for d in days) >= len(days) - 1
    assert any(e["kind"] == "zone_entry" for e in truth["events"].to_pylist())


def test_the_ocean_stays_calm(truth):
    planted = [e for e in truth["events"].to_pylist() if e["expected"] and e["kind"] != "zone_entry"]
    assert 24 < len(planted) / 15 < 72  # a few an hour over the whole ocean


def test_a_silent_ship_is_really_silent_and_spoke_before_and_after(truth, day):
    start, end, table = day
    silent = [
        e
        for e in rows(truth, "silence")
        if us(e["start"]) > start + HOUR_US and us(e["end"]) < end - 2 * HOUR_US
    ]
    assert silent
    for event in silent:
        t = observed(table, event["vessels"][0])
        assert not ((t >= us(event["start"])) & (t < us(event["end"]))).any()
        assert (t < us(event["start"])).any()
        assert (t >= us(event["end"])).any()


def test_a_ship_is_silent_where_others_are_heard(truth, day):
    start, end, table = day
    for event in (e for e in rows(truth, "silence") if start < us(e["start"]) and us(e["end"]) < end):
        lon, lat = event["lon"], event["lat"]
        near = pc.and_(
            pc.less(pc.abs(pc.subtract(table["lon"], lon)), 1.5),
            pc.less(pc.abs(pc.subtract(table["lat"], lat)), 1.5),
        )
        others = pc.count_distinct(table.filter(near)["mmsi"]).as_py()
        assert others > 5


def test_a_pair_that_meets_stays_within_the_distance(exercise, truth):
    for event in rows(truth, "rendezvous"):
        a, b = event["ships"]
        t = np.linspace(us(event["start"]) + MINUTE_US, us(event["end"]) - MINUTE_US, 20)
        t_s = (t - exercise.start_us) / SECOND_US
        one, two = (exercise.world.tracks.at(np.full(20, s), t_s) for s in (a, b))
        apart = distance_m(one.lon, one.lat, two.lon, two.lat)
        assert apart.max() < 250
        assert max(one.sog_kn.max(), two.sog_kn.max()) < 1.0
        assert us(event["end"]) - us(event["start"]) > 2 * HOUR_US


def test_what_nearly_is_a_meeting_is_too_far_or_too_short(truth):
    for event in rows(truth, "near_rendezvous"):
        detail = json.loads(event["detail"])
        assert detail["apart_m"] > 500 or detail["together_s"] < 30 * 60
        assert not event["expected"]


def test_a_ship_adrift_hardly_moves(exercise, truth):
    for event in rows(truth, "loitering"):
        (ship,) = event["ships"]
        t = np.linspace(us(event["start"]) + MINUTE_US, us(event["end"]) - MINUTE_US, 8)
        fix = exercise.world.tracks.at(np.full(8, ship), (t - exercise.start_us) / SECOND_US)
        assert fix.sog_kn.max() < 1.5
        assert us(event["end"]) - us(event["start"]) > 6 * HOUR_US


def test_a_shared_number_is_heard_in_two_places_at_once(exercise, truth):
    event = next(e for e in rows(truth, "shared_mmsi") if us(e["start"]) > exercise.default_start_us)
    table = exercise.observations(us(event["start"]), us(event["start"]) + 2 * HOUR_US)
    hers = table.filter(pc.and_(pc.equal(table["mmsi"], int(event["vessels"][0])), pc.is_valid(table["lon"])))
    lon, lat = hers["lon"].to_numpy(), hers["lat"].to_numpy()
    assert distance_m(lon.min(), lat.mean(), lon.max(), lat.mean()) > 100_000 or np.ptp(lat) > 2


def test_a_station_out_of_order_hears_nothing(exercise, truth):
    outage = next(e for e in rows(truth, "receiver_outage") if "DONDRA" in e["detail"])
    table = exercise.observations(us(outage["start"]) + MINUTE_US, us(outage["start"]) + 30 * MINUTE_US)
    assert "DONDRA" not in set(table["station"].to_pylist())
    after = exercise.observations(us(outage["end"]) + MINUTE_US, us(outage["end"]) + 20 * MINUTE_US)
    assert "DONDRA" in set(after["station"].to_pylist())


def test_no_ship_plays_two_parts(exercise):
    played = Counter(
        s for p in exercise.plants if p.case not in ("number_changed", "second_voice_ends") for s in p.ships
    )
    assert max(played.values()) == 1


def test_the_legs_lead_to_the_positions_observed(exercise, truth, day):
    _, _, table = day
    sample = table.filter(pc.and_(pc.is_valid(table["lon"]), pc.equal(table["nav_status"], 0))).slice(
        0, 4_000
    )
    ship_of = dict(
        zip(truth["vessels"]["mmsi"].to_pylist(), truth["vessels"]["ship"].to_pylist(), strict=True)
    )
    shared = {v for e in rows(truth, "shared_mmsi") for v in e["vessels"]}
    texts = [f"{m:09d}" for m in sample["mmsi"].to_pylist()]
    keep = np.array([t not in shared for t in texts])
    ships = np.array([ship_of[t] for t in texts])
    t_s = (sample["observed_at"].cast(pa.int64()).to_numpy() - exercise.start_us) / SECOND_US
    fix = exercise.world.tracks.at(ships, t_s)
    off = distance_m(fix.lon, fix.lat, sample["lon"].to_numpy(), sample["lat"].to_numpy())[keep]
    assert np.quantile(off, 0.99) < 60  # ten metres of noise on either axis, and a bit flipped now and then


def test_truth_is_written_as_files_that_read_back(exercise, truth, tmp_path):
    exercise.write_truth(tmp_path / "truth")
    events = [
        json.loads(line)
        for line in (tmp_path / "truth/events.jsonl").read_text(encoding="utf-8").splitlines()
    ]
    assert len(events) == truth["events"].num_rows
    with pa.ipc.open_file(tmp_path / "truth/legs.arrow") as source:
        assert source.read_all().num_rows == truth["legs"].num_rows
    header, *vessels = (tmp_path / "truth/vessels.csv").read_text(encoding="utf-8").splitlines()
    assert header.startswith('"ship","mmsi"')
    assert len(vessels) == exercise.vessels().num_rows
    incidents = (tmp_path / "truth/incidents.jsonl").read_text(encoding="utf-8").splitlines()
    assert {json.loads(i)["kind"] for i in incidents} >= {"Hijack", "Attack", "Illegal boarding"}


def test_zones_and_anchorages_are_files_that_a_centre_can_load(exercise):
    facts = load_facts(zones=exercise.zones, anchorages=exercise.anchorages)
    watched = [z for z in facts.zones if z.watch and "Stay clear" in z.name]
    assert len(watched) == 2
    assert not facts.anchorages_are_ports
