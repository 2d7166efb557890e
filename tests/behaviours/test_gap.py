"""A silence is an event when it is out of the ordinary for the vessel and its neighbours were heard meanwhile."""

import json

import numpy as np
import pyarrow as pa
import pytest

from behaviours.sea import between, detect, neighbours, sea, voyage, without
from periplus.behaviours import verdict

SILENT = without(voyage(232_000_001, (0, 14)), 4, 8.1)


def test_a_vessel_that_falls_silent_among_heard_neighbours_is_a_gap() -> None:
    [gap] = detect("gap", sea(neighbours((0, 14)), SILENT))
    assert gap["vessels"] == ["232000001"]
    assert gap["state"] == "closed"
    assert (gap["end"] - gap["start"]).total_seconds() == 4.25 * 3600
    assert gap["why"] == (
        "Silent for 4 h 15 min. 51 reports were due, 0 came; 17 neighbours were heard there meanwhile. "
        "Heard again 51 nm from where it was last, as far as its speed would bring it."
    ), gap["why"]
    measured = json.loads(gap["evidence"])
    assert measured["geometry"]["features"][0]["properties"]["role"] == "silent_leg"
    assert [o["role"] for o in measured["observations"]] == ["start", "end"]
    assert measured["margins"]["silence_s"] > 1


def test_a_silence_that_is_over_stays_a_look_only_when_time_is_unaccounted_for() -> None:
    """Two ships silent as long, 70 nm off shore: one sailed straight on, the other was hardly farther after it."""
    straight = without(voyage(232_000_001, (0, 14), shore_nm=70.0), 4, 8.1)
    back = voyage(232_000_002, (8.25, 14), lon=61.0, lat=5.1, shore_nm=70.0)
    lingered = pa.concat_tables([between(voyage(232_000_002, (0, 14), lat=5.1, shore_nm=70.0), 0, 4), back])
    on, off = detect("gap", sea(neighbours((0, 14), shore_nm=70.0), straight, lingered))
    assert (on["vessels"], on["priority"]) == (["232000001"], "know")
    assert (off["vessels"], off["priority"]) == (["232000002"], "look")
    assert "as far as its speed" not in off["why"]
    assert verdict.again(off).holds


def test_a_silence_just_short_of_the_threshold_is_none() -> None:
    nearly = without(voyage(232_000_001, (0, 14)), 4, 6.9)
    assert detect("gap", sea(neighbours((0, 14)), nearly)) == []


def test_a_gap_that_lasts_is_open_and_says_how_long_at_least() -> None:
    [gap] = detect("gap", sea(neighbours((0, 14)), between(SILENT, 0, 5)))
    assert gap["state"] == "open"
    assert gap["end"] is None
    assert gap["why"].startswith("Silent more than 6 h."), gap["why"]


def test_a_dead_receiver_accuses_nobody() -> None:
    assert detect("gap", without(sea(neighbours((0, 14)), SILENT), 4, 8.1)) == []


def test_a_ship_alone_on_the_sea_accuses_itself_of_nothing() -> None:
    far = neighbours((0, 14), lon=80.0)
    assert detect("gap", sea(far, SILENT)) == []


def test_a_ship_that_sails_out_of_hearing_is_not_compared_with_those_it_left() -> None:
    fast = without(voyage(232_000_001, (0, 14), kn=25.0), 4, 8.1)
    assert detect("gap", sea(neighbours((0, 14), lon=60.8), fast)) == []


def test_silences_that_are_the_vessels_habit_are_none() -> None:
    """Heard on every pass of a satellite, 100 minutes apart, then once not for two passes more."""
    passes = voyage(232_000_001, (0, 24), every_s=100 * 60, sensor="ais_satellite")
    assert detect("gap", sea(neighbours((0, 24)), without(passes, 12, 16.5)), min_reports_before=5) == []


def test_a_ship_that_goes_quiet_in_port_is_not_remarked() -> None:
    in_port = SILENT.append_column("port_km", [[2.0] * SILENT.num_rows])
    others = neighbours((0, 14))
    others = others.append_column("port_km", [[200.0] * others.num_rows])
    assert detect("gap", sea(others, in_port)) == []


def test_a_ship_at_anchor_may_switch_off() -> None:
    anchored = without(voyage(232_000_001, (0, 14), nav_status=1), 4, 8.1)
    assert detect("gap", sea(neighbours((0, 14)), anchored)) == []


def test_published_profiles_ask_for_silence_alone() -> None:
    assert detect("gap", SILENT, profile="gfw") == []
    [gap] = detect("gap", SILENT, profile="starboard")
    assert gap["profile"] == "starboard"
    assert gap["priority"] == "know"


def by_satellite(reception: float | None) -> pa.Table:
    """A ship far from shore, heard every half hour by satellite, then not for thirteen hours."""
    passes = voyage(232_000_001, (0, 30), every_s=1800, sensor="ais_satellite", shore_nm=90.0)
    silent = without(passes, 10, 23)
    known = [reception] * silent.num_rows
    return silent.append_column("reception_per_day", pa.array(known, pa.float64()))


def test_disabling_asks_for_more_than_ten_positions_a_day_where_the_file_tells_them() -> None:
    [gap] = detect("gap", by_satellite(10.1), profile="gfw_disabling")
    evidence = json.loads(gap["evidence"])
    assert evidence["thresholds"]["min_reception_per_day"] == 10
    assert evidence["measured"]["reception_per_day"] == 10.1
    assert evidence["margins"]["reception_per_day"] == 1.01
    assert verdict.again(gap).holds
    evidence["measured"]["reception_per_day"] = 10.0
    assert not verdict.again(gap | {"evidence": evidence}).holds
    assert detect("gap", by_satellite(10.0), profile="gfw_disabling") == []
    assert len(detect("gap", by_satellite(np.nextafter(10.0, 11.0)), profile="gfw_disabling")) == 1


def test_a_reception_that_nobody_tells_is_not_asked_for() -> None:
    [gap] = detect("gap", by_satellite(None), profile="gfw_disabling")
    evidence = json.loads(gap["evidence"])
    assert evidence["measured"]["reception_per_day"] is None
    assert "reception_per_day" not in evidence["margins"]
    assert verdict.again(gap).holds


def test_only_the_reception_at_the_last_report_counts() -> None:
    last, poor_before = by_satellite(30.0), by_satellite(2.0)
    mixed = sea(between(poor_before, 0, 9.4), between(last, 9.4, 9.9), between(poor_before, 9.9, 30))
    assert len(detect("gap", mixed, profile="gfw_disabling")) == 1
    mixed = sea(between(last, 0, 9.4), between(poor_before, 9.4, 9.9), between(last, 9.9, 30))
    assert detect("gap", mixed, profile="gfw_disabling") == []
    assert len(detect("gap", mixed, profile="gfw")) == 1


def test_an_event_said_before_reception_was_asked_for_is_judged_as_then() -> None:
    [gap] = detect("gap", SILENT, profile="starboard")
    evidence = json.loads(gap["evidence"])
    del evidence["thresholds"]["min_reception_per_day"], evidence["measured"]["reception_per_day"]
    assert verdict.again(gap | {"evidence": evidence}) == verdict.again(gap)


def test_a_silence_astride_midnight_and_the_antimeridian_is_one_leg() -> None:
    night = without(voyage(232_000_001, (12, 34), lon=179.0), 20, 26)
    [gap] = detect("gap", sea(neighbours((12, 34), lon=-179.1), night))
    (a, _), (b, _) = json.loads(gap["evidence"])["geometry"]["features"][0]["geometry"]["coordinates"]
    assert abs(b - a) < 2.0
    assert json.loads(gap["evidence"])["measured"]["distance_nm"] == pytest.approx(73, abs=2)
