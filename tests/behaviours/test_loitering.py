"""Lying about at sea for hours is an event; waiting where ships wait is not."""

import json

import numpy as np

from behaviours.sea import HOUR, detect, observations, sea, voyage, without

DRIFT = voyage(232_000_001, (0, 10), kn=0.8)


def test_a_ship_that_drifts_for_hours_loiters() -> None:
    [found] = detect("loitering", DRIFT)
    assert found["state"] == "open"
    assert found["why"].startswith("Has lain within ")
    assert json.loads(found["evidence"])["measured"]["duration_s"] >= 6 * HOUR


def test_it_is_over_when_the_ship_gets_under_way() -> None:
    [found] = detect("loitering", sea(DRIFT, voyage(232_000_001, (10, 14), kn=12.0, lon=60.13)))
    assert found["state"] == "closed"
    assert (found["end"] - found["start"]).total_seconds() > 9 * HOUR


def test_a_ship_just_too_fast_or_just_too_short_a_time_does_not_loiter() -> None:
    assert detect("loitering", voyage(232_000_001, (0, 10), kn=2.1)) == []
    assert detect("loitering", voyage(232_000_001, (0, 6.5), kn=0.8)) == []


def test_a_ship_near_the_shore_or_a_port_or_at_anchor_does_not_loiter() -> None:
    assert detect("loitering", voyage(232_000_001, (0, 10), kn=0.8, shore_nm=12.0)) == []
    assert detect("loitering", voyage(232_000_001, (0, 10), kn=0.8, port_km=3.0)) == []
    assert detect("loitering", voyage(232_000_001, (0, 10), kn=0.1, nav_status=1)) == []


def test_a_silence_is_not_counted_as_lying_still() -> None:
    assert detect("loitering", without(DRIFT, 3, 6.5)) == []


def test_midnight_does_not_cut_it() -> None:
    [found] = detect("loitering", voyage(232_000_001, (20, 28.5), kn=0.8))
    assert found["state"] == "open"


def test_an_impossible_speed_for_an_instant_is_no_speed() -> None:
    t = np.arange(0, 10 * HOUR, 60.0)
    sog = np.where(np.arange(len(t)) == 200, 102.2, np.where(np.arange(len(t)) == 300, 95.0, 0.5))
    lon = 60.0 + t / HOUR * 0.5 / 60
    [found] = detect("loitering", observations(232_000_001, t, lon, 5.0, sog=sog, cog=90.0))
    assert json.loads(found["evidence"])["measured"]["mean_speed_kn"] < 0.6


def test_global_fishing_watch_counts_from_four_hours() -> None:
    assert len(detect("loitering", voyage(232_000_001, (0, 6.5), kn=0.8), profile="gfw")) == 1
