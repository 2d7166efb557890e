"""A silence is an event when it is out of the ordinary for the vessel and its neighbours were heard meanwhile."""

import json

import pytest

from behaviours.sea import between, detect, neighbours, sea, voyage, without

SILENT = without(voyage(232_000_001, (0, 14)), 4, 8.1)


def test_a_vessel_that_falls_silent_among_heard_neighbours_is_a_gap() -> None:
    [gap] = detect("gap", sea(neighbours((0, 14)), SILENT))
    assert gap["vessels"] == ["232000001"]
    assert gap["state"] == "closed"
    assert (gap["end"] - gap["start"]).total_seconds() == 4.25 * 3600
    assert gap["why"] == (
        "Silent for 4 h 15 min. 51 reports were due, 0 came; 17 neighbours were heard there meanwhile. "
        "Heard again 51 nm from where it was last."
    ), gap["why"]
    measured = json.loads(gap["evidence"])
    assert measured["geometry"]["features"][0]["properties"]["role"] == "silent_leg"
    assert [o["role"] for o in measured["observations"]] == ["start", "end"]
    assert measured["margins"]["silence_s"] > 1


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


def test_a_silence_astride_midnight_and_the_antimeridian_is_one_leg() -> None:
    night = without(voyage(232_000_001, (12, 34), lon=179.0), 20, 26)
    [gap] = detect("gap", sea(neighbours((12, 34), lon=-179.1), night))
    (a, _), (b, _) = json.loads(gap["evidence"])["geometry"]["features"][0]["geometry"]["coordinates"]
    assert abs(b - a) < 2.0
    assert json.loads(gap["evidence"])["measured"]["distance_nm"] == pytest.approx(73, abs=2)
